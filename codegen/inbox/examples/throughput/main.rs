//! Measures how many deliveries the inbox stores and handles a second, and how long each takes, next to the rate at which the disk
//! can make writes durable (`fsync`): a commit waits for it.
//!
//! ```console
//! $ cargo run --profile optimized -p openapi-client-inbox --example throughput
//! $ cargo run --profile optimized -p openapi-client-inbox --example throughput -- sqlite --events 50000
//! $ cargo run --profile optimized -p openapi-client-inbox --example throughput -- postgres://user:password@host/database
//! ```
//!
//! Without arguments it measures SQLite in the temporary directory (`TMPDIR`) and a private PostgreSQL there, if it is installed.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a measurement that cannot go on stops"
)]

mod disk;
mod handling;
mod measure;
mod receiving;
// The tests have a database of either kind for a while, and a PostgreSQL of their own.
#[allow(dead_code, unused_imports, unused_macros, reason = "what only the tests use")]
#[path = "../../tests/inbox/support/mod.rs"]
mod support;

use support::{database::Database, postgres::PostgresServer};

/// What the arguments say.
struct Arguments {
    target: Option<String>,
    events: usize,
}

#[tokio::main]
async fn main() {
    let Arguments { target, events } = read_arguments();
    let folder = support::TemporaryFolder::create("throughput-disk");
    println!(
        "{} cores; {}",
        std::thread::available_parallelism().unwrap(),
        disk::describe_fsync(folder.path())
    );
    drop(folder);
    if target.as_deref().is_none_or(|target| target == "sqlite") {
        println!("\nSQLite");
        receiving::measure(async |name| Database::sqlite(name), events).await;
        handling::measure(async |name| Database::sqlite(name), events).await;
    }
    match target.as_deref() {
        None | Some("postgres") => {
            if let Some(server) = PostgresServer::start_with("throughput", "fsync = on\n") {
                println!("\nPostgreSQL");
                receiving::measure(async |_| Database::create(&server).await, events).await;
                handling::measure(async |_| Database::create(&server).await, events).await;
            }
        }
        Some(url) if url != "sqlite" => {
            println!("\n{}", url.split(':').next().unwrap_or_default());
            receiving::measure(async |_| open_empty(url).await, events).await;
            handling::measure(async |_| open_empty(url).await, events).await;
        }
        Some(_) => {}
    }
}

/// The database of a URL, without the tables of an earlier measurement.
async fn open_empty(url: &str) -> Database {
    let database = Database::at(url);
    for table in ["effects", "webhook_inbox_events", "webhook_inbox_meta"] {
        database.execute(format!("DROP TABLE IF EXISTS {table}")).await;
    }
    database
}

fn read_arguments() -> Arguments {
    let mut found = Arguments { target: None, events: 20_000 };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--events" => {
                found.events =
                    arguments.next().and_then(|events| events.parse().ok()).expect("--events NUMBER")
            }
            "sqlite" | "postgres" => found.target = Some(argument),
            url if url.contains("://") => found.target = Some(argument),
            other => panic!(
                "unknown argument `{other}`: expected `sqlite`, `postgres`, a URL, or `--events NUMBER`"
            ),
        }
    }
    found
}
