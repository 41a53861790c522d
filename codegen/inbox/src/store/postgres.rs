//! PostgreSQL: a pool of connections, each for one statement or transaction.

use std::{str::FromStr as _, time::Duration};

use sqlx::{
    Connection as _, Executor as _, PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use super::connection::{Session, Transaction};
use crate::error::{InboxError, InboxErrorKind};

/// How long a statement waits for a connection. A receiver responds with 503 after it, so it is short.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(8);

/// For how long an idle connection is used without a test.
const TRUSTED_FOR: Duration = Duration::from_millis(500);

/// How long connecting may take before it is an error.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The server notices within a minute that a machine with an open transaction is gone, and unlocks its rows.
const KEEP_ALIVE: &str =
    "set tcp_keepalives_idle = 30; set tcp_keepalives_interval = 10; set tcp_keepalives_count = 3";

pub(crate) struct PostgresStore {
    pool: PgPool,
}

impl PostgresStore {
    pub(crate) async fn open(url: &str, connections: u32) -> Result<Self, InboxError> {
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
            .after_connect(|connection, _| {
                Box::pin(async move { connection.execute(KEEP_ALIVE).await.map(|_| ()) })
            })
            .connect_lazy_with(options);
        Ok(Self { pool })
    }

    pub(super) async fn acquire(&self) -> Result<Session, sqlx::Error> {
        Ok(Session::Postgres(self.pool.acquire().await?))
    }

    pub(super) async fn begin(&self) -> Result<Transaction, sqlx::Error> {
        Ok(Transaction::Postgres(self.pool.begin().await?))
    }

    pub(super) async fn close(&self) {
        self.pool.close().await;
    }
}

/// Whether a connection that was idle still works; a server that restarted has closed it.
async fn test_idle(connection: &mut PgConnection, idle_for: Duration) -> Result<bool, sqlx::Error> {
    Ok(idle_for < TRUSTED_FOR || connection.ping().await.is_ok())
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
