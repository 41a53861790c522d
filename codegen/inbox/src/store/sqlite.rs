//! SQLite: one writer at a time within the process, readers beside it.

use std::{
    str::FromStr as _,
    sync::Arc,
    time::{Duration, Instant},
};

use sqlx::{
    Connection as _, Sqlite, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::sync::Mutex;

use super::connection::{Session, Transaction};
use crate::error::{InboxError, InboxErrorKind};

/// How long a statement waits for the lock of another process.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// How long opening the file may take.
const OPEN_TIMEOUT: Duration = Duration::from_secs(10);

pub(crate) struct SqliteStore {
    /// One connection, so that its prepared statements stay.
    writer: SqlitePool,
    readers: SqlitePool,
    /// Taken before the connection. It is fair, and waits without a limit: a handler's transaction may take its time.
    lock: Arc<Mutex<()>>,
}

impl SqliteStore {
    pub(crate) async fn open(url: &str, readers: u32) -> Result<Self, InboxError> {
        let (options, in_memory) = parse_url(url)?;
        // With `Full`, a commit is on the disk before the sender gets its 2xx, also if the power fails.
        let options = options
            .journal_mode(if in_memory { SqliteJournalMode::Memory } else { SqliteJournalMode::Wal })
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(BUSY_TIMEOUT)
            .foreign_keys(true)
            .pragma("journal_size_limit", "67108864");
        let file = options.get_filename().display().to_string();
        let writer = open_writer(&options).await.map_err(|error| open_error(&file, error))?;
        let mode = read_journal_mode(&writer).await.map_err(|error| open_error(&file, error))?;
        if !in_memory && mode != "wal" {
            writer.close().await;
            let message = format!(
                "the SQLite database `{file}` cannot have a write-ahead log, its journal mode is `{mode}`: use a file on a local disk"
            );
            return Err(InboxError::new(InboxErrorKind::Url, message));
        }
        // A database in memory would block its readers while a transaction is open: it has one connection only.
        let readers =
            if in_memory { writer.clone() } else { pool_options(readers).connect_lazy_with(options) };
        Ok(Self { writer, readers, lock: Arc::default() })
    }

    /// A connection for one writing statement.
    pub(super) async fn write(&self) -> Result<Session, sqlx::Error> {
        let guard = Arc::clone(&self.lock).lock_owned().await;
        Ok(Session::Sqlite { connection: self.writer.acquire().await?, _guard: Some(guard) })
    }

    pub(super) async fn read(&self) -> Result<Session, sqlx::Error> {
        Ok(Session::Sqlite { connection: self.readers.acquire().await?, _guard: None })
    }

    /// Begins a transaction that may write from the start: one that begins by reading could not become one that writes
    /// after another process wrote.
    pub(super) async fn begin(&self) -> Result<Transaction, sqlx::Error> {
        let guard = Arc::clone(&self.lock).lock_owned().await;
        Ok(Transaction::Sqlite(self.writer.begin_with("BEGIN IMMEDIATE").await?, guard))
    }

    pub(super) async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// Reads the URL. Returns whether the database is in memory, which is for tests.
fn parse_url(url: &str) -> Result<(SqliteConnectOptions, bool), InboxError> {
    let malformed = |problem: &str| {
        format!("the URL of the SQLite database is malformed (expected `sqlite://file.db`): {problem}")
    };
    // The scheme was compared without regard to case.
    let rest = url.split_once(':').map_or(url, |(_, rest)| rest);
    let options = SqliteConnectOptions::from_str(&format!("sqlite:{rest}")).map_err(|error| {
        InboxError::with_source(InboxErrorKind::Url, malformed(&error.to_string()), error)
    })?;
    // SQLite would open a private database, and delete it at the end.
    if options.get_filename().as_os_str().is_empty() {
        return Err(InboxError::new(InboxErrorKind::Url, malformed("it names no file")));
    }
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let mode = query.split('&').find_map(|parameter| parameter.strip_prefix("mode="));
    let in_memory = path.trim_start_matches('/') == ":memory:" || mode == Some("memory");
    // `mode=ro` is respected; it fails with a clear error because the inbox must write.
    let creates = mode.is_none() && !in_memory;
    Ok((if creates { options.create_if_missing(true) } else { options }, in_memory))
}

/// Opens the file. The first connection turns on the write-ahead log, for which SQLite does not wait for other processes that do
/// the same.
async fn open_writer(options: &SqliteConnectOptions) -> Result<SqlitePool, sqlx::Error> {
    let start = Instant::now();
    loop {
        match pool_options(1).connect_with(options.clone()).await {
            Err(error) if is_busy(&error) && start.elapsed() < OPEN_TIMEOUT => {
                tokio::time::sleep(Duration::from_millis(fastrand::u64(5..50))).await;
            }
            opened => return opened,
        }
    }
}

async fn read_journal_mode(writer: &SqlitePool) -> Result<String, sqlx::Error> {
    sqlx::query_scalar("pragma journal_mode").fetch_one(writer).await
}

/// Whether another process holds a lock: the lowest byte of the code is that of `SQLITE_BUSY`.
fn is_busy(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    code.and_then(|code| code.parse::<u32>().ok()).is_some_and(|code| code & 0xff == 5)
}

fn pool_options(connections: u32) -> sqlx::pool::PoolOptions<Sqlite> {
    // Connections are kept: opening one reads the schema again, and a database in memory would be gone.
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(OPEN_TIMEOUT)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        // SQLite itself rolls back after some errors, such as a full disk. `sqlx` does not notice, and such a connection could
        // begin no transaction any more: it is replaced.
        .before_acquire(|connection, _| {
            let is_usable = !connection.is_in_transaction();
            Box::pin(async move { Ok(is_usable) })
        })
}

fn open_error(file: &str, error: sqlx::Error) -> InboxError {
    let error = InboxError::from(error);
    let message = format!("cannot open the SQLite database `{file}`: {error}");
    InboxError::with_source(error.kind(), message, error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_query_chooses_the_mode() {
        for (url, in_memory) in [
            ("sqlite://shop.db", false),
            ("sqlite:shop.db", false),
            ("SQLITE:///data/mode=memory/:memory:/shop.db", false),
            ("sqlite://shop.db?cache=private&mode=rwc", false),
            ("sqlite::memory:", true),
            ("sqlite://:memory:", true),
            ("sqlite://shop?cache=shared&mode=memory", true),
        ] {
            let (options, found) = parse_url(url).unwrap();
            assert_eq!(found, in_memory, "{url}");
            assert!(!options.get_filename().to_string_lossy().contains("sqlite:"), "{url}");
        }
        for url in ["sqlite:", "sqlite://", "sqlite://?mode=rwc", "sqlite://shop.db?mode=odd"] {
            let error = parse_url(url).unwrap_err();
            assert_eq!(error.kind(), InboxErrorKind::Url, "{url}");
            assert!(error.to_string().contains("expected `sqlite://file.db`"), "{error}");
        }
    }
}
