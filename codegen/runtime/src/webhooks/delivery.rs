//! A delivery that was verified: its event, and its text in any case.

use std::fmt;

use serde_json::Value;

use super::{Events, WebhookError};
use crate::json::{self, DecodeError};

/// A delivery whose signature was right.
///
/// It is there whatever the event looks like: one that this crate does not know, or that does not fit its type, is the
/// enum's variant `Unknown`, and [`mismatch`](Self::mismatch) tells why.
///
/// Deliveries come at least once and in any order: keep [`id`](Self::id) and pass over those that were handled.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Delivery<E> {
    /// The id of the message. A repeated delivery has the same.
    pub id: String,
    /// When it was sent, in Unix seconds.
    pub timestamp: u64,
    /// What happened.
    pub event: E,
    /// Why the event is `Unknown`; `None` if it is known and fits.
    pub mismatch: Option<DecodeError>,
    raw: Box<str>,
}

impl<E: Events> Delivery<E> {
    /// Only for bodies whose signature was right.
    pub(super) fn read(id: &[u8], timestamp: u64, body: &[u8]) -> Result<Self, WebhookError> {
        let not_json = |message: String| WebhookError::NotJson(DecodeError { path: String::new(), message });
        let text = std::str::from_utf8(body).map_err(|error| not_json(error.to_string()))?;
        let (event, mismatch) = match json::from_str::<E>(text) {
            Ok(event) if event.is_unknown() => (Some(event), None),
            Ok(event) => return Ok(Self::of(id, timestamp, event, None, text)),
            Err(mismatch) => (None, Some(mismatch)),
        };
        let value: Value = serde_json::from_str(text).map_err(|error| not_json(error.to_string()))?;
        if !value.is_object() {
            return Err(not_json("it is JSON of another type".to_owned()));
        }
        let mismatch = mismatch.unwrap_or_else(|| DecodeError {
            path: String::new(),
            message: "no event that this version of the document knows".to_owned(),
        });
        Ok(Self::of(id, timestamp, event.unwrap_or_else(|| E::unknown(value)), Some(mismatch), text))
    }
}

impl<E> Delivery<E> {
    fn of(id: &[u8], timestamp: u64, event: E, mismatch: Option<DecodeError>, text: &str) -> Self {
        let id = String::from_utf8_lossy(id).into_owned();
        Self { id, timestamp, event, mismatch, raw: text.into() }
    }

    /// The body as it came.
    #[must_use]
    pub fn raw(&self) -> &str {
        &self.raw
    }
}

impl<E: fmt::Debug> fmt::Debug for Delivery<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivery")
            .field("id", &self.id)
            .field("timestamp", &self.timestamp)
            .field("event", &self.event)
            .field("mismatch", &self.mismatch)
            .field("raw", &format_args!("{} bytes", self.raw.len()))
            .finish()
    }
}
