//! Verifies webhook deliveries and decodes their events. A generated crate declares the header names and the event types
//! ([`WebhookScheme`], [`Events`]).
//!
//! ```
//! # use openapi_client_runtime::webhooks::{Events, WebhookError, WebhookVerifier};
//! # fn example<Event: Events>(headers: &http::HeaderMap, body: &[u8]) -> Result<(), WebhookError> {
//! let verifier = WebhookVerifier::<Event>::new("the secret, exactly as it was issued")?;
//! let delivery = verifier.verify(headers, body)?;
//! println!("{} sent at {}", delivery.id, delivery.timestamp);
//! # Ok(())
//! # }
//! ```
//!
//! The signature follows [Standard Webhooks](https://www.standardwebhooks.com): an HMAC-SHA256 (RFC 2104) of the bytes
//! `id.timestamp.body`. Pass the request body exactly as it was received: parsing and serializing it again changes its
//! bytes and invalidates the signature.

#[cfg(feature = "axum")]
mod axum;
#[cfg(any(feature = "axum", feature = "tower"))]
pub(crate) mod body;
pub(crate) mod delivery;
mod error;
mod headers;
mod hmac_key;
#[cfg(feature = "tower")]
mod layer;
mod scheme;
mod signer;
#[cfg(test)]
mod tests;
pub(crate) mod verifier;

pub use self::{
    delivery::Delivery,
    error::WebhookError,
    scheme::{Events, WebhookScheme},
    signer::WebhookSigner,
    verifier::WebhookVerifier,
};

#[cfg(feature = "axum")]
pub use self::axum::{HasWebhookVerifier, Verified};
#[cfg(feature = "tower")]
pub use self::layer::{Verify, VerifyLayer};

/// The old name of [`WebhookVerifier`].
#[deprecated(since = "0.2.0", note = "renamed to `WebhookVerifier`")]
pub type Verifier<E> = WebhookVerifier<E>;

/// The old name of [`WebhookSigner`].
#[deprecated(since = "0.2.0", note = "renamed to `WebhookSigner`")]
pub type Signer<E> = WebhookSigner<E>;

/// The old name of [`WebhookScheme`].
#[deprecated(since = "0.2.0", note = "renamed to `WebhookScheme`")]
pub type Scheme = WebhookScheme;

/// The old name of [`WebhookError`].
#[deprecated(since = "0.2.0", note = "renamed to `WebhookError`")]
pub type VerifyError = WebhookError;
