//! A stub as the server uses it: decides about calls and checks its expectations.

use std::{
    panic::Location,
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::server::{
    records::recorded_request::{RecordedRequest, list_requests},
    stubs::response::{Matcher, Responder, StubCall, StubResponse},
};

/// A stub of a server. The [`Stub`](crate::Stub) of the test changes its state while it is registered.
pub(crate) struct StubDefinition {
    /// The index of its operation; `None` for all operations.
    pub(crate) operation: Option<usize>,
    operation_id: &'static str,
    /// Where the test created it.
    location: &'static Location<'static>,
    state: Mutex<StubState>,
}

#[derive(Default)]
pub(crate) struct StubState {
    pub(crate) matchers: Vec<Matcher>,
    pub(crate) responses: Vec<StubResponse>,
    /// The number of calls that it was for.
    pub(crate) call_count: u32,
    pub(crate) min_calls: u32,
    pub(crate) max_calls: Option<u32>,
    /// Whether it has a response or an expectation. Until then it is incomplete and ignored.
    pub(crate) is_active: bool,
}

/// The decision of a stub about a call.
pub(crate) enum StubDecision {
    /// The stub is not for the call; the next stub decides.
    Skip,
    /// The stub is for the call but has no effect on it at this point; no other stub is consulted.
    NoEffect,
    /// The response of the stub applies.
    Apply(Box<StubResponse>),
}

impl StubState {
    /// The response for the next call; `None` if all responses are used up.
    fn next_response(&mut self) -> Option<&mut StubResponse> {
        let last = self.responses.len().checked_sub(1)?;
        self.responses.iter_mut().enumerate().find_map(|(index, response)| {
            let is_available = match response.max_uses {
                Some(max_uses) => response.uses < max_uses,
                None => index == last || response.uses == 0,
            };
            is_available.then_some(response)
        })
    }

    /// The response that a modifier applies to: the last one, or the default response if there is none yet.
    pub(crate) fn last_response(&mut self) -> &mut StubResponse {
        if self.responses.is_empty() {
            self.responses.push(StubResponse::new(Responder::Default));
        }
        let last = self.responses.len() - 1;
        &mut self.responses[last]
    }
}

impl StubDefinition {
    pub(crate) fn new(
        operation: Option<usize>,
        operation_id: &'static str,
        location: &'static Location<'static>,
    ) -> Self {
        Self { operation, operation_id, location, state: Mutex::default() }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, StubState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The operation that the stub is for, as messages name it.
    pub(crate) fn target(&self) -> &'static str {
        if self.operation.is_some() { self.operation_id } else { "all operations" }
    }

    /// Decides whether to close the connection before the body of the request is read.
    pub(crate) fn decide_before_reading(&self) -> StubDecision {
        let mut state = self.state();
        if !state.is_active {
            return StubDecision::Skip;
        }
        // A matcher needs the body, and a stub that only counts must see the call.
        if state.responses.is_empty() || !state.matchers.is_empty() {
            return StubDecision::NoEffect;
        }
        let Some(response) = state.next_response() else { return StubDecision::Skip };
        if !response.closes_connection() {
            return StubDecision::NoEffect;
        }
        response.uses += 1;
        let response = Box::new(response.clone());
        state.call_count += 1;
        StubDecision::Apply(response)
    }

    /// Decides how the delivery of a replayed response is disturbed.
    pub(crate) fn decide_replay(&self, call: &StubCall<'_>) -> Result<StubDecision, String> {
        if !self.applies_to(call)? {
            return Ok(StubDecision::Skip);
        }
        let mut state = self.state();
        let Some(response) = state.next_response() else { return Ok(StubDecision::Skip) };
        if !response.affects_delivery() {
            return Ok(StubDecision::NoEffect);
        }
        response.uses += 1;
        let response = Box::new(response.clone());
        state.call_count += 1;
        Ok(StubDecision::Apply(response))
    }

    /// Counts the call if the stub is for it, and returns the response for it; `None` leaves the call to the next
    /// stub.
    pub(crate) fn take_response(&self, call: &StubCall<'_>) -> Result<Option<StubResponse>, String> {
        if !self.applies_to(call)? {
            return Ok(None);
        }
        let mut state = self.state();
        state.call_count += 1;
        Ok(state.next_response().map(|response| {
            response.uses += 1;
            response.clone()
        }))
    }

    /// Whether the stub is for the call: it has a response left or only counts, and all matchers accept the call.
    fn applies_to(&self, call: &StubCall<'_>) -> Result<bool, String> {
        let matchers = {
            let mut state = self.state();
            if !state.is_active || (!state.responses.is_empty() && state.next_response().is_none()) {
                return Ok(false);
            }
            state.matchers.clone()
        };
        // A matcher is code of the test and may use the server, so the lock must not be held while it runs.
        for matcher in matchers {
            if !matcher(call)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Describes the expectations that were not met.
    pub(crate) fn unmet_expectations(&self, requests: &[RecordedRequest]) -> Vec<String> {
        let state = self.state();
        let received = state.call_count;
        // Each problem, and whether there were too few calls.
        let mut problems = Vec::new();
        for (index, response) in state.responses.iter().enumerate() {
            let (expected, uses) = (response.max_uses.unwrap_or_default(), response.uses);
            if response.requires_all_uses && uses < expected {
                let (number, count, expected) = (index + 1, state.responses.len(), describe_calls(expected));
                problems.push((
                    format!("response {number} of {count}: expected {expected}, received {uses}"),
                    true,
                ));
            }
        }
        if received < state.min_calls {
            let at_least = if state.max_calls == Some(state.min_calls) { "" } else { "at least " };
            let expected = describe_calls(state.min_calls);
            problems.push((format!("expected {at_least}{expected}, received {received}"), true));
        }
        if let Some(max_calls) = state.max_calls.filter(|max_calls| received > *max_calls) {
            problems.push((format!("expected {}, received {received}", describe_calls(max_calls)), false));
        }
        let operation_id = self.operation.map(|_| self.operation_id);
        let was_called = requests.iter().any(|request| {
            operation_id.is_none_or(|operation_id| request.operation.as_deref() == Some(operation_id))
        });
        let hint = match state.matchers.is_empty() {
            true => "check whether the request is valid, and whether a stub created later handled the call",
            false => "check the conditions in `matching`, and whether a stub created later handled the call",
        };
        let (target, file, line) = (self.target(), self.location.file(), self.location.line());
        problems
            .into_iter()
            .map(|(problem, is_too_few)| {
                let hint = if is_too_few && was_called { format!("\nhelp: {hint}") } else { String::new() };
                let requests = list_requests(operation_id, requests);
                format!("stub for {target} ({file}:{line}): {problem}{requests}{hint}")
            })
            .collect()
    }
}

/// A number of expected calls in words: `no calls`, `1 call`, `2 calls`.
fn describe_calls(count: u32) -> String {
    match count {
        0 => "no calls".to_owned(),
        1 => "1 call".to_owned(),
        count => format!("{count} calls"),
    }
}
