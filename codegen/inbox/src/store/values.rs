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

/// Writes arguments into a statement, so that it can be sent with others. They are numbers and tokens of leases; other texts are
/// refused.
#[cfg(feature = "postgres")]
pub(super) fn write_literals(sql: &str, values: &[Value]) -> Result<String, sqlx::Error> {
    let mut text = sql.to_owned();
    // The last first: `$1` is the beginning of `$10`.
    for (index, value) in values.iter().enumerate().rev() {
        let literal = match value {
            Value::Integer(value) | Value::Clock(Some(value)) => format!("({value}::bigint)"),
            Value::Clock(None) => "null".to_owned(),
            Value::Integers(values) => {
                let values: Vec<String> = values.iter().map(i64::to_string).collect();
                format!("'{{{}}}'::bigint[]", values.join(","))
            }
            Value::Text(value) if value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') => {
                format!("'{value}'")
            }
            _ => return Err(sqlx::Error::Encode("a value that is no literal".into())),
        };
        text = text.replace(&format!("${}", index + 1), &literal);
    }
    Ok(text)
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

#[cfg(all(test, feature = "postgres"))]
mod tests {
    use super::*;

    #[test]
    fn only_numbers_and_tokens_are_written() {
        let values =
            [Value::Clock(None), Value::Integers(vec![1, -2]), Value::Text("a-1".into()), Value::Integer(-3)];
        let written = write_literals("$1::bigint, any($2), $3, $4", &values).unwrap();
        assert_eq!(written, "null::bigint, any('{1,-2}'::bigint[]), 'a-1', (-3::bigint)");
        assert!(write_literals("$1", &[Value::Text("a'".into())]).is_err());
    }
}
