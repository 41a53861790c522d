//! Why a delivery was not stored, with the status for the sender.

use std::{error::Error as StdError, fmt};

use http::StatusCode;
use openapi_client_runtime::webhooks::WebhookError;

use crate::error::InboxError;

/// Why a delivery was not stored.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ReceiveError {
    /// The delivery was rejected: it is forged, too old, too large or malformed.
    Rejected(WebhookError),
    /// The delivery is valid, but its message id is too long to be stored.
    LongId {
        /// The longest message id in bytes.
        limit: usize,
    },
    /// The delivery is valid, but the database did not store it. The sender should deliver it again.
    Storage(InboxError),
}

impl ReceiveError {
    /// The status to respond with: that of the [`WebhookError`], such as 401, 400 or 413; 400 for a long id; 503 if the database failed, so that
    /// the sender tries again.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Rejected(error) => error.status(),
            Self::LongId { .. } => StatusCode::BAD_REQUEST,
            Self::Storage(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// A short reason for the response body. It reveals nothing of this program's configuration.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Rejected(error) => error.reason(),
            Self::LongId { .. } => "the message id is too long",
            Self::Storage(_) => "the delivery could not be stored; deliver it again later",
        }
    }
}

impl fmt::Display for ReceiveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rejected(error) => fmt::Display::fmt(error, f),
            Self::LongId { limit } => write!(f, "the message id is longer than {limit} bytes"),
            Self::Storage(error) => write!(f, "the delivery was not stored: {error}"),
        }
    }
}

impl StdError for ReceiveError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Rejected(error) => Some(error),
            Self::LongId { .. } => None,
            Self::Storage(error) => Some(error),
        }
    }
}

impl From<WebhookError> for ReceiveError {
    fn from(error: WebhookError) -> Self {
        Self::Rejected(error)
    }
}

impl From<InboxError> for ReceiveError {
    fn from(error: InboxError) -> Self {
        Self::Storage(error)
    }
}
