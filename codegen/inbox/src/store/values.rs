//! Values and rows of both databases, so that every operation is written once.

#[cfg(feature = "postgres")]
use sqlx::postgres::{PgArguments, PgRow};
#[cfg(feature = "sqlite")]
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Arguments as _, Row as _};

/// The failure to encode an argument, as `sqlx` has it.
type EncodeError = Box<dyn std::error::Error + Send + Sync>;

/// An argument of a statement.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Integer(i64),
    Text(String),
    OptionalText(Option<String>),
    #[cfg(feature = "sqlite")]
    Bytes(Vec<u8>),
    /// A list of integers: an array, or JSON for SQLite.
    Integers(Vec<i64>),
    /// A list of texts: an array, or JSON for SQLite.
    Texts(Vec<String>),
    /// The time, if a test sets it; the database's own otherwise. SQLite always gets a time.
    #[cfg(feature = "postgres")]
    Clock(Option<i64>),
    /// Columns of many rows, for PostgreSQL only.
    #[cfg(feature = "postgres")]
    OptionalTexts(Vec<Option<String>>),
    #[cfg(feature = "postgres")]
    ManyBytes(Vec<Option<Vec<u8>>>),
}

#[cfg(feature = "sqlite")]
pub(super) fn bind_sqlite(values: Vec<Value>) -> Result<SqliteArguments, EncodeError> {
    let mut arguments = SqliteArguments::default();
    for value in values {
        match value {
            Value::Integer(value) => arguments.add(value)?,
            Value::Text(value) => arguments.add(value)?,
            Value::OptionalText(value) => arguments.add(value)?,
            Value::Bytes(value) => arguments.add(value)?,
            Value::Integers(values) => arguments.add(serde_json::to_string(&values)?)?,
            Value::Texts(values) => arguments.add(serde_json::to_string(&values)?)?,
            #[cfg(feature = "postgres")]
            Value::Clock(_) | Value::OptionalTexts(_) | Value::ManyBytes(_) => {
                return Err("a value that only PostgreSQL has".into());
            }
        }
    }
    Ok(arguments)
}

#[cfg(feature = "postgres")]
pub(super) fn bind_postgres(values: Vec<Value>) -> Result<PgArguments, EncodeError> {
    let mut arguments = PgArguments::default();
    for value in values {
        match value {
            Value::Integer(value) => arguments.add(value)?,
            Value::Text(value) => arguments.add(value)?,
            Value::OptionalText(value) => arguments.add(value)?,
            #[cfg(feature = "sqlite")]
            Value::Bytes(value) => arguments.add(value)?,
            Value::Integers(values) => arguments.add(values)?,
            Value::Texts(values) => arguments.add(values)?,
            Value::Clock(value) => arguments.add(value)?,
            Value::OptionalTexts(values) => arguments.add(values)?,
            Value::ManyBytes(values) => arguments.add(values)?,
        }
    }
    Ok(arguments)
}

/// A row of a result. Columns are read by their position.
pub(crate) enum Row {
    #[cfg(feature = "sqlite")]
    Sqlite(SqliteRow),
    #[cfg(feature = "postgres")]
    Postgres(PgRow),
}

/// Reads a column of one Rust type from the row of either database.
macro_rules! read_column {
    ($row:expr, $index:expr) => {
        match $row {
            #[cfg(feature = "sqlite")]
            Row::Sqlite(row) => row.try_get($index),
            #[cfg(feature = "postgres")]
            Row::Postgres(row) => row.try_get($index),
        }
    };
}

impl Row {
    pub(crate) fn integer(&self, index: usize) -> Result<i64, sqlx::Error> {
        read_column!(self, index)
    }

    pub(crate) fn optional_integer(&self, index: usize) -> Result<Option<i64>, sqlx::Error> {
        read_column!(self, index)
    }

    pub(crate) fn text(&self, index: usize) -> Result<String, sqlx::Error> {
        read_column!(self, index)
    }

    pub(crate) fn optional_text(&self, index: usize) -> Result<Option<String>, sqlx::Error> {
        read_column!(self, index)
    }

    pub(crate) fn bytes(&self, index: usize) -> Result<Option<Vec<u8>>, sqlx::Error> {
        read_column!(self, index)
    }
}
