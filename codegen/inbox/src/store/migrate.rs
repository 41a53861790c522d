//! Creates the tables and migrates those of older versions.

use std::sync::Arc;

use super::{
    connection::{Connection, Transaction},
    database::Store,
    statements::Dialect,
    values::Value,
};
use crate::error::{InboxError, InboxErrorKind};

/// The version of the tables that this version of the crate works with.
pub(super) const SCHEMA_VERSION: i64 = 2;

const VERSION: &str = "schema_version";

/// When the tables were created, in milliseconds since 1970: deliveries before it were never expected.
pub(crate) const CREATED_AT: &str = "created_at";

/// Brings the tables to the version of this crate.
///
/// All steps and the new version are one transaction, in both databases: a process that is killed leaves the tables as they
/// were. Processes that start together wait for each other, by the lock of the file or an advisory lock.
pub(super) async fn migrate_tables(store: &Store) -> Result<(), InboxError> {
    if read_version(store, &mut store.read().await?.connection()).await? == Some(SCHEMA_VERSION) {
        return Ok(());
    }
    let mut transaction = store.begin().await?;
    match migrate_in(store, &mut transaction).await {
        Ok(()) => Ok(transaction.commit().await?),
        Err(error) => {
            let _ = transaction.roll_back().await;
            Err(error.into_migration())
        }
    }
}

async fn migrate_in(store: &Store, transaction: &mut Transaction) -> Result<(), InboxError> {
    let mut connection = transaction.connection();
    lock_migrations(store, &mut connection).await?;
    let version = read_version(store, &mut connection).await?.unwrap_or(0);
    if version > SCHEMA_VERSION {
        return Err(newer_schema(&store.prefix, version));
    }
    if version == 0 {
        let text = "create table {prefix}_meta (name text not null primary key, value bigint not null)";
        connection.execute_migration(text.replace("{prefix}", &store.prefix)).await?;
        let now = store.read_time_in(&mut connection).await?;
        store.raise_meta_in(&mut connection, CREATED_AT, now).await?;
    }
    for step in version + 1..=SCHEMA_VERSION {
        let script = migration_script(store.dialect, step).replace("{prefix}", &store.prefix);
        connection.execute_migration(script).await?;
    }
    store.raise_meta_in(&mut connection, VERSION, SCHEMA_VERSION).await?;
    Ok(())
}

/// The SQL of a step. A step that was released is never changed.
fn migration_script(dialect: Dialect, step: i64) -> &'static str {
    match (step, dialect) {
        #[cfg(feature = "sqlite")]
        (1, Dialect::Sqlite) => include_str!("migrations/1_sqlite.sql"),
        #[cfg(feature = "postgres")]
        (1, Dialect::Postgres) => include_str!("migrations/1_postgres.sql"),
        _ => include_str!("migrations/2.sql"),
    }
}

async fn lock_migrations(store: &Store, connection: &mut Connection<'_>) -> Result<(), InboxError> {
    match store.dialect {
        // `BEGIN IMMEDIATE` has locked the file.
        #[cfg(feature = "sqlite")]
        Dialect::Sqlite => {
            let _ = connection;
            Ok(())
        }
        #[cfg(feature = "postgres")]
        Dialect::Postgres => {
            let text = format!("select pg_advisory_xact_lock(hashtext('{}_events'), 2)", store.prefix);
            Ok(connection.execute_migration(text).await?)
        }
    }
}

/// The version of the tables; `None` if there are none.
async fn read_version(store: &Store, connection: &mut Connection<'_>) -> Result<Option<i64>, InboxError> {
    let table = format!("{}_meta", store.prefix);
    let exists: Arc<str> = match store.dialect {
        #[cfg(feature = "sqlite")]
        Dialect::Sqlite => "select 1 from sqlite_master where type = 'table' and name = $1".into(),
        // `to_regclass` reads the cache of its session, which may lack tables that another process created while this transaction
        // waited for its lock. A query of the catalog sees what is committed.
        #[cfg(feature = "postgres")]
        Dialect::Postgres => {
            "select 1 from pg_catalog.pg_class where relname = $1 and pg_catalog.pg_table_is_visible(oid)"
                .into()
        }
    };
    if connection.fetch(&exists, vec![Value::Text(table)]).await?.is_empty() {
        return Ok(None);
    }
    store.read_meta_in(connection, VERSION).await
}

fn newer_schema(prefix: &str, version: i64) -> InboxError {
    let message = format!(
        "the tables `{prefix}_…` have version {version}, which a newer version of openapi-client-inbox made; this one knows \
         {SCHEMA_VERSION}: update the program, or use another prefix"
    );
    InboxError::new(InboxErrorKind::NewerSchema, message)
}
