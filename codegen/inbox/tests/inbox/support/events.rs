//! The events of an invented API, written by hand as a generated crate would, and their signed deliveries.

use std::time::{SystemTime, UNIX_EPOCH};

use openapi_client_runtime::{
    json::Decode,
    webhooks::{Events, WebhookScheme, WebhookSigner, WebhookVerifier},
};
use serde_json::{Value, json};

pub(crate) const SECRET: &str = "secret-of-the-tests";

const SCHEME: WebhookScheme = WebhookScheme {
    id_header: "webhook-id",
    timestamp_header: "webhook-timestamp",
    signature_header: "webhook-signature",
    signature_version: "v1",
    tolerance_seconds: 300,
    retry_seconds: &[],
    id_prefix: "msg_",
    secret_variable: "INBOX_TEST_UNSET_SECRET",
    api_version: None,
    version_property: None,
};

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Event {
    /// `{"type": "paid", "number": 7, "key": "a"}`; the key may be missing.
    Paid {
        number: u64,
        key: Option<String>,
    },
    Unknown(Value),
}

impl Event {
    pub(crate) fn number(&self) -> u64 {
        match self {
            Self::Paid { number, .. } => *number,
            Self::Unknown(value) => panic!("a handler got an event that was not decoded: {value}"),
        }
    }

    pub(crate) fn key(&self) -> Option<String> {
        match self {
            Self::Paid { key, .. } => key.clone(),
            Self::Unknown(_) => None,
        }
    }
}

impl Decode for Event {
    fn blank() -> Self {
        Self::Unknown(Value::Null)
    }

    fn decode<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::{Deserialize as _, Error as _};
        let value = Value::deserialize(deserializer)?;
        if value["type"] != "paid" {
            return Ok(Self::Unknown(value));
        }
        let number =
            value["number"].as_u64().ok_or_else(|| D::Error::custom("expected a number in `number`"))?;
        Ok(Self::Paid { number, key: value["key"].as_str().map(str::to_owned) })
    }
}

impl Events for Event {
    const SCHEME: &'static WebhookScheme = &SCHEME;

    fn unknown(value: Value) -> Self {
        Self::Unknown(value)
    }

    fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown(_))
    }

    fn event_name(&self) -> Option<&str> {
        match self {
            Self::Paid { .. } => Some("paid"),
            Self::Unknown(value) => value["type"].as_str(),
        }
    }
}

pub(crate) fn new_verifier() -> WebhookVerifier<Event> {
    WebhookVerifier::new(SECRET).unwrap()
}

/// A delivery as the API sends it.
#[derive(Clone, Debug)]
pub(crate) struct SignedDelivery {
    pub(crate) id: String,
    pub(crate) headers: [(&'static str, String); 3],
    pub(crate) body: Vec<u8>,
}

impl SignedDelivery {
    /// The delivery of an event with this number, signed now.
    pub(crate) fn paid(number: u64, key: Option<&str>) -> Self {
        let body = json!({"type": "paid", "number": number, "key": key}).to_string();
        Self::new(&message_id(number), body.as_bytes())
    }

    pub(crate) fn new(id: &str, body: &[u8]) -> Self {
        Self::at(unix_seconds(), id, body)
    }

    /// A delivery that was signed at this time, in Unix seconds.
    pub(crate) fn at(timestamp: u64, id: &str, body: &[u8]) -> Self {
        let headers = WebhookSigner::<Event>::new(SECRET).unwrap().sign(id, timestamp, body);
        Self { id: id.to_owned(), headers, body: body.to_vec() }
    }

    /// The headers as `receive` takes them.
    pub(crate) fn headers(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.headers.iter().map(|(name, value)| (*name, value.as_str()))
    }
}

/// The message id of the event with this number.
pub(crate) fn message_id(number: u64) -> String {
    format!("msg_{number}")
}

pub(crate) fn unix_seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

pub(crate) fn unix_milliseconds() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap()
}
