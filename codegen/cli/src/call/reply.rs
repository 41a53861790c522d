//! Responses.

use openapi_client_description::JsonValue;
use openapi_client_runtime::{Bytes, Response};

/// The response to a call.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) request_id: Option<String>,
    /// Whether it repeats the response to an earlier request with the same idempotency key.
    pub(crate) replayed: bool,
    pub(crate) body: ReplyBody,
    /// The body as it was received.
    pub(crate) bytes: Bytes,
}

/// The body of a response.
#[derive(Debug)]
pub(crate) enum ReplyBody {
    Json(JsonValue),
    Text(String),
    Bytes(Bytes),
    Empty,
}

impl Reply {
    /// Reads a response. What should be JSON and is not becomes text or bytes: people can read more than programs.
    pub(crate) fn read(response: Response<Bytes>, is_json: bool) -> Self {
        let content_type =
            response.headers.get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let media_type =
            content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_lowercase();
        let says_json = media_type.ends_with("/json") || media_type.ends_with("+json");
        let is_text = media_type.starts_with("text/");
        Self {
            status: response.status.as_u16(),
            request_id: response.request_id,
            replayed: response.replayed,
            bytes: response.value.clone(),
            body: ReplyBody::read(response.value, is_json || says_json, is_text),
        }
    }
}

impl ReplyBody {
    fn read(bytes: Bytes, is_json: bool, is_text: bool) -> Self {
        if bytes.is_empty() {
            return Self::Empty;
        }
        let Ok(text) = std::str::from_utf8(&bytes) else { return Self::Bytes(bytes) };
        match JsonValue::parse(text) {
            Ok(value) if is_json => Self::Json(value),
            _ if is_json && text.trim().is_empty() => Self::Empty,
            _ if is_json || is_text => Self::Text(text.to_owned()),
            _ => Self::Bytes(bytes),
        }
    }
}
