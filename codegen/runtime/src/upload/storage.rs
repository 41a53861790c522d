//! Sends the bytes to the storage, with retries.
//!
//! PUT is idempotent (RFC 9110, section 9.2.2) and every attempt sends the same bytes, so any transient failure is retried if the
//! content can be read again. Of the client, only its transport, retry policy and retry budget are used.

use std::{pin::pin, time::Duration};

use http::{Response, StatusCode};

use super::{
    content::Content,
    error::ContentError,
    exact_length::{ContentFailure, ExactLength},
    flow::UploadFlow,
    progress::{ByteChunks, Progress},
    storage_code::is_storage_timeout,
    target::UploadTarget,
};
use crate::{
    call::retry_after::parse_retry_after,
    call::trace,
    client::core::Core,
    client::options::CallOptions,
    client::retry::{Decision, Failure},
    clock::{self, Instant},
    error::{Error, ErrorKind},
    transport::{SendState, TransportError},
    wire::body::Body,
};

/// The PUT request of an upload.
pub(super) struct StoragePut<'a> {
    pub(super) core: &'a Core,
    pub(super) options: &'a CallOptions,
    pub(super) flow: &'static UploadFlow,
    pub(super) target: UploadTarget,
    pub(super) content: Content,
    pub(super) length: u64,
    pub(super) progress: Option<Progress>,
    pub(super) timeout: Duration,
}

/// Why the bytes could not be sent.
pub(super) enum PutError {
    Content(ContentError),
    Storage(Error),
}

impl StoragePut<'_> {
    /// Makes attempts until the storage accepts the bytes or the failure is not retryable.
    pub(super) async fn run(mut self) -> Result<(), PutError> {
        let started_at = Instant::now();
        let mut attempt = 0;
        loop {
            attempt += 1;
            let attempt_started_at = Instant::now();
            let result = trace::instrument(pin!(self.attempt()), trace::attempt_span(attempt)).await;
            let duration = attempt_started_at.elapsed();
            let error = match result {
                Ok(status) => {
                    trace::record_attempt(attempt, Some(status), None, duration, None, None);
                    if let Some(budget) = &self.core.shared().budget {
                        budget.record_success();
                    }
                    return Ok(());
                }
                Err(PutError::Storage(error)) => error.edit(|inner| inner.attempts = attempt),
                Err(error) => return Err(error),
            };
            let delay = self.retry_delay(&error, attempt, started_at.elapsed());
            trace::record_attempt(attempt, error.status(), None, duration, Some(&error), delay);
            match delay {
                Some(delay) => clock::sleep(delay).await,
                None => return Err(PutError::Storage(error)),
            }
        }
    }

    async fn attempt(&mut self) -> Result<StatusCode, PutError> {
        let failure = ContentFailure::default();
        let timeout = self.timeout;
        let state = SendState::default();
        let result = match clock::timeout(Some(timeout), pin!(self.send(&failure, &state))).await {
            Some(result) => result,
            None => {
                state.notify_timeout();
                let text = format!(
                    "the storage did not respond within {} s: set a longer `put_timeout`",
                    timeout.as_secs_f64()
                );
                Err(PutError::Storage(transient_error(ErrorKind::Timeout, text)))
            }
        };
        match failure.take() {
            Some(error) => Err(PutError::Content(error)),
            None => result,
        }
    }

    async fn send(&mut self, failure: &ContentFailure, state: &SendState) -> Result<StatusCode, PutError> {
        let mut request = http::Request::new(self.body(failure).await.map_err(PutError::Content)?);
        *request.method_mut() = http::Method::PUT;
        *request.uri_mut() = self.target.url.clone();
        *request.headers_mut() = self.target.headers.clone();
        request.extensions_mut().insert(state.clone());
        let transport = &self.core.shared().transport;
        let response =
            transport.send(request).await.map_err(|error| PutError::Storage(self.transport_error(error)))?;
        if !response.status().is_success() {
            return Err(PutError::Storage(status_error(response).await));
        }
        if let Some(progress) = &self.progress {
            progress.report(self.length, self.length);
        }
        Ok(response.status())
    }

    /// The content from its start, as the body of an attempt.
    async fn body(&mut self, failure: &ContentFailure) -> Result<Body, ContentError> {
        let content = self.content.open().await?;
        let content = match content.as_bytes() {
            Some(bytes) if self.length == bytes.len() as u64 => match self.progress {
                Some(_) => Body::stream(ByteChunks(bytes.clone()), None),
                None => return Ok(content),
            },
            _ => content,
        };
        let stream = ExactLength::new(content, self.length, self.progress.clone(), failure.clone());
        let body = Body::stream(stream, Some(self.length));
        // A transport does not poll a body of length 0, so its length would not be checked; and in a browser, bodies are sent
        // as a whole.
        let collect = self.length == 0 || cfg!(target_arch = "wasm32");
        if collect { collect_body(body, failure).await } else { Ok(body) }
    }

    fn transport_error(&self, error: TransportError) -> Error {
        let kind = if error.is_timeout() { ErrorKind::Timeout } else { ErrorKind::Transport };
        let host = self.target.url.authority().map_or("", |authority| authority.as_str());
        let is_permanent = error.is_permanent();
        let text = format!("no response from {host}: {error}");
        transient_error(kind, text).with_source(error).edit(|inner| inner.retryable = !is_permanent)
    }

    /// The delay before the next attempt; `None` if the failure is not retried.
    fn retry_delay(&self, error: &Error, attempt: u32, elapsed: Duration) -> Option<Duration> {
        let shared = self.core.shared();
        let max_attempts = self.options.max_attempts.unwrap_or(shared.max_attempts);
        if attempt >= max_attempts || !error.is_retryable() || !self.content.is_repeatable() {
            return None;
        }
        let policy = self.options.retry_policy.as_ref().unwrap_or(&shared.policy);
        let decision = policy.decide(&Failure {
            operation: self.flow.create.id,
            attempt,
            elapsed,
            // A storage reports some timeouts with the status of a rejection.
            status: error.status().filter(|_| error.is_api()),
            headers: None,
            is_timeout: error.is_timeout(),
            ..Failure::with_retry_after(error.retry_after())
        });
        let Decision::RetryAfter(delay) = decision else { return None };
        // A storage with a `Retry-After` longer than the timeout of an attempt is treated as unavailable.
        let is_within_timeout = delay < self.timeout;
        (is_within_timeout && shared.budget.as_ref().is_none_or(|budget| budget.try_take())).then_some(delay)
    }
}

fn transient_error(kind: ErrorKind, text: String) -> Error {
    Error::new(kind, text).edit(|inner| inner.retryable = true)
}

/// The error of a status other than 2xx. It contains neither the storage's message nor its headers, which may repeat the upload
/// URL.
async fn status_error(response: Response<Body>) -> Error {
    let status = response.status();
    let retry_after = parse_retry_after(response.headers(), None, &[]);
    if status == StatusCode::BAD_REQUEST && is_storage_timeout(response.into_body()).await {
        let text = format!("the storage did not receive the bytes in time ({status})");
        return transient_error(ErrorKind::Timeout, text).edit(|inner| {
            inner.status = Some(status);
            inner.retry_after = retry_after;
        });
    }
    let text = match status.as_u16() {
        400..=403 => {
            "the storage rejected the request: the upload URL has expired or was issued for another request"
        }
        429 | 500..=599 => "the storage is temporarily unavailable",
        300..=399 => "the storage sent a redirect; it is not followed, so that the bytes stay with this host",
        _ => "the storage rejected the request",
    };
    Error::new(ErrorKind::Api, text).edit(|inner| {
        inner.status = Some(status);
        inner.retryable = matches!(status.as_u16(), 408 | 429 | 500..=599);
        inner.retry_after = retry_after;
    })
}

/// Collects a streamed body into bytes.
async fn collect_body(mut body: Body, failure: &ContentFailure) -> Result<Body, ContentError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = body.chunk().await {
        match chunk {
            Ok(chunk) => bytes.extend_from_slice(&chunk),
            Err(error) => return Err(failure.take().unwrap_or(ContentError::Unreadable(error))),
        }
    }
    Ok(bytes.into())
}
