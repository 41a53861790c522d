//! An open database of either kind, with migrated tables, and what all operations on it need.

use std::time::Duration;

use crate::{
    clock::Clock,
    error::{InboxError, InboxErrorKind},
};

use super::{
    connection::{Connection, Session, Transaction},
    migrate,
    statements::{Dialect, Statements},
    values::{Row, Value},
};

/// An open database with migrated tables.
pub(crate) struct Store {
    database: Database,
    pub(super) dialect: Dialect,
    pub(super) statements: Statements,
    pub(super) prefix: String,
    clock: Clock,
}

enum Database {
    #[cfg(feature = "sqlite")]
    Sqlite(super::sqlite::SqliteStore),
    #[cfg(feature = "postgres")]
    Postgres(super::postgres::PostgresStore),
}

impl Store {
    /// Connects, and creates or migrates the tables. `prefix` was checked. `limit`: how long a server may take for a statement.
    pub(crate) async fn open(
        url: &str,
        prefix: &str,
        connections: u32,
        limit: Duration,
        clock: Clock,
    ) -> Result<Self, InboxError> {
        let (database, dialect) = open_database(url, connections, limit).await?;
        let statements = Statements::new(dialect, prefix);
        let store = Self { database, dialect, statements, prefix: prefix.to_owned(), clock };
        migrate::migrate_tables(&store).await?;
        Ok(store)
    }

    /// The first argument of statements with `{now}`.
    pub(super) fn now(&self) -> Value {
        match self.dialect {
            #[cfg(feature = "sqlite")]
            Dialect::Sqlite => Value::Integer(self.clock.read_millis()),
            #[cfg(feature = "postgres")]
            Dialect::Postgres => Value::Clock(self.clock.read_custom()),
        }
    }

    /// A connection for one statement that writes, which is a transaction of its own.
    pub(super) async fn write(&self) -> Result<Session, InboxError> {
        Ok(match &self.database {
            #[cfg(feature = "sqlite")]
            Database::Sqlite(store) => store.write().await?,
            #[cfg(feature = "postgres")]
            Database::Postgres(store) => store.acquire().await?,
        })
    }

    pub(super) async fn read(&self) -> Result<Session, InboxError> {
        Ok(match &self.database {
            #[cfg(feature = "sqlite")]
            Database::Sqlite(store) => store.read().await?,
            #[cfg(feature = "postgres")]
            Database::Postgres(store) => store.acquire().await?,
        })
    }

    pub(crate) async fn begin(&self) -> Result<Transaction, InboxError> {
        Ok(match &self.database {
            #[cfg(feature = "sqlite")]
            Database::Sqlite(store) => store.begin().await?,
            #[cfg(feature = "postgres")]
            Database::Postgres(store) => store.begin().await?,
        })
    }

    /// Begins a transaction of a few statements, of which one takes a lock that others wait for.
    pub(super) async fn begin_brief(&self) -> Result<Transaction, InboxError> {
        Ok(match &self.database {
            #[cfg(feature = "sqlite")]
            Database::Sqlite(store) => store.begin().await?,
            #[cfg(feature = "postgres")]
            Database::Postgres(store) => store.begin_brief().await?,
        })
    }

    pub(super) async fn read_time_in(&self, connection: &mut Connection<'_>) -> Result<i64, InboxError> {
        read_first(&connection.fetch(&self.statements.read_time, vec![self.now()]).await?)?
            .ok_or_else(|| InboxError::new(InboxErrorKind::Database, "the database has no time"))
    }

    /// The time of the clock that the tables use, in milliseconds since 1970.
    pub(crate) async fn read_time(&self) -> Result<i64, InboxError> {
        self.read_time_in(&mut self.read().await?.connection()).await
    }

    pub(super) async fn read_meta_in(
        &self,
        connection: &mut Connection<'_>,
        name: &str,
    ) -> Result<Option<i64>, InboxError> {
        let values = vec![Value::Text(name.to_owned())];
        read_first(&connection.fetch(&self.statements.read_meta, values).await?)
    }

    pub(crate) async fn read_meta(&self, name: &str) -> Result<Option<i64>, InboxError> {
        self.read_meta_in(&mut self.read().await?.connection(), name).await
    }

    pub(super) async fn raise_meta_in(
        &self,
        connection: &mut Connection<'_>,
        name: &str,
        value: i64,
    ) -> Result<(), InboxError> {
        self.raise_mark_in(connection, name, value, i64::MAX).await
    }

    /// Raises a mark in time. One over the limit was written by a clock that was wrong: it is replaced.
    pub(super) async fn raise_mark_in(
        &self,
        connection: &mut Connection<'_>,
        name: &str,
        value: i64,
        limit: i64,
    ) -> Result<(), InboxError> {
        let values = vec![Value::Text(name.to_owned()), Value::Integer(value), Value::Integer(limit)];
        connection.execute(&self.statements.raise_meta, values).await?;
        Ok(())
    }

    pub(crate) async fn raise_mark(&self, name: &str, value: i64, limit: i64) -> Result<(), InboxError> {
        self.raise_mark_in(&mut self.write().await?.connection(), name, value, limit).await
    }

    pub(crate) async fn close(&self) {
        match &self.database {
            #[cfg(feature = "sqlite")]
            Database::Sqlite(store) => store.close().await,
            #[cfg(feature = "postgres")]
            Database::Postgres(store) => store.close().await,
        }
    }
}

/// The first column of the first row.
fn read_first(rows: &[Row]) -> Result<Option<i64>, InboxError> {
    Ok(rows.first().map(|row| row.integer(0)).transpose()?)
}

async fn open_database(
    url: &str,
    connections: u32,
    limit: Duration,
) -> Result<(Database, Dialect), InboxError> {
    #[cfg(not(feature = "postgres"))]
    let _ = limit;
    let scheme = url.split(':').next().unwrap_or_default().to_ascii_lowercase();
    match scheme.as_str() {
        #[cfg(feature = "sqlite")]
        "sqlite" => {
            Ok((Database::Sqlite(super::sqlite::SqliteStore::open(url, connections).await?), Dialect::Sqlite))
        }
        #[cfg(feature = "postgres")]
        "postgres" | "postgresql" => Ok((
            Database::Postgres(super::postgres::PostgresStore::open(url, connections, limit).await?),
            Dialect::Postgres,
        )),
        #[cfg(not(feature = "sqlite"))]
        "sqlite" => Err(missing_feature("SQLite", "sqlite")),
        #[cfg(not(feature = "postgres"))]
        "postgres" | "postgresql" => Err(missing_feature("PostgreSQL", "postgres")),
        // The text is not shown: it may contain a password.
        _ => Err(InboxError::new(
            InboxErrorKind::Url,
            "the URL of the inbox's database is not supported: expected `sqlite://file.db` or `postgres://user:password@host/database`",
        )),
    }
}

#[cfg(not(all(feature = "sqlite", feature = "postgres")))]
fn missing_feature(database: &str, feature: &str) -> InboxError {
    let message = format!(
        "{database} is not compiled in: enable the feature `{feature}` of openapi-client-inbox, which is \
         `inbox-{feature}` in a generated crate"
    );
    InboxError::new(InboxErrorKind::Url, message)
}
