//! Webhooks: from the headers and the bytes of a request to an event that the API signed, and nothing else to an event.
//! It knows neither names of headers nor events: a generated crate states both ([`Events`], [`WebhookScheme`]).
//!
//! ```
//! # use openapi_client_runtime::{json::Decode, webhooks::{Events, WebhookError, WebhookVerifier}};
//! # fn example<Event: Events>(headers: &http::HeaderMap, body: &[u8]) -> Result<(), WebhookError> {
//! let verifier = WebhookVerifier::<Event>::new("the secret, exactly as it was issued")?;
//! let delivery = verifier.verify(headers, body)?;
//! println!("{} sent at {}", delivery.id, delivery.timestamp);
//! # Ok(())
//! # }
//! ```
//!
//! What is signed, with HMAC-SHA256 (RFC 2104), are the bytes `id.timestamp.body` of
//! [Standard Webhooks](https://www.standardwebhooks.com), and the body must be the one that came: JSON that was read and
//! written again has another signature.

#[cfg(feature = "axum")]
mod axum;
#[cfg(any(feature = "axum", feature = "tower"))]
mod body;
mod delivery;
mod error;
mod hmac_key;
#[cfg(feature = "tower")]
mod layer;
mod signer;
#[cfg(test)]
mod tests;
mod verifier;

pub use self::{delivery::Delivery, error::WebhookError, signer::WebhookSigner, verifier::WebhookVerifier};

#[cfg(feature = "axum")]
pub use self::axum::Verified;
#[cfg(feature = "tower")]
pub use self::layer::{Verify, VerifyLayer};

use crate::json::Decode;

/// What a generated crate states about the webhooks of its API.
#[derive(Clone, Copy, Debug)]
pub struct WebhookScheme {
    /// The header with the id of the message.
    pub id_header: &'static str,
    /// The header with the time of the delivery, in Unix seconds.
    pub timestamp_header: &'static str,
    /// The header with the signatures.
    pub signature_header: &'static str,
    /// What stands before the comma of a signature of HMAC-SHA256; others are passed over.
    pub signature_version: &'static str,
    /// How old, or how far in the future, a delivery may be, in seconds.
    pub tolerance_seconds: u64,
    /// How long the API waits before it delivers again what was not accepted, in seconds, each time.
    pub retry_seconds: &'static [u64],
    /// What the ids of messages begin with; empty where nothing is known of them.
    pub id_prefix: &'static str,
    /// The environment variable that holds the secret.
    pub secret_variable: &'static str,
}

/// The events of an API: a generated enum with a variant for what it does not know.
pub trait Events: Decode {
    /// How they are signed.
    const SCHEME: &'static WebhookScheme;

    /// An event that is only known to be JSON.
    fn unknown(value: serde_json::Value) -> Self;

    /// Whether it is one.
    fn is_unknown(&self) -> bool;
}
