//! The types that a successful response is decoded into.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use crate::{
    error::Error,
    json::{Decode, DecodeError, RawBody},
    response::{
        body_reader::ByteStream,
        parts::{ResponseParts, ascii_text},
    },
    wire::body::{Body, MaybeSend},
    wire::deprecation::Deprecation,
};

/// A type that a successful response can be decoded into: every type that is decoded from JSON, [`Text`], [`Bytes`] and
/// [`ByteStream`]; with the feature `event-stream` also streams of events and of JSON lines.
pub trait Output: Sized + MaybeSend + 'static {
    /// Whether the caller reads the body, instead of the call.
    const STREAMED: bool = false;

    /// Decodes a response.
    ///
    /// # Errors
    /// [`ErrorKind::Decode`](crate::ErrorKind::Decode) if the body does not have this type.
    fn from_response(parts: &mut ResponseParts) -> Result<Self, Error>;
}

impl<T: Decode + MaybeSend + 'static> Output for T {
    #[inline]
    fn from_response(parts: &mut ResponseParts) -> Result<Self, Error> {
        if T::MAY_BE_RAW
            && let Some(result) = decode_raw(parts)
        {
            return result;
        }
        // A type without fields, such as `()`, accepts every successful response.
        if (size_of::<T>() == 0 || parts.is_empty())
            && let Some(value) = T::from_empty()
        {
            return Ok(value);
        }
        parts.decode()
    }
}

/// The value of a body that is not JSON by its status.
fn decode_raw<T: Decode>(parts: &mut ResponseParts) -> Option<Result<T, Error>> {
    match T::from_body(parts.status.as_u16(), &parts.body) {
        RawBody::Json => None,
        RawBody::Decoded(result) => Some(result.map_err(|error| parts.text_error(error))),
        RawBody::Unlisted(value) => {
            let absent = if parts.is_empty() { T::from_empty() } else { None };
            Some(Ok(absent.unwrap_or(value)))
        }
    }
}

/// A body that is text, whatever its media type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text(pub String);

impl Output for Text {
    fn from_response(parts: &mut ResponseParts) -> Result<Self, Error> {
        match parts.text().map(str::to_owned) {
            Ok(text) => Ok(Self(text)),
            Err(error) => Err(parts.text_error(error)),
        }
    }
}

/// A body that is text, or `None` if there is no body.
impl Output for Option<Text> {
    fn from_response(parts: &mut ResponseParts) -> Result<Self, Error> {
        if parts.lacks_body(Some(parts.body.len() as u64)) {
            return Ok(None);
        }
        Text::from_response(parts).map(Some)
    }
}

/// A body that is JSON of a type that implements [`serde::Deserialize`], such as one of the application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned + MaybeSend + 'static> Output for Json<T> {
    fn from_response(parts: &mut ResponseParts) -> Result<Self, Error> {
        let decoded = parts.text().and_then(|text| {
            serde_json::from_str(text)
                .map_err(|error| DecodeError { path: String::new(), message: error.to_string() })
        });
        decoded.map(Self).map_err(|error| parts.decode_error(error))
    }
}

impl Output for Bytes {
    fn from_response(parts: &mut ResponseParts) -> Result<Self, Error> {
        Ok(std::mem::take(&mut parts.body))
    }
}

impl Output for ByteStream {
    const STREAMED: bool = true;

    fn from_response(parts: &mut ResponseParts) -> Result<Self, Error> {
        Ok(Self::new(parts.stream.take().unwrap_or_default(), parts.operation.id))
    }
}

/// A body that is read while it arrives, or `None` if there is no body.
impl Output for Option<ByteStream> {
    const STREAMED: bool = true;

    fn from_response(parts: &mut ResponseParts) -> Result<Self, Error> {
        if parts.lacks_body(parts.stream.as_ref().and_then(Body::length)) {
            return Ok(None);
        }
        ByteStream::from_response(parts).map(Some)
    }
}

/// A decoded value with the response that it was decoded from.
#[derive(Clone)]
#[non_exhaustive]
pub struct Response<T> {
    /// The decoded value.
    pub value: T,
    /// The status: 200 to 299, or one of 300 to 399 that the API documents for this operation.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, decompressed; empty if it is streamed.
    pub body: Bytes,
    /// The server's id of the request; quote it to support.
    pub request_id: Option<String>,
    /// The idempotency key of the request.
    pub idempotency_key: Option<String>,
    /// The number of attempts that the call made.
    pub attempts: u32,
    /// Whether the server replayed the response of an earlier request with the same idempotency key.
    pub replayed: bool,
}

impl<T> Response<T> {
    pub(crate) fn new(value: T, body: Bytes, parts: ResponseParts) -> Self {
        Self {
            value,
            status: parts.status,
            body,
            request_id: parts.request_id().map(str::to_owned),
            idempotency_key: parts.idempotency_key.as_ref().map(ascii_text),
            attempts: parts.attempts,
            replayed: parts.is_replayed(),
            headers: parts.headers,
        }
    }

    /// What the headers state about the end of the operation; `None` if they state nothing.
    #[must_use]
    pub fn deprecation(&self) -> Option<Deprecation> {
        Deprecation::from_headers(&self.headers)
    }
}

impl<T: fmt::Debug> fmt::Debug for Response<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("value", &self.value)
            .field("status", &self.status)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .field("request_id", &self.request_id)
            .field("attempts", &self.attempts)
            .field("replayed", &self.replayed)
            .finish_non_exhaustive()
    }
}
