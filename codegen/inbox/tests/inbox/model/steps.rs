//! The steps of a random sequence.

use std::time::Duration;

use proptest::prelude::*;

/// How many events there are. Few, so that much happens to each.
pub(super) const EVENTS: u64 = 5;

/// From this number on, events can only be decoded by the newer version of the program.
pub(super) const FIRST_OF_NEWER: u64 = 3;

/// What happens next.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// The event is delivered, for the first time or again.
    Receive(u64),
    /// A worker of the older or newer version handles what is due, each event with this result.
    Work {
        newer: bool,
        results: [HandlerResult; EVENTS as usize],
    },
    /// A worker of the newer version begins to handle what is due, and ends as if it were killed.
    Crash,
    /// Time passes.
    Pass(Duration),
    Retry(u64),
    RetryDead,
    /// The newer version decodes what the older one could not.
    RetryUndecoded,
    Discard(u64),
    Purge(Duration),
}

/// What a handler does with an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HandlerResult {
    Succeed,
    /// It succeeds without a transaction.
    SucceedWithoutEffect,
    /// It fails after it has written its effect.
    Fail,
    Panic,
    RetryAfter,
    FailForGood,
}

/// The delay of [`HandlerResult::RetryAfter`].
pub(super) const RETRY_AFTER: Duration = Duration::from_secs(600);

pub(super) fn any_step() -> impl Strategy<Value = Step> {
    let event = 0..EVENTS;
    let times = [1, 60, 61, 600, 7200, 86_400].map(Duration::from_secs);
    let time = prop::sample::select(times.to_vec());
    prop_oneof![
        6 => event.clone().prop_map(Step::Receive),
        6 => (any::<bool>(), prop::array::uniform5(any_result()))
            .prop_map(|(newer, results)| Step::Work { newer, results }),
        2 => Just(Step::Crash),
        4 => time.clone().prop_map(Step::Pass),
        2 => event.clone().prop_map(Step::Retry),
        1 => Just(Step::RetryDead),
        1 => Just(Step::RetryUndecoded),
        2 => event.prop_map(Step::Discard),
        1 => time.prop_map(Step::Purge),
    ]
}

fn any_result() -> impl Strategy<Value = HandlerResult> {
    prop_oneof![
        4 => Just(HandlerResult::Succeed),
        1 => Just(HandlerResult::SucceedWithoutEffect),
        3 => Just(HandlerResult::Fail),
        1 => Just(HandlerResult::Panic),
        1 => Just(HandlerResult::RetryAfter),
        1 => Just(HandlerResult::FailForGood),
    ]
}
