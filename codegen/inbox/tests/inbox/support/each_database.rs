//! Runs a test with both kinds of database.

/// Defines a test with SQLite and one with PostgreSQL for each function that takes a `Database`.
macro_rules! test_each_database {
    ($($name:ident),* $(,)?) => {
        mod with_sqlite {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() {
                    super::$name(crate::support::database::Database::sqlite(stringify!($name))).await;
                }
            )*
        }

        mod with_postgres {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() {
                    if let Some(database) = crate::support::database::Database::postgres().await {
                        super::$name(database).await;
                    }
                }
            )*
        }
    };
}

pub(crate) use test_each_database;
