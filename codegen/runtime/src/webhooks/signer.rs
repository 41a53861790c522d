//! Signs deliveries, for tests and mock servers.

use std::{fmt, marker::PhantomData};

use super::{error::WebhookError, hmac_key::HmacKey, scheme::Events};

/// Signs deliveries as the API does. Use it to test an endpoint.
pub struct WebhookSigner<E> {
    key: HmacKey,
    events: PhantomData<fn() -> E>,
}

impl<E: Events> WebhookSigner<E> {
    /// Creates a signer from a secret, which is interpreted as in [`WebhookVerifier::new`](super::WebhookVerifier::new).
    ///
    /// # Errors
    /// [`WebhookError::NoSecret`] if the secret is empty or blank.
    pub fn new(secret: impl AsRef<str>) -> Result<Self, WebhookError> {
        Self::from_bytes(secret.as_ref())
    }

    /// Creates a signer from the bytes of an HMAC key.
    ///
    /// # Errors
    /// [`WebhookError::NoSecret`] if the key is empty or blank.
    pub fn from_bytes(key: impl AsRef<[u8]>) -> Result<Self, WebhookError> {
        let key = HmacKey::new(key.as_ref())
            .ok_or(WebhookError::NoSecret { variable: E::SCHEME.secret_variable })?;
        Ok(Self { key, events: PhantomData })
    }

    /// The headers of a delivery with this message id, timestamp in Unix seconds, and body.
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
