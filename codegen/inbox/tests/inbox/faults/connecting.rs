//! What may be wrong when an inbox connects: the URL, the password, the tables of another version.

use std::time::Duration;

use openapi_client_inbox::{Inbox, InboxErrorKind, Job};
use sqlx::{Connection as _, PgConnection};

use crate::support::{
    database::{Database, builder, effect_handler, write_effect},
    each_database::test_each_database,
    events::{Event, SignedDelivery, message_id},
    postgres::PostgresServer,
    running::{Running, receive, receive_numbers, wait_for_done},
};

test_each_database!(
    tables_of_a_newer_version_are_left_alone,
    tables_of_the_version_before_are_migrated_with_their_events,
    inboxes_that_connect_at_once_create_the_tables_once,
    two_prefixes_share_a_database,
);

#[tokio::test]
async fn a_wrong_password_is_told_and_not_shown() {
    let Some(server) = tokio::task::spawn_blocking(PostgresServer::shared).await.unwrap() else { return };
    let error = builder().connect(server.url_with_password("postgres", "hunter2")).await.unwrap_err();
    assert_eq!(error.kind(), InboxErrorKind::Connect, "{error}");
    let text = format!("{error} {error:?}");
    assert!(text.contains("password"), "{text}");
    assert!(!text.contains("hunter2"), "{text}");
    let error = builder().connect(server.url("no_such_database")).await.unwrap_err();
    assert_eq!(error.kind(), InboxErrorKind::Connect, "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_with_another_default_isolation_is_used_as_any_other() {
    let Some(database) = Database::postgres().await else { return };
    let name = database.url().rsplit('/').next().unwrap();
    database
        .execute(format!("ALTER DATABASE {name} SET default_transaction_isolation = 'serializable'"))
        .await;
    database.create_effects().await;
    let database = &database;
    inboxes_that_connect_at_once_create_the_tables_once(Database::at(database.url())).await;
    let builder = || builder().poll_interval(Duration::from_millis(20)).order_by(Event::key);
    let inboxes =
        [builder().connect(database.url()).await.unwrap(), builder().connect(database.url()).await.unwrap()];
    let workers = inboxes.each_ref().map(|inbox| {
        Running::start(inbox, async |job: Job<Event>| {
            let mut transaction = job.postgres().await?;
            let level: String =
                sqlx::query_scalar("SHOW transaction_isolation").fetch_one(&mut *transaction).await?;
            drop(transaction);
            assert_eq!(level, "read committed");
            write_effect(&job, false).await
        })
    });
    for number in 0..40 {
        receive(&inboxes[0], &SignedDelivery::paid(number, Some("a"))).await;
    }
    wait_for_done(&inboxes[0], 40).await;
    for worker in workers {
        worker.stop().await;
    }
    let rows = database.rows("SELECT event, attempt FROM effects ORDER BY id").await;
    assert_eq!(rows, (0..40).map(|number| (message_id(number), 1)).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_inbox_that_waited_for_the_migration_of_another_sees_its_tables() {
    let Some(database) = Database::postgres().await else { return };
    let mut other = PgConnection::connect(database.url()).await.unwrap();
    let lock = "SELECT pg_advisory_lock(hashtext('webhook_inbox_events'), 2)";
    sqlx::raw_sql(lock).execute(&mut other).await.unwrap();
    // With one connection, the session that saw no tables is the one that looks again.
    let connecting = [(); 3].map(|()| {
        let url = database.url().to_owned();
        tokio::spawn(async move { builder().max_connections(1).connect(&url).await })
    });
    database.wait_until_locked("pg_advisory_xact_lock", 3).await;
    other.close().await.unwrap();
    for connected in connecting {
        connected.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unavailable() {
    let error = builder().connect("postgres://user:hunter2@127.0.0.1:1/name").await.unwrap_err();
    assert_eq!(error.kind(), InboxErrorKind::Unavailable, "{error}");
    assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
}

#[tokio::test]
async fn a_url_of_another_kind_is_refused() {
    for url in ["", "inbox.db", "mysql://user:hunter2@localhost/name", "postgres://user:hunter2@local host/"]
    {
        let error = builder().connect(url).await.unwrap_err();
        assert_eq!(error.kind(), InboxErrorKind::Url, "{url}: {error}");
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
    }
}

#[tokio::test]
async fn a_folder_that_does_not_exist_is_told() {
    let database = Database::sqlite("no-folder");
    let url = database.url().replace("inbox.db", "no/such/folder/inbox.db");
    let error = builder().connect(&url).await.unwrap_err();
    assert_eq!(error.kind(), InboxErrorKind::Connect, "{error}");
}

#[tokio::test]
async fn a_file_that_is_no_database_is_left_alone() {
    let database = Database::sqlite("no-database");
    let path = database.url().trim_start_matches("sqlite://").to_owned();
    let text =
        "not a database, but long enough for the header that one would have, and a little more".repeat(9);
    std::fs::write(&path, &text).unwrap();
    let error = builder().connect(database.url()).await.unwrap_err();
    assert!(error.to_string().contains("not a database"), "{error}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
}

#[tokio::test]
async fn a_prefix_that_is_no_identifier_is_refused() {
    let database = Database::sqlite("prefix");
    for prefix in ["", "a b", "a;drop table x", "1a", "ä", "\"a\""] {
        let error = builder().prefix(prefix).connect(database.url()).await.unwrap_err();
        assert_eq!(error.kind(), InboxErrorKind::Config, "{prefix}: {error}");
    }
}

#[tokio::test]
async fn without_a_secret_nothing_connects() {
    let database = Database::sqlite("no-secret");
    let error = Inbox::<Event>::connect(database.url()).await.unwrap_err();
    assert_eq!(error.kind(), InboxErrorKind::Config, "{error}");
    assert!(error.to_string().contains("INBOX_TEST_UNSET_SECRET"), "{error}");
}

async fn tables_of_a_newer_version_are_left_alone(database: Database) {
    let inbox = builder().connect(database.url()).await.unwrap();
    receive_numbers(&inbox, 0..3).await;
    inbox.close().await;
    database.execute("UPDATE webhook_inbox_meta SET value = 99 WHERE name = 'schema_version'").await;
    let error = builder().connect(database.url()).await.unwrap_err();
    assert_eq!(error.kind(), InboxErrorKind::NewerSchema, "{error}");
    assert!(error.to_string().contains("99"), "{error}");
    assert_eq!(database.number("SELECT COUNT(*) FROM webhook_inbox_events WHERE state = 'ready'").await, 3);
}

async fn tables_of_the_version_before_are_migrated_with_their_events(database: Database) {
    database.create_effects().await;
    let first = if database.is_sqlite() {
        include_str!("../../../src/store/migrations/1_sqlite.sql")
    } else {
        include_str!("../../../src/store/migrations/1_postgres.sql")
    };
    database.execute(first.replace("{prefix}", "webhook_inbox")).await;
    database
        .execute("CREATE TABLE webhook_inbox_meta (name TEXT NOT NULL PRIMARY KEY, value BIGINT NOT NULL)")
        .await;
    database
        .execute("INSERT INTO webhook_inbox_meta VALUES ('schema_version', 1), ('created_at', 1000)")
        .await;
    for (number, state) in ["ready", "running", "done"].iter().enumerate() {
        let payload = format!(r#"{{"type": "paid", "number": {number}}}"#);
        let payload: String = payload.bytes().map(|byte| format!("{byte:02x}")).collect();
        let payload = if database.is_sqlite() { format!("x'{payload}'") } else { format!("'\\x{payload}'") };
        database
            .execute(format!(
                "INSERT INTO webhook_inbox_events (id, payload, sent_at, received_at, state, available_at) \
                 VALUES ('msg_{number}', {payload}, 1, 1000, '{state}', 1000)"
            ))
            .await;
    }
    let inbox = builder().connect(database.url()).await.unwrap();
    let counts = inbox.counts().await.unwrap();
    assert_eq!((counts.ready, counts.running, counts.done), (1, 1, 1));
    let running = Running::start(&inbox, effect_handler(database.is_sqlite()));
    wait_for_done(&inbox, 3).await;
    running.stop().await;
    let mut effects = database.effects().await;
    effects.sort();
    assert_eq!(effects, [message_id(0), message_id(1)]);
    // Connecting again finds nothing to do.
    let inbox = builder().connect(database.url()).await.unwrap();
    assert_eq!(inbox.counts().await.unwrap().done, 3);
}

async fn inboxes_that_connect_at_once_create_the_tables_once(database: Database) {
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let url = database.url().to_owned();
        tasks.spawn(async move { builder().max_connections(2).connect(&url).await });
    }
    while let Some(connected) = tasks.join_next().await {
        connected.unwrap().unwrap();
    }
    assert_eq!(database.number("SELECT COUNT(*) FROM webhook_inbox_meta WHERE name = 'created_at'").await, 1);
}

async fn two_prefixes_share_a_database(database: Database) {
    let [first, second] = ["first", "second"].map(|prefix| builder().prefix(prefix));
    let first = first.connect(database.url()).await.unwrap();
    let second = second.connect(database.url()).await.unwrap();
    receive_numbers(&first, 0..2).await;
    receive_numbers(&second, 0..1).await;
    assert_eq!((first.counts().await.unwrap().ready, second.counts().await.unwrap().ready), (2, 1));
}
