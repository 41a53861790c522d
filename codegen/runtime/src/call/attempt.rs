//! One attempt: adds the credential, sends the request, reads the response, and classifies failures.

use std::{
    pin::pin,
    sync::{Arc, OnceLock},
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderMap, StatusCode, Uri, header::LOCATION};

use crate::{
    call::idempotency::{generate_key, says_key_in_use},
    call::prepare::{Prepared, append_credential, prepend_cookie},
    call::retry_after::parse_retry_after,
    client::credential::{CredentialPart, credential_part},
    client::selection::Few,
    clock,
    error::{ApiError, Error, ErrorKind, Outcome},
    response::body_reader::{ReadError, read_body, with_chunk_timeout},
    response::parts::{ResponseParts, ascii_text},
    secret::Secret,
    transport::{SendState, TransportError, root_cause},
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
    /// Safe with the same idempotency key only: a request with this key is still being processed.
    WithSameKey,
    /// Safe with a new idempotency key only, and pointless with the same one: the server stored its rejection of the
    /// request, which it did not process, under the key.
    WithNewKey,
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
        tokens: &Few<Secret>,
        limit: Option<Duration>,
        is_streamed: bool,
    ) -> Result<ResponseParts, AttemptError> {
        let mut request = match self.build_request(tokens) {
            Ok(request) => request,
            Err(error) => {
                let error = error.edit(|inner| inner.operation = self.operation.id);
                return Err(AttemptError { error, retry: RetrySafety::Never });
            }
        };
        let state = SendState::default();
        request.extensions_mut().insert(state.clone());
        // Set when the headers arrive, so that a timeout during the body can report the status.
        let status = OnceLock::new();
        let exchange = async {
            let transport = &self.core.shared().transport;
            let response = transport.send(request).await.map_err(|error| self.transport_error(error))?;
            let _ = status.set(response.status());
            self.read_response(response, is_streamed, tokens, &state).await
        };
        match clock::timeout(limit, pin!(exchange)).await {
            Some(result) => result,
            None => {
                state.notify_timeout();
                let sent = status.get().is_some() || state.may_have_been_sent();
                Err(self.timeout_error(limit.unwrap_or_default(), status.get().copied(), sent))
            }
        }
    }

    /// Replaces a generated idempotency key under which the server has stored a rejection.
    pub(crate) fn renew_key(&mut self) -> Result<(), Error> {
        if let Some(name) = self.core.shared().key_header.clone() {
            let key = generate_key()?;
            self.headers.set(name, key.clone());
            self.key = Some(key);
        }
        Ok(())
    }

    fn build_request(&mut self, tokens: &Few<Secret>) -> Result<http::Request<Body>, Error> {
        let mut headers = self.headers.to_map(1);
        let mut url = self.url.clone();
        for (selected, secret) in self.selection.credentials.iter().zip(tokens.iter()) {
            if selected.header.is_some() {
                continue;
            }
            match credential_part(selected.authentication, secret)? {
                CredentialPart::Header(name, value) => {
                    headers.insert(name, value);
                }
                CredentialPart::Query(name) => url = append_credential(&url, name, secret.expose())?,
                CredentialPart::Cookie(pair) => prepend_cookie(&mut headers, &pair)?,
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
        tokens: &Few<Secret>,
        state: &SendState,
    ) -> Result<ResponseParts, AttemptError> {
        let (head, body) = response.into_parts();
        let shared = self.core.shared();
        let limit = self.options().max_response_bytes.unwrap_or(shared.max_response_bytes);
        let mut parts = ResponseParts {
            operation: self.operation,
            status: head.status,
            headers: head.headers,
            body: Bytes::new(),
            stream: None,
            idempotency_key: self.key.clone(),
            attempts: 0,
            service: shared.service,
            credentials: tokens.clone(),
            secrets: Arc::clone(&self.secrets),
            is_body_cut: false,
            filling: shared.fills_missing_fields.then(|| self.core.clone()),
            #[cfg(feature = "event-stream")]
            max_response_bytes: limit,
            #[cfg(feature = "event-stream")]
            request: None,
        };
        let is_result = self.operation.is_result(parts.status);
        if is_result && is_streamed {
            let timeout = self.options().timeout.or(shared.attempt_timeout);
            parts.stream = Some(with_chunk_timeout(body, timeout, state.clone()));
            return Ok(parts);
        }
        match read_body(body, limit).await {
            Ok(bytes) => parts.body = bytes,
            Err(error) => return Err(self.body_error(parts, error)),
        }
        if is_result { Ok(parts) } else { Err(self.status_error(parts)) }
    }

    /// The error if there was no response.
    fn transport_error(&self, error: TransportError) -> AttemptError {
        let kind = if error.is_timeout() { ErrorKind::Timeout } else { ErrorKind::Transport };
        let (sent, permanent) = (error.may_have_been_sent(), error.is_permanent());
        let host = self.url.authority().map_or("", |authority| authority.as_str());
        let text = format!("no response from {host}: {error}");
        let error = self.error(kind, text).with_source(error).edit(|inner| {
            inner.outcome = if sent { Outcome::Unknown } else { Outcome::NotProcessed };
            inner.retryable = !permanent;
        });
        let retry = match (permanent, sent) {
            (true, _) => RetrySafety::Never,
            (false, true) => RetrySafety::IfIdempotent,
            (false, false) => RetrySafety::Safe,
        };
        AttemptError { error, retry }
    }

    /// The error if the response, or the rest of it, did not arrive in time.
    fn timeout_error(&self, limit: Duration, status: Option<StatusCode>, sent: bool) -> AttemptError {
        let seconds = limit.as_secs_f64();
        let text = match status {
            None if !sent => format!("no connection within {seconds} s, so the request was not sent"),
            Some(status) => format!("the response ({status}) was not complete within {seconds} s"),
            None => format!("no response within {seconds} s"),
        };
        let error = self.error(ErrorKind::Timeout, text).edit(|inner| {
            inner.status = status;
            inner.outcome = match status {
                None if !sent => Outcome::NotProcessed,
                status => status.map_or(Outcome::Unknown, outcome_of_status),
            };
            inner.retryable = true;
        });
        AttemptError { error, retry: if sent { RetrySafety::IfIdempotent } else { RetrySafety::Safe } }
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
            inner.replayed = parts.is_replayed();
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
        let envelope = ApiError::parse_response(&parts.headers, &parts.body, &service.error);
        let status = parts.status;
        let message = envelope.message.as_deref();
        let retry_after = parse_retry_after(&parts.headers, message, service.retry.wait_patterns);
        let text = if is_redirect(status, &parts.headers) {
            describe_redirect(&parts.headers)
        } else {
            String::new()
        };
        let replayed = parts.is_replayed();
        let has_key = self.key.is_some();
        let retry = match status.as_u16() {
            429 if replayed && has_key => RetrySafety::WithNewKey,
            // The same key receives the same response until the server forgets it.
            _ if replayed && has_key => RetrySafety::Never,
            // A server limits load before it processes a request.
            429 => RetrySafety::Safe,
            409 if has_key
                && (retry_after.is_some()
                    || says_key_in_use(&envelope, service.idempotency.in_use_codes)) =>
            {
                RetrySafety::WithSameKey
            }
            // A 503 proves nothing, with `Retry-After` or without: a gateway sends it after the origin has acted, too.
            408 | 500..=599 => RetrySafety::IfIdempotent,
            _ => RetrySafety::Never,
        };
        let error = self.error(ErrorKind::Api, text).edit(|inner| {
            inner.status = Some(status);
            inner.retryable = retry != RetrySafety::Never;
            inner.outcome = match retry {
                RetrySafety::Safe | RetrySafety::WithNewKey => Outcome::NotProcessed,
                // Whether this request was processed is what the one in progress decides.
                RetrySafety::WithSameKey => Outcome::Unknown,
                _ => outcome_of_status(status),
            };
            inner.replayed = replayed;
            inner.request_id = parts.request_id().map(str::to_owned);
            inner.headers = parts.headers;
            inner.body = parts.body;
            inner.is_body_cut = parts.is_body_cut;
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

/// Whether a response refers to another URL. 304 (Not Modified) does not, and 300 only with a `Location`.
fn is_redirect(status: StatusCode, headers: &HeaderMap) -> bool {
    match status.as_u16() {
        301..=303 | 307 | 308 => true,
        304 => false,
        _ => status.is_redirection() && headers.contains_key(LOCATION),
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
