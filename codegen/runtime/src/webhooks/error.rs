//! Why a delivery is not accepted, each reason apart from the others.

use std::{error::Error as StdError, fmt};

use http::StatusCode;

use crate::{
    error::{Error, ErrorKind},
    json::DecodeError,
};

/// Why a delivery is not accepted, or none can be.
///
/// Every one but [`NoSecret`](Self::NoSecret) can be brought about by anybody who can reach the endpoint. None holds
/// anything secret, and none holds what was sent. `?` turns it into an [`Error`](crate::Error) whose source it then is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WebhookError {
    /// There is no secret, or an empty one: a mistake of this program, not of the sender.
    NoSecret {
        /// The environment variable that should hold it.
        variable: &'static str,
    },
    /// A header is missing or empty.
    MissingHeader {
        /// Its name.
        name: &'static str,
    },
    /// The time of the delivery is no number of seconds.
    MalformedTimestamp {
        /// The name of its header.
        name: &'static str,
    },
    /// It was sent too long ago: it may be a recording that is played back.
    TooOld {
        /// How many seconds ago.
        seconds: u64,
    },
    /// It comes from the future: one of the two clocks is wrong.
    TooNew {
        /// How many seconds from now.
        seconds: u64,
    },
    /// No signature belongs to these bytes and a secret that is known here.
    NoMatchingSignature,
    /// The signature is right, and the body is no JSON object.
    NotJson(DecodeError),
    /// The body is longer than the endpoint accepts; it was not looked at.
    TooLarge {
        /// The most bytes it accepts.
        limit: usize,
    },
    /// The body broke off before its end.
    Incomplete,
}

impl WebhookError {
    /// The status to answer with: 401 for what is not genuine, 400 for what is malformed, 413 for what is too long, and
    /// 500 where the fault is on this side.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NoSecret { .. } => StatusCode::INTERNAL_SERVER_ERROR,
            Self::TooOld { .. } | Self::TooNew { .. } | Self::NoMatchingSignature => StatusCode::UNAUTHORIZED,
            Self::MissingHeader { .. }
            | Self::MalformedTimestamp { .. }
            | Self::NotJson(_)
            | Self::Incomplete => StatusCode::BAD_REQUEST,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        }
    }

    /// A few words for the sender, who may be anybody.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self {
            Self::NoSecret { .. } => "the endpoint is not set up",
            Self::MissingHeader { .. } => "a signature header is missing",
            Self::MalformedTimestamp { .. } => "the timestamp is malformed",
            Self::TooOld { .. } => "the timestamp is too old",
            Self::TooNew { .. } => "the timestamp is too new",
            Self::NoMatchingSignature => "no signature matches",
            Self::NotJson(_) => "the body is no JSON object",
            Self::TooLarge { .. } => "the body is too large",
            Self::Incomplete => "the body is incomplete",
        }
    }
}

impl fmt::Display for WebhookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSecret { variable } => {
                write!(f, "there is no webhook secret: pass it, or set {variable}, exactly as it was issued")
            }
            Self::MissingHeader { name } => write!(f, "the delivery has no header `{name}`"),
            Self::MalformedTimestamp { name } => {
                write!(f, "the delivery's header `{name}` is no number of Unix seconds")
            }
            Self::TooOld { seconds } => write!(f, "the delivery was sent {seconds} s ago, longer than allowed"),
            Self::TooNew { seconds } => {
                write!(f, "the delivery was sent {seconds} s from now: compare the clocks")
            }
            Self::NoMatchingSignature => f.write_str(
                "no signature of the delivery matches: compare the secret with the endpoint's, and pass the body's \
                 bytes as they came",
            ),
            Self::NotJson(mismatch) => {
                write!(f, "the delivery is genuine and its body no JSON object: {mismatch}")
            }
            Self::TooLarge { limit } => write!(f, "the delivery's body is longer than {limit} bytes"),
            Self::Incomplete => f.write_str("the delivery's body broke off before its end"),
        }
    }
}

impl StdError for WebhookError {}

impl From<WebhookError> for Error {
    fn from(error: WebhookError) -> Self {
        let kind = match error {
            WebhookError::NoSecret { .. } => ErrorKind::Config,
            _ => ErrorKind::Webhook,
        };
        Self::new(kind, error.to_string()).with_source(error)
    }
}
