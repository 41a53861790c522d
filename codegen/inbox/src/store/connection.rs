//! Connections and transactions of both databases, with one interface.

use std::sync::Arc;
#[cfg(feature = "postgres")]
use std::{io, time::Duration};

use sqlx::{AssertSqlSafe, pool::PoolConnection};
#[cfg(feature = "postgres")]
use sqlx::{PgConnection, Postgres};
#[cfg(feature = "sqlite")]
use sqlx::{Sqlite, SqliteConnection};
#[cfg(feature = "sqlite")]
use tokio::sync::OwnedMutexGuard;

#[cfg(feature = "postgres")]
use super::values::bind_postgres;
#[cfg(feature = "sqlite")]
use super::values::bind_sqlite;
use super::values::{Row, Value};

/// The right to write to SQLite within this process.
#[cfg(feature = "sqlite")]
pub(crate) type WriteGuard = OwnedMutexGuard<()>;

/// A borrowed connection, inside or outside a transaction.
pub(crate) enum Connection<'c> {
    #[cfg(feature = "sqlite")]
    Sqlite(&'c mut SqliteConnection),
    /// With the time that a statement may take.
    #[cfg(feature = "postgres")]
    Postgres(&'c mut PgConnection, Duration),
}

impl Connection<'_> {
    /// Executes a statement; returns the number of rows that it changed.
    pub(crate) async fn execute(&mut self, sql: &Arc<str>, values: Vec<Value>) -> Result<u64, sqlx::Error> {
        let sql = AssertSqlSafe(Arc::clone(sql));
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(connection) => {
                let arguments = bind_sqlite(values).map_err(sqlx::Error::Encode)?;
                Ok(sqlx::query_with(sql, arguments).execute(&mut **connection).await?.rows_affected())
            }
            #[cfg(feature = "postgres")]
            Self::Postgres(connection, limit) => {
                let arguments = bind_postgres(values).map_err(sqlx::Error::Encode)?;
                let executing = sqlx::query_with(sql, arguments).execute(&mut **connection);
                Ok(finish_in(*limit, executing).await?.rows_affected())
            }
        }
    }

    /// Executes a statement; returns its rows.
    pub(crate) async fn fetch(
        &mut self,
        sql: &Arc<str>,
        values: Vec<Value>,
    ) -> Result<Vec<Row>, sqlx::Error> {
        let sql = AssertSqlSafe(Arc::clone(sql));
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(connection) => {
                let arguments = bind_sqlite(values).map_err(sqlx::Error::Encode)?;
                let rows = sqlx::query_with(sql, arguments).fetch_all(&mut **connection).await?;
                Ok(rows.into_iter().map(Row::Sqlite).collect())
            }
            #[cfg(feature = "postgres")]
            Self::Postgres(connection, limit) => {
                let arguments = bind_postgres(values).map_err(sqlx::Error::Encode)?;
                let fetching = sqlx::query_with(sql, arguments).fetch_all(&mut **connection);
                let rows = finish_in(*limit, fetching).await?;
                Ok(rows.into_iter().map(Row::Postgres).collect())
            }
        }
    }

    /// Executes statements without arguments in one round trip; returns the number of their rows. PostgreSQL only.
    #[cfg(feature = "postgres")]
    pub(crate) async fn execute_script(&mut self, sql: String) -> Result<u64, sqlx::Error> {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(_) => Err(sqlx::Error::Encode("a script that only PostgreSQL has".into())),
            Self::Postgres(connection, limit) => {
                let executing = sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut **connection);
                Ok(finish_in(*limit, executing).await?.rows_affected())
            }
        }
    }

    /// Executes the statements of a migration. They may wait for another process that migrates, and take long: there is no limit.
    pub(crate) async fn execute_migration(&mut self, sql: String) -> Result<(), sqlx::Error> {
        let script = sqlx::raw_sql(AssertSqlSafe(sql));
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(connection) => script.execute(&mut **connection).await.map(|_| ()),
            #[cfg(feature = "postgres")]
            Self::Postgres(connection, _) => script.execute(&mut **connection).await.map(|_| ()),
        }
    }
}

/// A connection of the pool, for statements that are a transaction of their own.
pub(crate) enum Session {
    /// With the right to write, unless it is for reading. The connection is dropped first.
    #[cfg(feature = "sqlite")]
    Sqlite { connection: PoolConnection<Sqlite>, _guard: Option<WriteGuard> },
    #[cfg(feature = "postgres")]
    Postgres(PoolConnection<Postgres>, Duration),
}

impl Session {
    pub(crate) fn connection(&mut self) -> Connection<'_> {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite { connection, .. } => Connection::Sqlite(connection),
            #[cfg(feature = "postgres")]
            Self::Postgres(connection, limit) => Connection::Postgres(connection, *limit),
        }
    }
}

/// An open transaction. Dropping it rolls back.
pub(crate) enum Transaction {
    // The order of fields matters: the transaction is dropped, then the right to write.
    #[cfg(feature = "sqlite")]
    Sqlite(sqlx::Transaction<'static, Sqlite>, WriteGuard),
    #[cfg(feature = "postgres")]
    Postgres(sqlx::Transaction<'static, Postgres>, Duration),
}

impl Transaction {
    pub(crate) fn connection(&mut self) -> Connection<'_> {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(transaction, _) => Connection::Sqlite(transaction),
            #[cfg(feature = "postgres")]
            Self::Postgres(transaction, limit) => Connection::Postgres(transaction, *limit),
        }
    }

    /// Commits. After an error of the connection, or at the end of the time, the outcome is unknown.
    pub(crate) async fn commit(self) -> Result<(), sqlx::Error> {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(transaction, _guard) => transaction.commit().await,
            #[cfg(feature = "postgres")]
            Self::Postgres(transaction, limit) => finish_in(limit, transaction.commit()).await,
        }
    }

    pub(crate) async fn roll_back(self) -> Result<(), sqlx::Error> {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(transaction, _guard) => transaction.rollback().await,
            #[cfg(feature = "postgres")]
            Self::Postgres(transaction, limit) => finish_in(limit, transaction.rollback()).await,
        }
    }
}

/// The output of a statement, or an error that may pass: the server may still execute it. The pool closes its connection, unless
/// the statement ends while the connection is given back.
#[cfg(feature = "postgres")]
pub(super) async fn finish_in<T>(
    limit: Duration,
    statement: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, sqlx::Error> {
    tokio::time::timeout(limit, statement).await.unwrap_or_else(|_| {
        let message = format!("the server did not respond within {} s", limit.as_secs());
        Err(sqlx::Error::Io(io::Error::new(io::ErrorKind::TimedOut, message)))
    })
}
