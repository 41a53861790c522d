//! A successful response before it is decoded, and the errors of decoding it.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode};

use crate::{
    client::operation::Operation,
    client::service::Service,
    error::{Error, ErrorKind, Outcome, describe_unexpected_body},
    json::{self, Decode, DecodeError},
    secret::Secret,
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
    /// The credential of the request, to be removed from what an error keeps.
    pub(crate) credential: Option<Secret>,
}

impl ResponseParts {
    /// Whether the body is empty or white space.
    pub fn is_empty(&self) -> bool {
        self.body.trim_ascii_start().is_empty()
    }

    /// The body as text.
    ///
    /// # Errors
    /// If the body is not UTF-8.
    pub fn text(&self) -> Result<&str, DecodeError> {
        std::str::from_utf8(&self.body).map_err(|error| invalid_utf8(&self.body, error.valid_up_to()))
    }

    /// Decodes the body from JSON.
    ///
    /// # Errors
    /// [`ErrorKind::Decode`] if the body does not have the type `T`.
    #[inline]
    pub fn decode<T: Decode>(&mut self) -> Result<T, Error> {
        match self.text().and_then(json::from_str) {
            Ok(value) => Ok(value),
            Err(error) => Err(self.decode_error(error)),
        }
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

    /// Removes the credential from a response that contains it. Errors keep the response, and errors are logged.
    pub(crate) fn redact(&mut self) {
        let Some(credential) = &self.credential else { return };
        let credential = credential.expose();
        let contains_credential = |bytes: &[u8]| {
            !credential.is_empty()
                && bytes.windows(credential.len()).any(|window| window == credential.as_bytes())
        };
        for value in self.headers.values_mut() {
            if contains_credential(value.as_bytes()) {
                *value = HeaderValue::from_static("(contains the credential)");
            }
        }
        if contains_credential(&self.body) {
            // A lossy conversion is enough: what is not UTF-8 cannot be shown as text anyway.
            self.body = String::from_utf8_lossy(&self.body).replace(credential, "…").into();
        }
    }

    /// The error of a body that cannot be decoded.
    #[cold]
    #[inline(never)]
    pub fn decode_error(&mut self, mut source: DecodeError) -> Error {
        self.redact();
        if let Some(credential) = &self.credential {
            source.message = source.message.replace(credential.expose(), "…");
        }
        let status = self.status;
        let text = match describe_unexpected_body(&self.headers, &self.body) {
            Some(description) => format!("cannot decode the response ({status}): {description}"),
            None if source.path.is_empty() => format!("cannot decode the response ({status}): {source}"),
            None => format!("cannot decode the response ({status}) {source}"),
        };
        Error::new(ErrorKind::Decode, text).edit(|inner| {
            inner.operation = self.operation.id;
            inner.status = Some(status);
            inner.headers = self.headers.clone();
            inner.body = self.body.clone();
            inner.request_id = self.request_id().map(str::to_owned);
            inner.idempotency_key = self.idempotency_key.as_ref().map(ascii_text);
            inner.attempts = self.attempts;
            inner.path = Some(source.path.clone()).filter(|path| !path.is_empty());
            inner.outcome = Outcome::Processed;
            inner.changes = !self.operation.method.is_safe();
            inner.source = Some(source.into());
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

/// The text of an idempotency key, which is validated as ASCII before it is sent.
pub(crate) fn ascii_text(value: &HeaderValue) -> String {
    value.to_str().unwrap_or_default().to_owned()
}

fn invalid_utf8(body: &[u8], at: usize) -> DecodeError {
    let message = format!("expected UTF-8, found another byte at offset {at} of {}", body.len());
    DecodeError { path: String::new(), message }
}
