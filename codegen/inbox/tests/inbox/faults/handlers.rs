//! Handlers that fail, panic, or end with their process: the event is tried again up to the limit, and then kept with the error.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use openapi_client_inbox::{InboxBuilder, Job, JobError, State};
use tokio::sync::mpsc;

use crate::support::{
    database::{Database, builder, effect_handler, write_effect},
    each_database::test_each_database,
    events::{Event, message_id},
    running::{Killable, Running, list, receive_numbers, wait_for_counts, wait_for_done},
};

test_each_database!(
    an_error_undoes_the_writes_and_the_event_is_handled_again,
    a_panic_counts_as_a_failure,
    an_event_that_always_fails_is_kept_with_its_last_error_and_can_be_retried,
    a_permanent_error_is_not_tried_again,
    an_event_that_kills_its_process_reaches_the_limit_of_attempts,
    one_failure_in_a_batch_does_not_affect_the_others,
);

fn quick_builder() -> InboxBuilder<Event> {
    builder()
        .poll_interval(Duration::from_millis(20))
        .backoff(Duration::from_millis(1), Duration::from_millis(20))
        .max_attempts(3)
}

async fn an_error_undoes_the_writes_and_the_event_is_handled_again(database: Database) {
    database.create_effects().await;
    let is_sqlite = database.is_sqlite();
    let inbox = quick_builder().connect(database.url()).await.unwrap();
    receive_numbers(&inbox, 0..1).await;
    let running = Running::start(&inbox, move |job: Job<Event>| async move {
        write_effect(&job, is_sqlite).await?;
        if job.attempt() < 3 { Err(std::io::Error::other("after the write").into()) } else { Ok(()) }
    });
    wait_for_done(&inbox, 1).await;
    running.stop().await;
    assert_eq!(database.rows("SELECT event, attempt FROM effects").await, [(message_id(0), 3)]);
}

async fn a_panic_counts_as_a_failure(database: Database) {
    database.create_effects().await;
    let is_sqlite = database.is_sqlite();
    let inbox = quick_builder().connect(database.url()).await.unwrap();
    receive_numbers(&inbox, 0..2).await;
    let running = Running::start(&inbox, move |job: Job<Event>| async move {
        write_effect(&job, is_sqlite).await?;
        if job.event().number() == 0 {
            // Without the message of a panic in the output.
            std::panic::resume_unwind(Box::new("a panic of the test"));
        }
        Ok(())
    });
    wait_for_counts(&inbox, "one is done and one is dead", |counts| (counts.done, counts.dead) == (1, 1))
        .await;
    running.stop().await;
    assert_eq!(database.effects().await, [message_id(1)]);
    let dead = list(&inbox, State::Dead).await;
    let error = dead[0].last_error.as_deref().unwrap();
    assert!(error.contains("panicked") && error.contains("a panic of the test"), "{error}");
    assert_eq!((dead[0].id.as_str(), dead[0].attempts), ("msg_0", 3));
}

async fn an_event_that_always_fails_is_kept_with_its_last_error_and_can_be_retried(database: Database) {
    database.create_effects().await;
    let inbox = quick_builder().connect(database.url()).await.unwrap();
    receive_numbers(&inbox, 0..1).await;
    let attempts = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&attempts);
    let running = Running::start(&inbox, move |_: Job<Event>| {
        let attempt = counted.fetch_add(1, Ordering::SeqCst) + 1;
        async move { Err(JobError::from(std::io::Error::other(format!("failure number {attempt}")))) }
    });
    wait_for_counts(&inbox, "the event is dead", |counts| counts.dead == 1).await;
    running.stop().await;
    assert_eq!(attempts.load(Ordering::SeqCst), 3);
    let dead = list(&inbox, State::Dead).await;
    assert!(
        dead[0].last_error.as_deref().is_some_and(|error| error.contains("failure number 3")),
        "{dead:?}"
    );

    assert_eq!(inbox.retry_dead().await.unwrap(), 1);
    let inbox = quick_builder().connect(database.url()).await.unwrap();
    let running = Running::start(&inbox, effect_handler(database.is_sqlite()));
    wait_for_done(&inbox, 1).await;
    running.stop().await;
    assert_eq!(database.effects().await, [message_id(0)]);
}

async fn a_permanent_error_is_not_tried_again(database: Database) {
    let inbox = quick_builder().connect(database.url()).await.unwrap();
    receive_numbers(&inbox, 0..1).await;
    let permanent =
        |_: Job<Event>| async { Err(JobError::permanent(std::io::Error::other("no such customer"))) };
    let running = Running::start(&inbox, permanent);
    wait_for_counts(&inbox, "the event is dead", |counts| counts.dead == 1).await;
    running.stop().await;
    let dead = list(&inbox, State::Dead).await;
    assert_eq!(dead[0].attempts, 1);
    assert!(
        dead[0].last_error.as_deref().is_some_and(|error| error.contains("no such customer")),
        "{dead:?}"
    );
}

async fn an_event_that_kills_its_process_reaches_the_limit_of_attempts(database: Database) {
    database.create_effects().await;
    let is_sqlite = database.is_sqlite();
    let short_lease = || quick_builder().lease(Duration::from_millis(500));
    let inbox = short_lease().connect(database.url()).await.unwrap();
    receive_numbers(&inbox, 0..1).await;
    let (begun, mut begins) = mpsc::unbounded_channel();
    let deadly = move |job: Job<Event>| {
        let begun = begun.clone();
        async move {
            write_effect(&job, is_sqlite).await?;
            begun.send(job.attempt()).unwrap();
            std::future::pending::<Result<(), JobError>>().await
        }
    };
    for attempt in 1..=3 {
        let process = Killable::start(short_lease(), database.url(), deadly.clone());
        assert_eq!(begins.recv().await, Some(attempt));
        drop(process);
    }
    let running = Running::start(&inbox, effect_handler(is_sqlite));
    wait_for_counts(&inbox, "the event is dead", |counts| counts.dead == 1).await;
    running.stop().await;
    let dead = list(&inbox, State::Dead).await;
    assert!(dead[0].last_error.as_deref().is_some_and(|error| error.contains("lease")), "{dead:?}");
    assert_eq!(database.effects().await, Vec::<String>::new());
}

async fn one_failure_in_a_batch_does_not_affect_the_others(database: Database) {
    database.create_effects().await;
    let is_sqlite = database.is_sqlite();
    let inbox = quick_builder().batch(10).concurrency(1).connect(database.url()).await.unwrap();
    receive_numbers(&inbox, 0..30).await;
    let running = Running::start(&inbox, move |job: Job<Event>| async move {
        write_effect(&job, is_sqlite).await?;
        if job.event().number() % 10 == 4 { Err(std::io::Error::other("one of ten").into()) } else { Ok(()) }
    });
    wait_for_counts(&inbox, "three are dead", |counts| (counts.done, counts.dead) == (27, 3)).await;
    running.stop().await;
    let mut effects = database.effects().await;
    effects.sort();
    let mut expected: Vec<String> = (0..30).filter(|number| number % 10 != 4).map(message_id).collect();
    expected.sort();
    assert_eq!(effects, expected);
}
