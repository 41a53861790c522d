//! Executes a call: makes attempts until one succeeds, a retry is unsafe or pointless, or the time is up.

use std::{pin::pin, time::Duration};

use crate::{
    call::attempt::{AttemptError, RetrySafety},
    call::draft::Draft,
    call::log::AttemptResult,
    call::observe,
    call::prepare::{Prepared, prepare},
    call::trace,
    client::concurrency::Permit,
    client::retry::{Decision, Failure},
    client::selection::Few,
    clock::{self, Instant},
    error::{Error, ErrorKind, Outcome},
    response::parts::ResponseParts,
    secret::Secret,
    transport::TransportError,
    wire::body::BoxFuture,
};

/// The longest delay before a retry. A server that asks for more is not waited for, even if the call has no total timeout.
const LONGEST_DELAY: Duration = Duration::from_secs(24 * 60 * 60);

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
    if !clock::has_timers() {
        return Err(Error::new(
            ErrorKind::Config,
            "the tokio runtime has no timers: build it with `enable_time` or `enable_all`",
        ));
    }
    #[cfg(feature = "event-stream")]
    let again = (is_streamed && draft.body.is_reusable()).then(|| draft.duplicate());
    let request = prepare(draft)?;
    // Before the time of the call begins: in a batch, most calls wait longer for their turn than a call may take.
    wait_for_turn(&request).await;
    let result = Call::new(request, is_streamed).run().await;
    #[cfg(feature = "event-stream")]
    let result = result.map(|parts| ResponseParts { request: again, ..parts });
    result
}

/// Waits until the limit on the rate of requests admits the next attempt, if there is a limit.
#[cfg(feature = "rate-limit")]
async fn wait_for_turn(request: &Prepared) {
    if let Some(limit) = &request.core.shared().rate_limit {
        limit.wait(request.operation.id, &request.selection).await;
    }
}

/// Without the feature `rate-limit` there is no limit.
#[cfg(not(feature = "rate-limit"))]
async fn wait_for_turn(_: &Prepared) {}

struct Call {
    request: Prepared,
    is_streamed: bool,
    started: Instant,
    total_timeout: Option<Duration>,
    deadline: Option<Instant>,
    max_attempts: u32,
    /// The number of attempts so far.
    attempts: u32,
    /// The number of retries after a 429 with a delay that did not count as attempts.
    rate_limit_retries: u32,
    /// Whether the token was refreshed, which is allowed once and does not count as a retry.
    was_refreshed: bool,
    /// The number of refused requests, which are not counted as attempts.
    refusals: u32,
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
            rate_limit_retries: 0,
            was_refreshed: false,
            refusals: 0,
            outcome: Outcome::NotProcessed,
            request,
        }
    }

    async fn run(mut self) -> Result<ResponseParts, Error> {
        let mut tokens = self.request.tokens(self.deadline).await?;
        loop {
            let permit = self.wait_for_permit().await?;
            self.attempts += 1;
            let attempt_started = Instant::now();
            observe::notify_started(&self.request, self.attempts);
            let span = trace::attempt_span(self.attempts);
            let limit = self.attempt_timeout();
            let result = {
                // Pinned here, because moving a future of this size is expensive.
                let attempt = pin!(self.request.attempt(&tokens, limit, self.is_streamed));
                trace::instrument(attempt, span).await
            };
            drop(permit);
            let failed = match result {
                Ok(mut parts) => {
                    parts.attempts = self.attempts;
                    observe::notify_deprecation(&self.request, &parts.headers, &tokens);
                    self.notify_ended(attempt_started, Ok(&parts), &tokens);
                    if let Some(budget) = &self.request.core.shared().budget {
                        budget.record_success();
                    }
                    return Ok(parts);
                }
                Err(failed) => {
                    observe::notify_deprecation(&self.request, failed.error.headers(), &tokens);
                    self.record_failure(failed)
                }
            };
            if let Some(refreshed) = self.refresh_tokens(&failed, &tokens).await {
                let result = Err((&failed.error, Some(Duration::ZERO)));
                self.notify_ended(attempt_started, result, &tokens);
                tokens = refreshed;
                continue;
            }
            if let Some(delay) = self.refusal_delay(&failed) {
                self.notify_ended(attempt_started, Err((&failed.error, Some(delay))), &tokens);
                self.refusals += 1;
                self.attempts -= 1;
                clock::sleep(delay).await;
                continue;
            }
            let delay = self.retry_delay(&failed);
            self.notify_ended(attempt_started, Err((&failed.error, delay)), &tokens);
            match delay {
                None => return Err(failed.error),
                Some(delay) => clock::sleep(delay).await,
            }
            if failed.retry == RetrySafety::WithNewKey && self.request.renew_key().is_err() {
                return Err(failed.error);
            }
            if clock::timeout(self.remaining_time(), wait_for_turn(&self.request)).await.is_none() {
                return Err(failed.error);
            }
            tokens = match self.request.tokens(self.deadline).await {
                Ok(tokens) => tokens,
                // The server's response is more useful than the error of the token provider.
                Err(_) => return Err(failed.error),
            };
        }
    }

    /// Waits until the client may send another request, if their number is limited.
    async fn wait_for_permit(&self) -> Result<Option<Permit>, Error> {
        let Some(limit) = &self.request.core.shared().concurrency else { return Ok(None) };
        match clock::timeout(self.remaining_time(), limit.acquire()).await {
            Some(permit) => Ok(permit),
            None => {
                let text = "other requests of the client took the total timeout of the call: raise \
                            `max_concurrent_requests` or the timeout";
                Err(self.request.error(ErrorKind::Timeout, text).edit(|inner| {
                    inner.attempts = self.attempts;
                    inner.outcome = self.outcome;
                    inner.retryable = true;
                }))
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
        let remaining = match () {
            () if self.request.selection.is_provided() => self.remaining_time(),
            () if self.attempts > 1 || self.refusals > 0 => self.remaining_time(),
            () if self.request.core.shared().concurrency.is_some() => self.remaining_time(),
            () => self.total_timeout,
        };
        timeout.into_iter().chain(remaining).min()
    }

    /// Adds the state of the call to the error of an attempt.
    fn record_failure(&mut self, failed: AttemptError) -> AttemptError {
        let retry = self.retry_safety(&failed);
        self.outcome = self.outcome.max(failed.error.outcome());
        let outcome = self.outcome;
        let can_renew_key = self.can_renew_key();
        let attempts = self.attempts;
        let is_expired = self.remaining_time() == Some(Duration::ZERO);
        let elapsed = self.started.elapsed();
        let error = failed.error.edit(|inner| {
            inner.attempts = attempts;
            inner.outcome = outcome;
            match retry {
                RetrySafety::WithSameKey => inner.retryable = true,
                RetrySafety::WithNewKey => inner.retryable = can_renew_key,
                _ => {}
            }
            if is_expired && inner.kind == ErrorKind::Timeout {
                inner.text =
                    format!("{} (total timeout reached after {:.1} s)", inner.text, elapsed.as_secs_f64());
            }
        });
        AttemptError { error, retry }
    }

    /// Whether a retry is safe, given the earlier attempts of the call.
    fn retry_safety(&self, failed: &AttemptError) -> RetrySafety {
        // A plain 409 after an attempt that may have been processed most likely means that it still is.
        let may_be_in_progress = self.outcome != Outcome::NotProcessed
            && self.request.key.is_some()
            && self.request.is_idempotent
            && failed.error.is_conflict()
            && !failed.error.replayed();
        if may_be_in_progress { RetrySafety::WithSameKey } else { failed.retry }
    }

    /// Whether the call may go on under a new idempotency key: no attempt under the current one can have been processed,
    /// and the caller does not know the key.
    ///
    /// After an attempt of unknown outcome, even the replay of a rejection proves nothing: the server may have stored the
    /// rejection of a later attempt.
    fn can_renew_key(&self) -> bool {
        self.request.has_generated_key && self.outcome == Outcome::NotProcessed
    }

    /// Returns different tokens, if the server rejected the current one and a provider has another.
    ///
    /// A retry is then safe even for a payment: a request rejected with 401 "has not been applied" (RFC 9110, section
    /// 15.5.2).
    async fn refresh_tokens(&mut self, failed: &AttemptError, rejected: &Few<Secret>) -> Option<Few<Secret>> {
        if self.was_refreshed {
            return None;
        }
        let refreshed = self.request.refresh_tokens(failed, rejected, self.deadline).await?;
        self.was_refreshed = true;
        (refreshed != *rejected).then_some(refreshed)
    }

    /// The delay before the repetition of a refused request, which is not an attempt (see [`TransportError::refused`]).
    /// It grows to 0.5 s, so that a server that refuses everything is left alone.
    fn refusal_delay(&self, failed: &AttemptError) -> Option<Duration> {
        const MAX_REFUSALS: u32 = 10;
        let source = std::error::Error::source(&failed.error)?.downcast_ref::<TransportError>()?;
        let delay = Duration::from_millis(1 << self.refusals.min(MAX_REFUSALS));
        let is_repeated = source.is_refused()
            && self.refusals < MAX_REFUSALS
            && self.request.payload.is_reusable()
            && self.remaining_time().is_none_or(|remaining| delay < remaining);
        is_repeated.then_some(delay)
    }

    /// The delay before a retry, or `None` if the call must not or need not be retried.
    fn retry_delay(&mut self, failed: &AttemptError) -> Option<Duration> {
        let shared = self.request.core.shared();
        let is_safe = match failed.retry {
            RetrySafety::Safe => true,
            RetrySafety::IfIdempotent => self.request.is_idempotent,
            RetrySafety::WithSameKey => self.request.key.is_some() && self.request.is_idempotent,
            RetrySafety::WithNewKey => self.can_renew_key(),
            RetrySafety::Never => false,
        };
        let attempts = self.attempts - u32::from(self.was_refreshed);
        let states_delay = failed.error.retry_after().is_some_and(|delay| delay > Duration::ZERO);
        let is_rate_limited = failed.error.is_rate_limited() && states_delay;
        // A server that says when to come back is not failing: waiting for it does not use up the attempts.
        let is_uncounted = is_rate_limited
            && self.max_attempts > 1
            && self.rate_limit_retries < shared.max_rate_limit_retries;
        let has_attempt = is_uncounted || attempts - self.rate_limit_retries < self.max_attempts;
        if !is_safe || !has_attempt || !self.request.payload.is_reusable() {
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
            is_in_progress: failed.retry == RetrySafety::WithSameKey,
            retryable_statuses: shared.service.retry.statuses,
            ..Failure::with_retry_after(failed.error.retry_after())
        });
        let Decision::RetryAfter(delay) = decision else { return None };
        if delay > LONGEST_DELAY || self.remaining_time().is_some_and(|remaining| delay >= remaining) {
            return None;
        }
        // Last, so that only actual retries take from the budget. It is for outages, of which a rate limit is none, and
        // neither is a request in progress whose server says when it will be over.
        let is_free = is_rate_limited || (failed.error.is_conflict() && states_delay);
        if !is_free && shared.budget.as_ref().is_some_and(|budget| !budget.try_take()) {
            return None;
        }
        self.rate_limit_retries += u32::from(is_uncounted);
        Some(delay)
    }

    fn notify_ended(&self, started: Instant, result: AttemptResult<'_>, tokens: &Few<Secret>) {
        observe::notify_ended(&self.request, self.attempts, started, result, tokens);
    }
}
