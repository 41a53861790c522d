//! Property tests: no server behavior makes the client pay twice.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use openapi_client_runtime::{CallOptions, Outcome};
use proptest::prelude::*;

use crate::support::{
    api::builder,
    idempotent_server::{Event, IdempotentServer},
    server::{Server, Step},
};

#[derive(Clone, Debug)]
enum Behavior {
    Respond(u16),
    RespondWithRetryAfter(u16),
    RespondWithDelay(u16),
    KeyInUse,
    Replay(u16),
    Close,
    Reset,
    ResetUnread,
    HalfHead,
    HalfBody,
    Stall,
}

impl Behavior {
    fn step(&self) -> Step {
        match self {
            Self::Respond(200) => Step::ok(),
            Self::Respond(status) => Step::error(*status),
            Self::RespondWithRetryAfter(status) => Step::error(*status).with("retry-after", "0"),
            Self::RespondWithDelay(status) => Step::error(*status).with("retry-after-ms", "1"),
            Self::KeyInUse => {
                Step::json(409, r#"{"error":{"code":"idempotency_key_in_use","message":"It failed."}}"#)
            }
            Self::Replay(status) => Step::error(*status).with("idempotent-replayed", "true"),
            Self::Close => Step::Close,
            Self::Reset => Step::Reset,
            Self::ResetUnread => Step::ResetUnread,
            Self::HalfHead => Step::Raw(b"HTTP/1.1 200".to_vec()),
            Self::HalfBody => Step::Raw(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{".to_vec()),
            Self::Stall => Step::Stall(b"HTTP".to_vec()),
        }
    }

    /// Whether the response says that the server did not process the request.
    fn is_safe_to_retry(&self) -> bool {
        matches!(
            self,
            Self::Respond(429)
                | Self::RespondWithRetryAfter(429)
                | Self::RespondWithDelay(429)
                | Self::Replay(429)
        )
    }

    /// Whether the server cannot have processed the request.
    fn is_not_processed(&self) -> bool {
        self.is_safe_to_retry()
            || matches!(self, Self::Respond(300..=407 | 409..=499) | Self::Replay(400..=407 | 409..=499))
    }
}

fn behavior() -> impl Strategy<Value = Behavior> {
    let status = prop::sample::select(vec![200, 307, 400, 401, 408, 409, 422, 429, 500, 502, 503, 504]);
    prop_oneof![
        5 => status.prop_map(Behavior::Respond),
        2 => prop::sample::select(vec![409, 429, 503, 500]).prop_map(Behavior::RespondWithRetryAfter),
        1 => prop::sample::select(vec![409, 429, 503]).prop_map(Behavior::RespondWithDelay),
        1 => Just(Behavior::KeyInUse),
        2 => prop::sample::select(vec![409, 422, 429, 500]).prop_map(Behavior::Replay),
        1 => Just(Behavior::Close),
        1 => Just(Behavior::Reset),
        1 => Just(Behavior::ResetUnread),
        1 => Just(Behavior::HalfHead),
        1 => Just(Behavior::HalfBody),
        1 => Just(Behavior::Stall),
    ]
}

fn event() -> impl Strategy<Value = Event> {
    let delay = || prop::sample::select(vec![None, Some(0), Some(1), Some(30)]);
    prop_oneof![
        2 => Just(Event::Arrives),
        2 => Just(Event::RequestLost),
        2 => Just(Event::ResponseLost),
        2 => (0_u32..4, any::<bool>()).prop_map(|(requests, names_key)| Event::Slow { requests, names_key }),
        1 => (prop::sample::select(vec![429, 502, 503, 504]), delay())
            .prop_map(|(status, delay)| Event::GatewayBefore(status, delay)),
        1 => (prop::sample::select(vec![502, 503, 504]), delay())
            .prop_map(|(status, delay)| Event::GatewayAfter(status, delay)),
        3 => (any::<bool>(), delay(), any::<bool>()).prop_map(|(is_stored, retry_after, is_lost)| {
            Event::RateLimit { is_stored, retry_after, is_lost }
        }),
        1 => Just(Event::Crash),
        1 => Just(Event::Reject),
    ]
}

#[derive(Clone, Copy, Debug)]
enum Key {
    Automatic,
    Fixed,
    Disabled,
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_payment_is_made_twice(
        behaviors in prop::collection::vec(behavior(), 1..6),
        key in prop::sample::select(vec![Key::Automatic, Key::Fixed, Key::Disabled, Key::Disabled]),
        attempts in 1_u32..6,
        rate_limit_retries in 0_u32..3,
        budget in prop::sample::select(vec![None, Some(50), Some(1), Some(0)]),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let server = Server::start(behaviors.iter().map(Behavior::step));
        // A short timeout can end any attempt on a machine under load, even one whose request did not arrive.
        let can_time_out = behaviors.iter().any(|behavior| matches!(behavior, Behavior::Stall));
        let client = builder()
            .base_url(server.url())
            .timeout(Duration::from_millis(if can_time_out { 300 } else { 20_000 }))
            .max_rate_limit_retries(rate_limit_retries)
            .retry_budget(budget)
            .build()
            .unwrap();
        let options = CallOptions::new().max_attempts(attempts);
        let options = match key {
            Key::Automatic => options,
            Key::Fixed => options.idempotency_key("fixed"),
            Key::Disabled => options.without_idempotency_key(),
        };
        let start = Instant::now();
        let result = runtime.block_on(client.pay().with_options(options).send());
        let seconds = start.elapsed().as_secs() as usize;
        let requests = server.requests();
        let started = server.started_requests();
        let behavior = |index: usize| behaviors.get(index).cloned().unwrap_or(Behavior::Respond(200));

        // Only a 429 with a delay is retried beyond the attempts, and beyond the budget.
        let is_free = |index: usize| matches!(behavior(index), Behavior::RespondWithDelay(429));
        let free = (0..started.saturating_sub(1)).filter(|index| is_free(*index)).count();
        prop_assert!(started <= attempts as usize + free.min(rate_limit_retries as usize));
        prop_assert!(attempts > 1 || started <= 1);
        if let Some(budget) = budget {
            // A 409 with a delay costs nothing either.
            let is_free = |index: usize| is_free(index) || matches!(behavior(index), Behavior::RespondWithDelay(409));
            let costly = (0..started.saturating_sub(1)).filter(|index| !is_free(*index)).count();
            // The budget grows by one retry in two seconds, unless it is none.
            let growth = if budget == 0 { 0 } else { seconds / 2 + 1 };
            prop_assert!(costly <= budget as usize + growth);
        }
        if matches!(key, Key::Disabled) {
            // There is no retry once the server may have processed the request.
            for index in 0..started.saturating_sub(1) {
                prop_assert!(behavior(index).is_safe_to_retry(), "retried after {:?}", behavior(index));
            }
            prop_assert!(requests.iter().all(|request| request.key().is_none()));
        } else if let Some(first) = requests.first() {
            prop_assert!(requests.iter().all(|other| other.key().is_some() && other.body == first.body));
            // A key is only replaced by a new one, after the replay of a 429 and if nothing may have been processed.
            let mut keys = BTreeSet::new();
            let renewals = (0..started.saturating_sub(1)).filter(|index| {
                matches!(behavior(*index), Behavior::Replay(429))
                    && (0..=*index).all(|index| behavior(index).is_not_processed())
            });
            let renewals = if matches!(key, Key::Fixed) { 0 } else { renewals.count() };
            for pair in requests.windows(2) {
                prop_assert!(pair[0].key() == pair[1].key() || keys.insert(pair[0].key()));
            }
            prop_assert!(keys.len() <= renewals, "{} renewals, {renewals} allowed", keys.len());
        }
        match result {
            Ok(_) => prop_assert!(can_time_out || matches!(behavior(started - 1), Behavior::Respond(200))),
            Err(error) => {
                prop_assert!(error.attempts() as usize >= started);
                prop_assert!(can_time_out || error.attempts() as usize == started);
                if error.outcome() == Outcome::NotProcessed {
                    // Without a key, no other request can be the same as this one.
                    let is_other = |behavior: Behavior| {
                        let is_conflict = matches!(
                            behavior,
                            Behavior::KeyInUse
                                | Behavior::RespondWithRetryAfter(409)
                                | Behavior::RespondWithDelay(409)
                        );
                        is_conflict && matches!(key, Key::Disabled)
                    };
                    prop_assert!(
                        (0..started).all(|index| {
                            behavior(index).is_not_processed() || is_other(behavior(index))
                        }),
                        "{}",
                        error
                    );
                }
            }
        }
    }

    /// The server is real in one respect: it processes a key once, or says what it stored, or that it is at work.
    #[test]
    fn a_server_that_honors_keys_processes_a_payment_once(
        events in prop::collection::vec(event(), 1..8),
        key in prop::sample::select(vec![Key::Automatic, Key::Fixed, Key::Disabled]),
        attempts in 1_u32..6,
        rate_limit_retries in 0_u32..4,
        budget in prop::sample::select(vec![None, Some(50), Some(1)]),
    ) {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        let server = IdempotentServer::new(events);
        let client = builder()
            .transport(server.clone())
            .max_rate_limit_retries(rate_limit_retries)
            .retry_budget(budget)
            .build()
            .unwrap();
        let options = CallOptions::new().max_attempts(attempts);
        let options = match key {
            Key::Automatic => options,
            Key::Fixed => options.idempotency_key("fixed"),
            Key::Disabled => options.without_idempotency_key(),
        };
        let result = runtime.block_on(client.pay().with_options(options).send_raw());
        let state = server.0.lock().unwrap();

        prop_assert!(state.processed <= 1, "processed {} times", state.processed);
        prop_assert!(state.keys.len() <= (attempts + rate_limit_retries) as usize);
        let keys: BTreeSet<_> = state.keys.iter().collect();
        let renewals = if matches!(key, Key::Automatic) { state.replayed_rate_limits } else { 0 };
        prop_assert!(keys.len() <= 1 + renewals, "{:?}", keys);
        match result {
            Ok(_) => prop_assert_eq!(state.processed, 1),
            Err(error) => {
                prop_assert_eq!(error.attempts() as usize, state.keys.len());
                prop_assert!(error.outcome() != Outcome::NotProcessed || state.processed == 0, "{}", error);
                // Whoever repeats the request as the error says does not pay twice.
                let key = state.keys.last().cloned().flatten();
                prop_assert_eq!(error.idempotency_key().map(str::to_owned), key);
            }
        }
    }
}
