//! The reasons for which a user token is rejected.

use std::{error::Error as StdError, fmt};

use http::StatusCode;

use crate::error::{Error, ErrorKind};

/// Why a user token was rejected, or why no token can be verified.
///
/// An error does not contain the token or a part of it. `?` converts it into an [`Error`](crate::Error) and keeps it as its
/// source.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UserTokenError {
    /// The request has no token.
    NoToken {
        /// The header that carries the token.
        header: &'static str,
    },
    /// The token is malformed, its signature does not match, or a claim is not valid.
    Invalid {
        /// What is wrong with it, for a log.
        reason: &'static str,
    },
    /// The token was issued for another app.
    WrongApp,
    /// The token has expired.
    Expired,
    /// The issuer does not publish the key that the token names.
    NoMatchingKey,
    /// The issuer's keys could not be fetched, so the token could not be verified.
    KeysUnavailable {
        /// Why the fetch failed.
        reason: String,
    },
    /// The verifier is not configured correctly: an error in this program, not in the request.
    Config {
        /// What is missing or wrong.
        reason: String,
    },
}

impl UserTokenError {
    pub(super) fn invalid(reason: &'static str) -> Self {
        Self::Invalid { reason }
    }

    /// The status to respond with: 401 if the token is rejected, 503 if the keys are unavailable, and 500 if the verifier is
    /// not configured correctly.
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

    /// A short reason for the response body. It reveals nothing of this program's configuration.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self {
            Self::NoToken { .. } => "the user token is missing",
            Self::Invalid { .. } | Self::NoMatchingKey => "the user token is not valid",
            Self::WrongApp => "the user token is for another app",
            Self::Expired => "the user token has expired",
            Self::KeysUnavailable { .. } => "user tokens cannot be verified at the moment",
            Self::Config { .. } => "user tokens are not configured",
        }
    }
}

impl fmt::Display for UserTokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoToken { header } => {
                write!(f, "the user token is missing: expected it in the header `{header}`")
            }
            Self::Invalid { reason } => write!(f, "the user token is not valid: {reason}"),
            Self::WrongApp => {
                f.write_str("the user token is for another app: check the app id of the verifier")
            }
            Self::Expired => f.write_str("the user token has expired"),
            Self::NoMatchingKey => {
                f.write_str("the user token is not valid: the issuer does not publish the key that it names")
            }
            Self::KeysUnavailable { reason } => {
                write!(
                    f,
                    "cannot verify the user token, because the issuer's keys are not available: {reason}"
                )
            }
            Self::Config { reason } => write!(f, "cannot verify user tokens: {reason}"),
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
