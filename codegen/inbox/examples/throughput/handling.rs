//! How many stored events a second are handled, with an effect in the same transaction; and the time from the receipt to the commit
//! while deliveries arrive.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use openapi_client_inbox::Job;

use crate::{
    measure::Measured,
    receiving::store,
    support::{
        database::{Database, EVENTS, builder, effect_handler, write_effect},
        events::{Event, SignedDelivery},
        running::{Running, receive},
    },
};

/// Settings: the concurrency, the batch, and how many inboxes work at a time, as in as many processes.
const SETTINGS: [(usize, usize, usize); 6] =
    [(1, 1, 1), (8, 1, 1), (1, 32, 1), (4, 32, 1), (4, 128, 1), (4, 32, 2)];

/// How many deliveries arrive a second while latencies are measured: a tenth of what a busy shop would send.
const ARRIVING: u64 = 200;

pub(crate) async fn measure(open: impl AsyncFn(&str) -> Database, events: usize) {
    for (concurrency, batch, inboxes) in SETTINGS {
        let database = open("throughput-handling").await;
        // Without a batch each event costs a commit of its own.
        let count = if batch == 1 { events / 10 } else { events };
        let setting = format!("handled, concurrency {concurrency}, batch {batch}, inboxes {inboxes}");
        handle_all(&database, count, (concurrency, batch, inboxes)).await.print(&setting);
    }
    for batch in [1, 32] {
        let database = open("throughput-latency").await;
        let setting = format!("received and handled, {ARRIVING}/s arriving, batch {batch}");
        handle_arriving(&database, batch).await.print(&setting);
    }
}

/// Handles events that are stored already.
async fn handle_all(
    database: &Database,
    count: usize,
    (concurrency, batch, inboxes): (usize, usize, usize),
) -> Measured {
    database.create_effects().await;
    store(database, count, 256).await;
    let mut running = Vec::new();
    let handled = Arc::new(AtomicUsize::new(0));
    let start = Instant::now();
    let mut last = None;
    for _ in 0..inboxes {
        let builder =
            builder().concurrency(concurrency).batch(batch).poll_interval(Duration::from_millis(10));
        let inbox = builder.connect(database.url()).await.unwrap();
        let (handled, is_sqlite) = (Arc::clone(&handled), database.is_sqlite());
        running.push(Running::start(&inbox, move |job: Job<Event>| {
            let handled = Arc::clone(&handled);
            async move {
                write_effect(&job, is_sqlite).await?;
                handled.fetch_add(1, Ordering::Relaxed);
                Ok(())
            }
        }));
        last = Some(inbox);
    }
    let inbox = last.expect("at least one inbox works");
    // To count the rows costs time, so that begins when the handlers have been called.
    while handled.load(Ordering::Relaxed) < count || inbox.counts().await.unwrap().done < count as u64 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let time = start.elapsed();
    for running in running {
        running.stop().await;
    }
    inbox.close().await;
    Measured { count, time, latencies: Vec::new() }
}

/// Receives and handles events that arrive at a steady rate, and measures each from its receipt to its commit.
async fn handle_arriving(database: &Database, batch: usize) -> Measured {
    database.create_effects().await;
    let inbox = builder().batch(batch).connect(database.url()).await.unwrap();
    let running = Running::start(&inbox, effect_handler(database.is_sqlite()));
    let count = 10 * ARRIVING;
    let mut timer = tokio::time::interval(Duration::from_secs(1) / u32::try_from(ARRIVING).unwrap());
    let start = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..count {
        timer.tick().await;
        let inbox = inbox.clone();
        tasks.spawn(async move {
            let delivery = SignedDelivery::paid(number, None);
            receive(&inbox, &delivery).await;
        });
    }
    tasks.join_all().await;
    while inbox.counts().await.unwrap().done < count {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let time = start.elapsed();
    running.stop().await;
    inbox.close().await;
    let rows = database.rows(format!("SELECT id, done_at - received_at FROM {EVENTS}")).await;
    let latencies =
        rows.iter().map(|(_, time)| Duration::from_millis(u64::try_from(*time).unwrap_or(0))).collect();
    Measured { count: count as usize, time, latencies }
}
