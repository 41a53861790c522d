//! One attempt: adds the credential, sends the request, reads the response, and classifies failures.

use std::{pin::pin, sync::OnceLock, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, StatusCode, Uri, header::LOCATION};

use crate::{
    call::prepare::{Prepared, append_credential},
    call::retry_after::parse_retry_after,
    client::credential::{CredentialPart, credential_part},
    clock,
    error::{ApiError, Error, ErrorKind, Outcome},
    response::body_reader::{ReadError, read_body, with_chunk_timeout},
    response::parts::{ResponseParts, ascii_text},
    secret::Secret,
    transport::{TransportError, root_cause},
    wire::body::Body,
};

/// The error of an attempt.
pub(crate) struct AttemptError {
    pub(crate) error: Error,
    pub(crate) retry: RetrySafety,
}

/// Whether a retry after an error is safe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RetrySafety {
    /// Safe: the server did not process the request.
    Safe,
    /// Safe for idempotent requests only: the server may have processed the request.
    IfIdempotent,
    /// Pointless: a retry has the same result.
    Never,
}

impl Prepared {
    /// An error with the details of this call.
    pub(crate) fn error(&self, kind: ErrorKind, text: impl Into<String>) -> Error {
        Error::new(kind, text).edit(|inner| {
            inner.operation = self.operation.id;
            inner.idempotency_key = self.key.as_ref().map(ascii_text);
            inner.changes = !self.operation.method.is_safe();
        })
    }

    /// Makes one attempt, with `limit` as its timeout.
    pub(crate) async fn attempt(
        &mut self,
        secret: Option<&Secret>,
        limit: Option<Duration>,
        is_streamed: bool,
    ) -> Result<ResponseParts, AttemptError> {
        let request = match self.build_request(secret) {
            Ok(request) => request,
            Err(error) => {
                let error = error.edit(|inner| inner.operation = self.operation.id);
                return Err(AttemptError { error, retry: RetrySafety::Never });
            }
        };
        // Set when the headers arrive, so that a timeout during the body can report the status.
        let status = OnceLock::new();
        let exchange = async {
            let transport = &self.core.shared().transport;
            let response = transport.send(request).await.map_err(|error| self.transport_error(error))?;
            let _ = status.set(response.status());
            self.read_response(response, is_streamed, secret).await
        };
        match clock::timeout(limit, pin!(exchange)).await {
            Some(result) => result,
            None => Err(self.timeout_error(limit.unwrap_or_default(), status.get().copied())),
        }
    }

    fn build_request(&mut self, secret: Option<&Secret>) -> Result<http::Request<Body>, Error> {
        let mut headers = self.headers.to_map(1);
        let mut url = self.url.clone();
        if let Some(secret) = secret.filter(|_| !self.is_authorized) {
            match credential_part(self.core.shared().service.authentication, secret)? {
                Some(CredentialPart::Header(name, value)) => {
                    headers.insert(name, value);
                }
                Some(CredentialPart::Query(name)) => url = append_credential(&url, name, secret.expose())?,
                None => {}
            }
        }
        let mut request = http::Request::new(self.payload.take());
        *request.method_mut() = self.operation.method.to_http();
        *request.uri_mut() = url;
        *request.headers_mut() = headers;
        Ok(request)
    }

    async fn read_response(
        &self,
        response: http::Response<Body>,
        is_streamed: bool,
        secret: Option<&Secret>,
    ) -> Result<ResponseParts, AttemptError> {
        let (head, body) = response.into_parts();
        let shared = self.core.shared();
        let mut parts = ResponseParts {
            operation: self.operation,
            status: head.status,
            headers: head.headers,
            body: Bytes::new(),
            stream: None,
            idempotency_key: self.key.clone(),
            attempts: 0,
            service: shared.service,
            credential: secret.cloned(),
        };
        let limit = self.options().max_response_bytes.unwrap_or(shared.max_response_bytes);
        if parts.status.is_success() && is_streamed {
            let timeout = self.options().timeout.or(shared.attempt_timeout);
            parts.stream = Some(with_chunk_timeout(body, timeout));
            return Ok(parts);
        }
        match read_body(body, limit).await {
            Ok(bytes) => parts.body = bytes,
            Err(error) => return Err(self.body_error(parts, error)),
        }
        if parts.status.is_success() { Ok(parts) } else { Err(self.status_error(parts)) }
    }

    /// The error if there was no response.
    fn transport_error(&self, error: TransportError) -> AttemptError {
        let kind = if error.is_timeout() { ErrorKind::Timeout } else { ErrorKind::Transport };
        let sent = error.may_have_been_sent();
        let host = self.url.authority().map_or("", |authority| authority.as_str());
        let text = format!("no response from {host}: {error}");
        let error = self.error(kind, text).with_source(error).edit(|inner| {
            inner.outcome = if sent { Outcome::Unknown } else { Outcome::NotProcessed };
            inner.retryable = true;
        });
        AttemptError { error, retry: if sent { RetrySafety::IfIdempotent } else { RetrySafety::Safe } }
    }

    /// The error if the response, or the rest of it, did not arrive in time.
    fn timeout_error(&self, limit: Duration, status: Option<StatusCode>) -> AttemptError {
        let seconds = limit.as_secs_f64();
        let text = match status {
            Some(status) => format!("the response ({status}) was not complete within {seconds} s"),
            None => format!("no response within {seconds} s"),
        };
        let error = self.error(ErrorKind::Timeout, text).edit(|inner| {
            inner.status = status;
            inner.outcome = status.map_or(Outcome::Unknown, outcome_of_status);
            inner.retryable = true;
        });
        AttemptError { error, retry: RetrySafety::IfIdempotent }
    }

    /// The error if the response body cannot be read.
    fn body_error(&self, mut parts: ResponseParts, error: ReadError) -> AttemptError {
        parts.redact();
        let status = parts.status;
        let (kind, text, source, retry) = match error {
            ReadError::TooLarge { limit } => (
                ErrorKind::TooLarge,
                format!(
                    "the response ({status}) is longer than {limit} bytes: raise `max_response_bytes` or request less"
                ),
                None,
                RetrySafety::Never,
            ),
            ReadError::Interrupted { source, received } => (
                ErrorKind::Transport,
                format!(
                    "the response ({status}) was interrupted after {received} bytes: {}",
                    root_cause(&*source)
                ),
                Some(source),
                RetrySafety::IfIdempotent,
            ),
        };
        let error = self.error(kind, text).edit(|inner| {
            inner.status = Some(status);
            inner.request_id = parts.request_id().map(str::to_owned);
            inner.headers = parts.headers;
            inner.retryable = retry == RetrySafety::IfIdempotent;
            inner.outcome = outcome_of_status(status);
            inner.source = source;
        });
        AttemptError { error, retry }
    }

    /// The error if the status of the response is not a success.
    fn status_error(&self, mut parts: ResponseParts) -> AttemptError {
        let service = self.core.shared().service;
        parts.redact();
        let envelope = ApiError::parse(&parts.body, &service.error);
        let status = parts.status;
        let message = envelope.message.as_deref();
        let retry_after = parse_retry_after(&parts.headers, message, service.retry.wait_patterns);
        let text = if status.is_redirection() { describe_redirect(&parts.headers) } else { String::new() };
        let retry = match status.as_u16() {
            // These servers limit load before they process a request. A 503 without a delay may come from anywhere.
            429 => RetrySafety::Safe,
            503 if retry_after.is_some() => RetrySafety::Safe,
            408 | 500..=599 => RetrySafety::IfIdempotent,
            _ => RetrySafety::Never,
        };
        let error = self.error(ErrorKind::Api, text).edit(|inner| {
            inner.status = Some(status);
            inner.retryable = retry != RetrySafety::Never;
            inner.outcome = match retry {
                RetrySafety::Safe => Outcome::NotProcessed,
                _ => outcome_of_status(status),
            };
            inner.request_id = parts.request_id().map(str::to_owned);
            inner.headers = parts.headers;
            inner.body = parts.body;
            inner.api_error = envelope;
            inner.retry_after = retry_after;
        });
        AttemptError { error, retry }
    }
}

/// What a status says about the processing of the request.
fn outcome_of_status(status: StatusCode) -> Outcome {
    if status.is_success() {
        Outcome::Processed
    } else if status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT {
        Outcome::Unknown
    } else {
        Outcome::NotProcessed
    }
}

/// Names only the host of the target, because the rest of the URL may be secret.
fn describe_redirect(headers: &HeaderMap) -> String {
    let target = headers
        .get(LOCATION)
        .and_then(|value| value.to_str().ok()?.parse::<Uri>().ok())
        .and_then(|uri| uri.host().map(str::to_owned))
        .map_or(String::new(), |host| format!(" to the host {host}"));
    format!(
        "the server sent a redirect{target}; it is not followed, so that the credential stays with this host: \
         check the base URL"
    )
}
