//! A full disk: deliveries are refused so that the API sends them again, and when there is space again everything goes on.

use std::time::Duration;

use openapi_client_inbox::{Inbox, InboxErrorKind, ReceiveError};
use serde_json::json;

use crate::support::{
    database::{Database, builder, effect_handler},
    events::{Event, SignedDelivery, message_id},
    postgres::PostgresServer,
    running::{Running, receive, receive_numbers, wait_for_done},
    small_disk::SmallDisk,
};

/// The most deliveries that find place in the pages that exist already.
const MOST: u64 = 2000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_with_sqlite_refuses_deliveries_until_there_is_space() {
    let Some(disk) = SmallDisk::mount("full-sqlite", 2048) else { return };
    let database = Database::at(&format!("sqlite://{}/inbox.db", disk.path().display()));
    fill_and_free(&database, &disk).await;
}

/// The tables are on the full disk and the log is not: with a full log PostgreSQL ends, which is another test.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_with_postgres_refuses_deliveries_until_there_is_space() {
    let Some(disk) = SmallDisk::mount("full-postgres", 32 * 1024) else { return };
    let Some(server) = PostgresServer::start("full") else { return };
    let tables = disk.path().join("tables");
    std::fs::create_dir(&tables).unwrap();
    server.give_to_owner(&tables);
    let system = Database::at(&server.url("postgres"));
    system.execute(format!("CREATE TABLESPACE small LOCATION '{}'", tables.display())).await;
    system.execute("CREATE DATABASE full_disk TABLESPACE small").await;
    fill_and_free(&Database::at(&server.url("full_disk")), &disk).await;
    drop(server);
}

async fn fill_and_free(database: &Database, disk: &SmallDisk) {
    database.create_effects().await;
    let inbox = builder().poll_interval(Duration::from_millis(50)).connect(database.url()).await.unwrap();
    receive_numbers(&inbox, 0..10).await;
    disk.fill();
    let (stored, refused) = receive_until_full(&inbox).await;
    let running = Running::start(&inbox, effect_handler(database.is_sqlite()));
    // Long enough for several attempts to claim and to commit.
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(!running.is_finished(), "run waits for space");
    disk.free();
    receive(&inbox, &refused).await;
    wait_for_done(&inbox, stored + 1).await;
    running.stop().await;
    inbox.close().await;
    let mut effects = database.effects().await;
    effects.sort();
    let mut expected: Vec<String> = (0..=stored).map(message_id).collect();
    expected.sort();
    assert_eq!(effects, expected);
}

/// Stores large deliveries until one is refused. Returns how many events are stored, and the delivery that was refused.
async fn receive_until_full(inbox: &Inbox<Event>) -> (u64, SignedDelivery) {
    for number in 10..MOST {
        // Random, because PostgreSQL compresses long values.
        let padding: String = std::iter::repeat_with(fastrand::alphanumeric).take(3000).collect();
        let body = json!({"type": "paid", "number": number, "padding": padding}).to_string();
        let delivery = SignedDelivery::new(&message_id(number), body.as_bytes());
        let Err(error) = inbox.receive(delivery.headers(), &delivery.body).await else { continue };
        assert_eq!(error.status().as_u16(), 503, "{error}");
        let ReceiveError::Storage(error) = error else { panic!("{error}") };
        assert_eq!(error.kind(), InboxErrorKind::DiskFull, "{error}");
        assert!(error.to_string().contains("full"), "{error}");
        return (number, delivery);
    }
    panic!("{MOST} deliveries were stored on a full disk");
}
