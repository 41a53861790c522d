//! The guards with which a handler uses its transaction.

use std::{
    fmt,
    ops::{Deref, DerefMut},
};

use tokio::sync::MappedMutexGuard;

use crate::{
    error::{InboxError, InboxErrorKind},
    store::Transaction,
};

/// Declares the guard of one database.
macro_rules! transaction_guard {
    ($(#[$doc:meta])* $guard:ident, $connection:ty, $pattern:pat => $found:expr, $message:literal) => {
        $(#[$doc])*
        pub struct $guard<'j>(MappedMutexGuard<'j, $connection>);

        impl<'j> $guard<'j> {
            pub(crate) fn new(guard: MappedMutexGuard<'j, Transaction>) -> Result<Self, InboxError> {
                #[allow(unreachable_patterns, reason = "the only variant if the other database is not compiled in")]
                let guard = MappedMutexGuard::try_map(guard, |transaction| match transaction {
                    $pattern => Some($found),
                    _ => None,
                });
                guard.map(Self).map_err(|_| InboxError::new(InboxErrorKind::WrongDatabase, $message))
            }
        }

        impl Deref for $guard<'_> {
            type Target = $connection;

            fn deref(&self) -> &$connection {
                &self.0
            }
        }

        impl DerefMut for $guard<'_> {
            fn deref_mut(&mut self) -> &mut $connection {
                &mut self.0
            }
        }

        impl fmt::Debug for $guard<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($guard)).finish_non_exhaustive()
            }
        }
    };
}

#[cfg(feature = "sqlite")]
transaction_guard! {
    /// The transaction of a job in SQLite: a connection for queries, as `&mut *transaction`. The inbox commits it after the
    /// handler returned `Ok(())`, and rolls it back otherwise; do not end it by SQL.
    SqliteTransaction, sqlx::SqliteConnection,
    Transaction::Sqlite(transaction, _) => &mut **transaction,
    "the inbox is in PostgreSQL, not in SQLite: call `job.postgres()`"
}

#[cfg(feature = "postgres")]
transaction_guard! {
    /// The transaction of a job in PostgreSQL: a connection for queries, as `&mut *transaction`. The inbox commits it after the
    /// handler returned `Ok(())`, and rolls it back otherwise; do not end it by SQL.
    PostgresTransaction, sqlx::PgConnection,
    Transaction::Postgres(transaction, _) => &mut **transaction,
    "the inbox is in SQLite, not in PostgreSQL: call `job.sqlite()`"
}
