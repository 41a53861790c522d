//! What a generated crate declares about the webhooks of its API.

use crate::json::Decode;

/// How the API signs and delivers webhooks.
#[derive(Clone, Copy, Debug)]
pub struct WebhookScheme {
    /// The header with the message id.
    pub id_header: &'static str,
    /// The header with the time of the delivery, in Unix seconds.
    pub timestamp_header: &'static str,
    /// The header with the signatures, separated by spaces. There may be several such headers.
    pub signature_header: &'static str,
    /// The version of an HMAC-SHA256 signature: the text before the comma. Signatures of other versions are ignored.
    pub signature_version: &'static str,
    /// The largest accepted difference between the delivery's timestamp and the clock, in seconds.
    pub tolerance_seconds: u64,
    /// The delays after which the API retries a delivery that was not accepted, in seconds.
    pub retry_seconds: &'static [u64],
    /// The prefix of message ids; empty if it is not known.
    pub id_prefix: &'static str,
    /// The environment variable that holds the webhook secret.
    pub secret_variable: &'static str,
    /// The version of the API whose payloads the event types describe, if the API has versions.
    pub api_version: Option<&'static str>,
    /// The property of a payload that states the version which the payload follows.
    pub version_property: Option<&'static str>,
}

/// The events of an API: implemented by a generated enum with a variant for unknown events.
pub trait Events: Decode {
    /// How deliveries of these events are signed.
    const SCHEME: &'static WebhookScheme;

    /// Wraps a JSON value that is not one of the known events.
    fn unknown(value: serde_json::Value) -> Self;

    /// Whether this is the variant for unknown events.
    fn is_unknown(&self) -> bool;

    /// The name of the event as the API has it; `None` if the type does not tell.
    fn event_name(&self) -> Option<&str> {
        None
    }
}
