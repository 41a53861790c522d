//! From headers and bytes to a delivery, or to the reason why not.

use std::{
    fmt,
    marker::PhantomData,
    sync::Arc,
    time::{Duration, SystemTime},
};

use super::{
    Delivery, Events, WebhookError, WebhookScheme,
    hmac_key::{Key, seconds, signatures},
};
use crate::clock::wall::WallClock;

/// Events are a few kilobytes long.
const BODY_LIMIT: usize = 1024 * 1024;

/// Verifies deliveries and reads their events. A clone is cheap.
///
/// There is no way round the signature: bytes become an event here after it was found to be right, and nowhere else.
pub struct WebhookVerifier<E> {
    keys: Arc<Vec<Key>>,
    tolerance: u64,
    body_limit: usize,
    clock: WallClock,
    events: PhantomData<fn() -> E>,
}

impl<E: Events> WebhookVerifier<E> {
    /// A verifier with this secret, exactly as it was issued: its bytes are the key, a prefix included. Nothing is
    /// stripped and nothing decoded, though libraries of Standard Webhooks do both.
    ///
    /// # Errors
    /// [`WebhookError::NoSecret`] if it is empty.
    pub fn new(secret: impl AsRef<str>) -> Result<Self, WebhookError> {
        Self::from_bytes(secret.as_ref())
    }

    /// A verifier with a key of these bytes, for secrets that were decoded already.
    ///
    /// # Errors
    /// [`WebhookError::NoSecret`] if there are none.
    pub fn from_bytes(key: impl AsRef<[u8]>) -> Result<Self, WebhookError> {
        let verifier = Self {
            keys: Arc::default(),
            tolerance: E::SCHEME.tolerance_seconds,
            body_limit: BODY_LIMIT,
            clock: WallClock::default(),
            events: PhantomData,
        };
        verifier.and_bytes(key)
    }

    /// A verifier with the secret of the environment variable that the API names ([`WebhookScheme::secret_variable`]).
    ///
    /// # Errors
    /// [`WebhookError::NoSecret`] if it is not set, empty, or not UTF-8.
    pub fn from_env() -> Result<Self, WebhookError> {
        Self::new(std::env::var(E::SCHEME.secret_variable).map_err(|_| no_secret::<E>())?)
    }

    /// Accepts this secret too, so that one can be replaced while deliveries signed with the other are on their way.
    ///
    /// # Errors
    /// [`WebhookError::NoSecret`] if it is empty.
    pub fn and_secret(self, secret: impl AsRef<str>) -> Result<Self, WebhookError> {
        self.and_bytes(secret.as_ref())
    }

    /// Accepts a key of these bytes too.
    ///
    /// # Errors
    /// [`WebhookError::NoSecret`] if there are none.
    pub fn and_bytes(mut self, key: impl AsRef<[u8]>) -> Result<Self, WebhookError> {
        let key = Key::new(key.as_ref()).ok_or_else(no_secret::<E>)?;
        Arc::make_mut(&mut self.keys).push(key);
        Ok(self)
    }

    /// How old, or how far in the future, a delivery may be, in whole seconds, the bound included; 300 s for most APIs.
    #[must_use]
    pub fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = tolerance.as_secs();
        self
    }

    /// The longest body that the extractor and the layer read, in bytes; 1 MiB by default.
    #[must_use]
    pub fn max_body_bytes(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// A clock in the place of the system's, for tests.
    #[must_use]
    pub fn clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = WallClock::of(clock);
        self
    }

    /// Verifies a delivery and reads its event.
    ///
    /// `headers` are an `&http::HeaderMap`, or any names and values; the case of names does not matter. `body` are the
    /// bytes as they came.
    ///
    /// # Errors
    /// [`WebhookError`] tells the reasons apart. That an event is not known, or does not fit its type, is none:
    /// see [`Delivery::mismatch`].
    pub fn verify<N: AsRef<[u8]>, V: AsRef<[u8]>>(
        &self,
        headers: impl IntoIterator<Item = (N, V)>,
        body: &[u8],
    ) -> Result<Delivery<E>, WebhookError> {
        self.verify_at(self.clock.unix_seconds(), headers, body)
    }

    /// The same at a given time, in Unix seconds.
    ///
    /// # Errors
    /// Those of [`verify`](Self::verify).
    pub fn verify_at<N: AsRef<[u8]>, V: AsRef<[u8]>>(
        &self,
        now: u64,
        headers: impl IntoIterator<Item = (N, V)>,
        body: &[u8],
    ) -> Result<Delivery<E>, WebhookError> {
        let names = names(E::SCHEME);
        let mut found = [None, None, None];
        for (name, value) in headers {
            let place = names.iter().position(|own| own.as_bytes().eq_ignore_ascii_case(name.as_ref()));
            // The first of several counts, as with other readers of headers.
            if let Some(slot) = place.and_then(|place| found.get_mut(place)).filter(|slot| slot.is_none()) {
                *slot = Some(value);
            }
        }
        let [id, timestamp, signature] =
            found.each_ref().map(|value| value.as_ref().map_or(&b""[..], AsRef::as_ref));
        let sent = self.check(E::SCHEME, now, [id, timestamp, signature], body)?;
        Delivery::read(id, sent, body)
    }
}

impl<E> WebhookVerifier<E> {
    #[cfg(any(feature = "axum", feature = "tower"))]
    pub(super) fn body_limit(&self) -> usize {
        self.body_limit
    }

    /// The time at which a genuine delivery was sent.
    fn check(
        &self,
        scheme: &WebhookScheme,
        now: u64,
        headers: [&[u8]; 3],
        body: &[u8],
    ) -> Result<u64, WebhookError> {
        if let Some((_, name)) = headers.iter().zip(names(scheme)).find(|(value, _)| value.is_empty()) {
            return Err(WebhookError::MissingHeader { name });
        }
        let [id, timestamp, signature] = headers;
        let malformed = WebhookError::MalformedTimestamp { name: scheme.timestamp_header };
        let sent = seconds(timestamp).ok_or(malformed)?;
        if now.saturating_sub(sent) > self.tolerance {
            return Err(WebhookError::TooOld { seconds: now.saturating_sub(sent) });
        }
        if sent.saturating_sub(now) > self.tolerance {
            return Err(WebhookError::TooNew { seconds: sent.saturating_sub(now) });
        }
        let signatures = signatures(signature, scheme.signature_version);
        if self.keys.iter().any(|key| key.matches(id, timestamp, body, &signatures)) {
            Ok(sent)
        } else {
            Err(WebhookError::NoMatchingSignature)
        }
    }
}

fn names(scheme: &WebhookScheme) -> [&'static str; 3] {
    [scheme.id_header, scheme.timestamp_header, scheme.signature_header]
}

pub(super) fn no_secret<E: Events>() -> WebhookError {
    WebhookError::NoSecret { variable: E::SCHEME.secret_variable }
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
