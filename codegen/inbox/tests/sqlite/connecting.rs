//! Connecting: URLs, prefixes, migrations, files that cannot be written.

use std::{
    process::{Command, Stdio},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use openapi_client_inbox::{Inbox, InboxErrorKind};

use crate::support::{
    Event, Folder, add_effect, builder, open_effects, read_effects, send_number, start, stop, wait_until,
};

#[tokio::test]
async fn wrong_settings_and_urls_say_what_to_do() {
    for (url, part) in [
        ("mysql://root:hunter2@host/db", "expected `sqlite://file.db` or `postgres://"),
        ("hunter2", "expected `sqlite://file.db` or `postgres://"),
        ("postgres://user:hunter2@host:notaport/db", ""),
    ] {
        let error = builder().connect(url).await.unwrap_err();
        assert_eq!(error.kind(), InboxErrorKind::Url, "{error}");
        let text = format!("{error} {error:?}");
        assert!(text.contains(part) && !text.contains("hunter2"), "{text}");
    }
    for url in ["sqlite:", "sqlite://", "sqlite://?mode=rwc"] {
        let error = builder().connect(url).await.unwrap_err();
        assert_eq!(error.kind(), InboxErrorKind::Url, "{url}");
        assert!(error.to_string().contains("names no file"), "{error}");
    }
    // Another name of a database in memory, which every connection would have for itself.
    let error = builder().connect("sqlite://%3Amemory%3A").await.unwrap_err();
    assert_eq!(error.kind(), InboxErrorKind::Url);
    assert!(error.to_string().contains("write-ahead log"), "{error}");
    let error = builder().prefix("x; drop table y").connect("sqlite::memory:").await.unwrap_err();
    assert_eq!(error.kind(), InboxErrorKind::Config, "{error}");
    let error = Inbox::<Event>::connect("sqlite::memory:").await.unwrap_err();
    assert_eq!(error.kind(), InboxErrorKind::Config);
    assert!(error.to_string().contains("INBOX_TEST_UNSET_SECRET"), "{error}");
}

#[tokio::test]
async fn a_missing_folder_is_named() {
    let error = builder().connect("sqlite://no/such/folder/inbox.db").await.unwrap_err();
    assert_eq!(error.kind(), InboxErrorKind::Connect, "{error}");
    assert!(error.to_string().contains("no/such/folder/inbox.db"), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_in_memory_works() {
    let inbox = builder().connect("sqlite::memory:").await.unwrap();
    send_number(&inbox, 1).await;
    let running = start(&inbox, async |_| Ok(()));
    wait_until("it is done", async || inbox.counts().await.unwrap().done == 1).await;
    stop(&inbox, running).await;
}

#[tokio::test]
async fn a_database_that_must_not_be_written_is_an_error() {
    let folder = Folder::new();
    builder().connect(folder.url()).await.unwrap().close().await;
    let error = builder().prefix("other").connect(format!("{}?mode=ro", folder.url())).await.unwrap_err();
    assert_eq!(error.kind(), InboxErrorKind::ReadOnly, "{error}");
}

#[tokio::test]
async fn inboxes_with_different_prefixes_share_a_database() {
    let folder = Folder::new();
    let one = builder().prefix("one").connect(folder.url()).await.unwrap();
    let two = builder().prefix("two").connect(folder.url()).await.unwrap();
    assert!(send_number(&one, 1).await.new);
    assert!(send_number(&two, 1).await.new);
    assert_eq!(two.counts().await.unwrap().ready, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_processes_may_create_the_tables_at_once() {
    let folder = Folder::new();
    let mut tasks = Vec::new();
    for _ in 0..8 {
        let url = folder.url();
        tasks.push(tokio::spawn(async move { builder().connect(url).await.map(|_| ()) }));
    }
    for task in tasks {
        task.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn the_name_of_a_folder_does_not_choose_the_mode() {
    let folder = Folder::new();
    let odd = folder.file().with_file_name("mode=memory");
    std::fs::create_dir(&odd).unwrap();
    let file = odd.join("inbox.db");
    let inbox = builder().connect(format!("sqlite://{}", file.display())).await.unwrap();
    send_number(&inbox, 1).await;
    inbox.close().await;
    assert!(file.is_file());
}

/// Where a process of the next test finds the database, and when it begins, in milliseconds since 1970.
const URL: &str = "INBOX_TEST_FIRST_START_URL";
const BEGIN: &str = "INBOX_TEST_FIRST_START_AT";

/// The work of a process of the next test; nothing in the test process itself.
#[tokio::test]
async fn connect_in_a_process() {
    let Ok(url) = std::env::var(URL) else { return };
    let begin = Duration::from_millis(std::env::var(BEGIN).unwrap().parse().unwrap());
    std::thread::sleep((UNIX_EPOCH + begin).duration_since(SystemTime::now()).unwrap_or_default());
    let inbox = builder().connect(url).await.unwrap();
    assert!(!send_number(&inbox, 1).await.id.is_empty());
    inbox.close().await;
}

#[test]
fn processes_that_start_at_the_same_time_wait_for_each_other() {
    for _ in 0..5 {
        let folder = Folder::new();
        let begin = (UNIX_EPOCH.elapsed().unwrap() + Duration::from_millis(150)).as_millis();
        let start = |_| {
            Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "connecting::connect_in_a_process"])
                .env(URL, folder.url())
                .env(BEGIN, begin.to_string())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap()
        };
        let processes: Vec<_> = (0..8).map(start).collect();
        for process in processes {
            let output = process.wait_with_output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        }
    }
}

/// The tables of version 1, with an event, as that version left them.
async fn create_version_1(folder: &Folder) {
    let pool = open_effects(folder).await;
    let tables = include_str!("../../src/store/migrations/1_sqlite.sql").replace("{prefix}", "webhook_inbox");
    for script in [
        tables.as_str(),
        "create table webhook_inbox_meta (name text not null primary key, value bigint not null)",
        "insert into webhook_inbox_meta values ('schema_version', 1), ('created_at', 5)",
        "insert into webhook_inbox_events (id, payload, sent_at, received_at, state, available_at)
         values ('msg_7', cast('{\"number\": 7}' as blob), 5000, 5000, 'ready', 5000)",
    ] {
        sqlx::raw_sql(sqlx::AssertSqlSafe(script)).execute(&pool).await.unwrap();
    }
    pool.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tables_of_the_version_before_are_migrated_with_their_events() {
    let folder = Folder::new();
    create_version_1(&folder).await;
    let inbox = builder().connect(folder.url()).await.unwrap();
    let pool = open_effects(&folder).await;
    let running = start(&inbox, add_effect);
    wait_until("it is done", async || inbox.counts().await.unwrap().done == 1).await;
    stop(&inbox, running).await;
    assert_eq!(read_effects(&pool).await, [7]);
}

#[tokio::test]
async fn tables_of_a_newer_version_are_refused() {
    let folder = Folder::new();
    builder().connect(folder.url()).await.unwrap().close().await;
    let pool = open_effects(&folder).await;
    let raise = "update webhook_inbox_meta set value = 99 where name = 'schema_version'";
    sqlx::query(raise).execute(&pool).await.unwrap();
    let error = builder().connect(folder.url()).await.unwrap_err();
    assert_eq!(error.kind(), InboxErrorKind::NewerSchema);
    assert!(error.to_string().contains("version 99"), "{error}");
}
