//! The stubs of one server: finds the stub that responds to a call.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::server::{
    records::recorded_request::RecordedRequest,
    stubs::definition::{StubDecision, StubDefinition},
    stubs::response::{StubCall, StubResponse},
};

/// The stubs in the order of their creation.
#[derive(Default)]
pub(crate) struct StubRegistry(Mutex<Vec<Arc<StubDefinition>>>);

impl StubRegistry {
    pub(crate) fn add(&self, stub: Arc<StubDefinition>) {
        self.stubs().push(stub);
    }

    pub(crate) fn clear(&self) {
        self.stubs().clear();
    }

    /// Returns the response that closes the connection of a call before its body is read, if that is what happens
    /// next regardless of the body.
    pub(crate) fn take_close_before_reading(&self, operation: usize) -> Option<StubResponse> {
        for stub in self.stubs_for(operation) {
            match stub.decide_before_reading() {
                StubDecision::Skip => {}
                StubDecision::NoEffect => return None,
                StubDecision::Apply(response) => return Some(*response),
            }
        }
        None
    }

    /// Returns the stub's response to a call; `None` if no stub responds. The error is the message of a panic in a
    /// matcher.
    pub(crate) fn take_response(
        &self,
        operation: usize,
        call: &StubCall<'_>,
    ) -> Result<Option<StubResponse>, String> {
        for stub in self.stubs_for(operation) {
            if let Some(response) = stub.take_response(call)? {
                return Ok(Some(response));
            }
        }
        Ok(None)
    }

    /// Returns the stub's response that disturbs the delivery of a replayed response.
    pub(crate) fn take_replay_disturbance(
        &self,
        operation: usize,
        call: &StubCall<'_>,
    ) -> Result<Option<StubResponse>, String> {
        for stub in self.stubs_for(operation) {
            match stub.decide_replay(call)? {
                StubDecision::Skip => {}
                StubDecision::NoEffect => return Ok(None),
                StubDecision::Apply(response) => return Ok(Some(*response)),
            }
        }
        Ok(None)
    }

    /// Describes the expectations that were not met.
    pub(crate) fn unmet_expectations(&self, requests: &[RecordedRequest]) -> Vec<String> {
        let stubs = self.stubs().clone();
        stubs.iter().flat_map(|stub| stub.unmet_expectations(requests)).collect()
    }

    /// The stubs for an operation, the latest first.
    fn stubs_for(&self, operation: usize) -> Vec<Arc<StubDefinition>> {
        let is_for = |stub: &&Arc<StubDefinition>| stub.operation.is_none_or(|index| index == operation);
        self.stubs().iter().rev().filter(is_for).cloned().collect()
    }

    fn stubs(&self) -> MutexGuard<'_, Vec<Arc<StubDefinition>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for StubRegistry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.stubs().iter().map(|stub| stub.target())).finish()
    }
}
