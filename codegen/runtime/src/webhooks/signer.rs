//! The other side: signs deliveries as the API does, for tests and for servers that play it.

use std::{fmt, marker::PhantomData};

use super::{Events, WebhookError, hmac_key::Key, verifier::no_secret};

/// Signs deliveries as the API does: for tests of an endpoint, not for the endpoint.
pub struct WebhookSigner<E> {
    key: Key,
    events: PhantomData<fn() -> E>,
}

impl<E: Events> WebhookSigner<E> {
    /// Signs with this secret, taken as [`WebhookVerifier::new`](super::WebhookVerifier::new) takes it.
    ///
    /// # Errors
    /// [`WebhookError::NoSecret`] if it is empty.
    pub fn new(secret: impl AsRef<str>) -> Result<Self, WebhookError> {
        Self::from_bytes(secret.as_ref())
    }

    /// Signs with a key of these bytes.
    ///
    /// # Errors
    /// [`WebhookError::NoSecret`] if there are none.
    pub fn from_bytes(key: impl AsRef<[u8]>) -> Result<Self, WebhookError> {
        let key = Key::new(key.as_ref()).ok_or_else(no_secret::<E>)?;
        Ok(Self { key, events: PhantomData })
    }

    /// The headers of a delivery with this id, sent at this time in Unix seconds, with exactly this body.
    #[must_use]
    pub fn sign(&self, id: &str, timestamp: u64, body: &[u8]) -> [(&'static str, String); 3] {
        let scheme = E::SCHEME;
        let timestamp = timestamp.to_string();
        let signature = self.key.sign(id.as_bytes(), timestamp.as_bytes(), body);
        [
            (scheme.id_header, id.to_owned()),
            (scheme.timestamp_header, timestamp),
            (scheme.signature_header, format!("{},{signature}", scheme.signature_version)),
        ]
    }
}

impl<E> Clone for WebhookSigner<E> {
    fn clone(&self) -> Self {
        Self { key: self.key.clone(), events: PhantomData }
    }
}

impl<E> fmt::Debug for WebhookSigner<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookSigner").finish_non_exhaustive()
    }
}
