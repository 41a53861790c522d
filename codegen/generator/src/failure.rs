//! The failure of a command: its message and exit status.

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;
use std::{fmt, io};

use whop_codegen::diagnostic::{Code, Diagnostic, Diagnostics, Place, render_diagnostics};
use whop_codegen::document::SourceMap;

use crate::{progress, terminal};

/// The failure of a command or of a build script.
#[derive(Clone, PartialEq, Eq)]
pub struct Failure {
    /// The exit status.
    pub status: u8,
    /// The message.
    pub text: String,
}

impl Failure {
    /// A wrong command line.
    pub fn usage(message: &str) -> Self {
        Self { status: 2, text: format!("error: {message}\n\nFor more information, try '--help'.") }
    }

    /// A failure with a complete message.
    pub fn new(text: impl Into<String>) -> Self {
        Self { status: 1, text: text.into() }
    }

    /// Diagnostics without a source text.
    pub fn messages(diagnostics: &Diagnostics) -> Self {
        Self::new(render_diagnostics(diagnostics, &SourceMap::default(), terminal::style()))
    }

    /// A failed file operation.
    pub fn io(action: &str, path: &Path, error: &io::Error) -> Self {
        let mut diagnostics = Diagnostics::default();
        diagnostics.push(
            Diagnostic::error(Code::new("io"), format!("cannot {action}: {}", describe_io_error(error)))
                .at_place(Place::File { file: path.display().to_string() })
                .help("nothing was changed"),
        );
        Self::messages(&diagnostics)
    }
}

/// Ends the process of a command: prints what failed, and returns the exit status.
#[must_use]
pub fn end_command(done: Result<(), Failure>) -> ExitCode {
    progress::end_step();
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            terminal::print_error(&failure.text);
            ExitCode::from(failure.status)
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text.trim_end())
    }
}

/// The message: a `main` that returns an error prints it in this form.
impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n{self}")
    }
}

impl Error for Failure {}

/// The system's error text, without its number.
pub fn describe_io_error(error: &io::Error) -> String {
    let text = error.to_string();
    text.split_once(" (os error").map_or(text.clone(), |(before, _)| before.to_owned())
}
