//! The real inbox, in two versions of a program of which the newer one knows more events, and the steps that are done with it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use openapi_client_inbox::{Inbox, Job, JobError, State};
use openapi_client_runtime::{
    json::Decode,
    webhooks::{Events, WebhookScheme, WebhookVerifier},
};
use proptest::prelude::*;
use serde_json::{Value, json};
use tokio::{sync::mpsc, time::timeout};

use super::{
    expectation::{BACKOFF, Expectation, LEASE, MAX_ATTEMPTS},
    steps::{FIRST_OF_NEWER, HandlerResult, RETRY_AFTER, Step},
};
use crate::support::{
    database::{Database, write_effect},
    events::{Event, SECRET, SignedDelivery, message_id},
};

/// The time at which a sequence starts, in Unix seconds.
const START: u64 = 1_700_000_000;

/// The events as a version of the program knows them.
#[derive(Clone, Debug)]
struct EventOf<const NEWER: bool>(Event);

impl<const NEWER: bool> Decode for EventOf<NEWER> {
    fn blank() -> Self {
        Self(Event::blank())
    }

    fn decode<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let event = Event::decode(deserializer)?;
        let is_known =
            |event: &Event| matches!(event, Event::Paid { number, .. } if NEWER || *number < FIRST_OF_NEWER);
        Ok(Self(if is_known(&event) { event } else { Event::Unknown(json!({"type": "unknown"})) }))
    }
}

impl<const NEWER: bool> Events for EventOf<NEWER> {
    const SCHEME: &'static WebhookScheme = Event::SCHEME;

    fn unknown(value: Value) -> Self {
        Self(Event::Unknown(value))
    }

    fn is_unknown(&self) -> bool {
        self.0.is_unknown()
    }
}

/// A database and its clock.
pub(super) struct World {
    database: Database,
    /// In Unix milliseconds.
    clock: Arc<AtomicU64>,
    older: Inbox<EventOf<false>>,
    newer: Inbox<EventOf<true>>,
}

impl World {
    pub(super) async fn create(database: Database) -> Self {
        database.create_effects().await;
        let clock = Arc::new(AtomicU64::new(START * 1000));
        let older = connect(&database, &clock, (1, 1)).await;
        let newer = connect(&database, &clock, (1, 1)).await;
        Self { database, clock, older, newer }
    }

    /// Takes a step in the database and in the model, which have to agree about its result.
    pub(super) async fn take(&mut self, step: &Step, expectation: &mut Expectation) {
        match step {
            Step::Receive(number) => {
                let body = json!({"type": "paid", "number": number}).to_string();
                let delivery = SignedDelivery::at(START, &message_id(*number), body.as_bytes());
                let received = self.older.receive(delivery.headers(), &delivery.body).await.unwrap();
                assert_eq!(received.new, expectation.receive(*number));
                assert_eq!(received.state, expectation.events[number].state);
            }
            Step::Work { newer: true, results } => self.work::<true>(results, expectation).await,
            Step::Work { newer: false, results } => self.work::<false>(results, expectation).await,
            Step::Crash => self.crash(expectation).await,
            Step::Pass(time) => {
                expectation.now += *time;
                self.clock.fetch_add(u64::try_from(time.as_millis()).unwrap(), Ordering::SeqCst);
            }
            Step::Retry(number) => {
                let changed = self.older.retry(&message_id(*number)).await.unwrap();
                assert_eq!(changed, expectation.retry(*number, false));
            }
            Step::RetryDead => {
                let changed = self.older.retry_dead().await.unwrap();
                assert_eq!(changed, expectation.retry_all(State::Dead));
            }
            Step::RetryUndecoded => {
                assert_eq!(self.older.retry_undecoded().await.unwrap(), 0);
                let changed = self.newer.retry_undecoded().await.unwrap();
                assert_eq!(changed, expectation.retry_all(State::Undecoded));
            }
            Step::Discard(number) => {
                let changed = self.older.discard(&message_id(*number)).await.unwrap();
                assert_eq!(changed, expectation.discard(*number));
            }
            Step::Purge(older_than) => {
                let purged = self.older.purge(*older_than).await.unwrap();
                assert_eq!(purged, expectation.purge(*older_than));
            }
        }
    }

    /// Runs a worker until it has handled what is due.
    async fn work<const NEWER: bool>(&self, results: &[HandlerResult], expectation: &mut Expectation) {
        self.learn_delays(expectation).await;
        if NEWER {
            // A worker decodes at its start what an older version could not.
            expectation.retry_all(State::Undecoded);
        }
        let due = expectation.list_due();
        let called: BTreeSet<u64> =
            due.iter().copied().filter(|number| expectation.claim(*number, NEWER)).collect();
        let inbox: Inbox<EventOf<NEWER>> = connect(&self.database, &self.clock, (2, 3)).await;
        let (calls, mut called_now) = mpsc::unbounded_channel();
        let (results, is_sqlite) = (results.to_vec(), self.database.is_sqlite());
        let given = results.clone();
        let handler = move |job: Job<EventOf<NEWER>>| {
            let number = job.event().0.number();
            calls.send(number).unwrap();
            handle_as(job, given[usize::try_from(number).unwrap()], is_sqlite)
        };
        let (running, stopping) = (inbox.clone(), inbox.clone());
        let worker = tokio::spawn(async move { running.run(handler).await });
        let mut calls = BTreeSet::new();
        while calls.len() < called.len() {
            let call = timeout(Duration::from_secs(30), called_now.recv()).await;
            // After a failure, the other events of its batch are handled again.
            calls.insert(call.unwrap_or_else(|_| panic!("handled {calls:?} of {called:?}")).unwrap());
        }
        // What is claimed without a call of the handler is over when no event is due.
        for number in due.iter().filter(|number| !called.contains(number)) {
            self.wait_for_state(*number, expectation.events[number].state).await;
        }
        stopping.shutdown();
        timeout(Duration::from_secs(30), worker).await.expect("the worker stops").unwrap().unwrap();
        inbox.close().await;
        calls.extend(std::iter::from_fn(|| called_now.try_recv().ok()));
        assert_eq!(calls, called);
        for number in called {
            expectation.finish(number, results[usize::try_from(number).unwrap()]);
        }
    }

    /// Runs a worker until it has begun to handle what is due, and ends it there.
    async fn crash(&self, expectation: &mut Expectation) {
        self.learn_delays(expectation).await;
        expectation.retry_all(State::Undecoded);
        let due = expectation.list_due();
        let called: BTreeSet<u64> =
            due.iter().copied().filter(|number| expectation.claim(*number, true)).collect();
        let inbox: Inbox<EventOf<true>> = connect(&self.database, &self.clock, (8, 1)).await;
        let (calls, mut called_now) = mpsc::unbounded_channel();
        let handler = move |job: Job<EventOf<true>>| {
            calls.send(job.event().0.number()).unwrap();
            std::future::pending::<Result<(), JobError>>()
        };
        let running = inbox.clone();
        let worker = tokio::spawn(async move { running.run(handler).await });
        let mut calls = BTreeSet::new();
        while calls.len() < called.len() {
            let call = timeout(Duration::from_secs(30), called_now.recv()).await;
            calls.insert(call.unwrap_or_else(|_| panic!("handled {calls:?} of {called:?}")).unwrap());
        }
        for number in due.iter().filter(|number| !called.contains(number)) {
            self.wait_for_state(*number, State::Dead).await;
        }
        // The decoding at the start is a task of its own.
        for (number, _) in expectation.events.iter().filter(|(_, event)| event.state == State::Ready) {
            self.wait_for_state(*number, State::Ready).await;
        }
        worker.abort();
        let _ = worker.await;
        inbox.close().await;
        assert_eq!(calls, called);
    }

    /// Replaces the delays that are random in the model by those in the database, which have to be in their limits.
    async fn learn_delays(&self, expectation: &mut Expectation) {
        for event in self.older.list().await.unwrap() {
            let expected = expectation.events.get_mut(&number_of(&event.id)).unwrap();
            if expected.state != State::Ready && expected.state != State::Running {
                continue;
            }
            let start = UNIX_EPOCH + Duration::from_secs(START);
            let available = event.available_at.duration_since(start).unwrap();
            let (earliest, latest) = expected.due;
            assert!(
                available >= earliest && available <= latest,
                "{available:?} is not in {earliest:?}..={latest:?}"
            );
            expected.due = (available, available);
        }
    }

    /// Checks that all events, their counts and their effects are as in the model.
    pub(super) async fn check(&self, expectation: &Expectation) -> Result<(), TestCaseError> {
        let stored = self.older.list().await.unwrap();
        let stored: BTreeMap<u64, _> =
            stored.iter().map(|event| (number_of(&event.id), (event.state, event.attempts))).collect();
        let expected: BTreeMap<u64, _> = expectation
            .events
            .iter()
            .map(|(number, event)| (*number, (event.state, event.attempts)))
            .collect();
        prop_assert_eq!(&stored, &expected);
        let counts = self.older.counts().await.unwrap();
        let count = |state| stored.values().filter(|event| event.0 == state).count() as u64;
        prop_assert_eq!(counts.ready + counts.delayed, count(State::Ready));
        prop_assert_eq!(counts.running, count(State::Running));
        prop_assert_eq!(counts.done, count(State::Done));
        prop_assert_eq!(counts.dead, count(State::Dead));
        prop_assert_eq!(counts.undecoded, count(State::Undecoded));
        prop_assert_eq!(counts.discarded, count(State::Discarded));
        let mut effects: BTreeMap<u64, u64> = BTreeMap::new();
        for id in self.database.effects().await {
            *effects.entry(number_of(&id)).or_default() += 1;
        }
        let expected: BTreeMap<u64, u64> = expectation
            .effects
            .iter()
            .filter(|(_, count)| **count > 0)
            .map(|(number, count)| (*number, *count))
            .collect();
        prop_assert_eq!(effects, expected);
        Ok(())
    }

    pub(super) async fn close(self) {
        self.older.close().await;
        self.newer.close().await;
    }

    async fn wait_for_state(&self, number: u64, state: State) {
        crate::support::wait_until(&format!("event {number} is {state}"), async || {
            let stored = self.older.list().await.map_err(|error| error.to_string())?;
            let is_there = stored.iter().any(|event| number_of(&event.id) == number && event.state == state);
            if is_there { Ok(()) } else { Err(format!("{stored:?}")) }
        })
        .await;
    }
}

/// Connects a version of the program that handles `batch` events at a time in each of `concurrency` tasks.
async fn connect<const NEWER: bool>(
    database: &Database,
    clock: &Arc<AtomicU64>,
    (concurrency, batch): (usize, usize),
) -> Inbox<EventOf<NEWER>> {
    let clock = Arc::clone(clock);
    let verifier = WebhookVerifier::new(SECRET).unwrap().clock(|| UNIX_EPOCH + Duration::from_secs(START));
    Inbox::builder(verifier)
        .clock(move || -> SystemTime { UNIX_EPOCH + Duration::from_millis(clock.load(Ordering::SeqCst)) })
        .poll_interval(Duration::from_millis(5))
        .max_attempts(MAX_ATTEMPTS)
        .lease(LEASE)
        .backoff(BACKOFF, BACKOFF * 100)
        .concurrency(concurrency)
        .batch(batch)
        .connect(database.url())
        .await
        .unwrap()
}

async fn handle_as<E>(job: Job<E>, result: HandlerResult, is_sqlite: bool) -> Result<(), JobError> {
    if result == HandlerResult::SucceedWithoutEffect {
        return Ok(());
    }
    write_effect(&job, is_sqlite).await?;
    match result {
        HandlerResult::Succeed | HandlerResult::SucceedWithoutEffect => Ok(()),
        HandlerResult::Fail => Err(JobError::new("fails")),
        HandlerResult::Panic => {
            // Without the message of a panic in the output.
            std::panic::resume_unwind(Box::new("this handler panics"))
        }
        HandlerResult::RetryAfter => Err(JobError::retry_after(RETRY_AFTER, "later")),
        HandlerResult::FailForGood => Err(JobError::permanent("for good")),
    }
}

fn number_of(id: &str) -> u64 {
    id.trim_start_matches("msg_").parse().unwrap()
}
