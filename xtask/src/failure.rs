//! Why a command ended early, with the text for the person and the exit status for the shell.

use std::io;
use std::path::Path;

use whop_codegen::diagnostic::{Diagnostic, Diagnostics, Place, render};
use whop_codegen::document::SourceMap;

/// The end of a command that did not do what it was asked.
#[derive(Debug)]
pub(crate) struct Failure {
    /// The exit status.
    pub(crate) status: u8,
    /// What is wrong.
    pub(crate) text: String,
}

impl Failure {
    /// The command line asks for something that there is not.
    pub(crate) fn usage(message: &str) -> Self {
        Self { status: 2, text: format!("error: {message}\n\nFor more information, try '--help'.") }
    }

    /// Something is wrong with the input or the output; the text is complete.
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self { status: 1, text: text.into() }
    }

    /// Messages that need no document to be located in.
    pub(crate) fn messages(diagnostics: &Diagnostics) -> Self {
        Self::new(render(diagnostics, &SourceMap::default()))
    }

    /// A file or folder that the system does not let us use.
    pub(crate) fn io(action: &str, path: &Path, error: &io::Error) -> Self {
        let mut diagnostics = Diagnostics::default();
        diagnostics.push(
            Diagnostic::error("io", format!("cannot {action}: {}", reason(error)))
                .at_place(Place::File { file: path.display().to_string() })
                .help("nothing was changed"),
        );
        Self::messages(&diagnostics)
    }
}

/// What the system says, without its number.
pub(crate) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    text.split_once(" (os error").map_or(text.clone(), |(before, _)| before.to_owned())
}
