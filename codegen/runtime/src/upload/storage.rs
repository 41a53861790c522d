//! The bytes to the storage: attempts until it has them, or another one makes no sense.
//!
//! PUT is idempotent (RFC 9110, section 9.2.2), and every attempt carries the same bytes, so any fault that may pass allows
//! another one, as long as the content can be read again. Nothing of the client goes along but its transport, its policy
//! and its budget for repeats.

use std::{
    pin::pin,
    sync::{Arc, PoisonError},
    time::Duration,
};

use http::{Response, StatusCode};

use super::{
    Content, ContentError, UploadFlow,
    progress::{Flaw, Measured, Progress, Slices},
    target::Target,
};
use crate::{
    call::retry_after::server_wait,
    call::trace,
    client::core::Core,
    client::options::CallOptions,
    client::retry::{Decision, Failure},
    clock::{self, Instant},
    error::{Error, ErrorKind},
    transport::TransportError,
    wire::body::Body,
};

/// Bytes and where they go.
pub(super) struct Put<'a> {
    pub(super) core: &'a Core,
    pub(super) options: &'a CallOptions,
    pub(super) flow: &'static UploadFlow,
    pub(super) target: Target,
    pub(super) content: Content,
    pub(super) length: u64,
    pub(super) progress: Option<Progress>,
    pub(super) timeout: Duration,
}

/// Why the storage does not have the bytes.
pub(super) enum Fault {
    Content(ContentError),
    Sending(Error),
}

impl Put<'_> {
    /// Sends the bytes.
    pub(super) async fn run(mut self) -> Result<(), Fault> {
        let started = Instant::now();
        let mut attempt = 0;
        loop {
            attempt += 1;
            let begun = Instant::now();
            let result = trace::within(pin!(self.attempt()), trace::attempt(attempt)).await;
            let error = match result {
                Ok(status) => {
                    trace::attempt_ended(attempt, Some(status), None, begun.elapsed(), None, None);
                    if let Some(budget) = &self.core.shared().budget {
                        budget.succeeded();
                    }
                    return Ok(());
                }
                Err(Fault::Sending(error)) => error.edit(|inner| inner.attempts = attempt),
                Err(fault) => return Err(fault),
            };
            let wait = self.wait_after(&error, attempt, started.elapsed());
            trace::attempt_ended(attempt, error.status(), None, begun.elapsed(), Some(&error), wait);
            match wait {
                Some(wait) => clock::sleep(wait).await,
                None => return Err(Fault::Sending(error)),
            }
        }
    }

    async fn attempt(&mut self) -> Result<StatusCode, Fault> {
        let flaw = Flaw::default();
        let limit = self.timeout;
        let result = match clock::timeout(Some(limit), pin!(self.exchange(&flaw))).await {
            Some(result) => result,
            None => {
                let text = format!(
                    "the storage had not answered after {} s: set a longer `put_timeout` for so many bytes",
                    limit.as_secs_f64()
                );
                Err(Fault::Sending(transient(Error::new(ErrorKind::Timeout, text))))
            }
        };
        match flaw.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(error) => Err(Fault::Content(error)),
            None => result,
        }
    }

    async fn exchange(&mut self, flaw: &Flaw) -> Result<StatusCode, Fault> {
        let mut request = http::Request::new(self.body(flaw).await.map_err(Fault::Content)?);
        *request.method_mut() = http::Method::PUT;
        *request.uri_mut() = self.target.url.clone();
        *request.headers_mut() = self.target.headers.clone();
        let transport = &self.core.shared().transport;
        let answer =
            transport.send(request).await.map_err(|error| Fault::Sending(self.not_answered(error)))?;
        if !answer.status().is_success() {
            return Err(Fault::Sending(refused(&answer)));
        }
        if let Some(progress) = &self.progress {
            progress.reached(self.length, self.length);
        }
        Ok(answer.status())
    }

    /// The bytes from the beginning.
    async fn body(&mut self, flaw: &Flaw) -> Result<Body, ContentError> {
        let content = self.content.open().await?;
        let content = match content.as_bytes() {
            Some(bytes) if self.length == bytes.len() as u64 => match self.progress {
                Some(_) => Body::stream(Slices(bytes.clone()), None),
                None => return Ok(content),
            },
            _ => content,
        };
        let measured = Measured::new(content, self.length, self.progress.clone(), Arc::clone(flaw));
        let body = Body::stream(measured, Some(self.length));
        // Nobody asks an empty body for its pieces, and a browser sends bodies whole.
        if self.length == 0 || cfg!(target_arch = "wasm32") { gather(body, flaw).await } else { Ok(body) }
    }

    fn not_answered(&self, error: TransportError) -> Error {
        let kind = if error.is_timeout() { ErrorKind::Timeout } else { ErrorKind::Transport };
        let host = self.target.url.authority().map_or("", |authority| authority.as_str());
        transient(Error::new(kind, format!("no answer from {host}: {error}")).with_source(error))
    }

    /// The wait before another attempt, or `None` if there must not be or need not be one.
    fn wait_after(&self, error: &Error, attempt: u32, elapsed: Duration) -> Option<Duration> {
        let shared = self.core.shared();
        let most = self.options.max_attempts.unwrap_or(shared.max_attempts);
        if attempt >= most || !error.is_retryable() || !self.content.can_be_sent_again() {
            return None;
        }
        let policy = self.options.retry_policy.as_ref().unwrap_or(&shared.policy);
        let decision = policy.decide(&Failure {
            operation: self.flow.create.id,
            attempt,
            elapsed,
            status: error.status(),
            headers: None,
            is_timeout: error.is_timeout(),
            server_wait: error.retry_after(),
        });
        let Decision::After(wait) = decision else { return None };
        // A storage that asks for a longer wait than an attempt may take is as good as down.
        let fits = wait < self.timeout;
        (fits && shared.budget.as_ref().is_none_or(|budget| budget.take())).then_some(wait)
    }
}

fn transient(error: Error) -> Error {
    error.edit(|inner| inner.retryable = true)
}

/// The storage's own words and headers stay out: they may repeat the address.
fn refused(answer: &Response<Body>) -> Error {
    let status = answer.status();
    let text = match status.as_u16() {
        400..=403 => "the storage refuses the bytes: the place for them has expired, or was made for others",
        429 | 500..=599 => "the storage cannot take the bytes now",
        300..=399 => "the storage redirects, which is not followed",
        _ => "the storage refuses the bytes",
    };
    Error::new(ErrorKind::Api, text).edit(|inner| {
        inner.status = Some(status);
        inner.retryable = matches!(status.as_u16(), 408 | 429 | 500..=599);
        inner.retry_after = server_wait(answer.headers(), None, &[]);
    })
}

/// A stream as bytes, or its flaw.
async fn gather(mut body: Body, flaw: &Flaw) -> Result<Body, ContentError> {
    let mut bytes = Vec::new();
    while let Some(piece) = body.chunk().await {
        match piece {
            Ok(piece) => bytes.extend_from_slice(&piece),
            Err(error) => {
                let found = flaw.lock().unwrap_or_else(PoisonError::into_inner).take();
                return Err(found.unwrap_or(ContentError::Unreadable(error)));
            }
        }
    }
    Ok(bytes.into())
}
