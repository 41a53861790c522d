//! Why a token is not accepted, each reason apart from the others.

use std::{error::Error as StdError, fmt};

use http::StatusCode;

use crate::error::{Error, ErrorKind};

/// Why a token is not accepted, or none can be.
///
/// None of them holds the token or a part of it. `?` turns it into an [`Error`](crate::Error) whose source it then is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UserTokenError {
    /// The request has no token.
    NoToken {
        /// The header that would carry it.
        header: &'static str,
    },
    /// It is no token of this issuer: malformed, signed otherwise, changed, or not valid yet.
    Invalid {
        /// What is wrong with it, for a log.
        reason: &'static str,
    },
    /// It was made for another app.
    WrongApp,
    /// It was valid once.
    Expired,
    /// It was signed with a key that the issuer does not publish.
    NoMatchingKey,
    /// The issuer's keys could not be had, so nothing is known about the token.
    KeysUnavailable {
        /// What happened.
        reason: String,
    },
    /// The verifier is not set up right: a mistake of this program, not of the sender.
    Config {
        /// What is missing or wrong.
        reason: String,
    },
}

impl UserTokenError {
    /// The status to answer with: 401 for the sender's fault, 503 while there are no keys, 500 for this program's.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NoToken { .. }
            | Self::Invalid { .. }
            | Self::WrongApp
            | Self::Expired
            | Self::NoMatchingKey => StatusCode::UNAUTHORIZED,
            Self::KeysUnavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Self::Config { .. } => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// A few words for the sender, who may be anybody.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self {
            Self::NoToken { .. } => "the user token is missing",
            Self::Invalid { .. } | Self::NoMatchingKey => "the user token is not valid",
            Self::WrongApp => "the user token is for another app",
            Self::Expired => "the user token has expired",
            Self::KeysUnavailable { .. } => "user tokens cannot be verified now",
            Self::Config { .. } => "user tokens are not set up",
        }
    }
}

impl fmt::Display for UserTokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoToken { header } => write!(f, "the request has no user token: its header is `{header}`"),
            Self::Invalid { reason } => write!(f, "the user token is not valid: {reason}"),
            Self::WrongApp => f.write_str("the user token is for another app: compare the app id"),
            Self::Expired => f.write_str("the user token has expired"),
            Self::NoMatchingKey => {
                f.write_str("the user token is not valid: its issuer publishes no key of that name")
            }
            Self::KeysUnavailable { reason } => {
                write!(f, "the user token cannot be verified, since there are no keys: {reason}")
            }
            Self::Config { reason } => write!(f, "user tokens cannot be verified: {reason}"),
        }
    }
}

impl StdError for UserTokenError {}

impl From<UserTokenError> for Error {
    fn from(error: UserTokenError) -> Self {
        let kind = match error {
            UserTokenError::Config { .. } => ErrorKind::Config,
            _ => ErrorKind::UserToken,
        };
        Self::new(kind, error.to_string()).with_source(error)
    }
}
