//! Why a command failed, and the exit code that says so.

use std::fmt;

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
    /// The person or another program stopped the command (128 and the number of SIGINT).
    Interrupted,
}

impl Exit {
    /// The code of the process.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Api => 1,
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
    /// The error as the API sent it, and what belongs to it, such as the id of the request.
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
