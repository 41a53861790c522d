//! A verified delivery: the decoded event and the raw body.

use std::fmt;

use serde_json::Value;

use super::{error::WebhookError, scheme::Events};
use crate::{
    error::single_line,
    json::{self, DecodeError},
};

/// A delivery whose signature is valid.
///
/// An event that this crate does not know, or that cannot be decoded as its type, does not fail the verification: `event` is
/// then the enum's variant `Unknown`, and [`decode_error`](Self::decode_error) says why.
///
/// The API may deliver an event several times and in any order. To handle each event once, store [`id`](Self::id) and skip
/// the ids that you have handled.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Delivery<E> {
    /// The message id; the same in every delivery of one event.
    pub id: String,
    /// When the API sent the delivery, in Unix seconds.
    pub timestamp: u64,
    /// The event.
    pub event: E,
    /// Why the event is `Unknown`; `None` if it was decoded.
    pub decode_error: Option<DecodeError>,
    /// The old name of `decode_error`.
    #[deprecated(since = "0.2.0", note = "renamed to `decode_error`")]
    pub mismatch: Option<DecodeError>,
    raw: Box<str>,
}

impl<E: Events> Delivery<E> {
    /// Decodes a body whose signature was verified.
    pub(super) fn decode(id: &[u8], timestamp: u64, body: &[u8]) -> Result<Self, WebhookError> {
        let not_json = |message: String| WebhookError::NotJson(DecodeError { path: String::new(), message });
        let text = std::str::from_utf8(body).map_err(|error| not_json(error.to_string()))?;
        let unions = json::StrictUnions::report_outermost();
        let decoded = json::from_str::<E>(text);
        drop(unions);
        let (event, decode_error) = match decoded {
            Ok(event) if event.is_unknown() => (Some(event), None),
            Ok(event) => return Ok(Self::new(id, timestamp, event, None, text)),
            Err(error) => (None, Some(error)),
        };
        let value: Value = serde_json::from_str(text).map_err(|error| not_json(error.to_string()))?;
        if !value.is_object() {
            return Err(not_json("expected a JSON object, found another JSON value".to_owned()));
        }
        let mut decode_error = decode_error.unwrap_or_else(|| DecodeError {
            path: String::new(),
            message: "this version of the crate does not know the event".to_owned(),
        });
        if let (Some(own), Some(stated)) = (E::SCHEME.api_version, stated_version::<E>(&value))
            && stated != own
        {
            let stated = single_line(stated);
            let difference = format!("; event version {stated} differs from this crate's {own}");
            decode_error.message.push_str(&difference);
        }
        Ok(Self::new(id, timestamp, event.unwrap_or_else(|| E::unknown(value)), Some(decode_error), text))
    }

    /// The version of the API that the event follows, as the body states it; `None` if it states none. It is the version of
    /// the webhook endpoint, not that of the client. Parses the body again.
    ///
    /// An event of another version than [`WebhookScheme::api_version`](super::WebhookScheme::api_version) is not an error
    /// while it can be decoded; otherwise, [`decode_error`](Self::decode_error) names both versions.
    #[must_use]
    pub fn api_version(&self) -> Option<String> {
        let value: Value = serde_json::from_str(&self.raw).ok()?;
        stated_version::<E>(&value).map(str::to_owned)
    }
}

/// Decodes a delivery that was verified when it was received and stored since.
///
/// # Errors
/// [`WebhookError::NotJson`] if the body is not a JSON object.
pub fn decode_stored<E: Events>(id: &str, timestamp: u64, body: &[u8]) -> Result<Delivery<E>, WebhookError> {
    Delivery::decode(id.as_bytes(), timestamp, body)
}

/// The version that a payload states.
fn stated_version<E: Events>(payload: &Value) -> Option<&str> {
    payload.get(E::SCHEME.version_property?)?.as_str().filter(|version| !version.is_empty())
}

impl<E> Delivery<E> {
    fn new(id: &[u8], timestamp: u64, event: E, decode_error: Option<DecodeError>, text: &str) -> Self {
        let id = String::from_utf8_lossy(id).into_owned();
        #[allow(deprecated, reason = "the field has its value until it is removed")]
        Self { id, timestamp, event, mismatch: decode_error.clone(), decode_error, raw: text.into() }
    }

    /// The body exactly as it was received.
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
            .field("decode_error", &self.decode_error)
            .field("raw", &format_args!("{} bytes", self.raw.len()))
            .finish()
    }
}
