//! A database of either kind for one test, with direct access to its tables.

use std::time::Duration;

use openapi_client_inbox::{InboxBuilder, Job, JobError};
use sqlx::{
    AssertSqlSafe, Connection as _, PgConnection, Row as _, SqliteConnection, sqlite::SqliteConnectOptions,
};

use super::{
    TemporaryFolder,
    events::{Event, new_verifier},
    postgres::PostgresServer,
    wait_until,
};

/// The prefix of the inbox's tables in the tests: the default.
pub(crate) const EVENTS: &str = "webhook_inbox_events";

/// A database that only one test uses. Its folder is removed when this is dropped.
#[derive(Debug)]
pub(crate) struct Database {
    url: String,
    _folder: Option<TemporaryFolder>,
}

impl Database {
    /// A database file of SQLite that does not exist yet.
    pub(crate) fn sqlite(name: &str) -> Self {
        let folder = TemporaryFolder::create(name);
        let url = format!("sqlite://{}/inbox.db", folder.path().display());
        Self { url, _folder: Some(folder) }
    }

    /// A new database of the server that the tests share, or `None` where PostgreSQL is not installed.
    pub(crate) async fn postgres() -> Option<Self> {
        let server = tokio::task::spawn_blocking(PostgresServer::shared).await.unwrap()?;
        Some(Self::create(server).await)
    }

    /// A new database of a server.
    pub(crate) async fn create(server: &PostgresServer) -> Self {
        let name = server.unused_name();
        let mut connection = PgConnection::connect(&server.url("postgres")).await.unwrap();
        let sql = AssertSqlSafe(format!("CREATE DATABASE {name}"));
        sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
        Self { url: server.url(&name), _folder: None }
    }

    /// The database that a URL leads to, which belongs to another process.
    pub(crate) fn at(url: &str) -> Self {
        Self { url: url.to_owned(), _folder: None }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        self.url.starts_with("sqlite:")
    }

    /// Runs statements.
    pub(crate) async fn execute(&self, sql: impl Into<String>) {
        let sql = AssertSqlSafe(sql.into());
        if self.is_sqlite() {
            let mut connection = self.open_sqlite().await;
            sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
        } else {
            let mut connection = PgConnection::connect(&self.url).await.unwrap();
            sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
        }
    }

    /// The rows of a query whose columns are a text and a number.
    pub(crate) async fn rows(&self, sql: impl Into<String>) -> Vec<(String, i64)> {
        let sql = AssertSqlSafe(sql.into());
        if self.is_sqlite() {
            let rows = sqlx::query(sql).fetch_all(&mut self.open_sqlite().await).await.unwrap();
            rows.iter().map(|row| (row.get(0), row.get(1))).collect()
        } else {
            let mut connection = PgConnection::connect(&self.url).await.unwrap();
            let rows = sqlx::query(sql).fetch_all(&mut connection).await.unwrap();
            rows.iter().map(|row| (row.get(0), row.get(1))).collect()
        }
    }

    /// The number that a query has as its only value.
    pub(crate) async fn number(&self, sql: &str) -> i64 {
        self.rows(format!("SELECT '' AS unused, CAST(({sql}) AS BIGINT)")).await[0].1
    }

    /// Waits until this many statements that contain a text wait for a lock. PostgreSQL only.
    pub(crate) async fn wait_until_locked(&self, text: &str, count: i64) {
        let sql = format!(
            "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' \
             AND query LIKE '%{text}%'"
        );
        wait_until("the statements wait for a lock", async || {
            let waiting = self.number(&sql).await;
            if waiting == count { Ok(()) } else { Err(format!("{waiting} of {count} do")) }
        })
        .await;
    }

    async fn open_sqlite(&self) -> SqliteConnection {
        let options: SqliteConnectOptions = self.url.parse().unwrap();
        let options = options.create_if_missing(true).busy_timeout(Duration::from_secs(30));
        SqliteConnection::connect_with(&options).await.unwrap()
    }

    /// Creates the table of the effects. Nothing in it is unique, so that an effect that happens twice is two rows.
    pub(crate) async fn create_effects(&self) {
        let id = if self.is_sqlite() { "INTEGER PRIMARY KEY AUTOINCREMENT" } else { "BIGSERIAL PRIMARY KEY" };
        self.execute(format!("CREATE TABLE effects (id {id}, event TEXT NOT NULL, attempt BIGINT NOT NULL)"))
            .await;
    }

    /// The ids of the events that had an effect, in the order of the effects.
    pub(crate) async fn effects(&self) -> Vec<String> {
        let rows = self.rows("SELECT event, attempt FROM effects ORDER BY id").await;
        rows.into_iter().map(|(event, _)| event).collect()
    }
}

/// The options of an inbox of the tests.
pub(crate) fn builder() -> InboxBuilder<Event> {
    openapi_client_inbox::Inbox::builder(new_verifier())
}

/// Writes the effect of an event in the job's transaction.
pub(crate) async fn write_effect<E>(job: &Job<E>, is_sqlite: bool) -> Result<(), JobError> {
    const INSERT: &str = "INSERT INTO effects (event, attempt) VALUES ($1, $2)";
    let attempt = i64::from(job.attempt());
    if is_sqlite {
        let mut transaction = job.sqlite().await?;
        sqlx::query(INSERT).bind(job.id()).bind(attempt).execute(&mut *transaction).await?;
    } else {
        let mut transaction = job.postgres().await?;
        sqlx::query(INSERT).bind(job.id()).bind(attempt).execute(&mut *transaction).await?;
    }
    Ok(())
}

/// A handler that writes the effect and nothing else.
pub(crate) fn effect_handler(is_sqlite: bool) -> impl openapi_client_inbox::Handler<Event> + Clone {
    move |job: Job<Event>| async move {
        write_effect(&job, is_sqlite).await?;
        Ok::<(), JobError>(())
    }
}
