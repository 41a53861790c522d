//! The database goes away: what arrives is refused so that the API sends it again, and what is stored is handled later.

use std::time::Duration;

use openapi_client_inbox::InboxErrorKind;

use crate::support::{
    database::{Database, builder, effect_handler},
    events::{SignedDelivery, message_id},
    postgres::PostgresServer,
    running::{Running, receive_numbers, wait_for_done},
    wait_until,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_away_refuses_deliveries_and_handling_goes_on_when_it_is_back() {
    let Some(server) = PostgresServer::start("away") else { return };
    let database = Database::create(&server).await;
    database.create_effects().await;
    let inbox = builder().poll_interval(Duration::from_millis(50)).connect(database.url()).await.unwrap();
    let running = Running::start(&inbox, effect_handler(false));
    receive_numbers(&inbox, 0..5).await;
    wait_for_done(&inbox, 5).await;

    server.stop_immediately();
    let delivery = SignedDelivery::paid(5, None);
    let (received, counts, connected) = tokio::join!(
        inbox.receive(delivery.headers(), &delivery.body),
        inbox.counts(),
        builder().connect(database.url())
    );
    let error = received.unwrap_err();
    assert_eq!(error.status().as_u16(), 503, "{error}");
    assert!(!error.reason().contains("127.0.0.1"), "the sender does not learn where the database is");
    for error in [counts.unwrap_err(), connected.unwrap_err()] {
        assert_eq!(error.kind(), InboxErrorKind::Unavailable, "{error}");
    }
    assert!(!running.is_finished(), "run waits for the database");

    server.start_again();
    wait_until("the delivery is accepted", async || {
        let received = inbox.receive(delivery.headers(), &delivery.body).await;
        received.map(drop).map_err(|error| error.to_string())
    })
    .await;
    wait_for_done(&inbox, 6).await;
    running.stop().await;
    let mut effects = database.effects().await;
    effects.sort();
    assert_eq!(effects, (0..6).map(message_id).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_ends_during_a_handler_undoes_its_writes_and_the_event_is_handled_again() {
    let Some(server) = PostgresServer::start("away-handler") else { return };
    let database = Database::create(&server).await;
    database.create_effects().await;
    let inbox = builder()
        .poll_interval(Duration::from_millis(50))
        .backoff(Duration::from_millis(20), Duration::from_millis(100))
        .lease(Duration::from_secs(2))
        // The attempt that the server ended does not count.
        .max_attempts(1)
        .connect(database.url())
        .await
        .unwrap();
    receive_numbers(&inbox, 0..1).await;
    let (begun, mut begins) = tokio::sync::mpsc::unbounded_channel();
    let (go_on, wait) = tokio::sync::watch::channel(false);
    let running = Running::start(&inbox, move |job: openapi_client_inbox::Job<_>| {
        let (begun, mut wait) = (begun.clone(), wait.clone());
        async move {
            crate::support::database::write_effect(&job, false).await?;
            begun.send(()).unwrap();
            wait.wait_for(|go_on| *go_on).await?;
            Ok(())
        }
    });
    begins.recv().await.unwrap();
    server.stop_immediately();
    go_on.send(true).unwrap();
    server.start_again();
    wait_for_done(&inbox, 1).await;
    running.stop().await;
    assert_eq!(database.effects().await, [message_id(0)]);
}
