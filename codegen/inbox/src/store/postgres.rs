//! PostgreSQL: a pool of connections, each for one statement or transaction.

use std::{str::FromStr as _, time::Duration};

use sqlx::{
    Connection as _, Executor as _, PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use super::connection::{Session, Transaction, finish_in};
use crate::error::{InboxError, InboxErrorKind};

/// How long a statement waits for a connection. A receiver responds with 503 after it, so it is short.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(8);

/// For how long an idle connection is used without a test.
const TRUSTED_FOR: Duration = Duration::from_millis(500);

/// How long connecting may take before it is an error.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a connection may take to show that it works: an idle one, and one that is given back.
const TEST_TIMEOUT: Duration = Duration::from_secs(2);
const RETURN_TIMEOUT: Duration = Duration::from_secs(5);

/// The server notices within a minute that a machine with an open transaction is gone, and unlocks its rows. A statement that
/// waited for a row or a lock sees what was committed meanwhile, whatever the default of the user or the database is.
const SESSION: &str = "set tcp_keepalives_idle = 30; set tcp_keepalives_interval = 10; set tcp_keepalives_count = 3; \
                       set default_transaction_isolation = 'read committed'";

/// Begins a transaction that holds a lock which others wait for: the server ends it if this machine is gone.
const BEGIN_BRIEF: &str = "begin; set local idle_in_transaction_session_timeout = '10s'";

pub(crate) struct PostgresStore {
    pool: PgPool,
    /// How long a statement may take.
    limit: Duration,
}

impl PostgresStore {
    pub(crate) async fn open(url: &str, connections: u32, limit: Duration) -> Result<Self, InboxError> {
        let options = PgConnectOptions::from_str(url).map_err(|_| {
            // The error of the parser may contain parts of the URL, and with them the password.
            let message = "the URL of the PostgreSQL database is malformed: expected \
                           `postgres://user:password@host:port/database`, with special characters of the password \
                           percent-encoded";
            InboxError::new(InboxErrorKind::Url, message)
        })?;
        // A pool reports a refused connection as a timeout only: the first connection is made without it.
        connect_once(&options).await?;
        let pool = PgPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            // A round trip for every transaction would be a sixth of it; one that was just used is not tested.
            .test_before_acquire(false)
            .before_acquire(|connection, usage| Box::pin(test_idle(connection, usage.idle_for)))
            // The pool itself tests what is given back without a limit: one that died without a word would take its place for ever.
            .after_release(|connection, _| {
                Box::pin(async move { finish_in(RETURN_TIMEOUT, connection.ping()).await.map(|()| true) })
            })
            .after_connect(|connection, _| {
                Box::pin(async move { connection.execute(SESSION).await.map(|_| ()) })
            })
            .connect_lazy_with(options);
        Ok(Self { pool, limit })
    }

    pub(super) async fn acquire(&self) -> Result<Session, sqlx::Error> {
        Ok(Session::Postgres(self.pool.acquire().await?, self.limit))
    }

    pub(super) async fn begin(&self) -> Result<Transaction, sqlx::Error> {
        let transaction = finish_in(ACQUIRE_TIMEOUT + self.limit, self.pool.begin()).await?;
        Ok(Transaction::Postgres(transaction, self.limit))
    }

    /// Begins a transaction that is short, although others wait for a lock of it.
    pub(super) async fn begin_brief(&self) -> Result<Transaction, sqlx::Error> {
        let transaction = finish_in(ACQUIRE_TIMEOUT + self.limit, self.pool.begin_with(BEGIN_BRIEF)).await?;
        Ok(Transaction::Postgres(transaction, self.limit))
    }

    pub(super) async fn close(&self) {
        self.pool.close().await;
    }
}

/// Whether a connection that was idle still works; a server that restarted has closed it. One that does not respond is an error,
/// so that it is not ended gracefully.
async fn test_idle(connection: &mut PgConnection, idle_for: Duration) -> Result<bool, sqlx::Error> {
    if idle_for >= TRUSTED_FOR {
        finish_in(TEST_TIMEOUT, connection.ping()).await?;
    }
    Ok(true)
}

async fn connect_once(options: &PgConnectOptions) -> Result<(), InboxError> {
    let connecting = tokio::time::timeout(CONNECT_TIMEOUT, PgConnection::connect_with(options));
    let failure = match connecting.await {
        Ok(Ok(connection)) => {
            // It worked; how it ends does not matter.
            let _ = connection.close().await;
            return Ok(());
        }
        Ok(Err(error)) => InboxError::from(error),
        Err(_) => InboxError::new(InboxErrorKind::Unavailable, "the server does not respond within 10 s"),
    };
    let (host, port) = (options.get_host(), options.get_port());
    let database = options.get_database().unwrap_or(options.get_username());
    let message =
        format!("cannot connect to the PostgreSQL database `{database}` at {host}:{port}: {failure}");
    Err(InboxError::with_source(failure.kind(), message, failure))
}
