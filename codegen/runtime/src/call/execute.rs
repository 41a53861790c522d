//! One call: attempts until one succeeds, none is safe or worth it any more, or the time is up.

use std::{pin::pin, time::Duration};

use crate::{
    call::attempt::{Again, Fault},
    call::draft::Draft,
    call::prepare::{Prepared, prepare},
    call::trace,
    client::core::Credential,
    client::hooks::{Attempt, AttemptEnd},
    client::retry::{Decision, Failure},
    clock::{self, Instant},
    error::{Error, ErrorKind, Outcome},
    response::parts::ResponseParts,
    secret::Secret,
    wire::body::BoxFuture,
};

/// Carries out a call. Nothing happens before the future is polled, and all of it ends when the future is dropped.
pub(crate) fn execute(draft: Box<Draft>, streamed: bool) -> BoxFuture<'static, Result<ResponseParts, Error>> {
    let operation = draft.operation;
    let span = trace::call(operation);
    let call = async move {
        let result =
            run(draft, streamed).await.map_err(|error| error.edit(|inner| inner.operation = operation.id));
        trace::call_ended(&result);
        result
    };
    Box::pin(trace::within(call, span))
}

async fn run(draft: Box<Draft>, streamed: bool) -> Result<ResponseParts, Error> {
    if !clock::is_running() {
        return Err(Error::new(
            ErrorKind::Config,
            "there is no tokio runtime here: await the call inside one, or use the feature `blocking`",
        ));
    }
    Call::new(prepare(draft)?, streamed).run().await
}

struct Call {
    request: Prepared,
    streamed: bool,
    started: Instant,
    total: Option<Duration>,
    deadline: Option<Instant>,
    max_attempts: u32,
    attempts: u32,
    /// Whether the token was renewed already, which happens once and beside the number of attempts.
    renewed: bool,
    /// The worst that any attempt may have done: a refusal now does not undo what an earlier attempt did.
    outcome: Outcome,
}

impl Call {
    fn new(request: Prepared, streamed: bool) -> Self {
        let started = Instant::now();
        let shared = request.core.shared();
        let total = request.options().total_timeout.or(shared.total_timeout);
        let max_attempts = request.options().max_attempts.unwrap_or(shared.max_attempts).max(1);
        // A time too long to be added is as good as none.
        let deadline =
            total.filter(|total| *total < Duration::from_secs(u32::MAX.into())).map(|total| started + total);
        Self {
            streamed,
            started,
            total,
            deadline,
            max_attempts,
            attempts: 0,
            renewed: false,
            outcome: Outcome::NotProcessed,
            request,
        }
    }

    async fn run(mut self) -> Result<ResponseParts, Error> {
        let mut secret = self.token().await?;
        loop {
            self.attempts += 1;
            let begun = Instant::now();
            self.watch_begin();
            let span = trace::attempt(self.attempts);
            let limit = self.limit();
            let result = {
                // Pinned here: a future of this size is not to be moved from hand to hand.
                let attempt = pin!(self.request.attempt(secret.as_ref(), limit, self.streamed));
                trace::within(attempt, span).await
            };
            let fault = match result {
                Ok(mut parts) => {
                    parts.attempts = self.attempts;
                    self.watch_end(begun, Ok(&parts));
                    if let Some(budget) = &self.request.core.shared().budget {
                        budget.succeeded();
                    }
                    return Ok(parts);
                }
                Err(fault) => self.finish(fault),
            };
            if let Some(renewed) = self.renew(&fault, secret.as_ref()).await {
                self.watch_end(begun, Err((&fault.error, Some(Duration::ZERO))));
                secret = Some(renewed);
                continue;
            }
            let wait = self.wait_after(&fault);
            self.watch_end(begun, Err((&fault.error, wait)));
            match wait {
                None => return Err(fault.error),
                Some(wait) => clock::sleep(wait).await,
            }
            secret = match self.token().await {
                Ok(secret) => secret,
                // What the server said is worth more than why it cannot be asked again.
                Err(_) => return Err(fault.error),
            };
        }
    }

    /// The credential of the next attempt: a provider is asked each time, since a wait may outlive its token.
    async fn token(&self) -> Result<Option<Secret>, Error> {
        let provider = match &self.request.credential {
            Credential::None => return Ok(None),
            Credential::Fixed(secret) => return Ok(Some(secret.clone())),
            Credential::Provided(provider) => provider,
        };
        match clock::timeout(self.remaining(), provider.token()).await {
            Some(Ok(secret)) => Ok(Some(secret)),
            Some(Err(source)) => {
                let text = format!("the token provider gave no token: {source}");
                Err(self.request.error(ErrorKind::Token, text).with_source(source))
            }
            None => Err(self.request.error(ErrorKind::Timeout, "the token provider gave no token in time")),
        }
    }

    fn remaining(&self) -> Option<Duration> {
        self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }

    /// The time that the next attempt may take.
    fn limit(&self) -> Option<Duration> {
        let own = self.request.options().timeout.or(self.request.core.shared().attempt_timeout);
        // Nothing has been used up before the first attempt unless a token had to be waited for.
        let remaining = match self.request.credential {
            Credential::Provided(_) => self.remaining(),
            _ if self.attempts > 1 => self.remaining(),
            _ => self.total,
        };
        own.into_iter().chain(remaining).min()
    }

    fn finish(&mut self, fault: Fault) -> Fault {
        self.outcome = self.outcome.max(fault.error.outcome());
        let outcome = self.outcome;
        let attempts = self.attempts;
        let expired = self.remaining() == Some(Duration::ZERO);
        let elapsed = self.started.elapsed();
        let error = fault.error.edit(|inner| {
            inner.attempts = attempts;
            inner.outcome = outcome;
            if expired && inner.kind == ErrorKind::Timeout {
                inner.text =
                    format!("{} (the call's time of {:.1} s is up)", inner.text, elapsed.as_secs_f64());
            }
        });
        Fault { error, ..fault }
    }

    /// Another token, if the server refused this one and there is a provider to ask.
    ///
    /// Sending again is safe even for a payment: a request refused with 401 "has not been applied" (RFC 9110, 15.5.2).
    async fn renew(&mut self, fault: &Fault, rejected: Option<&Secret>) -> Option<Secret> {
        let Credential::Provided(provider) = &self.request.credential else { return None };
        if self.renewed || !fault.error.is_unauthorized() || !self.request.payload.is_reusable() {
            return None;
        }
        let rejected = rejected?;
        let renewed = clock::timeout(self.remaining(), provider.refresh(rejected.clone())).await?.ok()?;
        self.renewed = true;
        (renewed != *rejected).then_some(renewed)
    }

    /// The wait before another attempt, or `None` if there must not be or need not be one.
    fn wait_after(&self, fault: &Fault) -> Option<Duration> {
        let shared = self.request.core.shared();
        let safe = match fault.again {
            Again::Harmless => true,
            Again::IfRepeatable => self.request.repeatable,
            Again::Never => false,
        };
        let counted = self.attempts - u32::from(self.renewed);
        if !safe || counted >= self.max_attempts || !self.request.payload.is_reusable() {
            return None;
        }
        let policy = self.request.options().retry_policy.as_ref().unwrap_or(&shared.policy);
        let decision = policy.decide(&Failure {
            operation: self.request.operation.id,
            attempt: counted,
            elapsed: self.started.elapsed(),
            // An answer that broke off is a fault of the connection, whatever its status was.
            status: fault.error.status().filter(|_| fault.error.is_api()),
            headers: fault.error.status().map(|_| fault.error.headers()),
            is_timeout: fault.error.is_timeout(),
            server_wait: fault.error.retry_after(),
        });
        let Decision::After(wait) = decision else { return None };
        if self.remaining().is_some_and(|remaining| wait >= remaining) {
            return None;
        }
        if shared.budget.as_ref().is_some_and(|budget| !budget.take()) {
            return None;
        }
        Some(wait)
    }

    fn watched(&self) -> Attempt<'_> {
        Attempt {
            operation: self.request.operation.id,
            method: self.request.operation.method,
            path: self.request.operation.path,
            number: self.attempts,
            idempotency_key: self.request.key.as_ref().and_then(|key| key.to_str().ok()),
        }
    }

    fn watch_begin(&self) {
        for hooks in &self.request.core.shared().hooks {
            hooks.before_attempt(&self.watched());
        }
    }

    fn watch_end(&self, begun: Instant, result: Result<&ResponseParts, (&Error, Option<Duration>)>) {
        let hooks = &self.request.core.shared().hooks;
        if hooks.is_empty() && !trace::IS_ON {
            return;
        }
        let (status, request_id, error, retry_in) = match result {
            Ok(parts) => (Some(parts.status), parts.request_id(), None, None),
            Err((error, wait)) => (error.status(), error.request_id(), Some(error), wait),
        };
        let duration = begun.elapsed();
        trace::attempt_ended(self.attempts, status, request_id, duration, error, retry_in);
        let end = AttemptEnd { status, request_id, duration, error, retry_in };
        for hooks in hooks {
            hooks.after_attempt(&self.watched(), &end);
        }
    }
}
