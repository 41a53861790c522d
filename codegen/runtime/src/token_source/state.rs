//! The state of a token source: the cached token, whether one is being minted, and the last failure.

use std::{sync::Arc, time::Duration};

use super::issued_token::IssuedToken;
use crate::{clock::Instant, error::Error, secret::Secret};

/// The longest backoff after the first failure. It doubles with each further failure.
const INITIAL_BACKOFF: Duration = Duration::from_secs(1);
/// The longest backoff after any failure.
const MAX_BACKOFF: Duration = Duration::from_secs(60);

#[derive(Debug, Default)]
pub(super) struct SourceState {
    cached: Option<CachedToken>,
    is_minting: bool,
    /// The number of completed attempts. A waiting caller compares it to see whether its attempt completed.
    attempts: u64,
    last_failure: Option<LastFailure>,
}

#[derive(Debug)]
struct CachedToken {
    token: IssuedToken,
    refresh_at: Instant,
}

#[derive(Debug)]
struct LastFailure {
    error: Arc<Error>,
    /// The number of failures since the last success.
    count: u32,
    retry_at: Instant,
}

/// The result of a lookup.
#[derive(Debug)]
pub(super) enum Lookup {
    /// A valid token.
    Token(IssuedToken),
    /// A token is being minted. Holds the number of attempts completed so far.
    Wait(u64),
    /// There is no valid token: the error of the last attempt and the remaining backoff.
    Failed(Arc<Error>, Duration),
}

impl SourceState {
    /// Looks up the token. The second value says whether the caller must start minting one; it is `true` once per attempt.
    /// `waited_since` is the number from [`Lookup::Wait`] if the caller has waited.
    pub(super) fn look_up(&mut self, now: Instant, waited_since: Option<u64>) -> (Lookup, bool) {
        let valid = self.cached.as_ref().filter(|cached| now < cached.token.deadline);
        if let Some(cached) = valid.filter(|cached| now < cached.refresh_at) {
            return (Lookup::Token(cached.token.clone()), false);
        }
        let valid = valid.map(|cached| cached.token.clone());
        let backoff = |failure: &LastFailure| failure.retry_at.saturating_duration_since(now);
        let backing_off = self.last_failure.as_ref().filter(|failure| backoff(failure) > Duration::ZERO);
        // A caller that waited for an attempt gets its failure even if the backoff is over; a new caller starts another one.
        let attempt_completed = waited_since.is_some_and(|attempts| attempts != self.attempts);
        let failure = if attempt_completed { self.last_failure.as_ref() } else { backing_off };
        if let (None, Some(failure)) = (&valid, failure) {
            return (Lookup::Failed(Arc::clone(&failure.error), backoff(failure)), false);
        }
        let start_minting = !self.is_minting && backing_off.is_none();
        self.is_minting |= start_minting;
        (valid.map_or(Lookup::Wait(self.attempts), Lookup::Token), start_minting)
    }

    /// Completes an attempt. `margin` is how long before its expiry a token is refreshed, `jitter` a random number from 0 to
    /// 1.
    pub(super) fn complete(
        &mut self,
        now: Instant,
        result: Result<IssuedToken, Error>,
        margin: Duration,
        jitter: f64,
    ) {
        self.is_minting = false;
        self.attempts += 1;
        match result {
            Ok(token) => {
                let lifetime = token.deadline.saturating_duration_since(now);
                // Jitter spreads the refreshes of processes that started together. The cap keeps a token with a lifetime below
                // the margin in use for half of it.
                let margin = margin.min(lifetime / 2).mul_f64(1.0 - jitter / 4.0);
                self.cached = Some(CachedToken { refresh_at: now + lifetime.saturating_sub(margin), token });
                self.last_failure = None;
            }
            Err(error) => {
                let count = self.last_failure.as_ref().map_or(0, |failure| failure.count).saturating_add(1);
                let factor = 1_u32.checked_shl(count - 1).unwrap_or(u32::MAX);
                let backoff = INITIAL_BACKOFF.saturating_mul(factor).min(MAX_BACKOFF).mul_f64(jitter);
                let backoff = error.retry_after().map_or(backoff, |retry_after| retry_after.max(backoff));
                self.last_failure =
                    Some(LastFailure { error: Arc::new(error), count, retry_at: now + backoff });
            }
        }
    }

    /// Takes back that a caller must start minting, because it cannot.
    pub(super) fn cancel_minting(&mut self) {
        self.is_minting = false;
    }

    /// Drops the cached token if it is this one, which a server has rejected.
    pub(super) fn discard(&mut self, rejected: &Secret) {
        self.cached.take_if(|cached| cached.token.token == *rejected);
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::error::ErrorKind;

    fn token(text: &str, minted_at: Instant, lifetime: u64) -> IssuedToken {
        IssuedToken {
            token: text.into(),
            expires_at: DateTime::UNIX_EPOCH.fixed_offset(),
            deadline: minted_at + Duration::from_secs(lifetime),
        }
    }

    fn api_error() -> Error {
        Error::new(ErrorKind::Api, "no")
    }

    fn token_text(lookup: &Lookup) -> Option<&str> {
        match lookup {
            Lookup::Token(token) => Some(token.token.expose()),
            _ => None,
        }
    }

    const MARGIN: Duration = Duration::from_secs(100);

    #[test]
    fn only_one_attempt_runs_at_a_time() {
        let (mut state, now) = (SourceState::default(), Instant::now());
        assert!(matches!(state.look_up(now, None), (Lookup::Wait(0), true)));
        assert!(matches!(state.look_up(now, None), (Lookup::Wait(0), false)));
        state.complete(now, Ok(token("a", now, 1000)), MARGIN, 0.0);
        let at = |seconds| now + Duration::from_secs(seconds);
        assert!(matches!(state.look_up(at(899), Some(0)), (Lookup::Token(_), false)));
        // Within the margin one caller refreshes the token, and all callers still get it.
        assert!(matches!(state.look_up(at(900), None), (Lookup::Token(_), true)));
        assert!(matches!(state.look_up(at(901), None), (Lookup::Token(_), false)));
        assert!(matches!(state.look_up(at(1000), None), (Lookup::Wait(1), false)));
        state.complete(at(1001), Ok(token("b", at(1001), 1000)), MARGIN, 0.0);
        assert_eq!(token_text(&state.look_up(at(1002), Some(1)).0), Some("b"));
    }

    #[test]
    fn the_backoff_doubles_up_to_a_maximum() {
        let (mut state, now) = (SourceState::default(), Instant::now());
        let mut at = now;
        for seconds in [1, 2, 4, 8, 16, 32, 60, 60] {
            assert!(state.look_up(at, None).1);
            state.complete(at, Err(api_error()), MARGIN, 1.0);
            let (lookup, start_minting) = state.look_up(at, None);
            assert!(!start_minting);
            assert!(matches!(lookup, Lookup::Failed(_, backoff) if backoff == Duration::from_secs(seconds)));
            at += Duration::from_secs(seconds);
        }
        // A caller that waited gets the failure after the backoff too; a new caller starts the next attempt.
        let (lookup, start_minting) = state.look_up(at, Some(3));
        assert!(!start_minting && matches!(lookup, Lookup::Failed(_, backoff) if backoff == Duration::ZERO));
        assert!(matches!(state.look_up(at, None), (Lookup::Wait(8), true)));
        state.complete(at, Ok(token("a", at, 1000)), MARGIN, 1.0);
        assert_eq!(token_text(&state.look_up(at, None).0), Some("a"));
    }

    #[test]
    fn the_backoff_is_at_least_the_servers_retry_after() {
        let (mut state, now) = (SourceState::default(), Instant::now());
        let error = api_error().edit(|inner| inner.retry_after = Some(Duration::from_secs(300)));
        state.look_up(now, None);
        state.complete(now, Err(error), MARGIN, 0.0);
        let (lookup, _) = state.look_up(now + Duration::from_secs(299), None);
        assert!(matches!(lookup, Lookup::Failed(..)));
        assert!(state.look_up(now + Duration::from_secs(300), None).1);
    }

    #[test]
    fn a_failed_refresh_keeps_the_cached_token() {
        let (mut state, now) = (SourceState::default(), Instant::now());
        let at = |seconds| now + Duration::from_secs(seconds);
        state.look_up(now, None);
        state.complete(now, Ok(token("a", now, 1000)), MARGIN, 0.0);
        assert!(state.look_up(at(950), None).1);
        state.complete(at(950), Err(api_error()), MARGIN, 1.0);
        let (lookup, start_minting) = state.look_up(at(950), None);
        assert_eq!((token_text(&lookup), start_minting), (Some("a"), false));
        assert!(state.look_up(at(951), None).1);
        state.complete(at(999), Err(api_error()), MARGIN, 1.0);
        assert!(matches!(state.look_up(at(1000), None), (Lookup::Failed(..), false)));
    }

    #[test]
    fn the_margin_has_jitter_and_is_at_most_half_of_the_lifetime() {
        for (lifetime, jitter, refresh_after) in
            [(1000, 0.0, 900), (1000, 1.0, 925), (60, 0.0, 30), (0, 0.5, 0)]
        {
            let (mut state, now) = (SourceState::default(), Instant::now());
            state.complete(now, Ok(token("a", now, lifetime)), MARGIN, jitter);
            let refresh_at = state.cached.as_ref().map(|cached| cached.refresh_at);
            assert_eq!(refresh_at, Some(now + Duration::from_secs(refresh_after)), "{lifetime} {jitter}");
        }
    }

    #[test]
    fn a_rejected_token_is_dropped() {
        let (mut state, now) = (SourceState::default(), Instant::now());
        state.look_up(now, None);
        state.complete(now, Ok(token("a", now, 1000)), MARGIN, 0.0);
        state.discard(&Secret::from("other"));
        assert_eq!(token_text(&state.look_up(now, None).0), Some("a"));
        state.discard(&Secret::from("a"));
        assert!(matches!(state.look_up(now, None), (Lookup::Wait(1), true)));
    }
}
