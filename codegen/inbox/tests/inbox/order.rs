//! Events with the same key are handled one after another, in the order of their arrival.

use std::{collections::BTreeMap, time::Duration};

use openapi_client_inbox::{Job, JobError, State};

use crate::support::{
    database::{Database, builder, effect_handler, write_effect},
    each_database::test_each_database,
    events::{Event, SignedDelivery, message_id},
    running::{Running, list, receive, receive_numbers, wait_for_counts, wait_for_done},
};

test_each_database!(
    events_of_a_key_keep_their_order_though_handlers_run_at_once_and_fail,
    a_dead_event_does_not_hold_back_the_events_of_its_key,
    events_without_a_key_run_at_once,
    long_keys_order_events_and_long_ids_are_refused,
);

const KEYS: u64 = 7;
const EVENTS: u64 = 140;

async fn events_of_a_key_keep_their_order_though_handlers_run_at_once_and_fail(database: Database) {
    database.create_effects().await;
    let is_sqlite = database.is_sqlite();
    let builder = |batch| {
        builder()
            .poll_interval(Duration::from_millis(20))
            .backoff(Duration::from_millis(1), Duration::from_millis(10))
            .batch(batch)
            .order_by(Event::key)
    };
    let one_by_one = builder(1).connect(database.url()).await.unwrap();
    let in_batches = builder(5).connect(database.url()).await.unwrap();
    let handler = move |job: Job<Event>| async move {
        let number = job.event().number();
        // Where an event waits, one that follows it has the time to overtake it.
        tokio::time::sleep(Duration::from_millis(number % 4)).await;
        if number.is_multiple_of(5) && job.attempt() == 1 {
            return Err(JobError::from(std::io::Error::other("this event fails at first")));
        }
        write_effect(&job, is_sqlite).await
    };
    let workers = [Running::start(&one_by_one, handler), Running::start(&in_batches, handler)];
    for number in 0..EVENTS {
        receive(&one_by_one, &SignedDelivery::paid(number, Some(&format!("key_{}", number % KEYS)))).await;
    }
    wait_for_done(&one_by_one, EVENTS).await;
    for worker in workers {
        worker.stop().await;
    }
    let mut by_key: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
    for id in database.effects().await {
        let number: u64 = id.trim_start_matches("msg_").parse().unwrap();
        by_key.entry(number % KEYS).or_default().push(number);
    }
    for (key, numbers) in by_key {
        assert_eq!(numbers, (0..EVENTS).filter(|number| number % KEYS == key).collect::<Vec<_>>());
    }
}

async fn a_dead_event_does_not_hold_back_the_events_of_its_key(database: Database) {
    database.create_effects().await;
    let is_sqlite = database.is_sqlite();
    let builder = builder().poll_interval(Duration::from_millis(20)).order_by(Event::key);
    let inbox = builder.connect(database.url()).await.unwrap();
    for number in 0..3 {
        receive(&inbox, &SignedDelivery::paid(number, Some("a"))).await;
    }
    let running = Running::start(&inbox, move |job: Job<Event>| async move {
        if job.event().number() == 0 {
            return Err(JobError::permanent(std::io::Error::other("no such customer")));
        }
        write_effect(&job, is_sqlite).await
    });
    wait_for_counts(&inbox, "two are done", |counts| (counts.done, counts.dead) == (2, 1)).await;
    running.stop().await;
    assert_eq!(database.effects().await, [message_id(1), message_id(2)]);
    assert_eq!(list(&inbox, State::Dead).await[0].key.as_deref(), Some("a"));
}

async fn events_without_a_key_run_at_once(database: Database) {
    let builder = builder().poll_interval(Duration::from_millis(20)).concurrency(4).order_by(Event::key);
    let inbox = builder.connect(database.url()).await.unwrap();
    receive_numbers(&inbox, 0..4).await;
    let barrier = std::sync::Arc::new(tokio::sync::Barrier::new(4));
    let running = Running::start(&inbox, move |_: Job<Event>| {
        let barrier = std::sync::Arc::clone(&barrier);
        async move {
            barrier.wait().await;
            Ok(())
        }
    });
    wait_for_done(&inbox, 4).await;
    running.stop().await;
}

/// The index of PostgreSQL takes 2,700 bytes after compression.
async fn long_keys_order_events_and_long_ids_are_refused(database: Database) {
    database.create_effects().await;
    let builder = builder().poll_interval(Duration::from_millis(20)).order_by(Event::key);
    let inbox = builder.connect(database.url()).await.unwrap();
    let mut random = fastrand::Rng::with_seed(1);
    let mut draw_text = || -> String { (0..10_000).map(|_| random.alphanumeric()).collect() };
    let (key, id) = (draw_text(), draw_text());
    for number in 0..3 {
        receive(&inbox, &SignedDelivery::paid(number, Some(&key))).await;
    }
    let keys: Vec<_> = list(&inbox, State::Ready).await.into_iter().filter_map(|event| event.key).collect();
    assert!(keys.len() == 3 && keys.iter().all(|key| *key == keys[0]), "{keys:?}");
    assert!(keys[0].starts_with("sha256:") && keys[0].len() == 71, "{keys:?}");
    let delivery = SignedDelivery::new(&id, br#"{"type": "paid", "number": 3}"#);
    let error = inbox.receive(delivery.headers(), &delivery.body).await.unwrap_err();
    assert_eq!(error.status().as_u16(), 400, "{error}");
    let running = Running::start(&inbox, effect_handler(database.is_sqlite()));
    wait_for_done(&inbox, 3).await;
    running.stop().await;
    assert_eq!(database.effects().await, [0, 1, 2].map(message_id));
}
