//! A graceful stop: no new work begins, what runs finishes, and what takes too long is given back.

use std::time::{Duration, Instant};

use openapi_client_inbox::{Job, JobError};
use tokio::sync::{mpsc, watch};

use crate::support::{
    database::{Database, builder, effect_handler, write_effect},
    each_database::test_each_database,
    events::{Event, message_id},
    running::{Running, receive_numbers, wait_for_done},
};

test_each_database!(
    running_handlers_finish_and_no_other_begins,
    handlers_that_do_not_finish_are_given_back_without_counting_the_attempt,
    an_inbox_that_is_stopped_before_it_runs_handles_nothing,
);

async fn running_handlers_finish_and_no_other_begins(database: Database) {
    database.create_effects().await;
    let is_sqlite = database.is_sqlite();
    let builder = builder().poll_interval(Duration::from_millis(20)).concurrency(2);
    let inbox = builder.connect(database.url()).await.unwrap();
    receive_numbers(&inbox, 0..10).await;
    let (begun, mut begins) = mpsc::unbounded_channel();
    let (go_on, wait) = watch::channel(false);
    let running = Running::start(&inbox, move |job: Job<Event>| {
        let (begun, mut wait) = (begun.clone(), wait.clone());
        async move {
            begun.send(job.event().number()).unwrap();
            wait.wait_for(|go_on| *go_on).await?;
            write_effect(&job, is_sqlite).await
        }
    });
    let mut numbers = [begins.recv().await.unwrap(), begins.recv().await.unwrap()];
    numbers.sort_unstable();
    inbox.shutdown();
    go_on.send(true).unwrap();
    running.wait().await;
    assert!(begins.try_recv().is_err(), "a handler began after the stop");
    let mut effects = database.effects().await;
    effects.sort();
    assert_eq!(effects, numbers.map(message_id));
    let counts = inbox.counts().await.unwrap();
    assert_eq!((counts.ready, counts.running, counts.done), (8, 0, 2));
}

async fn handlers_that_do_not_finish_are_given_back_without_counting_the_attempt(database: Database) {
    database.create_effects().await;
    let is_sqlite = database.is_sqlite();
    let builder =
        || builder().poll_interval(Duration::from_millis(20)).shutdown_timeout(Duration::from_millis(200));
    let inbox = builder().connect(database.url()).await.unwrap();
    receive_numbers(&inbox, 0..3).await;
    let (begun, mut begins) = mpsc::unbounded_channel();
    let running = Running::start(&inbox, move |job: Job<Event>| {
        let begun = begun.clone();
        async move {
            // One of them holds a transaction, which has to be undone; with SQLite only one can.
            if job.event().number() == 0 {
                write_effect(&job, is_sqlite).await?;
            }
            begun.send(()).unwrap();
            std::future::pending::<Result<(), JobError>>().await
        }
    });
    for _ in 0..3 {
        begins.recv().await.unwrap();
    }
    let start = Instant::now();
    running.stop().await;
    assert!(start.elapsed() < Duration::from_secs(20), "the lease of a minute is given back, not waited for");
    let counts = inbox.counts().await.unwrap();
    assert_eq!((counts.ready, counts.running), (3, 0));

    let inbox = builder().connect(database.url()).await.unwrap();
    let running = Running::start(&inbox, effect_handler(is_sqlite));
    wait_for_done(&inbox, 3).await;
    running.stop().await;
    let mut effects = database.rows("SELECT event, attempt FROM effects").await;
    effects.sort();
    assert_eq!(effects, (0..3).map(|number| (message_id(number), 1)).collect::<Vec<_>>());
}

async fn an_inbox_that_is_stopped_before_it_runs_handles_nothing(database: Database) {
    database.create_effects().await;
    let inbox = builder().connect(database.url()).await.unwrap();
    receive_numbers(&inbox, 0..1).await;
    inbox.shutdown();
    Running::start(&inbox, effect_handler(database.is_sqlite())).wait().await;
    assert_eq!(database.effects().await, Vec::<String>::new());
}
