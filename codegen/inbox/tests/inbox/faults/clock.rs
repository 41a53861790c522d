//! The clock of the machine jumps. Events are handled once, and none waits for a time that a wrong clock chose.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, SystemTime},
};

use openapi_client_inbox::{InboxBuilder, Job, JobError, State};
use tokio::sync::{mpsc, watch};

use crate::support::{
    database::{Database, builder, effect_handler, write_effect},
    each_database::test_each_database,
    events::{Event, SignedDelivery, message_id},
    running::{Running, list, receive, receive_numbers, wait_for_counts, wait_for_done},
};

test_each_database!(
    a_clock_that_jumps_forwards_does_not_repeat_an_effect,
    a_clock_that_jumps_back_does_not_hold_events_back,
);

/// A clock that a test sets forwards and backwards.
#[derive(Clone, Debug, Default)]
struct JumpingClock(Arc<AtomicI64>);

impl JumpingClock {
    fn jump(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }

    fn builder(&self) -> InboxBuilder<Event> {
        let offset = Arc::clone(&self.0);
        let clock = move || {
            let seconds = offset.load(Ordering::SeqCst);
            let distance = Duration::from_secs(seconds.unsigned_abs());
            if seconds < 0 { SystemTime::now() - distance } else { SystemTime::now() + distance }
        };
        builder().clock(clock).poll_interval(Duration::from_millis(20))
    }
}

const DAY: i64 = 24 * 3600;

/// After the jump the lease of a running handler seems to be over, so another one may begin; only one of them commits.
async fn a_clock_that_jumps_forwards_does_not_repeat_an_effect(database: Database) {
    database.create_effects().await;
    let (clock, is_sqlite) = (JumpingClock::default(), database.is_sqlite());
    let first = clock.builder().connect(database.url()).await.unwrap();
    let second = clock.builder().connect(database.url()).await.unwrap();
    receive_numbers(&first, 0..3).await;
    let (begun, mut begins) = mpsc::unbounded_channel();
    let (go_on, wait) = watch::channel(false);
    let slow = move |job: Job<Event>| {
        let (begun, mut wait) = (begun.clone(), wait.clone());
        async move {
            begun.send(()).unwrap();
            wait.wait_for(|go_on| *go_on).await?;
            write_effect(&job, is_sqlite).await
        }
    };
    let slow = Running::start(&first, slow);
    for _ in 0..3 {
        begins.recv().await.unwrap();
    }
    clock.jump(10 * DAY);
    let other = Running::start(&second, effect_handler(is_sqlite));
    receive(&second, &SignedDelivery::paid(3, None)).await;
    wait_for_counts(&second, "the new event is done", |counts| counts.done >= 1).await;
    go_on.send(true).unwrap();
    wait_for_done(&second, 4).await;
    slow.stop().await;
    other.stop().await;
    let mut effects = database.effects().await;
    effects.sort();
    assert_eq!(effects, (0..4).map(message_id).collect::<Vec<_>>());
}

async fn a_clock_that_jumps_back_does_not_hold_events_back(database: Database) {
    database.create_effects().await;
    let (clock, is_sqlite) = (JumpingClock::default(), database.is_sqlite());
    // The clock is wrong at first: all times that are stored now are ten days in the future.
    clock.jump(10 * DAY);
    let inbox = clock.builder().connect(database.url()).await.unwrap();
    receive_numbers(&inbox, 0..2).await;
    let later = |_: Job<Event>| async {
        Err(JobError::retry_after(Duration::from_secs(600), std::io::Error::other("not now")))
    };
    let running = Running::start(&inbox, later);
    wait_for_counts(&inbox, "both wait", |counts| counts.delayed == 2).await;
    running.stop().await;
    clock.jump(-10 * DAY);
    let inbox = clock.builder().connect(database.url()).await.unwrap();
    receive_numbers(&inbox, 2..4).await;
    let running = Running::start(&inbox, effect_handler(is_sqlite));
    wait_for_done(&inbox, 4).await;
    running.stop().await;
    assert!(list(&inbox, State::Ready).await.is_empty());
    let mut effects = database.effects().await;
    effects.sort();
    assert_eq!(effects, (0..4).map(message_id).collect::<Vec<_>>());
}
