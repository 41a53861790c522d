//! Leases: a worker that lost its lease cannot commit, one that is only slow keeps it, and nobody waits for it.

use std::time::Duration;

use openapi_client_inbox::{InboxBuilder, Job, JobError};
use tokio::sync::{mpsc, watch};

use crate::support::{
    database::{Database, EVENTS, builder, effect_handler, write_effect},
    each_database::test_each_database,
    events::{Event, SignedDelivery, message_id},
    running::{Killable, Running, receive, receive_numbers, wait_for_done},
};

test_each_database!(
    the_commit_of_a_worker_that_lost_its_lease_is_refused,
    a_slow_handler_keeps_its_lease,
    an_event_of_a_process_that_ended_is_handled_by_another,
    a_slow_handler_does_not_block_deliveries_before_its_transaction,
);

fn quick_builder() -> InboxBuilder<Event> {
    builder().poll_interval(Duration::from_millis(20))
}

/// A lease that was lost is made by hand: while a process lives, it renews its leases.
async fn the_commit_of_a_worker_that_lost_its_lease_is_refused(database: Database) {
    database.create_effects().await;
    let is_sqlite = database.is_sqlite();
    let inbox = quick_builder().connect(database.url()).await.unwrap();
    receive_numbers(&inbox, 0..1).await;
    let (begun, mut begins) = mpsc::unbounded_channel();
    let (go_on, wait) = watch::channel(false);
    let (ended, mut ends) = mpsc::unbounded_channel();
    let running = Running::start(&inbox, move |job: Job<Event>| {
        let (begun, mut wait, ended) = (begun.clone(), wait.clone(), ended.clone());
        async move {
            begun.send(()).unwrap();
            wait.wait_for(|go_on| *go_on).await?;
            let written = write_effect(&job, is_sqlite).await;
            ended.send(written.is_ok()).unwrap();
            written
        }
    });
    begins.recv().await.unwrap();
    database.execute(format!("UPDATE {EVENTS} SET lease = 'of another worker'")).await;
    go_on.send(true).unwrap();
    assert_eq!(
        ends.recv().await,
        Some(false),
        "the first statement of the transaction finds the other lease"
    );
    running.stop().await;
    assert_eq!(database.effects().await, Vec::<String>::new());
    assert_eq!(
        database.rows(format!("SELECT lease, attempts FROM {EVENTS}")).await,
        [("of another worker".into(), 1)]
    );
}

/// What takes the row over waits for its lock: it would get it between the end of the transaction and what is recorded after.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failure_is_recorded_before_others_can_take_the_event() {
    let Some(database) = Database::postgres().await else { return };
    database.create_effects().await;
    let inbox = quick_builder().connect(database.url()).await.unwrap();
    receive_numbers(&inbox, 0..1).await;
    let (begun, mut begins) = mpsc::unbounded_channel();
    let (go_on, wait) = watch::channel(false);
    let running = Running::start(&inbox, move |job: Job<Event>| {
        let (begun, mut wait) = (begun.clone(), wait.clone());
        async move {
            write_effect(&job, false).await?;
            begun.send(()).unwrap();
            wait.wait_for(|go_on| *go_on).await?;
            Err(JobError::retry_after(Duration::from_secs(600), "this handler fails late"))
        }
    });
    begins.recv().await.unwrap();
    let takes = format!("UPDATE {EVENTS} SET lease = 'of another worker' WHERE state = 'running'");
    let url = database.url().to_owned();
    let taking = tokio::spawn(async move { Database::at(&url).execute(takes).await });
    database.wait_until_locked("of another", 1).await;
    go_on.send(true).unwrap();
    taking.await.unwrap();
    running.stop().await;
    let rows = database.rows(format!("SELECT state || ': ' || last_error, attempts FROM {EVENTS}")).await;
    assert_eq!(rows, [("ready: this handler fails late".into(), 1)]);
    assert_eq!(database.effects().await, Vec::<String>::new());
}

async fn a_slow_handler_keeps_its_lease(database: Database) {
    const LEASE: Duration = Duration::from_millis(600);
    database.create_effects().await;
    let is_sqlite = database.is_sqlite();
    let first = quick_builder().lease(LEASE).connect(database.url()).await.unwrap();
    let second = quick_builder().lease(LEASE).connect(database.url()).await.unwrap();
    receive_numbers(&first, 0..1).await;
    let (begun, mut begins) = mpsc::unbounded_channel();
    let handler = move |job: Job<Event>| {
        let begun = begun.clone();
        async move {
            begun.send(()).unwrap();
            tokio::time::sleep(LEASE * 3).await;
            write_effect(&job, is_sqlite).await
        }
    };
    let workers = [Running::start(&first, handler.clone()), Running::start(&second, handler)];
    wait_for_done(&first, 1).await;
    for worker in workers {
        worker.stop().await;
    }
    begins.recv().await.unwrap();
    assert!(begins.try_recv().is_err(), "the event was handled by one worker");
    assert_eq!(database.rows("SELECT event, attempt FROM effects").await, [(message_id(0), 1)]);
}

async fn an_event_of_a_process_that_ended_is_handled_by_another(database: Database) {
    database.create_effects().await;
    let is_sqlite = database.is_sqlite();
    let builder = || quick_builder().lease(Duration::from_millis(600));
    let inbox = builder().connect(database.url()).await.unwrap();
    receive_numbers(&inbox, 0..4).await;
    let (begun, mut begins) = mpsc::unbounded_channel();
    let process = Killable::start(builder(), database.url(), move |_: Job<Event>| {
        begun.send(()).unwrap();
        std::future::pending()
    });
    for _ in 0..4 {
        begins.recv().await.unwrap();
    }
    drop(process);
    let running = Running::start(&inbox, effect_handler(is_sqlite));
    wait_for_done(&inbox, 4).await;
    running.stop().await;
    let mut effects = database.rows("SELECT event, attempt FROM effects").await;
    effects.sort();
    assert_eq!(effects, (0..4).map(|number| (message_id(number), 2)).collect::<Vec<_>>());
}

async fn a_slow_handler_does_not_block_deliveries_before_its_transaction(database: Database) {
    database.create_effects().await;
    let is_sqlite = database.is_sqlite();
    let inbox = quick_builder().connect(database.url()).await.unwrap();
    receive_numbers(&inbox, 0..1).await;
    let (begun, mut begins) = mpsc::unbounded_channel();
    let (go_on, wait) = watch::channel(false);
    let running = Running::start(&inbox, move |job: Job<Event>| {
        let (begun, mut wait) = (begun.clone(), wait.clone());
        async move {
            begun.send(job.event().number()).unwrap();
            if job.event().number() == 0 {
                wait.wait_for(|go_on| *go_on).await?;
            }
            write_effect(&job, is_sqlite).await
        }
    });
    begins.recv().await.unwrap();
    for number in 1..20 {
        receive(&inbox, &SignedDelivery::paid(number, None)).await;
    }
    wait_for_done(&inbox, 19).await;
    go_on.send(true).unwrap();
    wait_for_done(&inbox, 20).await;
    running.stop().await;
    assert_eq!(database.effects().await.last(), Some(&message_id(0)));
}
