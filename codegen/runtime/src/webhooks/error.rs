//! The reasons for which a delivery is rejected.

use std::{error::Error as StdError, fmt};

use http::StatusCode;

use crate::{
    error::{Error, ErrorKind},
    json::DecodeError,
};

/// Why a delivery was rejected, or why no delivery can be verified.
///
/// Anyone who can reach the endpoint can cause every error except [`NoSecret`](Self::NoSecret). An error contains neither the
/// secret nor the request's content. `?` converts it into an [`Error`](crate::Error) and keeps it as its source.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WebhookError {
    /// The webhook secret is missing or blank: an error in this program's configuration, not in the request.
    NoSecret {
        /// The environment variable that holds the secret.
        variable: &'static str,
    },
    /// A header is missing or empty.
    MissingHeader {
        /// The name of the header.
        name: &'static str,
    },
    /// The timestamp is not a number of seconds.
    MalformedTimestamp {
        /// The name of the timestamp's header.
        name: &'static str,
    },
    /// The timestamp is too far in the past: the delivery may be a replay.
    TooOld {
        /// The age of the delivery in seconds.
        seconds: u64,
    },
    /// The timestamp is too far in the future: one of the two clocks is wrong.
    TooNew {
        /// How far in the future the timestamp is, in seconds.
        seconds: u64,
    },
    /// No signature in the header was made for this id, timestamp and body with one of the verifier's secrets.
    NoMatchingSignature,
    /// The signature is valid, but the body is not a JSON object.
    NotJson(DecodeError),
    /// The body is longer than the verifier accepts. Its signature was not checked.
    TooLarge {
        /// The longest accepted body in bytes.
        limit: usize,
    },
    /// The connection broke before the whole body was received.
    Incomplete,
}

impl WebhookError {
    /// The status to respond with: 401 if the delivery may be forged or replayed, 400 if it is malformed, 413 if the body is
    /// too long, and 500 if this program has no secret.
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

    /// A short reason for the response body. It reveals nothing of this program's configuration.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self {
            Self::NoSecret { .. } => "the endpoint is not configured",
            Self::MissingHeader { .. } => "a signature header is missing",
            Self::MalformedTimestamp { .. } => "the timestamp is malformed",
            Self::TooOld { .. } => "the timestamp is too old",
            Self::TooNew { .. } => "the timestamp is too new",
            Self::NoMatchingSignature => "no signature matches",
            Self::NotJson(_) => "the body is not a JSON object",
            Self::TooLarge { .. } => "the body is too large",
            Self::Incomplete => "the body is incomplete",
        }
    }
}

impl fmt::Display for WebhookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSecret { variable } => {
                write!(f, "the webhook secret is missing or blank: pass it, or set {variable}, exactly as it was issued")
            }
            Self::MissingHeader { name } => {
                write!(f, "the header `{name}` is missing or empty: pass all headers of the request")
            }
            Self::MalformedTimestamp { name } => {
                write!(f, "the header `{name}` is malformed: expected a number of Unix seconds")
            }
            Self::TooOld { seconds } => write!(
                f,
                "the delivery was sent {seconds} s ago, which exceeds the tolerance: it may be a replay, or the local \
                 clock is fast"
            ),
            Self::TooNew { seconds } => write!(
                f,
                "the delivery's timestamp is {seconds} s in the future, which exceeds the tolerance: check the local \
                 clock"
            ),
            Self::NoMatchingSignature => f.write_str(
                "no signature matches: check that the secret is the one of this endpoint, exactly as it was issued (other \
                 libraries expect it in base64, or with `whsec_` before it), and that the body is passed exactly as it was received",
            ),
            Self::NotJson(error) => {
                write!(f, "the signature is valid, but the body is not a JSON object: {error}")
            }
            Self::TooLarge { limit } => {
                write!(f, "the body is longer than {limit} bytes: raise `max_body_bytes` to accept it")
            }
            Self::Incomplete => f.write_str("the connection broke before the whole body was received"),
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
