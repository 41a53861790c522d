//! Why a command failed, and the exit code that says so.

use std::{fmt, io};

use openapi_client_description::JsonValue;

/// The exit codes, which the help lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// The API responded with an error, or its response could not be read.
    Api,
    /// The command, its flags or its configuration are wrong. Nothing was sent.
    Usage,
    /// There is no credential, or the API refused it (401).
    NotAuthenticated,
    /// The API has no such resource (404).
    NotFound,
    /// There was no response: no connection, or a timeout.
    Network,
    /// A file, the output or the keyring cannot be read or written.
    Io,
    /// Whoever reads the output stopped, such as `head`. This is not an error: nothing is printed, and the code is 0.
    PipeClosed,
    /// The person or another program stopped the command (128 and the number of SIGINT).
    Interrupted,
}

impl Exit {
    /// The code of the process.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::PipeClosed => 0,
            Self::Api | Self::Io => 1,
            Self::Usage => 2,
            Self::NotAuthenticated => 3,
            Self::NotFound => 4,
            Self::Network => 5,
            Self::Interrupted => 130,
        }
    }
}

/// An error of a command. Its texts contain no secret.
#[derive(Debug)]
pub(crate) struct CliError {
    pub(crate) exit: Exit,
    /// What is wrong and where, in one line.
    pub(crate) message: String,
    /// What to do about it.
    pub(crate) hint: Option<String>,
    /// An object with what is known of `status` (a number), `code`, `request_id`, `idempotency_key`, and `body`, the error as
    /// the API sent it.
    pub(crate) details: Option<JsonValue>,
}

impl CliError {
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into(), hint: None, details: None }
    }

    /// A wrong command, flag, value or configuration.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// A file or stream cannot be read or written; `action` is such as `write the output`.
    pub(crate) fn from_io(action: impl fmt::Display, error: &io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::new(Exit::PipeClosed, "the output was closed");
        }
        Self::new(Exit::Io, format!("cannot {action}: {error}"))
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for CliError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for CliError {}
