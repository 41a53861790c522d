//! Property test: no server behavior makes the client pay twice.

use std::time::Duration;

use openapi_client_runtime::{CallOptions, Outcome};
use proptest::prelude::*;

use crate::support::{
    api::builder,
    server::{Server, Step},
};

#[derive(Clone, Debug)]
enum Behavior {
    Respond(u16),
    RespondWithRetryAfter(u16),
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
        matches!(self, Self::Respond(429) | Self::RespondWithRetryAfter(429 | 503))
    }

    /// Whether the server cannot have processed the request.
    fn is_not_processed(&self) -> bool {
        self.is_safe_to_retry() || matches!(self, Self::Respond(300..=407 | 409..=499))
    }
}

fn behavior() -> impl Strategy<Value = Behavior> {
    let status = prop::sample::select(vec![200, 307, 400, 401, 408, 409, 422, 429, 500, 502, 503, 504]);
    prop_oneof![
        5 => status.prop_map(Behavior::Respond),
        2 => prop::sample::select(vec![429, 503, 500]).prop_map(Behavior::RespondWithRetryAfter),
        1 => Just(Behavior::Close),
        1 => Just(Behavior::Reset),
        1 => Just(Behavior::ResetUnread),
        1 => Just(Behavior::HalfHead),
        1 => Just(Behavior::HalfBody),
        1 => Just(Behavior::Stall),
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
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let server = Server::start(behaviors.iter().map(Behavior::step));
        let client = builder().base_url(server.url()).timeout(Duration::from_millis(80)).build().unwrap();
        let options = CallOptions::new().max_attempts(attempts);
        let options = match key {
            Key::Automatic => options,
            Key::Fixed => options.idempotency_key("fixed"),
            Key::Disabled => options.without_idempotency_key(),
        };
        let result = runtime.block_on(client.pay().with_options(options).send());
        let requests = server.requests();
        let started = server.started_requests();
        let behavior = |index: usize| behaviors.get(index).cloned().unwrap_or(Behavior::Respond(200));

        prop_assert!(started <= attempts as usize);
        if matches!(key, Key::Disabled) {
            // There is no retry once the server may have processed the request.
            for index in 0..started.saturating_sub(1) {
                prop_assert!(behavior(index).is_safe_to_retry(), "retried after {:?}", behavior(index));
            }
            prop_assert!(requests.iter().all(|request| request.key().is_none()));
        } else if let Some(first) = requests.first() {
            prop_assert!(first.key().is_some());
            prop_assert!(requests.iter().all(|other| other.key() == first.key() && other.body == first.body));
        }
        match result {
            Ok(_) => prop_assert!(matches!(behavior(started - 1), Behavior::Respond(200))),
            Err(error) => {
                prop_assert_eq!(error.attempts() as usize, started);
                if error.outcome() == Outcome::NotProcessed {
                    prop_assert!((0..started).all(|index| behavior(index).is_not_processed()), "{}", error);
                }
            }
        }
    }
}
