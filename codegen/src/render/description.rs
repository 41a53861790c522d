//! Encodes the description of an API and its texts as files.

use openapi_client_description::{Description, Docs, FormatError};

use super::Output;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};

/// The files of a description. One that cannot be encoded is a bug of the generator: it is reported and left out.
pub fn render_description(
    (description, docs): (Description, Docs),
    diagnostics: &mut Diagnostics,
) -> Vec<Output> {
    let files = [("src/description.json", description.to_json()), ("src/docs.json", docs.to_json())];
    let outputs = files.into_iter().filter_map(|(path, contents)| match contents {
        Ok(contents) => Some(Output { path: path.to_owned(), contents }),
        Err(error) => {
            diagnostics.push(encoding_error(path, &error));
            None
        }
    });
    outputs.collect()
}

fn encoding_error(path: &str, error: &FormatError) -> Diagnostic {
    Diagnostic::error(Code::INTERNAL, format!("cannot encode `{path}`: {error}"))
        .help("this is a bug of the generator: report it with the document that causes it")
}
