//! A successful answer, and how it becomes the value that the caller gets.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use futures_core::Stream;
use http::{HeaderMap, HeaderValue, StatusCode};

use crate::{
    body::{Body, MaybeSend},
    error::{Error, ErrorKind, Outcome, describe},
    json::{self, Decode, Mismatch},
    operation::Operation,
    secret::Secret,
    service::Service,
    transport::innermost,
};

/// A successful answer before it is decoded.
pub struct ResponseParts {
    pub(crate) operation: &'static Operation,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// The body that is still to come, if the answer is streamed.
    pub(crate) stream: Option<Body>,
    pub(crate) key: Option<HeaderValue>,
    pub(crate) attempts: u32,
    /// Whose answer it is: says which of the headers tell what.
    pub(crate) service: &'static Service,
    /// The credential that the request carried, to be taken out of what an error keeps.
    pub(crate) secret: Option<Secret>,
}

/// What a successful answer becomes. Implemented for everything that JSON is decoded to, and for the few types here.
pub trait Output: Sized + MaybeSend + 'static {
    /// Whether the body is handed over while it is still coming.
    const STREAMED: bool = false;

    /// The value of an answer.
    ///
    /// # Errors
    /// [`ErrorKind::Decode`] if the body does not fit.
    fn from_response(parts: &mut ResponseParts) -> Result<Self, Error>;
}

impl<T: Decode + MaybeSend + 'static> Output for T {
    #[inline]
    fn from_response(parts: &mut ResponseParts) -> Result<Self, Error> {
        // A type without a value to hold takes any successful answer.
        if (size_of::<T>() == 0 || parts.is_empty())
            && let Some(value) = T::from_empty()
        {
            return Ok(value);
        }
        parts.decode()
    }
}

/// A body that is text, whatever its media type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text(pub String);

impl Output for Text {
    fn from_response(parts: &mut ResponseParts) -> Result<Self, Error> {
        match parts.text().map(str::to_owned) {
            Ok(text) => Ok(Self(text)),
            Err(mismatch) => Err(parts.mismatch(mismatch)),
        }
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
        Ok(Self { body: parts.stream.take().unwrap_or_default(), operation: parts.operation })
    }
}

impl ResponseParts {
    /// Whether the body holds nothing.
    pub fn is_empty(&self) -> bool {
        self.body.trim_ascii_start().is_empty()
    }

    /// The body as text.
    ///
    /// # Errors
    /// If it is no UTF-8, with the place of the first byte that is none.
    pub fn text(&self) -> Result<&str, Mismatch> {
        std::str::from_utf8(&self.body).map_err(|error| not_utf8(&self.body, error.valid_up_to()))
    }

    /// The body as a value of JSON.
    ///
    /// # Errors
    /// [`ErrorKind::Decode`] if the body does not fit.
    #[inline]
    pub fn decode<T: Decode>(&mut self) -> Result<T, Error> {
        match self.text().and_then(json::from_str) {
            Ok(value) => Ok(value),
            Err(mismatch) => Err(self.mismatch(mismatch)),
        }
    }

    /// The id under which the server knows the request.
    pub(crate) fn request_id(&self) -> Option<&str> {
        let mut names = self.service.request_id_headers.iter();
        names.find_map(|name| self.headers.get(*name)?.to_str().ok())
    }

    /// Whether the server gave the answer that it had given to an earlier request with the same key.
    fn replayed(&self) -> bool {
        let value = self.service.replayed_header.and_then(|name| self.headers.get(name));
        value.is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"true"))
    }

    /// Takes the credential out of an answer that repeats it, before anything is made of it for people to read.
    pub(crate) fn redact(&mut self) {
        let Some(secret) = &self.secret else { return };
        let secret = secret.expose();
        let holds = |hay: &[u8]| {
            !secret.is_empty() && hay.windows(secret.len()).any(|window| window == secret.as_bytes())
        };
        for value in self.headers.values_mut() {
            if holds(value.as_bytes()) {
                *value = HeaderValue::from_static("(holds the credential)");
            }
        }
        if holds(&self.body) {
            // Lossy conversion is right here: what is no UTF-8 was nothing to be read anyway.
            self.body = String::from_utf8_lossy(&self.body).replace(secret, "…").into();
        }
    }

    /// The error of a body that does not fit.
    #[cold]
    #[inline(never)]
    pub fn mismatch(&mut self, mut mismatch: Mismatch) -> Error {
        self.redact();
        if let Some(secret) = &self.secret {
            mismatch.message = mismatch.message.replace(secret.expose(), "…");
        }
        let what = match describe(&self.headers, &self.body) {
            Some(sentence) => sentence,
            None => mismatch.to_string(),
        };
        let text = format!("the answer ({}) does not fit its type: {what}", self.status);
        Error::new(ErrorKind::Decode, text).edit(|inner| {
            inner.operation = self.operation.id;
            inner.status = Some(self.status);
            inner.headers = self.headers.clone();
            inner.body = self.body.clone();
            inner.request_id = self.request_id().map(str::to_owned);
            inner.idempotency_key = self.key.as_ref().map(in_ascii);
            inner.attempts = self.attempts;
            inner.path = Some(mismatch.path.clone()).filter(|path| !path.is_empty());
            inner.outcome = Outcome::CarriedOut;
            inner.changes = !self.operation.method.is_safe();
            inner.source = Some(mismatch.into());
        })
    }
}

/// A value of ours, which is ASCII.
pub(crate) fn in_ascii(value: &HeaderValue) -> String {
    value.to_str().unwrap_or_default().to_owned()
}

fn not_utf8(body: &[u8], at: usize) -> Mismatch {
    let message = format!("the body is not UTF-8 from byte {at} of {} on", body.len());
    Mismatch { path: String::new(), message }
}

impl fmt::Debug for ResponseParts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseParts")
            .field("operation", &self.operation.id)
            .field("status", &self.status)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish_non_exhaustive()
    }
}

/// A value with the answer it came in.
#[derive(Clone)]
#[non_exhaustive]
pub struct Response<T> {
    /// The decoded value.
    pub value: T,
    /// The status, 200 to 299.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as it came, decompressed; empty if it is streamed.
    pub body: Bytes,
    /// The id under which the server knows the request.
    pub request_id: Option<String>,
    /// The key of idempotency that was sent.
    pub idempotency_key: Option<String>,
    /// How many attempts it took.
    pub attempts: u32,
    /// Whether the server gave the answer that it had given to an earlier request with the same key.
    pub replayed: bool,
}

impl<T> Response<T> {
    pub(crate) fn new(value: T, body: Bytes, parts: ResponseParts) -> Self {
        Self {
            value,
            status: parts.status,
            body,
            request_id: parts.request_id().map(str::to_owned),
            idempotency_key: parts.key.as_ref().map(in_ascii),
            attempts: parts.attempts,
            replayed: parts.replayed(),
            headers: parts.headers,
        }
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

/// A body that is handed over while it comes: nothing is held beyond the piece in hand, and its length has no bound.
///
/// A piece that takes longer than the timeout of an attempt is an error.
pub struct ByteStream {
    body: Body,
    operation: &'static Operation,
}

impl ByteStream {
    /// The length, if the server told it.
    pub fn length(&self) -> Option<u64> {
        self.body.length()
    }

    /// The next piece, or `None` at the end.
    ///
    /// # Errors
    /// [`ErrorKind::Transport`] or [`ErrorKind::Timeout`] if the rest does not come.
    pub async fn try_next(&mut self) -> Result<Option<Bytes>, Error> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await.transpose()
    }

    /// All that is still to come, at most `limit` bytes.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`] if there is more, and as [`try_next`](Self::try_next).
    pub async fn collect(mut self, limit: usize) -> Result<Vec<u8>, Error> {
        let mut out = Vec::new();
        while let Some(piece) = self.try_next().await? {
            if out.len() + piece.len() > limit {
                let text = format!("the body is longer than {limit} bytes");
                return Err(
                    Error::new(ErrorKind::TooLarge, text).edit(|inner| inner.operation = self.operation.id)
                );
            }
            out.extend_from_slice(&piece);
        }
        Ok(out)
    }
}

impl Stream for ByteStream {
    type Item = Result<Bytes, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        this.body.poll_chunk(cx).map(|piece| {
            piece.map(|piece| {
                piece.map_err(|source| {
                    let stalled = source.downcast_ref::<Stalled>();
                    let kind = if stalled.is_some() { ErrorKind::Timeout } else { ErrorKind::Transport };
                    Error::new(kind, format!("the body broke off: {}", innermost(&*source)))
                        .with_source(source)
                        .edit(|inner| inner.operation = this.operation.id)
                })
            })
        })
    }
}

/// A body of which no further piece came in time.
#[derive(Debug)]
pub(crate) struct Stalled(pub(crate) Duration);

impl fmt::Display for Stalled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "nothing came for {} s", self.0.as_secs_f64())
    }
}

impl std::error::Error for Stalled {}

impl fmt::Debug for ByteStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ByteStream").field("operation", &self.operation.id).field("body", &self.body).finish()
    }
}
