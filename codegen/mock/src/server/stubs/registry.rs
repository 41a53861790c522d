//! All stubs of one server: which of them answers a call, and which have waited in vain.

use std::{
    fmt,
    panic::Location,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::{
    server::records::recorded_request::RecordedRequest,
    server::stubs::response::{Action, Call, Matcher, Step},
};

/// How many of the calls that came instead a complaint tells.
const SHOWN: usize = 8;

/// A stub as the server sees it.
pub(crate) struct Plan {
    /// Without, it is for all.
    pub(crate) operation: Option<usize>,
    id: &'static str,
    /// Where the test made it.
    place: &'static Location<'static>,
    state: Mutex<State>,
}

#[derive(Default)]
pub(crate) struct State {
    pub(crate) matchers: Vec<Matcher>,
    pub(crate) steps: Vec<Step>,
    /// How many calls it was for.
    pub(crate) hits: u32,
    pub(crate) at_least: u32,
    pub(crate) at_most: Option<u32>,
    /// Whether it is complete enough to take calls: a test says `when` before it says what.
    pub(crate) active: bool,
}

impl State {
    /// The step whose turn it is.
    fn turn(&mut self) -> Option<&mut Step> {
        let last = self.steps.len().checked_sub(1)?;
        self.steps.iter_mut().enumerate().find_map(|(index, step)| {
            let open = match step.limit {
                Some(limit) => step.given < limit,
                None => index == last || step.given == 0,
            };
            open.then_some(step)
        })
    }

    /// The step that a modifier speaks of: the last one, or the API's own answer if there is none yet.
    pub(crate) fn latest(&mut self) -> &mut Step {
        if self.steps.is_empty() {
            self.steps.push(Step::new(Action::Own));
        }
        let last = self.steps.len() - 1;
        &mut self.steps[last]
    }
}

impl Plan {
    pub(crate) fn new(operation: Option<usize>, id: &'static str, place: &'static Location<'static>) -> Self {
        Self { operation, id, place, state: Mutex::default() }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it drops any call now, without having to see its body: `None` if it has no say, `Some(None)` if it has
    /// to see the body, or answers otherwise.
    fn drops_unread(&self) -> Option<Option<Step>> {
        let mut state = self.state();
        if !state.active {
            return None;
        }
        // Who matches has to see the body, and who only counts must not be passed over.
        if state.steps.is_empty() || !state.matchers.is_empty() {
            return Some(None);
        }
        let step = state.turn()?;
        if !matches!(step.action, Action::DropUnread) {
            return Some(None);
        }
        step.given += 1;
        let step = step.clone();
        state.hits += 1;
        Some(Some(step))
    }

    /// Whether the call is for this stub and there is an answer left, or none to give.
    fn is_for(&self, call: &Call<'_>) -> Result<bool, String> {
        let matchers = {
            let mut state = self.state();
            if !state.active || (!state.steps.is_empty() && state.turn().is_none()) {
                return Ok(false);
            }
            state.matchers.clone()
        };
        // A matcher is the test's own code and may well use the server: no lock is held here.
        for matcher in matchers {
            if !matcher(call)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// What disturbs the answer to a call that was carried out before; the outer `None` leaves it to other stubs.
    fn disturb(&self, call: &Call<'_>) -> Result<Option<Option<Step>>, String> {
        if !self.is_for(call)? {
            return Ok(None);
        }
        let mut state = self.state();
        let Some(step) = state.turn() else { return Ok(None) };
        if !step.disturbs() {
            return Ok(Some(None));
        }
        step.given += 1;
        let step = step.clone();
        state.hits += 1;
        Ok(Some(Some(step)))
    }

    /// Takes the call, if it is for this stub and there is an answer left.
    fn take(&self, call: &Call<'_>) -> Result<Option<Step>, String> {
        if !self.is_for(call)? {
            return Ok(None);
        }
        let mut state = self.state();
        state.hits += 1;
        Ok(state.turn().map(|step| {
            step.given += 1;
            step.clone()
        }))
    }

    fn complaints(&self, requests: &[RecordedRequest]) -> Vec<String> {
        let state = self.state();
        let mut complaints = Vec::new();
        let count = |count: u32| if count == 1 { "once".to_owned() } else { format!("{count} times") };
        let hits = if state.hits == 0 { "never".to_owned() } else { count(state.hits) };
        for (index, step) in state.steps.iter().enumerate() {
            let limit = step.limit.unwrap_or_default();
            if step.owed && step.given < limit {
                let given = if step.given == 0 { "never".to_owned() } else { count(step.given) };
                let number = index + 1;
                complaints
                    .push(format!("its reply {number} was to be given {}, was given {given}", count(limit)));
            }
        }
        if state.hits < state.at_least {
            let least = if state.at_most == Some(state.at_least) { "" } else { "at least " };
            complaints
                .push(format!("it was to be called {least}{}, was called {hits}", count(state.at_least)));
        }
        if let Some(most) = state.at_most.filter(|most| state.hits > *most) {
            let most = if most == 0 { "never".to_owned() } else { count(most) };
            complaints.push(format!("it was to be called {most}, was called {hits}"));
        }
        let place = format!("{}:{}", self.place.file(), self.place.line());
        complaints
            .into_iter()
            .map(|complaint| {
                let id = self.operation.map(|_| self.id);
                let of = id.unwrap_or("all operations");
                format!("the stub of {of} at {place}: {complaint}{}", came(id, requests))
            })
            .collect()
    }
}

/// What came: the calls of the operation first, since one of them was likely meant.
fn came(id: Option<&str>, requests: &[RecordedRequest]) -> String {
    if requests.is_empty() {
        return "; no request came".to_owned();
    }
    let own = |request: &&RecordedRequest| request.operation.as_deref() == id;
    let others = requests.iter().filter(|request| !own(request));
    let mut text = String::from("; what came:");
    for request in requests.iter().filter(own).chain(others).take(SHOWN) {
        let id = request.operation.as_deref().unwrap_or("no operation");
        text.push_str(&format!("\n{id}: {}", request.line()));
    }
    if requests.len() > SHOWN {
        text.push_str(&format!("\nand {} more", requests.len() - SHOWN));
    }
    text
}

/// The stubs in the order in which they were made.
#[derive(Default)]
pub(crate) struct Stubs(Mutex<Vec<Arc<Plan>>>);

impl Stubs {
    pub(crate) fn push(&self, plan: Arc<Plan>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(plan);
    }

    pub(crate) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Those for an operation, the latest first.
    fn of(&self, operation: usize) -> Vec<Arc<Plan>> {
        let plans = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        plans.iter().rev().filter(|plan| plan.operation.is_none_or(|own| own == operation)).cloned().collect()
    }

    /// The step that drops a call of this operation before its body is read, if that is what comes next whatever the
    /// body holds.
    pub(crate) fn take_unread(&self, operation: usize) -> Option<Step> {
        self.of(operation).iter().find_map(|plan| plan.drops_unread()).flatten()
    }

    /// The step that answers a call; `None` if no stub is for it. The error is a matcher's panic.
    pub(crate) fn take(&self, operation: usize, call: &Call<'_>) -> Result<Option<Step>, String> {
        for plan in self.of(operation) {
            if let Some(step) = plan.take(call)? {
                return Ok(Some(step));
            }
        }
        Ok(None)
    }

    /// What disturbs the sending of an answer that was given before.
    pub(crate) fn disturb(&self, operation: usize, call: &Call<'_>) -> Result<Option<Step>, String> {
        for plan in self.of(operation) {
            if let Some(step) = plan.disturb(call)? {
                return Ok(step);
            }
        }
        Ok(None)
    }

    /// What was expected and did not come.
    pub(crate) fn complaints(&self, requests: &[RecordedRequest]) -> Vec<String> {
        let plans = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        plans.iter().flat_map(|plan| plan.complaints(requests)).collect()
    }
}

impl fmt::Debug for Stubs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plans = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        f.debug_list().entries(plans.iter().map(|plan| plan.id)).finish()
    }
}
