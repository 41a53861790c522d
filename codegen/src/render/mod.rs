//! Formats the tokens of each module as the text of a file.

mod description;
mod imports;
mod invocation;
mod items;

use syn::parse::{ParseStream, Parser};
use syn::{Attribute, File, Item};

use self::imports::Imports;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::emit::{DocTexts, Module};

pub use description::render_description;

/// A file of the generated crate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// The path below the crate's folder, with `/`.
    pub path: String,
    /// The text.
    pub contents: String,
}

/// Formats modules with their documentation. A module that does not parse is a bug of the generator: it is reported and left out.
pub fn render(
    modules: impl IntoIterator<Item = Module>,
    docs: &DocTexts,
    banner: &str,
    diagnostics: &mut Diagnostics,
) -> Vec<Output> {
    let mut outputs = Vec::new();
    for module in modules.into_iter().filter(|module| !module.tokens.is_empty()) {
        match parse_file.parse2(module.tokens) {
            Ok((file, imports)) => {
                let contents = docs.insert_into(&format_file(file, &imports, banner));
                outputs.push(Output { path: format!("src/{}", module.path), contents });
            }
            Err(error) => diagnostics.push(
                Diagnostic::error(
                    Code::INTERNAL,
                    format!("the generated module `{}` does not parse as Rust: {error}", module.path),
                )
                .help("this is a bug of the generator: report it with the document that causes it"),
            ),
        }
    }
    outputs
}

fn parse_file(input: ParseStream<'_>) -> syn::Result<(File, Imports)> {
    let imports = Imports::collect(input);
    Ok((input.parse()?, imports))
}

fn format_file(file: File, imports: &Imports, banner: &str) -> String {
    let sections = [
        format!("// {banner}\n"),
        format_attributes(file.attrs),
        format_imports(imports),
        items::format_items(file.items),
    ];
    let sections: Vec<String> = sections.into_iter().filter(|section| !section.is_empty()).collect();
    sections.join("\n")
}

/// The inner attributes of a file: its documentation, then the others after a blank line.
fn format_attributes(attributes: Vec<Attribute>) -> String {
    let (docs, others): (Vec<_>, Vec<_>) =
        attributes.into_iter().partition(|attribute| attribute.path().is_ident("doc"));
    let sections = [docs, others].into_iter().filter(|attributes| !attributes.is_empty());
    // One at a time: prettyplease ends a list of inner attributes with a blank line.
    let sections: Vec<String> = sections
        .map(|attributes| attributes.into_iter().map(|one| pretty(vec![one], Vec::new())).collect())
        .collect();
    sections.join("\n")
}

fn format_imports(imports: &Imports) -> String {
    let mut text = match imports.crate_modules.as_slice() {
        [] => String::new(),
        [only] => format!("use crate::{only};\n"),
        several => format!("use crate::{{{}}};\n", several.join(", ")),
    };
    if imports.runtime {
        text.push_str("// `rt` supports generated code; it is not a public API.\n");
        text.push_str("use openapi_client_runtime::__private as rt;\n");
    }
    text
}

fn pretty(attrs: Vec<Attribute>, items: Vec<Item>) -> String {
    let text = prettyplease::unparse(&File { shebang: None, frontmatter: None, attrs, items });
    format!("{}\n", text.trim_end())
}
