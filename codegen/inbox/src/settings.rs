//! What an inbox is configured with.

use std::{sync::Arc, time::Duration};

use crate::{
    backoff::Backoff,
    cipher::Cipher,
    clock::Clock,
    counts::Counts,
    error::{InboxError, InboxErrorKind},
};

/// The longest prefix: an identifier of PostgreSQL has 63 bytes, and the longest suffix is `_events_kept`.
const PREFIX_BYTES: usize = 40;

/// Reads the ordering key of an event.
pub(crate) type OrderBy<E> = Arc<dyn Fn(&E) -> Option<String> + Send + Sync>;

/// Gets the counts at an interval.
pub(crate) type Gauge = Arc<dyn Fn(&Counts) + Send + Sync>;

pub(crate) struct Settings<E> {
    pub(crate) prefix: String,
    pub(crate) max_attempts: u32,
    pub(crate) lease: Duration,
    pub(crate) concurrency: usize,
    pub(crate) batch: usize,
    pub(crate) poll_interval: Duration,
    pub(crate) backoff: Backoff,
    pub(crate) order_by: Option<OrderBy<E>>,
    pub(crate) cipher: Cipher,
    pub(crate) drop_payloads: bool,
    pub(crate) gauge: Option<(Duration, Gauge)>,
    pub(crate) shutdown_timeout: Duration,
    pub(crate) max_connections: Option<u32>,
    pub(crate) clock: Clock,
}

impl<E> Default for Settings<E> {
    fn default() -> Self {
        Self {
            prefix: "webhook_inbox".to_owned(),
            max_attempts: 20,
            lease: Duration::from_secs(60),
            concurrency: 8,
            batch: 1,
            poll_interval: Duration::from_millis(500),
            backoff: Backoff { first: Duration::from_secs(1), max: Duration::from_secs(3600) },
            order_by: None,
            cipher: Cipher::default(),
            drop_payloads: false,
            gauge: None,
            shutdown_timeout: Duration::from_secs(30),
            max_connections: None,
            clock: Clock::default(),
        }
    }
}

impl<E> Settings<E> {
    /// Checks what the types do not.
    pub(crate) fn check(&self) -> Result<(), InboxError> {
        check_prefix(&self.prefix)?;
        let positive = [
            ("max_attempts", self.max_attempts > 0),
            ("concurrency", self.concurrency > 0),
            ("batch", self.batch > 0),
            ("max_connections", self.max_connections != Some(0)),
        ];
        if let Some((name, _)) = positive.iter().find(|(_, valid)| !valid) {
            return Err(InboxError::new(InboxErrorKind::Config, format!("`{name}` must be at least 1")));
        }
        let shortest = Duration::from_millis(100);
        if self.lease < shortest {
            let message = "`lease` must be at least 100 ms: it is renewed at a third of its time";
            return Err(InboxError::new(InboxErrorKind::Config, message));
        }
        Ok(())
    }

    /// How long a server may take for a statement of the inbox, so that a renewal which gets no response can be repeated before
    /// the lease ends. A short lease must not make a busy server useless.
    pub(crate) fn statement_limit(&self) -> Duration {
        (self.lease / 3).clamp(Duration::from_secs(5), Duration::from_secs(30))
    }

    /// A connection for each handler's transaction, and some for receiving, claiming and renewing leases.
    pub(crate) fn connections(&self) -> u32 {
        let needed = u32::try_from(self.concurrency).unwrap_or(u32::MAX).saturating_add(4);
        self.max_connections.unwrap_or(needed)
    }
}

/// The prefix becomes part of statements: nothing but an identifier may.
fn check_prefix(prefix: &str) -> Result<(), InboxError> {
    let first = prefix.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let rest = prefix.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if first && rest && prefix.len() <= PREFIX_BYTES {
        return Ok(());
    }
    let message = format!(
        "the prefix of the tables is not valid: expected 1 to {PREFIX_BYTES} letters a to z, digits and `_`, not beginning with a \
         digit, such as `shop_inbox`"
    );
    Err(InboxError::new(InboxErrorKind::Config, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_identifiers_are_prefixes() {
        for prefix in ["a", "_x", "shop_inbox_2", &"x".repeat(40)] {
            assert!(check_prefix(prefix).is_ok(), "{prefix}");
        }
        for prefix in ["", "2x", "Shop", "a-b", "a b", "a;drop table x", "a\"", "ä", &"x".repeat(41)] {
            assert_eq!(check_prefix(prefix).unwrap_err().kind(), InboxErrorKind::Config, "{prefix}");
        }
    }

    #[test]
    fn zero_is_refused_by_name() {
        let settings = Settings::<()> { batch: 0, ..Settings::default() };
        assert_eq!(settings.check().unwrap_err().to_string(), "`batch` must be at least 1");
    }
}
