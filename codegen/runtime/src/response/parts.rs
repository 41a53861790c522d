//! A successful response before it is decoded, and the errors of decoding it.

use std::{fmt, sync::Arc};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header::CONTENT_TYPE};

#[cfg(feature = "event-stream")]
use crate::call::draft::Draft;
use crate::{
    client::core::Core,
    client::hooks::MissingField,
    client::operation::Operation,
    client::selection::Few,
    client::service::Service,
    error::{ApiError, Error, ErrorKind, Outcome, describe_unexpected_body},
    json::{self, Decode, DecodeError, KeptField, Lossy},
    secret::Secret,
    secret::redaction::Redaction,
    wire::body::Body,
};

/// A successful response before it is decoded.
pub struct ResponseParts {
    pub(crate) operation: &'static Operation,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// The unread body, if the response is streamed.
    pub(crate) stream: Option<Body>,
    pub(crate) idempotency_key: Option<HeaderValue>,
    pub(crate) attempts: u32,
    /// The API, which names the headers that are read below.
    pub(crate) service: &'static Service,
    /// The credentials of the request, to be removed from what an error keeps.
    pub(crate) credentials: Few<Secret>,
    /// The other secrets of the request, to be removed as well.
    pub(crate) secrets: Arc<[Secret]>,
    /// Whether the body was cut for an error.
    pub(crate) is_body_cut: bool,
    /// The client, if it fills missing fields.
    pub(crate) filling: Option<Core>,
    /// The limit on the length of a body, and of a part of a stream.
    #[cfg(feature = "event-stream")]
    pub(crate) max_response_bytes: u64,
    /// The request of a streamed response, if it can be sent again.
    #[cfg(feature = "event-stream")]
    pub(crate) request: Option<Box<Draft>>,
}

impl ResponseParts {
    /// Whether there is no value to decode: the body is empty or white space, or it is the page that a redirect shows in browsers.
    pub fn is_empty(&self) -> bool {
        self.body.trim_ascii_start().is_empty()
            || (self.status.is_redirection() && !self.media_type().to_ascii_lowercase().ends_with("json"))
    }

    /// Whether there is no text or file: the body has no bytes, or it is the page that a redirect shows in browsers.
    pub(crate) fn lacks_body(&self, length: Option<u64>) -> bool {
        let is_without = [StatusCode::NO_CONTENT, StatusCode::RESET_CONTENT].contains(&self.status);
        length == Some(0) || is_without || self.status.is_redirection()
    }

    /// The media type of the body without its parameters; empty if the response has none.
    pub(crate) fn media_type(&self) -> &str {
        let content_type = self.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        media_essence(content_type.unwrap_or_default())
    }

    /// The body as text.
    ///
    /// # Errors
    /// If the body is not UTF-8.
    pub fn text(&self) -> Result<&str, DecodeError> {
        json::body_text(&self.body)
    }

    /// Decodes the body from JSON.
    ///
    /// # Errors
    /// [`ErrorKind::Decode`] if the body does not have the type `T`, and [`ErrorKind::Api`] if it is an error instead.
    #[inline]
    pub fn decode<T: Decode>(&mut self) -> Result<T, Error> {
        let unions = json::StrictUnions::set(self.filling.is_some());
        let decoded = self
            .text()
            .and_then(|text| json::decode_response(self.status.as_u16(), text, self.filling.is_some()));
        drop(unions);
        match decoded {
            Ok((value, kept)) => {
                if !kept.is_empty() {
                    self.report_kept(&kept);
                }
                Ok(value)
            }
            Err(error) => self.recover(error, json::fill),
        }
    }

    /// Fills the missing fields of a body if the client is set up to, and otherwise returns the error.
    #[cold]
    fn recover<T>(
        &mut self,
        error: DecodeError,
        fill: fn(&str, DecodeError) -> Result<Lossy<T>, DecodeError>,
    ) -> Result<T, Error> {
        if let Some(error) = self.reported_error(&error) {
            return Err(error);
        }
        if self.filling.is_none() {
            return Err(self.decode_error(error));
        }
        match self.text().and_then(|text| fill(text, error)) {
            Ok(lossy) => {
                self.report_missing(&lossy.filled);
                Ok(lossy.value)
            }
            Err(error) => Err(self.decode_error(error)),
        }
    }

    /// Reports values that their types cannot hold.
    #[cold]
    fn report_kept(&self, kept: &[KeptField]) {
        let paths: Vec<String> = kept.iter().map(|field| field.path.clone()).collect();
        #[cfg(feature = "tracing")]
        crate::call::trace::warn_kept(self.operation, self.request_id(), &paths);
        self.report_missing(&paths);
    }

    /// Reports fields that the response lacks, or that cannot be decoded, if the client is set up to.
    #[cold]
    fn report_missing(&self, fields: &[String]) {
        let Some(core) = &self.filling else { return };
        for field in fields {
            let (operation, request_id) = (self.operation, self.request_id());
            let missing = MissingField {
                operation: operation.id,
                method: operation.method,
                path: operation.path,
                field,
                request_id,
            };
            core.shared().hooks.iter().for_each(|hooks| hooks.on_missing_field(&missing));
        }
    }

    /// The error that the body reports although the status is a success, if decoding failed for that.
    fn reported_error(&mut self, error: &DecodeError) -> Option<Error> {
        // Where a value within the body cannot be decoded, the body is the expected value.
        if !error.path.is_empty() {
            return None;
        }
        self.redact();
        let reported = ApiError::parse_in_success(&self.body, &self.service.error)?;
        Some(self.error(ErrorKind::Api, String::new()).edit(|inner| {
            inner.api_error = reported;
            // Unlike a status of 4xx, a success does not say that nothing was done.
            inner.outcome = Outcome::Unknown;
        }))
    }

    /// The server's id of the request.
    pub(crate) fn request_id(&self) -> Option<&str> {
        let mut names = self.service.request_id_headers.iter();
        names.find_map(|name| self.headers.get(*name)?.to_str().ok())
    }

    /// Whether the response repeats that of an earlier request with the same idempotency key.
    pub(crate) fn is_replayed(&self) -> bool {
        let value = self.service.replayed_header.and_then(|name| self.headers.get(name));
        value.is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"true"))
    }

    /// Removes the secrets of the request from a response that contains them, and cuts a long body. Errors keep the response, and
    /// errors are logged.
    pub(crate) fn redact(&mut self) -> Redaction {
        let redaction = Redaction::new(self.credentials.iter().chain(&*self.secrets));
        for value in self.headers.values_mut() {
            if redaction.is_in(value.as_bytes()) {
                *value = HeaderValue::from_static("(contains a credential)");
            }
        }
        let (body, is_cut) = redaction.redact_body(&self.body);
        self.body = body;
        self.is_body_cut |= is_cut;
        redaction
    }

    /// The error of a body that cannot be decoded.
    #[cold]
    #[inline(never)]
    pub fn decode_error(&mut self, source: DecodeError) -> Error {
        self.redact();
        let description = describe_unexpected_body(&self.headers, &self.body);
        let description = description.map(|description| description + &self.alternative_hint());
        self.describe_decode_error("the response", description, source)
    }

    /// The error of a body that is not the text that was expected.
    #[cold]
    pub(crate) fn text_error(&mut self, source: DecodeError) -> Error {
        let description = format!("{source}{}", self.alternative_hint());
        self.describe_decode_error("the response", Some(description), source)
    }

    /// The error of a response, or of a part of it, that cannot be decoded: described by `source`, unless there is more to say.
    pub(crate) fn describe_decode_error(
        &mut self,
        what: &str,
        description: Option<String>,
        mut source: DecodeError,
    ) -> Error {
        let redaction = self.redact();
        source.message = redaction.redact_text(source.message).into_owned();
        source.path = redaction.redact_text(source.path).into_owned();
        let status = self.status;
        let text = match description {
            Some(description) => format!("cannot decode {what} ({status}): {description}"),
            None if source.path.is_empty() => format!("cannot decode {what} ({status}): {source}"),
            None => format!("cannot decode {what} ({status}) {source}"),
        };
        let hint =
            if json::is_fillable(&source) { " (`decode_lossy` of this error fills such fields)" } else { "" };
        self.error(ErrorKind::Decode, text + hint).edit(|inner| {
            inner.path = Some(source.path.clone()).filter(|path| !path.is_empty());
            inner.outcome = Outcome::Processed;
            inner.source = Some(source.into());
        })
    }

    /// The methods of the request that return a response of this media type, as the end of a message; empty if there is nothing
    /// more to see.
    fn alternative_hint(&self) -> String {
        let mut alternatives = self.operation.alternatives.iter();
        let found = self.media_type();
        let method = alternatives.find(|(name, _)| media_essence(name).eq_ignore_ascii_case(found));
        match method {
            Some((_, method)) => format!(" (`{method}()` decodes it, `send_bytes()` returns it as it came)"),
            None if self.body.trim_ascii_start().is_empty() || found.eq_ignore_ascii_case("text/html") => {
                String::new()
            }
            None => " (`send_bytes()` returns it as it came)".to_owned(),
        }
    }

    /// A copy without body and request.
    #[cfg(feature = "event-stream")]
    pub(crate) fn clone_head(&self) -> Self {
        Self {
            operation: self.operation,
            status: self.status,
            headers: self.headers.clone(),
            body: Bytes::new(),
            stream: None,
            idempotency_key: self.idempotency_key.clone(),
            attempts: self.attempts,
            service: self.service,
            credentials: self.credentials.clone(),
            secrets: Arc::clone(&self.secrets),
            is_body_cut: false,
            filling: None,
            max_response_bytes: self.max_response_bytes,
            request: None,
        }
    }

    /// An error with the details of this response.
    pub(crate) fn error(&self, kind: ErrorKind, text: String) -> Error {
        Error::new(kind, text).edit(|inner| {
            inner.operation = self.operation.id;
            inner.status = Some(self.status);
            inner.headers = self.headers.clone();
            inner.body = self.body.clone();
            inner.is_body_cut = self.is_body_cut;
            inner.request_id = self.request_id().map(str::to_owned);
            inner.idempotency_key = self.idempotency_key.as_ref().map(ascii_text);
            inner.attempts = self.attempts;
            inner.replayed = self.is_replayed();
            inner.changes = !self.operation.method.is_safe();
        })
    }
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

/// A media type without its parameters.
fn media_essence(media_type: &str) -> &str {
    media_type.split(';').next().unwrap_or_default().trim()
}

/// The text of an idempotency key, which is validated as ASCII before it is sent.
pub(crate) fn ascii_text(value: &HeaderValue) -> String {
    value.to_str().unwrap_or_default().to_owned()
}
