//! SQLite: one writer at a time within the process, readers beside it.

use std::{str::FromStr as _, sync::Arc, time::Duration};

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
        let in_memory = url.contains(":memory:") || url.contains("mode=memory");
        let mut options = SqliteConnectOptions::from_str(url).map_err(|error| {
            let message =
                format!("the URL of the SQLite database is malformed (expected `sqlite://file.db`): {error}");
            InboxError::with_source(InboxErrorKind::Url, message, error)
        })?;
        // `mode=ro` is respected; it fails with a clear error because the inbox must write.
        if !url.contains("mode=") && !in_memory {
            options = options.create_if_missing(true);
        }
        // With `Full`, a commit is on the disk before the sender gets its 2xx, also if the power fails.
        let options = options
            .journal_mode(if in_memory { SqliteJournalMode::Memory } else { SqliteJournalMode::Wal })
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(BUSY_TIMEOUT)
            .foreign_keys(true)
            .pragma("journal_size_limit", "67108864");
        let file = options.get_filename().display().to_string();
        let writer =
            pool_options(1).connect_with(options.clone()).await.map_err(|error| open_error(&file, error))?;
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
