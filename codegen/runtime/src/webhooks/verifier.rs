//! Verifies the signature and the timestamp of a delivery, then decodes its event.

use std::{
    fmt,
    marker::PhantomData,
    sync::Arc,
    time::{Duration, SystemTime},
};

use super::{
    delivery::Delivery,
    error::WebhookError,
    headers::{SignedHeaders, find_headers, parse_signatures, parse_timestamp},
    hmac_key::HmacKey,
    scheme::{Events, WebhookScheme},
};
use crate::{clock::wall::WallClock, secret::read_variable};

/// The default of `max_body_bytes`. Events are a few kilobytes long.
const DEFAULT_BODY_LIMIT: usize = 1024 * 1024;

/// Verifies webhook deliveries and decodes their events. Cloning is cheap.
///
/// Events are decoded only after the signature was verified; there is no way to skip the verification.
pub struct WebhookVerifier<E> {
    keys: Arc<Vec<HmacKey>>,
    tolerance: u64,
    body_limit: usize,
    clock: WallClock,
    events: PhantomData<fn() -> E>,
}

impl<E: Events> WebhookVerifier<E> {
    /// Creates a verifier with this secret, exactly as it was issued. Its UTF-8 bytes, prefix included, are the HMAC key:
    /// unlike the Standard Webhooks libraries, this neither strips a prefix nor decodes base64. A secret that you read from a
    /// file may end with a line break: remove it.
    ///
    /// # Errors
    /// [`WebhookError::NoSecret`] if the secret is empty or blank.
    pub fn new(secret: impl AsRef<str>) -> Result<Self, WebhookError> {
        Self::from_bytes(secret.as_ref())
    }

    /// Creates a verifier with the bytes of an HMAC key, for secrets that are decoded already.
    ///
    /// # Errors
    /// [`WebhookError::NoSecret`] if the key is empty or blank.
    pub fn from_bytes(key: impl AsRef<[u8]>) -> Result<Self, WebhookError> {
        let verifier = Self {
            keys: Arc::default(),
            tolerance: E::SCHEME.tolerance_seconds,
            body_limit: DEFAULT_BODY_LIMIT,
            clock: WallClock::default(),
            events: PhantomData,
        };
        verifier.and_bytes(key)
    }

    /// Creates a verifier with the secret in the environment variable [`WebhookScheme::secret_variable`], without the white space
    /// around it.
    ///
    /// # Errors
    /// [`WebhookError::NoSecret`] if the variable is not set, blank, or not UTF-8.
    pub fn from_env() -> Result<Self, WebhookError> {
        Self::new(read_variable(E::SCHEME.secret_variable).ok_or_else(Self::no_secret)?)
    }

    /// Accepts deliveries signed with this secret as well. While a secret is being rotated, pass both.
    ///
    /// # Errors
    /// [`WebhookError::NoSecret`] if the secret is empty or blank.
    pub fn and_secret(self, secret: impl AsRef<str>) -> Result<Self, WebhookError> {
        self.and_bytes(secret.as_ref())
    }

    /// Accepts deliveries signed with this HMAC key as well.
    ///
    /// # Errors
    /// [`WebhookError::NoSecret`] if the key is empty or blank.
    pub fn and_bytes(mut self, key: impl AsRef<[u8]>) -> Result<Self, WebhookError> {
        let key = HmacKey::new(key.as_ref()).ok_or_else(Self::no_secret)?;
        Arc::make_mut(&mut self.keys).push(key);
        Ok(self)
    }

    /// Sets the largest accepted difference between the delivery's timestamp and the clock, in whole seconds. The default is
    /// [`WebhookScheme::tolerance_seconds`].
    #[must_use]
    pub fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = tolerance.as_secs();
        self
    }

    /// Sets the longest body that the `axum` extractor and the `tower` layer read, in bytes. The default is 1 MiB.
    #[must_use]
    pub fn max_body_bytes(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// Replaces the system clock, for tests.
    #[must_use]
    pub fn clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = WallClock::custom(clock);
        self
    }

    /// Verifies a delivery and decodes its event.
    ///
    /// `headers` is an `&http::HeaderMap` or any iterator over names and values; the case of the names does not matter.
    /// `body` is the request body exactly as it was received.
    ///
    /// # Errors
    /// [`WebhookError`] says why the delivery is rejected. An event that is unknown or cannot be decoded is not an error: see
    /// [`Delivery::decode_error`].
    pub fn verify<N: AsRef<[u8]>, V: AsRef<[u8]>>(
        &self,
        headers: impl IntoIterator<Item = (N, V)>,
        body: &[u8],
    ) -> Result<Delivery<E>, WebhookError> {
        self.verify_at(self.clock.unix_seconds(), headers, body)
    }

    /// Like [`verify`](Self::verify), with `now` in Unix seconds in place of the clock.
    ///
    /// # Errors
    /// The same as [`verify`](Self::verify).
    pub fn verify_at<N: AsRef<[u8]>, V: AsRef<[u8]>>(
        &self,
        now: u64,
        headers: impl IntoIterator<Item = (N, V)>,
        body: &[u8],
    ) -> Result<Delivery<E>, WebhookError> {
        let headers = find_headers(E::SCHEME, headers);
        let timestamp = self.check(E::SCHEME, now, &headers, body)?;
        Delivery::decode(id_bytes(&headers), timestamp, body)
    }

    fn no_secret() -> WebhookError {
        WebhookError::NoSecret { variable: E::SCHEME.secret_variable }
    }
}

impl<E> WebhookVerifier<E> {
    #[cfg(any(feature = "axum", feature = "tower"))]
    pub(super) fn body_limit(&self) -> usize {
        self.body_limit
    }

    /// Checks the headers, the timestamp and the signature. Returns the timestamp.
    fn check<V: AsRef<[u8]>>(
        &self,
        scheme: &WebhookScheme,
        now: u64,
        headers: &SignedHeaders<V>,
        body: &[u8],
    ) -> Result<u64, WebhookError> {
        let id = require_header(headers.id.as_ref(), scheme.id_header)?;
        let timestamp = require_header(headers.timestamp.as_ref(), scheme.timestamp_header)?;
        let signatures = headers.signatures.iter().filter(|value| !value.as_ref().is_empty());
        require_header(signatures.clone().next(), scheme.signature_header)?;
        let malformed = WebhookError::MalformedTimestamp { name: scheme.timestamp_header };
        let sent_at = parse_timestamp(timestamp).ok_or(malformed)?;
        if now.saturating_sub(sent_at) > self.tolerance {
            return Err(WebhookError::TooOld { seconds: now.saturating_sub(sent_at) });
        }
        if sent_at.saturating_sub(now) > self.tolerance {
            return Err(WebhookError::TooNew { seconds: sent_at.saturating_sub(now) });
        }
        let signatures: Vec<Vec<u8>> = signatures
            .flat_map(|header| parse_signatures(header.as_ref(), scheme.signature_version))
            .collect();
        if self.keys.iter().any(|key| key.matches(id, timestamp, body, &signatures)) {
            Ok(sent_at)
        } else {
            Err(WebhookError::NoMatchingSignature)
        }
    }
}

/// Verifies a delivery without decoding its body, which may be anything. Returns the message id and the timestamp in Unix seconds.
///
/// # Errors
/// The same as [`WebhookVerifier::verify`], without [`WebhookError::NotJson`].
pub fn verify_signature<E: Events, N: AsRef<[u8]>, V: AsRef<[u8]>>(
    verifier: &WebhookVerifier<E>,
    headers: impl IntoIterator<Item = (N, V)>,
    body: &[u8],
) -> Result<(String, u64), WebhookError> {
    let headers = find_headers(E::SCHEME, headers);
    let timestamp = verifier.check(E::SCHEME, verifier.clock.unix_seconds(), &headers, body)?;
    Ok((String::from_utf8_lossy(id_bytes(&headers)).into_owned(), timestamp))
}

fn id_bytes<V: AsRef<[u8]>>(headers: &SignedHeaders<V>) -> &[u8] {
    headers.id.as_ref().map_or(&[], AsRef::as_ref)
}

/// The longest body that a verifier accepts, for servers in other crates.
#[cfg(any(feature = "axum", feature = "tower"))]
#[cfg_attr(openapi_client_docs, doc(cfg(any(feature = "axum", feature = "tower"))))]
pub fn body_limit<E>(verifier: &WebhookVerifier<E>) -> usize {
    verifier.body_limit()
}

/// The value of a header, unless it is missing or empty.
fn require_header<'h, V: AsRef<[u8]>>(
    value: Option<&'h V>,
    name: &'static str,
) -> Result<&'h [u8], WebhookError> {
    let value = value.map(AsRef::as_ref).filter(|value| !value.is_empty());
    value.ok_or(WebhookError::MissingHeader { name })
}

impl<E> Clone for WebhookVerifier<E> {
    fn clone(&self) -> Self {
        Self {
            keys: Arc::clone(&self.keys),
            tolerance: self.tolerance,
            body_limit: self.body_limit,
            clock: self.clock.clone(),
            events: PhantomData,
        }
    }
}

impl<E> fmt::Debug for WebhookVerifier<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookVerifier")
            .field("secrets", &self.keys.len())
            .field("tolerance_seconds", &self.tolerance)
            .field("max_body_bytes", &self.body_limit)
            .field("clock", &self.clock)
            .finish()
    }
}
