//! Executes a call: makes attempts until one succeeds, a retry is unsafe or pointless, or the time is up.

use std::{pin::pin, time::Duration};

use http::HeaderMap;

use crate::{
    call::attempt::{AttemptError, RetrySafety},
    call::draft::Draft,
    call::prepare::{Prepared, prepare},
    call::trace,
    client::credential::Credential,
    client::hooks::{Attempt, AttemptEnd, DeprecationNotice},
    client::retry::{Decision, Failure},
    clock::{self, Instant},
    error::{Error, ErrorKind, Outcome},
    response::parts::ResponseParts,
    secret::Secret,
    wire::body::BoxFuture,
    wire::deprecation::Deprecation,
};

/// Executes a call. The future does nothing before it is polled, and dropping it cancels the call.
pub(crate) fn execute(
    draft: Box<Draft>,
    is_streamed: bool,
) -> BoxFuture<'static, Result<ResponseParts, Error>> {
    let operation = draft.operation;
    let span = trace::call_span(draft.core.shared().service, operation);
    let call = async move {
        let result =
            run(draft, is_streamed).await.map_err(|error| error.edit(|inner| inner.operation = operation.id));
        trace::record_call(&result);
        result
    };
    Box::pin(trace::instrument(call, span))
}

async fn run(draft: Box<Draft>, is_streamed: bool) -> Result<ResponseParts, Error> {
    if !clock::has_runtime() {
        return Err(Error::new(
            ErrorKind::Config,
            "no tokio runtime: await the call inside one, or use the blocking methods (feature `blocking`)",
        ));
    }
    Call::new(prepare(draft)?, is_streamed).run().await
}

struct Call {
    request: Prepared,
    is_streamed: bool,
    started: Instant,
    total_timeout: Option<Duration>,
    deadline: Option<Instant>,
    max_attempts: u32,
    /// The number of attempts so far.
    attempts: u32,
    /// Whether the token was refreshed, which is allowed once and does not count as a retry.
    was_refreshed: bool,
    /// The worst outcome of all attempts: a later rejection does not undo what an earlier attempt may have done.
    outcome: Outcome,
}

impl Call {
    fn new(request: Prepared, is_streamed: bool) -> Self {
        let started = Instant::now();
        let shared = request.core.shared();
        let total_timeout = request.options().total_timeout.or(shared.total_timeout);
        let max_attempts = request.options().max_attempts.unwrap_or(shared.max_attempts).max(1);
        // Adding a longer timeout could overflow `Instant`; it is treated as no timeout.
        let deadline = total_timeout
            .filter(|timeout| *timeout < Duration::from_secs(u32::MAX.into()))
            .map(|timeout| started + timeout);
        Self {
            is_streamed,
            started,
            total_timeout,
            deadline,
            max_attempts,
            attempts: 0,
            was_refreshed: false,
            outcome: Outcome::NotProcessed,
            request,
        }
    }

    async fn run(mut self) -> Result<ResponseParts, Error> {
        let mut secret = self.current_secret().await?;
        loop {
            self.attempts += 1;
            let attempt_started = Instant::now();
            self.notify_started();
            let span = trace::attempt_span(self.attempts);
            let limit = self.attempt_timeout();
            let result = {
                // Pinned here, because moving a future of this size is expensive.
                let attempt = pin!(self.request.attempt(secret.as_ref(), limit, self.is_streamed));
                trace::instrument(attempt, span).await
            };
            let failed = match result {
                Ok(mut parts) => {
                    parts.attempts = self.attempts;
                    self.notify_deprecation(&parts.headers, secret.as_ref());
                    self.notify_ended(attempt_started, Ok(&parts));
                    if let Some(budget) = &self.request.core.shared().budget {
                        budget.record_success();
                    }
                    return Ok(parts);
                }
                Err(failed) => {
                    self.notify_deprecation(failed.error.headers(), secret.as_ref());
                    self.record_failure(failed)
                }
            };
            if let Some(refreshed) = self.refresh_token(&failed, secret.as_ref()).await {
                self.notify_ended(attempt_started, Err((&failed.error, Some(Duration::ZERO))));
                secret = Some(refreshed);
                continue;
            }
            let delay = self.retry_delay(&failed);
            self.notify_ended(attempt_started, Err((&failed.error, delay)));
            match delay {
                None => return Err(failed.error),
                Some(delay) => clock::sleep(delay).await,
            }
            secret = match self.current_secret().await {
                Ok(secret) => secret,
                // The server's response is more useful than the error of the token provider.
                Err(_) => return Err(failed.error),
            };
        }
    }

    /// The credential of the next attempt. The provider is asked each time, since the token may expire during a delay.
    async fn current_secret(&self) -> Result<Option<Secret>, Error> {
        let provider = match &self.request.credential {
            Credential::None => return Ok(None),
            Credential::Fixed(secret) => return Ok(Some(secret.clone())),
            Credential::Provided(provider) => provider,
        };
        match clock::timeout(self.remaining_time(), provider.token()).await {
            Some(Ok(secret)) => Ok(Some(secret)),
            Some(Err(source)) => {
                let text = format!("the token provider failed: {source}");
                Err(self.request.error(ErrorKind::Token, text).with_source(source))
            }
            None => {
                let text = "the token provider did not return a token within the total timeout of the call";
                Err(self.request.error(ErrorKind::Timeout, text))
            }
        }
    }

    fn remaining_time(&self) -> Option<Duration> {
        self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }

    /// The timeout of the next attempt.
    fn attempt_timeout(&self) -> Option<Duration> {
        let timeout = self.request.options().timeout.or(self.request.core.shared().attempt_timeout);
        // The first attempt has the whole time, without reading the clock, unless a token provider used some of it.
        let remaining = match self.request.credential {
            Credential::Provided(_) => self.remaining_time(),
            _ if self.attempts > 1 => self.remaining_time(),
            _ => self.total_timeout,
        };
        timeout.into_iter().chain(remaining).min()
    }

    /// Adds the state of the call to the error of an attempt.
    fn record_failure(&mut self, failed: AttemptError) -> AttemptError {
        self.outcome = self.outcome.max(failed.error.outcome());
        let outcome = self.outcome;
        let attempts = self.attempts;
        let is_expired = self.remaining_time() == Some(Duration::ZERO);
        let elapsed = self.started.elapsed();
        let error = failed.error.edit(|inner| {
            inner.attempts = attempts;
            inner.outcome = outcome;
            if is_expired && inner.kind == ErrorKind::Timeout {
                inner.text =
                    format!("{} (total timeout reached after {:.1} s)", inner.text, elapsed.as_secs_f64());
            }
        });
        AttemptError { error, ..failed }
    }

    /// Returns a different token, if the server rejected the current one and a provider has another.
    ///
    /// A retry is then safe even for a payment: a request rejected with 401 "has not been applied" (RFC 9110, section
    /// 15.5.2).
    async fn refresh_token(&mut self, failed: &AttemptError, rejected: Option<&Secret>) -> Option<Secret> {
        let Credential::Provided(provider) = &self.request.credential else { return None };
        if self.was_refreshed || !failed.error.is_unauthorized() || !self.request.payload.is_reusable() {
            return None;
        }
        let rejected = rejected?;
        let refresh = provider.refresh(rejected.clone());
        let refreshed = clock::timeout(self.remaining_time(), refresh).await?.ok()?;
        self.was_refreshed = true;
        (refreshed != *rejected).then_some(refreshed)
    }

    /// The delay before a retry, or `None` if the call must not or need not be retried.
    fn retry_delay(&self, failed: &AttemptError) -> Option<Duration> {
        let shared = self.request.core.shared();
        let is_safe = match failed.retry {
            RetrySafety::Safe => true,
            RetrySafety::IfIdempotent => self.request.is_idempotent,
            RetrySafety::Never => false,
        };
        let attempts = self.attempts - u32::from(self.was_refreshed);
        if !is_safe || attempts >= self.max_attempts || !self.request.payload.is_reusable() {
            return None;
        }
        let policy = self.request.options().retry_policy.as_ref().unwrap_or(&shared.policy);
        let decision = policy.decide(&Failure {
            operation: self.request.operation.id,
            attempt: attempts,
            elapsed: self.started.elapsed(),
            // An interrupted response is a connection error, whatever its status.
            status: failed.error.status().filter(|_| failed.error.is_api()),
            headers: failed.error.status().map(|_| failed.error.headers()),
            is_timeout: failed.error.is_timeout(),
            ..Failure::with_retry_after(failed.error.retry_after())
        });
        let Decision::RetryAfter(delay) = decision else { return None };
        if self.remaining_time().is_some_and(|remaining| delay >= remaining) {
            return None;
        }
        // Last, so that only actual retries take from the budget.
        if shared.budget.as_ref().is_some_and(|budget| !budget.try_take()) {
            return None;
        }
        Some(delay)
    }

    fn attempt_info(&self) -> Attempt<'_> {
        Attempt {
            operation: self.request.operation.id,
            method: self.request.operation.method,
            path: self.request.operation.path,
            number: self.attempts,
            idempotency_key: self.request.key.as_ref().and_then(|key| key.to_str().ok()),
        }
    }

    fn notify_started(&self) {
        for hooks in &self.request.core.shared().hooks {
            hooks.before_attempt(&self.attempt_info());
        }
    }

    /// Calls the hooks if the response states that the operation is deprecated, and emits a warning the first time.
    fn notify_deprecation(&self, headers: &HeaderMap, secret: Option<&Secret>) {
        let shared = self.request.core.shared();
        if shared.hooks.is_empty() && !trace::IS_ENABLED {
            return;
        }
        let credential = secret.map_or("", Secret::expose);
        let stated = Deprecation::from_headers(headers);
        let Some(deprecation) = stated.and_then(|stated| stated.without_credential(credential)) else {
            return;
        };
        let operation = self.request.operation;
        let notice = DeprecationNotice {
            operation: operation.id,
            method: operation.method,
            path: operation.path,
            deprecation: &deprecation,
        };
        if trace::IS_ENABLED && self.request.core.record_deprecation(operation.id) {
            trace::warn_deprecated(shared.service, &notice);
        }
        for hooks in &shared.hooks {
            hooks.on_deprecation(&notice);
        }
    }

    fn notify_ended(&self, started: Instant, result: Result<&ResponseParts, (&Error, Option<Duration>)>) {
        let hooks = &self.request.core.shared().hooks;
        if hooks.is_empty() && !trace::IS_ENABLED {
            return;
        }
        let (status, request_id, error, retry_in) = match result {
            Ok(parts) => (Some(parts.status), parts.request_id(), None, None),
            Err((error, delay)) => (error.status(), error.request_id(), Some(error), delay),
        };
        let duration = started.elapsed();
        trace::record_attempt(self.attempts, status, request_id, duration, error, retry_in);
        let end = AttemptEnd { status, request_id, duration, error, retry_in };
        for hooks in hooks {
            hooks.after_attempt(&self.attempt_info(), &end);
        }
    }
}
