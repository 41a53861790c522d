//! Receives deliveries: verifies them, and stores them in batches of what waits at the same time.

mod error;
mod writer;

pub use self::error::ReceiveError;
pub(crate) use self::writer::{Writer, start_writer};

use openapi_client_runtime::__private::webhooks::decode_stored;
use openapi_client_runtime::webhooks::{Delivery, Events, WebhookError};
use sha2::{Digest as _, Sha256};

use crate::{error::InboxError, settings::Settings, state::State, store::NewEvent};

/// What became of a delivery that was received.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Received {
    /// The message id.
    pub id: String,
    /// Whether it was stored now; `false` if the inbox had it already.
    pub new: bool,
    /// The state of the event.
    pub state: State,
}

/// The longest message id, in bytes.
const ID_BYTES: usize = 255;

/// The longest ordering key that is stored as it is, in bytes.
const KEY_BYTES: usize = 200;

/// The longest reason that is stored with an event, in bytes.
const REASON_BYTES: usize = 2_000;

/// Prepares a body whose origin was verified for the database. `timestamp` is in Unix seconds.
///
/// A body that is not a JSON object is kept too, like every event that this version cannot decode: the sender would deliver it
/// again in vain, and then give up.
pub(crate) fn prepare_event<E: Events>(
    settings: &Settings<E>,
    id: &str,
    timestamp: u64,
    body: &[u8],
) -> Result<NewEvent, InboxError> {
    let decoded = decode_stored::<E>(id, timestamp, body);
    let reason = match &decoded {
        Ok(delivery) => delivery.decode_error.as_ref().map(ToString::to_string),
        Err(WebhookError::NotJson(error)) => Some(format!("the body is not a JSON object: {error}")),
        Err(error) => Some(error.to_string()),
    };
    let delivery: Option<Delivery<E>> = decoded.ok();
    let event = delivery.as_ref().map(|delivery| &delivery.event);
    let id = clean_text(id);
    let (payload, key_id) = settings.cipher.seal(&id, body)?;
    Ok(NewEvent {
        payload,
        key_id,
        id,
        name: event.and_then(read_name),
        order_key: event.filter(|_| reason.is_none()).and_then(|event| read_key(settings, event)),
        sent_at: i64::try_from(timestamp.saturating_mul(1000)).unwrap_or(i64::MAX),
        state: if reason.is_none() { State::Ready } else { State::Undecoded },
        reason: reason.as_deref().map(clean_reason),
    })
}

/// Decrypts and decodes a stored delivery, or says why it cannot be handled. `timestamp` is in Unix seconds.
pub(crate) fn open_delivery<E: Events>(
    settings: &Settings<E>,
    id: &str,
    timestamp: u64,
    (payload, key_id): (Vec<u8>, Option<&str>),
) -> Result<Delivery<E>, String> {
    let payload = settings.cipher.open(id, payload, key_id).map_err(|error| error.to_string())?;
    let delivery = decode_stored::<E>(id, timestamp, &payload).map_err(|error| error.to_string())?;
    match &delivery.decode_error {
        Some(error) => Err(error.to_string()),
        None => Ok(delivery),
    }
}

/// The name of an event, if it has one.
pub(crate) fn read_name<E: Events>(event: &E) -> Option<String> {
    event.event_name().map(clean_text).filter(|name| !name.is_empty())
}

/// The ordering key of an event, if events are ordered.
pub(crate) fn read_key<E>(settings: &Settings<E>, event: &E) -> Option<String> {
    settings.order_by.as_ref().and_then(|read| read(event)).map(|key| shorten_key(clean_text(&key)))
}

/// Indexes of PostgreSQL have no room for long texts: the digest of a long key orders the same events.
fn shorten_key(key: String) -> String {
    if key.len() <= KEY_BYTES {
        return key;
    }
    let digest = Sha256::digest(key.as_bytes());
    digest.iter().fold("sha256:".to_owned(), |text, byte| text + &format!("{byte:02x}"))
}

/// Refuses an id that an index has no room for.
pub(crate) fn check_id(id: &str) -> Result<(), ReceiveError> {
    if id.len() > ID_BYTES { Err(ReceiveError::LongId { limit: ID_BYTES }) } else { Ok(()) }
}

/// PostgreSQL does not store NUL in a text.
pub(crate) fn clean_text(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

/// A reason of bounded length.
pub(crate) fn clean_reason(text: &str) -> String {
    let mut text = clean_text(text);
    if text.len() > REASON_BYTES {
        let end = (0..=REASON_BYTES).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
        text.truncate(end);
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_short_and_have_no_nul() {
        assert_eq!(clean_reason("a\0b"), "a\u{fffd}b");
        let long = clean_reason(&"ä".repeat(3_000));
        assert!(long.len() <= REASON_BYTES + 3 && long.ends_with("ä…"), "{}", long.len());
    }
}
