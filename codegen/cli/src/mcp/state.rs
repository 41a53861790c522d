//! What the tools share.

use std::{
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::{Instant, SystemTime},
};

use openapi_client_description::JsonValue;
use openapi_client_runtime::__private::Core;

use super::{
    access::Access, call_log::CallLog, confirmations::Confirmations, exact_numbers::NumberMark,
    record::Record, remainders::Remainders, search::SearchIndex,
};
use crate::{
    call::Connector, catalog::Catalog, error::CliError, profiles::profile::Profile, program::App,
    secrets::SecretFilter,
};

/// What the tools share.
pub(super) struct State {
    pub(super) app: &'static App,
    pub(super) catalog: Catalog,
    pub(super) access: Access,
    pub(super) connector: Connector,
    pub(super) core: Core,
    /// Why there is no credential.
    pub(super) missing_credential: Option<CliError>,
    pub(super) profile: Profile,
    /// Where requests go, in words.
    pub(super) target: String,
    pub(super) max_result_bytes: usize,
    pub(super) shows_secrets: bool,
    pub(super) filter: SecretFilter,
    pub(super) confirmations: Mutex<Confirmations>,
    pub(super) remainders: Mutex<Remainders>,
    pub(super) index: OnceLock<SearchIndex>,
    pub(super) log: Option<CallLog>,
    pub(super) mark: NumberMark,
    pub(super) now: Clock,
}

/// The clock, which tests replace.
pub(super) type Clock = Arc<dyn Fn() -> Instant + Send + Sync>;

/// A panic while the lock was held leaves these collections whole.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl State {
    /// Writes a line of the log.
    ///
    /// # Errors
    /// The log cannot be written.
    pub(super) fn write_log(&self, record: &Record, event: &str) -> Result<(), CliError> {
        let Some(log) = &self.log else { return Ok(()) };
        let time = chrono::DateTime::<chrono::Utc>::from(SystemTime::now());
        let mut entry = vec![
            ("time".to_owned(), JsonValue::String(time.to_rfc3339_opts(chrono::SecondsFormat::Millis, true))),
            ("event".to_owned(), JsonValue::string(event)),
        ];
        entry.extend(record.fields());
        log.write(&JsonValue::Object(entry))
    }
}
