//! No payment is made twice: random servers, random calls.

use std::time::Duration;

use openapi_client_runtime::{CallOptions, Outcome};
use proptest::prelude::*;

use crate::support::{
    api::builder,
    server::{Server, Step},
};

#[derive(Clone, Debug)]
enum Behaviour {
    Answer(u16),
    AnswerWithWait(u16),
    Close,
    Reset,
    ResetUnread,
    HalfHead,
    HalfBody,
    Stall,
}

impl Behaviour {
    fn step(&self) -> Step {
        match self {
            Self::Answer(200) => Step::ok(),
            Self::Answer(status) => Step::error(*status),
            Self::AnswerWithWait(status) => Step::error(*status).with("retry-after", "0"),
            Self::Close => Step::Close,
            Self::Reset => Step::Reset,
            Self::ResetUnread => Step::ResetUnread,
            Self::HalfHead => Step::Raw(b"HTTP/1.1 200".to_vec()),
            Self::HalfBody => Step::Raw(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{".to_vec()),
            Self::Stall => Step::Stall(b"HTTP".to_vec()),
        }
    }

    /// Whether the server says that it did not act.
    fn harmless(&self) -> bool {
        matches!(self, Self::Answer(429) | Self::AnswerWithWait(429 | 503))
    }

    /// Whether nothing can have been done.
    fn refusal(&self) -> bool {
        self.harmless() || matches!(self, Self::Answer(300..=407 | 409..=499))
    }
}

fn behaviour() -> impl Strategy<Value = Behaviour> {
    let status = prop::sample::select(vec![200, 307, 400, 401, 408, 409, 422, 429, 500, 502, 503, 504]);
    prop_oneof![
        5 => status.prop_map(Behaviour::Answer),
        2 => prop::sample::select(vec![429, 503, 500]).prop_map(Behaviour::AnswerWithWait),
        1 => Just(Behaviour::Close),
        1 => Just(Behaviour::Reset),
        1 => Just(Behaviour::ResetUnread),
        1 => Just(Behaviour::HalfHead),
        1 => Just(Behaviour::HalfBody),
        1 => Just(Behaviour::Stall),
    ]
}

#[derive(Clone, Copy, Debug)]
enum Key {
    Automatic,
    Given,
    Off,
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_payment_is_made_twice(
        behaviours in prop::collection::vec(behaviour(), 1..6),
        key in prop::sample::select(vec![Key::Automatic, Key::Given, Key::Off, Key::Off]),
        attempts in 1_u32..6,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let server = Server::start(behaviours.iter().map(Behaviour::step));
        let client = builder().base_url(server.url()).timeout(Duration::from_millis(80)).build().unwrap();
        let options = CallOptions::new().max_attempts(attempts);
        let options = match key {
            Key::Automatic => options,
            Key::Given => options.idempotency_key("given"),
            Key::Off => options.no_idempotency_key(),
        };
        let result = runtime.block_on(client.pay().with_options(options).send());
        let seen = server.seen();
        let begun = server.begun();
        let done = |index: usize| behaviours.get(index).cloned().unwrap_or(Behaviour::Answer(200));

        prop_assert!(begun <= attempts as usize);
        if matches!(key, Key::Off) {
            // Once the server may have acted, nothing more is sent.
            for index in 0..begun.saturating_sub(1) {
                prop_assert!(done(index).harmless(), "sent again after {:?}", done(index));
            }
            prop_assert!(seen.iter().all(|seen| seen.key().is_none()));
        } else if let Some(first) = seen.first() {
            prop_assert!(first.key().is_some());
            prop_assert!(seen.iter().all(|other| other.key() == first.key() && other.body == first.body));
        }
        match result {
            Ok(_) => prop_assert!(matches!(done(begun - 1), Behaviour::Answer(200))),
            Err(error) => {
                prop_assert_eq!(error.attempts() as usize, begun);
                if error.outcome() == Outcome::NotProcessed {
                    prop_assert!((0..begun).all(|index| done(index).refusal()), "{}", error);
                }
            }
        }
    }
}
