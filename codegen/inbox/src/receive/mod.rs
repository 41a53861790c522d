//! Receives deliveries: verifies them, and stores them in batches of what waits at the same time.

mod error;
mod writer;

pub use self::error::ReceiveError;
pub(crate) use self::writer::{Writer, start_writer};

use openapi_client_runtime::webhooks::{Delivery, Events};
use sha2::{Digest as _, Sha256};

use crate::{cipher::Cipher, error::InboxError, settings::Settings, state::State, store::NewEvent};

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

/// Prepares a verified delivery for the database.
pub(crate) fn prepare_event<E: Events>(
    settings: &Settings<E>,
    delivery: &Delivery<E>,
) -> Result<NewEvent, InboxError> {
    let decoded = delivery.decode_error.is_none();
    let id = clean_text(&delivery.id);
    let (payload, key_id) = seal_payload(&settings.cipher, &id, delivery.raw())?;
    Ok(NewEvent {
        payload,
        key_id,
        id,
        name: delivery.event.event_name().map(clean_text).filter(|name| !name.is_empty()),
        order_key: if decoded { read_key(settings, &delivery.event) } else { None },
        sent_at: i64::try_from(delivery.timestamp.saturating_mul(1000)).unwrap_or(i64::MAX),
        state: if decoded { State::Ready } else { State::Undecoded },
        reason: delivery.decode_error.as_ref().map(|error| clean_reason(&error.to_string())),
    })
}

fn seal_payload(cipher: &Cipher, id: &str, raw: &str) -> Result<(Vec<u8>, Option<String>), InboxError> {
    cipher.seal(id, raw.as_bytes())
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
