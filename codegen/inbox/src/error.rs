//! The error of everything that uses the database, and what the codes of both databases mean.

use std::{error::Error as StdError, fmt, sync::Arc};

use openapi_client_runtime::webhooks::WebhookError;

/// An error of the inbox. Cloning is cheap.
///
/// It contains no payload, no secret and not the password of the database's URL.
#[derive(Clone)]
pub struct InboxError(Arc<Inner>);

struct Inner {
    kind: InboxErrorKind,
    message: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// What kind of error an [`InboxError`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum InboxErrorKind {
    /// A setting is wrong, such as the prefix of the tables, or the webhook secret is missing.
    Config,
    /// The URL of the database is malformed, or of a database that is not supported or not compiled in.
    Url,
    /// The database refuses the connection: a wrong password, no such database, no such folder.
    Connect,
    /// The tables could not be created or migrated.
    Migration,
    /// The tables are of a newer version of this crate.
    NewerSchema,
    /// The database, or this user, must not write.
    ReadOnly,
    /// The disk of the database is full.
    DiskFull,
    /// The database is away or busy. It may work again later without any change.
    Unavailable,
    /// Another worker took the event over because the lease ended. Nothing was committed.
    LeaseLost,
    /// The job was asked for a transaction of the other database.
    WrongDatabase,
    /// A payload cannot be encrypted or decrypted.
    Crypto,
    /// The source of past deliveries failed.
    History,
    /// The source of past deliveries has several endpoints, and none was chosen.
    Endpoint,
    /// Any other error of the database.
    Database,
}

impl InboxErrorKind {
    /// Whether the same may work later without a change of the program.
    pub(crate) fn is_passing(self) -> bool {
        matches!(self, Self::Connect | Self::DiskFull | Self::ReadOnly | Self::Unavailable)
    }
}

impl InboxError {
    pub(crate) fn new(kind: InboxErrorKind, message: impl Into<String>) -> Self {
        Self(Arc::new(Inner { kind, message: message.into(), source: None }))
    }

    pub(crate) fn with_source(
        kind: InboxErrorKind,
        message: impl Into<String>,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self(Arc::new(Inner { kind, message: message.into(), source: Some(source.into()) }))
    }

    /// What kind of error it is.
    #[must_use]
    pub fn kind(&self) -> InboxErrorKind {
        self.0.kind
    }

    /// Whether the same may work later without a change of the program.
    pub(crate) fn is_passing(&self) -> bool {
        self.0.kind.is_passing()
    }

    /// The error of the tables' preparation: what is not a condition of the database is a fault of the migration.
    pub(crate) fn into_migration(self) -> Self {
        if self.0.kind != InboxErrorKind::Database {
            return self;
        }
        let message = format!(
            "cannot create or migrate the tables of the inbox; the user needs the right to create tables in the schema: {self}"
        );
        Self::with_source(InboxErrorKind::Migration, message, self)
    }
}

impl From<sqlx::Error> for InboxError {
    fn from(error: sqlx::Error) -> Self {
        let kind = classify_error(&error);
        let message = format!("{}: {error}", explain_kind(kind));
        Self::with_source(kind, message, error)
    }
}

impl From<WebhookError> for InboxError {
    fn from(error: WebhookError) -> Self {
        Self::with_source(InboxErrorKind::Config, error.to_string(), error)
    }
}

impl fmt::Display for InboxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for InboxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { kind, message, source: _ } = &*self.0;
        f.debug_struct("InboxError").field("kind", kind).field("message", message).finish_non_exhaustive()
    }
}

impl StdError for InboxError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

/// What is wrong and what to do, before the database's own message.
fn explain_kind(kind: InboxErrorKind) -> &'static str {
    match kind {
        InboxErrorKind::Connect => {
            "the database refuses the connection; check the user, the password and the database of the URL"
        }
        InboxErrorKind::ReadOnly => {
            "the database is read-only; the inbox needs to write: check the rights of the file and its folder, or that \
             the server is not a replica"
        }
        InboxErrorKind::DiskFull => "the disk of the database is full; free space, then it goes on by itself",
        InboxErrorKind::Unavailable => "the database is away or busy; try again later",
        _ => "the database reports an error",
    }
}

/// What an error of the database says about its condition.
pub(crate) fn classify_error(error: &sqlx::Error) -> InboxErrorKind {
    match error {
        sqlx::Error::Database(error) => {
            error.code().map_or(InboxErrorKind::Database, |code| classify_code(&code))
        }
        sqlx::Error::Configuration(_) => InboxErrorKind::Url,
        sqlx::Error::Tls(_) => InboxErrorKind::Connect,
        sqlx::Error::Io(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        // The connection ended in the middle of a message.
        | sqlx::Error::Protocol(_)
        | sqlx::Error::BeginFailed => InboxErrorKind::Unavailable,
        _ => InboxErrorKind::Database,
    }
}

/// PostgreSQL has codes of five characters (SQLSTATE), SQLite numbers whose lowest byte is the kind.
fn classify_code(code: &str) -> InboxErrorKind {
    if code.len() == 5 {
        return classify_sqlstate(code);
    }
    match code.parse::<u32>().map(|code| code & 0xff) {
        // BUSY, LOCKED, IOERR, PROTOCOL: another process holds a lock for long, or the disk does not respond.
        Ok(5 | 6 | 10 | 15) => InboxErrorKind::Unavailable,
        Ok(8) => InboxErrorKind::ReadOnly,
        Ok(13) => InboxErrorKind::DiskFull,
        // CANTOPEN, PERM, AUTH.
        Ok(14 | 3 | 23) => InboxErrorKind::Connect,
        _ => InboxErrorKind::Database,
    }
}

fn classify_sqlstate(code: &str) -> InboxErrorKind {
    match code {
        "25006" => InboxErrorKind::ReadOnly,
        "53100" => InboxErrorKind::DiskFull,
        // Wrong password, no such role, no such database.
        "28P01" | "28000" | "3D000" => InboxErrorKind::Connect,
        // Conflicts of transactions: the loser tries again.
        "40001" | "40P01" | "55P03" => InboxErrorKind::Unavailable,
        // The server ended a transaction that did nothing, or took too long: this process was held up.
        "25P03" | "25P04" => InboxErrorKind::Unavailable,
        _ => match &code[..2] {
            // Connections, resources, the operator (restart, shutdown), the system.
            "08" | "53" | "57" | "58" => InboxErrorKind::Unavailable,
            _ => InboxErrorKind::Database,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_their_kind() {
        for (code, kind) in [
            ("5", InboxErrorKind::Unavailable),
            ("261", InboxErrorKind::Unavailable),
            ("8", InboxErrorKind::ReadOnly),
            ("1032", InboxErrorKind::ReadOnly),
            ("13", InboxErrorKind::DiskFull),
            ("14", InboxErrorKind::Connect),
            ("2067", InboxErrorKind::Database),
            ("28P01", InboxErrorKind::Connect),
            ("57P01", InboxErrorKind::Unavailable),
            ("53100", InboxErrorKind::DiskFull),
            ("53300", InboxErrorKind::Unavailable),
            ("25006", InboxErrorKind::ReadOnly),
            ("25P03", InboxErrorKind::Unavailable),
            ("23505", InboxErrorKind::Database),
        ] {
            assert_eq!(classify_code(code), kind, "{code}");
        }
    }

    #[test]
    fn only_what_may_pass_is_waited_for() {
        let error = InboxError::new(InboxErrorKind::Unavailable, "away");
        assert!(error.is_passing());
        assert!(!InboxError::new(InboxErrorKind::Database, "no such table").is_passing());
        let debug = format!("{error:?}");
        assert!(debug.contains("Unavailable") && debug.contains("away"), "{debug}");
    }
}
