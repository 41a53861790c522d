//! The error of a call: one opaque type with accessors.

mod display;
mod envelope;
mod lossy;
mod shapes;
mod unexpected_body;

use std::{error::Error as StdError, fmt, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

pub use self::envelope::ErrorEnvelope;
pub(crate) use self::{
    envelope::ApiError,
    unexpected_body::{describe_unexpected_body, single_line},
};
use crate::{
    json::{self, Decode, DecodeError},
    wire::body::BoxError,
    wire::deprecation::Deprecation,
};

/// Why a call failed.
///
/// `Display` writes one line: what happened, and what to do if the request may have been processed. No credential appears
/// in `Display`, in `Debug` or in the chain of sources; `Debug` omits the body as well.
///
/// ```
/// # fn handle(error: openapi_client_runtime::Error) {
/// if error.is_rate_limited() {
///     println!("retry after {:?}", error.retry_after());
/// } else if error.code() == Some("promo_invalid") {
///     println!("invalid promo code: {}", error.message().unwrap_or_default());
/// } else {
///     eprintln!("{error}");
/// }
/// # }
/// ```
pub struct Error(Box<ErrorData>);

pub(crate) struct ErrorData {
    pub(crate) kind: ErrorKind,
    pub(crate) operation: &'static str,
    /// What happened; empty for [`ErrorKind::Api`] if the message is that of the response.
    pub(crate) text: String,
    pub(crate) status: Option<StatusCode>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// Whether the body of the response was longer.
    pub(crate) is_body_cut: bool,
    pub(crate) api_error: ApiError,
    pub(crate) request_id: Option<String>,
    pub(crate) idempotency_key: Option<String>,
    pub(crate) attempts: u32,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) path: Option<String>,
    pub(crate) outcome: Outcome,
    /// Whether the method is not safe, so that the outcome matters to the caller.
    pub(crate) changes: bool,
    /// See [`Error::is_retryable`].
    pub(crate) retryable: bool,
    /// See [`Error::replayed`].
    pub(crate) replayed: bool,
    pub(crate) source: Option<BoxError>,
}

/// The kind of an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The server responded with a status other than 200 to 299 and the redirects that the API documents: see [`Error::status`], [`Error::code`], [`Error::message`].
    Api,
    /// The connection could not be made, or failed before the response was complete.
    Transport,
    /// The response was not complete within the timeout of an attempt or of the call.
    Timeout,
    /// The body of a successful response does not have the expected type: see [`Error::path`].
    Decode,
    /// The body of a successful response is larger than the limit.
    TooLarge,
    /// The request is invalid, such as a header with a line break; nothing was sent.
    Request,
    /// The client is misconfigured, or used outside of a tokio runtime with timers; nothing was sent.
    Config,
    /// The token provider or token source did not return a token; the request that needed it was not sent.
    Token,
    /// A webhook could not be verified or decoded.
    Webhook,
    /// A user token could not be verified.
    UserToken,
    /// An upload failed: the source is an [`UploadError`](crate::upload::UploadError).
    Upload,
}

/// Whether the server processed a request that failed, as far as the client can tell.
///
/// Of several attempts, the worst outcome counts, in the order of the variants: a rejected attempt does not undo what an
/// earlier attempt may have done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// The request was not processed: nothing was sent, or the server rejected it.
    NotProcessed,
    /// The request may have been processed: it was sent, and no response says what happened to it.
    Unknown,
    /// The request was processed: the server responded with success, but the response cannot be used.
    Processed,
}

impl Error {
    /// An error without an operation and without a response.
    pub fn new(kind: ErrorKind, text: impl Into<String>) -> Self {
        Self(Box::new(ErrorData {
            kind,
            operation: "",
            text: text.into(),
            status: None,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            is_body_cut: false,
            api_error: ApiError::default(),
            request_id: None,
            idempotency_key: None,
            attempts: 0,
            retry_after: None,
            path: None,
            outcome: Outcome::NotProcessed,
            changes: false,
            retryable: false,
            replayed: false,
            source: None,
        }))
    }

    /// Adds the cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<BoxError>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    pub(crate) fn edit(mut self, edit: impl FnOnce(&mut ErrorData)) -> Self {
        edit(&mut self.0);
        self
    }

    /// The kind of the error.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The `operationId` of the call; empty if the error does not belong to a call.
    pub fn operation(&self) -> &'static str {
        self.0.operation
    }

    /// The status of the response, if there was one.
    pub fn status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// The type of the error, as the API names it. The API may add types at any time.
    pub fn error_type(&self) -> Option<&str> {
        self.0.api_error.r#type.as_deref()
    }

    /// The code of the error, as the API names it. The API may add codes at any time.
    pub fn code(&self) -> Option<&str> {
        self.0.api_error.code.as_deref()
    }

    /// The message of the API, unchanged.
    pub fn message(&self) -> Option<&str> {
        self.0.api_error.message.as_deref()
    }

    /// The parameter that the API rejects.
    pub fn param(&self) -> Option<&str> {
        self.0.api_error.param.as_deref()
    }

    /// The server's id of the request; quote it to support.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// The idempotency key of the request. To send the same request again after an unknown outcome, pass it to
    /// [`CallOptions::idempotency_key`](crate::CallOptions::idempotency_key).
    pub fn idempotency_key(&self) -> Option<&str> {
        self.0.idempotency_key.as_deref()
    }

    /// The headers of the response; empty if there was none.
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// What the headers of the response state about the end of the operation; `None` if they state nothing.
    pub fn deprecation(&self) -> Option<Deprecation> {
        Deprecation::from_headers(&self.0.headers)
    }

    /// The first mebibyte of the response body, decompressed; empty if there was none. The secrets of the request are replaced by
    /// `…`, unless they are shorter than 8 bytes.
    pub fn body(&self) -> &[u8] {
        &self.0.body
    }

    /// Decodes the body, for example as the type that the API documents for errors of this status.
    ///
    /// # Errors
    /// [`DecodeError`] with the path of the value that does not have the expected type.
    pub fn decode_body<T: Decode>(&self) -> Result<T, DecodeError> {
        let text = String::from_utf8_lossy(&self.0.body);
        json::from_str(&text)
    }

    /// The number of attempts that the call made.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// The delay that the server asks for before the next request (`Retry-After`); in the error of a token source, the
    /// remaining backoff.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The path of the value in the response that cannot be decoded, such as `data[3].company.id`.
    pub fn path(&self) -> Option<&str> {
        self.0.path.as_deref()
    }

    /// Whether the server processed the request, as far as the client can tell.
    pub fn outcome(&self) -> Outcome {
        self.0.outcome
    }

    /// Whether the resource does not exist (404).
    pub fn is_not_found(&self) -> bool {
        self.has_status(404)
    }

    /// Whether the server rejected the request because there are too many (429).
    pub fn is_rate_limited(&self) -> bool {
        self.has_status(429)
    }

    /// Whether the credential is missing or invalid (401).
    pub fn is_unauthorized(&self) -> bool {
        self.has_status(401)
    }

    /// Whether the credential is valid but does not permit the operation (403).
    pub fn is_forbidden(&self) -> bool {
        self.has_status(403)
    }

    /// Whether the request conflicts with the state of the resource (409).
    pub fn is_conflict(&self) -> bool {
        self.has_status(409)
    }

    /// Whether the server marked the response as the replay of an earlier response to the same idempotency key. The server
    /// responds to this key in the same way until it forgets the key, so the client does not send it again, and a request
    /// that is to have another result needs another key.
    pub fn replayed(&self) -> bool {
        self.0.replayed
    }

    /// Whether the failure may be temporary: a failed connection, a timeout, the status 408, 429 or 5xx, or a 409 because
    /// an earlier request with the same idempotency key is still being processed.
    ///
    /// A [replayed](Self::replayed) response is not temporary, except that of a 429 to a key that the client generated: the
    /// next call generates another one.
    ///
    /// This does not say that a retry is safe. Check [`Error::outcome`], and send a request that changes something again
    /// only with its [`Error::idempotency_key`].
    pub fn is_retryable(&self) -> bool {
        self.0.retryable
    }

    /// Whether the kind is [`ErrorKind::Timeout`].
    pub fn is_timeout(&self) -> bool {
        self.0.kind == ErrorKind::Timeout
    }

    /// Whether the kind is [`ErrorKind::Decode`].
    pub fn is_decode(&self) -> bool {
        self.0.kind == ErrorKind::Decode
    }

    /// Whether the kind is [`ErrorKind::Api`].
    pub fn is_api(&self) -> bool {
        self.0.kind == ErrorKind::Api
    }

    fn has_status(&self, status: u16) -> bool {
        self.is_api() && self.0.status.is_some_and(|actual| actual.as_u16() == status)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("message", &self.to_string())
            .field("outcome", &self.0.outcome)
            .field("attempts", &self.0.attempts)
            .field("body", &format_args!("{}", display::describe_length(&self.0)))
            .field("source", &self.0.source)
            .finish()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        display::format_error(&self.0, f)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
