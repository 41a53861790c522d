//! A connection dies without a word: nothing is lost or doubled, and no slot waits for it for ever.

use std::time::Duration;

use openapi_client_inbox::Job;
use tokio::sync::{mpsc, watch};

use crate::support::{
    database::{Database, builder, effect_handler, write_effect},
    events::{Event, SignedDelivery, message_id},
    proxy::Proxy,
    running::{Running, receive, wait_for_done},
};

/// The commit does not reach the server: the transaction is undone, and the event is handled again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_is_lost_is_repeated() {
    commit_in_silence(Proxy::fall_silent, 4).await;
}

/// The server commits and its response is lost: the fence finds that the event is done.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_whose_response_is_lost_is_not_repeated() {
    commit_in_silence(Proxy::fall_silent_at_commit, 3).await;
}

async fn commit_in_silence(fall_silent: fn(&Proxy), calls: usize) {
    let Some(database) = Database::postgres().await else { return };
    database.create_effects().await;
    let (address, name) = database.url().rsplit_once('/').unwrap();
    let (address, port) = address.rsplit_once(':').unwrap();
    let proxy = Proxy::start(port.parse().unwrap()).await;
    let builder = || {
        builder()
            .poll_interval(Duration::from_millis(50))
            .backoff(Duration::from_millis(20), Duration::from_millis(100))
            .lease(Duration::from_secs(3))
            .concurrency(2)
            .order_by(Event::key)
    };
    let inbox = builder().connect(format!("{address}:{}/{name}", proxy.port())).await.unwrap();
    for number in 0..3 {
        receive(&inbox, &SignedDelivery::paid(number, Some("a"))).await;
    }
    let (begun, mut begins) = mpsc::unbounded_channel();
    let (go_on, wait) = watch::channel(false);
    let running = Running::start(&inbox, move |job: Job<Event>| {
        let (begun, mut wait) = (begun.clone(), wait.clone());
        async move {
            write_effect(&job, false).await?;
            begun.send(job.attempt()).unwrap();
            wait.wait_for(|go_on| *go_on).await?;
            Ok(())
        }
    });
    assert_eq!(begins.recv().await, Some(1));
    fall_silent(&proxy);
    go_on.send(true).unwrap();
    wait_for_done(&inbox, 3).await;
    running.stop().await;
    let effects = database.rows("SELECT event, attempt FROM effects ORDER BY id").await;
    assert_eq!(effects, [(message_id(0), 1), (message_id(1), 1), (message_id(2), 1)]);
    let mut begun = 1;
    while begins.try_recv().is_ok() {
        begun += 1;
    }
    assert_eq!(begun, calls, "an attempt that the database ended is repeated, and does not count");

    // The connections that were idle are closed too, and the inbox has all of its connections again.
    let inbox = builder().connect(database.url()).await.unwrap();
    receive(&inbox, &SignedDelivery::paid(3, Some("a"))).await;
    let running = Running::start(&inbox, effect_handler(false));
    wait_for_done(&inbox, 4).await;
    running.stop().await;
}
