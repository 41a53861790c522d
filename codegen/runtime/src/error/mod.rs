//! What a call can fail with: one opaque type that answers questions.

mod body;
mod envelope;
mod show;

use std::{error::Error as StdError, fmt, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

pub use self::envelope::ErrorEnvelope;
pub(crate) use self::{
    body::{describe_unexpected_body, one_line},
    envelope::ApiError,
};
use crate::{
    json::{self, Decode, DecodeError},
    wire::body::BoxError,
};

/// The most of a body that an error keeps.
const MAX_BODY: usize = 1024 * 1024;

/// Why a call failed.
///
/// `Display` is one line that says what happened and what to do. Neither it nor `Debug` nor anything in the chain of
/// sources holds a credential; `Debug` leaves out the bodies too.
///
/// ```
/// # fn handle(error: openapi_client_runtime::Error) {
/// if error.is_rate_limited() {
///     println!("try again in {:?}", error.retry_after());
/// } else if error.code() == Some("promo_invalid") {
///     println!("that code does not work: {}", error.message().unwrap_or_default());
/// } else {
///     eprintln!("{error}");
/// }
/// # }
/// ```
pub struct Error(Box<Inner>);

pub(crate) struct Inner {
    pub(crate) kind: ErrorKind,
    pub(crate) operation: &'static str,
    /// What happened, for every kind but [`ErrorKind::Api`], whose text is the envelope's.
    pub(crate) text: String,
    pub(crate) status: Option<StatusCode>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) envelope: ApiError,
    pub(crate) request_id: Option<String>,
    pub(crate) idempotency_key: Option<String>,
    pub(crate) attempts: u32,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) path: Option<String>,
    pub(crate) outcome: Outcome,
    /// Whether the request changes something, so that its outcome matters.
    pub(crate) changes: bool,
    pub(crate) transient: bool,
    pub(crate) source: Option<BoxError>,
}

/// What kind of failure it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The server answered with an error: see [`Error::status`], [`Error::code`], [`Error::message`].
    Api,
    /// No answer came: no connection, or it broke.
    Transport,
    /// No answer came in time.
    Timeout,
    /// A successful answer came that does not fit its type: see [`Error::path`].
    Decode,
    /// A successful answer came that is longer than allowed.
    TooLarge,
    /// The request cannot be sent as it is; nothing was sent.
    Request,
    /// The client is not set up right; nothing was sent.
    Config,
    /// The token provider, or a source of tokens, gave no token; the request that wanted it was not sent.
    Token,
    /// A webhook could not be verified or read.
    Webhook,
    /// A user's token could not be verified.
    UserToken,
    /// An upload failed: its source is the [`UploadError`](crate::upload::UploadError).
    Upload,
}

/// Whether the server did what was asked, as far as can be known here.
///
/// Over several attempts the worst counts: a refusal does not undo what an earlier attempt may have done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// It did not: nothing was sent, or the server refused.
    NotProcessed,
    /// It may have: the request went out, and no answer tells.
    Unknown,
    /// It did; only its answer could not be used.
    Processed,
}

impl Error {
    /// An error that is about no call yet.
    pub fn new(kind: ErrorKind, text: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            operation: "",
            text: text.into(),
            status: None,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            envelope: ApiError::default(),
            request_id: None,
            idempotency_key: None,
            attempts: 0,
            retry_after: None,
            path: None,
            outcome: Outcome::NotProcessed,
            changes: false,
            transient: false,
            source: None,
        }))
    }

    /// The same with what caused it.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<BoxError>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    pub(crate) fn edit(mut self, edit: impl FnOnce(&mut Inner)) -> Self {
        edit(&mut self.0);
        self.0.body.truncate(MAX_BODY);
        self
    }

    /// What kind of failure it was.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The `operationId` of the call; empty if it was none.
    pub fn operation(&self) -> &'static str {
        self.0.operation
    }

    /// The status of the answer, if one came.
    pub fn status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// The API's type of the error. An open set: new ones come without notice.
    pub fn error_type(&self) -> Option<&str> {
        self.0.envelope.r#type.as_deref()
    }

    /// The API's code of the error. An open set: new ones come without notice.
    pub fn code(&self) -> Option<&str> {
        self.0.envelope.code.as_deref()
    }

    /// The API's message, as it came.
    pub fn message(&self) -> Option<&str> {
        self.0.envelope.message.as_deref()
    }

    /// The parameter that the API finds fault with.
    pub fn param(&self) -> Option<&str> {
        self.0.envelope.param.as_deref()
    }

    /// The id under which the server knows the request: what its support asks for.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// The key of idempotency that was sent. To make the same request again after an unknown outcome, pass it to
    /// [`CallOptions::idempotency_key`](crate::CallOptions::idempotency_key).
    pub fn idempotency_key(&self) -> Option<&str> {
        self.0.idempotency_key.as_deref()
    }

    /// The headers of the answer; empty if none came.
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// The first mebibyte of the answer's body as it came; empty if none came.
    pub fn body(&self) -> &[u8] {
        &self.0.body
    }

    /// The body as the type that the document gives to errors of this status.
    ///
    /// # Errors
    /// [`DecodeError`] with the path of what did not fit.
    pub fn decode_body<T: Decode>(&self) -> Result<T, DecodeError> {
        let text = String::from_utf8_lossy(&self.0.body);
        json::from_str(&text)
    }

    /// How many attempts were made.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// How long the server asks to wait before the next request.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The path in the answer that does not fit, such as `data[3].company.id`.
    pub fn path(&self) -> Option<&str> {
        self.0.path.as_deref()
    }

    /// Whether the server did what was asked, as far as can be known here.
    pub fn outcome(&self) -> Outcome {
        self.0.outcome
    }

    /// The resource does not exist (404).
    pub fn is_not_found(&self) -> bool {
        self.has_status(404)
    }

    /// There are too many requests (429).
    pub fn is_rate_limited(&self) -> bool {
        self.has_status(429)
    }

    /// The credential is missing or wrong (401).
    pub fn is_unauthorized(&self) -> bool {
        self.has_status(401)
    }

    /// The credential is right and does not allow this (403).
    pub fn is_forbidden(&self) -> bool {
        self.has_status(403)
    }

    /// The resource is in a state that does not allow this (409).
    pub fn is_conflict(&self) -> bool {
        self.has_status(409)
    }

    /// The fault may pass by itself: no connection, no answer in time, 408, 429 or 5xx.
    ///
    /// This says nothing about the safety of a repeat: for that see [`Error::outcome`], and repeat a request that
    /// changes something with its [`Error::idempotency_key`].
    pub fn is_retryable(&self) -> bool {
        self.0.transient
    }

    /// No answer came in time.
    pub fn is_timeout(&self) -> bool {
        self.0.kind == ErrorKind::Timeout
    }

    /// A successful answer came that does not fit its type.
    pub fn is_decode(&self) -> bool {
        self.0.kind == ErrorKind::Decode
    }

    /// The server answered with an error.
    pub fn is_api(&self) -> bool {
        self.0.kind == ErrorKind::Api
    }

    fn has_status(&self, status: u16) -> bool {
        self.is_api() && self.0.status.is_some_and(|own| own.as_u16() == status)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("message", &self.to_string())
            .field("outcome", &self.0.outcome)
            .field("attempts", &self.0.attempts)
            .field("body", &format_args!("{} bytes", self.0.body.len()))
            .field("source", &self.0.source)
            .finish()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show::show(&self.0, f)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
