//! What a test is told at its end: requests that break the document, and expectations that were not met.

use std::fmt;

/// What was wrong, each with the operation and the place. `Debug` says the same as `Display`, so that `unwrap` shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct VerificationError(Vec<String>);

impl VerificationError {
    /// `Ok` if there is nothing to complain of.
    pub(crate) fn of(complaints: Vec<String>) -> Result<(), Self> {
        if complaints.is_empty() { Ok(()) } else { Err(Self(complaints)) }
    }

    /// One complaint each, of one or more lines.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl fmt::Display for VerificationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.0.len() == 1 { "" } else { "s" };
        write!(f, "the mock server has {} complaint{plural}:", self.0.len())?;
        for (number, complaint) in self.0.iter().enumerate() {
            write!(f, "\n{}. {}", number + 1, complaint.replace('\n', "\n   "))?;
        }
        Ok(())
    }
}

impl fmt::Debug for VerificationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for VerificationError {}

/// Ends a test whose use of the mock makes no sense. The mock runs in tests only, and this is how tests end.
#[track_caller]
#[expect(clippy::panic, reason = "a test fails by a panic")]
pub(crate) fn fail(message: impl fmt::Display) -> ! {
    panic!("{message}")
}
