//! What a source knows: the token in hand, whether another one is being minted, and what the last attempt came to.

use std::{sync::Arc, time::Duration};

use super::IssuedToken;
use crate::{clock::Instant, error::Error};

/// The upper bound of the wait after the first failure; it doubles from one to the next.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// The upper bound of every wait.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

#[derive(Debug, Default)]
pub(super) struct State {
    held: Option<Held>,
    minting: bool,
    /// How many attempts have ended, so that who waits for one knows that it did.
    ended: u64,
    failed: Option<Failed>,
}

#[derive(Debug)]
struct Held {
    token: IssuedToken,
    renew_at: Instant,
}

#[derive(Debug)]
struct Failed {
    error: Arc<Error>,
    count: u32,
    again_at: Instant,
}

/// What there is for one that asks.
#[derive(Debug)]
pub(super) enum Look {
    /// A valid token.
    Token(IssuedToken),
    /// A token is being minted. The number is that of the attempts that had ended.
    Wait(u64),
    /// There is none, why, and how long no other attempt will be made.
    Failed(Arc<Error>, Duration),
}

impl State {
    /// What there is, and whether to begin minting now: true once, until [`end`](Self::end). `waited` is what the one
    /// that asks was told when it had to wait.
    pub(super) fn look(&mut self, now: Instant, waited: Option<u64>) -> (Look, bool) {
        let held = self.held.as_ref().filter(|held| now < held.token.deadline);
        if let Some(held) = held.filter(|held| now < held.renew_at) {
            return (Look::Token(held.token.clone()), false);
        }
        let valid = held.map(|held| held.token.clone());
        let pause = |failed: &Failed| failed.again_at.saturating_duration_since(now);
        let pausing = self.failed.as_ref().filter(|failed| pause(failed) > Duration::ZERO);
        // Who waited for an attempt takes what came of it, and so does who comes before the next one is due.
        let over = waited.is_some_and(|ended| ended != self.ended);
        let failed = if over { self.failed.as_ref() } else { pausing };
        if let (None, Some(failed)) = (&valid, failed) {
            return (Look::Failed(Arc::clone(&failed.error), pause(failed)), false);
        }
        let begin = !self.minting && pausing.is_none();
        self.minting |= begin;
        (valid.map_or(Look::Wait(self.ended), Look::Token), begin)
    }

    /// Ends an attempt. `margin` is how long before its end a token is renewed, `jitter` a number from 0 to 1.
    pub(super) fn end(
        &mut self,
        now: Instant,
        result: Result<IssuedToken, Error>,
        margin: Duration,
        jitter: f64,
    ) {
        self.minting = false;
        self.ended += 1;
        match result {
            Ok(token) => {
                let left = token.deadline.saturating_duration_since(now);
                // Programs that began together do not renew together; a token of a short life is still used for half of it.
                let lead = margin.min(left / 2).mul_f64(1.0 - jitter / 4.0);
                self.held = Some(Held { renew_at: now + left.saturating_sub(lead), token });
                self.failed = None;
            }
            Err(error) => {
                let count = self.failed.as_ref().map_or(0, |failed| failed.count).saturating_add(1);
                let doubled = 1_u32.checked_shl(count - 1).unwrap_or(u32::MAX);
                let wait = FIRST_WAIT.saturating_mul(doubled).min(LONGEST_WAIT).mul_f64(jitter);
                let wait = error.retry_after().map_or(wait, |asked| asked.max(wait));
                self.failed = Some(Failed { error: Arc::new(error), count, again_at: now + wait });
            }
        }
    }

    /// Takes back that minting was begun.
    pub(super) fn not_begun(&mut self) {
        self.minting = false;
    }

    /// Takes a token that was refused out of use.
    pub(super) fn discard(&mut self, refused: &crate::secret::Secret) {
        self.held.take_if(|held| held.token.token == *refused);
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::{error::ErrorKind, secret::Secret};

    fn token(text: &str, begun: Instant, life: u64) -> IssuedToken {
        IssuedToken {
            token: text.into(),
            expires_at: DateTime::UNIX_EPOCH.fixed_offset(),
            deadline: begun + Duration::from_secs(life),
        }
    }

    fn refused() -> Error {
        Error::new(ErrorKind::Api, "no")
    }

    fn given(look: &Look) -> Option<&str> {
        match look {
            Look::Token(token) => Some(token.token.expose()),
            _ => None,
        }
    }

    const MARGIN: Duration = Duration::from_secs(100);

    #[test]
    fn one_attempt_at_a_time() {
        let (mut state, now) = (State::default(), Instant::now());
        assert!(matches!(state.look(now, None), (Look::Wait(0), true)));
        assert!(matches!(state.look(now, None), (Look::Wait(0), false)));
        state.end(now, Ok(token("a", now, 1000)), MARGIN, 0.0);
        let at = |seconds| now + Duration::from_secs(seconds);
        assert!(matches!(state.look(at(899), Some(0)), (Look::Token(_), false)));
        // Renewed while it is still given out, by one.
        assert!(matches!(state.look(at(900), None), (Look::Token(_), true)));
        assert!(matches!(state.look(at(901), None), (Look::Token(_), false)));
        assert!(matches!(state.look(at(1000), None), (Look::Wait(1), false)));
        state.end(at(1001), Ok(token("b", at(1001), 1000)), MARGIN, 0.0);
        assert_eq!(given(&state.look(at(1002), Some(1)).0), Some("b"));
    }

    #[test]
    fn failures_wait_longer_and_longer() {
        let (mut state, now) = (State::default(), Instant::now());
        let mut at = now;
        for bound in [1, 2, 4, 8, 16, 32, 60, 60] {
            assert!(state.look(at, None).1);
            state.end(at, Err(refused()), MARGIN, 1.0);
            let (look, begin) = state.look(at, None);
            assert!(!begin && matches!(look, Look::Failed(_, wait) if wait == Duration::from_secs(bound)));
            at += Duration::from_secs(bound);
        }
        // Who waited is told, however soon the next attempt may be made; who asks anew has it made.
        let (look, begin) = state.look(at, Some(3));
        assert!(!begin && matches!(look, Look::Failed(_, wait) if wait == Duration::ZERO));
        assert!(matches!(state.look(at, None), (Look::Wait(8), true)));
        state.end(at, Ok(token("a", at, 1000)), MARGIN, 1.0);
        assert_eq!(given(&state.look(at, None).0), Some("a"));
    }

    #[test]
    fn the_servers_wait_is_kept() {
        let (mut state, now) = (State::default(), Instant::now());
        let error = refused().edit(|inner| inner.retry_after = Some(Duration::from_secs(300)));
        state.look(now, None);
        state.end(now, Err(error), MARGIN, 0.0);
        let (look, _) = state.look(now + Duration::from_secs(299), None);
        assert!(matches!(look, Look::Failed(..)));
        assert!(state.look(now + Duration::from_secs(300), None).1);
    }

    #[test]
    fn a_token_outlives_failures_to_renew_it() {
        let (mut state, now) = (State::default(), Instant::now());
        let at = |seconds| now + Duration::from_secs(seconds);
        state.look(now, None);
        state.end(now, Ok(token("a", now, 1000)), MARGIN, 0.0);
        assert!(state.look(at(950), None).1);
        state.end(at(950), Err(refused()), MARGIN, 1.0);
        let (look, begin) = state.look(at(950), None);
        assert_eq!((given(&look), begin), (Some("a"), false));
        assert!(state.look(at(951), None).1);
        state.end(at(999), Err(refused()), MARGIN, 1.0);
        assert!(matches!(state.look(at(1000), None), (Look::Failed(..), false)));
    }

    #[test]
    fn renewal_is_spread_and_leaves_half_of_a_short_life() {
        for (life, jitter, from) in [(1000, 0.0, 900), (1000, 1.0, 925), (60, 0.0, 30), (0, 0.5, 0)] {
            let (mut state, now) = (State::default(), Instant::now());
            state.end(now, Ok(token("a", now, life)), MARGIN, jitter);
            let renew_at = state.held.as_ref().map(|held| held.renew_at);
            assert_eq!(renew_at, Some(now + Duration::from_secs(from)), "{life} {jitter}");
        }
    }

    #[test]
    fn a_refused_token_is_not_given_out_again() {
        let (mut state, now) = (State::default(), Instant::now());
        state.look(now, None);
        state.end(now, Ok(token("a", now, 1000)), MARGIN, 0.0);
        state.discard(&Secret::from("other"));
        assert_eq!(given(&state.look(now, None).0), Some("a"));
        state.discard(&Secret::from("a"));
        assert!(matches!(state.look(now, None), (Look::Wait(1), true)));
    }
}
