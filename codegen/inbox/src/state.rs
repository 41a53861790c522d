//! The states of a stored event and what may change them: one pure function, which every statement of the store follows.

use std::{fmt, str::FromStr};

/// The state of a stored event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum State {
    /// Waits to be handled, now or after a delay.
    Ready,
    /// A worker handles it until its lease ends.
    Running,
    /// Handled. It is never handled again.
    Done,
    /// Given up: the attempts are used up, or the handler said that the error is permanent. The last error is kept.
    Dead,
    /// This version of the program cannot decode it. It is kept as it was received.
    Undecoded,
    /// Somebody decided that it need not be handled.
    Discarded,
}

/// What may happen to a stored event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Change {
    /// A worker takes it, or takes it over after the lease of another ended.
    Claim,
    /// The handler succeeded.
    Complete,
    /// The handler failed; it is tried again later.
    Fail,
    /// The handler failed for the last time.
    Bury,
    /// A worker that stops gives it back.
    Release,
    /// A worker found that this version of the program cannot decode it.
    SetAside,
    /// It is to be handled again: [`retry`](crate::Inbox::retry) and its siblings.
    Retry,
    /// It need not be handled: [`discard`](crate::Inbox::discard).
    Discard,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 6] =
        [Self::Ready, Self::Running, Self::Done, Self::Dead, Self::Undecoded, Self::Discarded];

    /// The state after a change; `None` if the change is refused in this state.
    #[must_use]
    pub fn apply(self, change: Change) -> Option<Self> {
        match (self, change) {
            (Self::Ready | Self::Running, Change::Claim) => Some(Self::Running),
            (Self::Running, Change::Complete) => Some(Self::Done),
            (Self::Running, Change::Fail | Change::Release) => Some(Self::Ready),
            (Self::Running, Change::Bury) => Some(Self::Dead),
            (Self::Running, Change::SetAside) => Some(Self::Undecoded),
            (Self::Ready | Self::Dead | Self::Undecoded | Self::Discarded, Change::Retry) => {
                Some(Self::Ready)
            }
            (Self::Ready | Self::Dead | Self::Undecoded, Change::Discard) => Some(Self::Discarded),
            _ => None,
        }
    }

    /// The name of the state, as in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Running => "running",
            Self::Done => "done",
            Self::Dead => "dead",
            Self::Undecoded => "undecoded",
            Self::Discarded => "discarded",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for State {
    type Err = UnknownState;

    fn from_str(text: &str) -> Result<Self, UnknownState> {
        Self::ALL.into_iter().find(|state| state.as_str() == text).ok_or(UnknownState(()))
    }
}

/// A text is not the name of a [`State`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownState(());

impl fmt::Display for UnknownState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a state of an event: expected one of")?;
        State::ALL
            .into_iter()
            .enumerate()
            .try_for_each(|(index, state)| write!(f, "{} `{state}`", if index == 0 { "" } else { "," }))
    }
}

impl std::error::Error for UnknownState {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_done_stays_done() {
        let changes = [
            Change::Claim,
            Change::Complete,
            Change::Fail,
            Change::Bury,
            Change::Release,
            Change::SetAside,
            Change::Retry,
            Change::Discard,
        ];
        for change in changes {
            assert_eq!(State::Done.apply(change), None, "{change:?}");
        }
    }

    #[test]
    fn only_a_worker_changes_what_runs() {
        for change in [Change::Retry, Change::Discard] {
            assert_eq!(State::Running.apply(change), None, "{change:?}");
        }
        for state in State::ALL.into_iter().filter(|state| *state != State::Running) {
            for change in [Change::Complete, Change::Fail, Change::Bury, Change::Release, Change::SetAside] {
                assert_eq!(state.apply(change), None, "{state} {change:?}");
            }
        }
    }

    #[test]
    fn names_are_read_back() {
        for state in State::ALL {
            assert_eq!(state.as_str().parse(), Ok(state));
        }
        let error = "gone".parse::<State>().unwrap_err().to_string();
        assert!(error.ends_with("`ready`, `running`, `done`, `dead`, `undecoded`, `discarded`"), "{error}");
    }
}
