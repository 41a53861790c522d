//! How many deliveries a second are verified and stored: from the call of `receive` to its return, when the event is durable.

use std::{
    sync::{Arc, Mutex},
    time::Instant,
};

use crate::{
    measure::Measured,
    support::{
        database::{Database, builder},
        events::SignedDelivery,
        running::receive,
    },
};

/// How many deliveries are under way at a time.
const SENDERS: [usize; 4] = [1, 16, 64, 256];

pub(crate) async fn measure(open: impl AsyncFn(&str) -> Database, events: usize) {
    for senders in SENDERS {
        let database = open("throughput-receiving").await;
        // One at a time takes long, and needs fewer events to be measured.
        let count = if senders == 1 { events / 20 } else { events };
        store(&database, count, senders).await.print(&format!("stored, {senders} deliveries at a time"));
    }
}

/// Stores this many events, and keeps a database with them.
pub(crate) async fn store(database: &Database, count: usize, senders: usize) -> Measured {
    let inbox = builder().connect(database.url()).await.unwrap();
    let deliveries: Vec<SignedDelivery> =
        (0..count as u64).map(|number| SignedDelivery::paid(number, None)).collect();
    let deliveries = Arc::new(Mutex::new(deliveries));
    let start = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..senders {
        let (inbox, deliveries) = (inbox.clone(), Arc::clone(&deliveries));
        tasks.spawn(async move {
            let mut latencies = Vec::new();
            loop {
                let Some(delivery) = deliveries.lock().unwrap().pop() else { return latencies };
                let start = Instant::now();
                receive(&inbox, &delivery).await;
                latencies.push(start.elapsed());
            }
        });
    }
    let latencies = tasks.join_all().await.concat();
    let time = start.elapsed();
    inbox.close().await;
    Measured { count, time, latencies }
}
