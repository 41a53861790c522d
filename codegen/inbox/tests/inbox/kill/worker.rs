//! A process of the kill proof: it receives deliveries over HTTP and handles them, until it is killed.

use std::{
    fs::File,
    io::{Read as _, Write as _},
    sync::Arc,
    time::Duration,
};

use axum::Router;
use openapi_client_inbox::{Inbox, InboxErrorKind, Job, JobError};
use tokio::net::TcpListener;

use super::processes::{BATCH, STARTS, URL};
use crate::support::{
    database::{builder, write_effect},
    events::{Event, unix_milliseconds},
};

/// Does nothing unless the kill proof started this process.
#[test]
fn work_in_a_process() {
    let Ok(url) = std::env::var(URL) else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(work(&url));
}

async fn work(url: &str) {
    let inbox = connect(url).await;
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let app = Router::new().route("/webhooks", inbox.axum_route());
    tokio::spawn(async move { axum::serve(listener, app).await });
    println!("\nport {port}");

    let is_sqlite = url.starts_with("sqlite:");
    let starts =
        Arc::new(File::options().append(true).create(true).open(std::env::var(STARTS).unwrap()).unwrap());
    let handler = move |job: Job<Event>| {
        let starts = Arc::clone(&starts);
        async move {
            note_start(&starts, &job);
            fail_sometimes(&job)?;
            write_effect(&job, is_sqlite).await
        }
    };
    let stopping = inbox.clone();
    std::thread::spawn(move || {
        let _ = std::io::stdin().read(&mut [0]);
        stopping.shutdown();
    });
    inbox.run(handler).await.unwrap();
    inbox.close().await;
}

/// Connects as soon as the database is there: it may be starting again itself.
async fn connect(url: &str) -> Inbox<Event> {
    let batch = std::env::var(BATCH).unwrap().parse().unwrap();
    loop {
        let builder = builder()
            .batch(batch)
            .concurrency(4)
            .lease(Duration::from_secs(4))
            .poll_interval(Duration::from_millis(100))
            .backoff(Duration::from_millis(20), Duration::from_millis(500))
            .order_by(Event::key);
        match builder.connect(url).await {
            Ok(inbox) => return inbox,
            Err(error) if error.kind() == InboxErrorKind::Unavailable => {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            Err(error) => panic!("cannot connect: {error}"),
        }
    }
}

/// Writes down that a handler begins, outside of its transaction: the line stays if the transaction does not.
fn note_start(mut starts: &File, job: &Job<Event>) {
    let line = format!("{} {} {}\n", unix_milliseconds(), job.id(), job.attempt());
    starts.write_all(line.as_bytes()).unwrap();
}

/// Some events fail at first: one in 40 with an error, one in 100 with a panic.
fn fail_sometimes(job: &Job<Event>) -> Result<(), JobError> {
    let number = job.event().number();
    assert!(number % 100 != 99 || job.attempt() > 1, "the handler of {number} panics at first");
    if number % 40 == 7 && job.attempt() == 1 {
        return Err(std::io::Error::other("this event fails at first").into());
    }
    Ok(())
}
