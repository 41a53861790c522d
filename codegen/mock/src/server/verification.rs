//! What a test that fails because of the mock prints: invalid requests, and expectations of stubs that were not met.

use std::fmt;

/// The problems that a server found: invalid requests and expectations that were not met.
///
/// `Debug` prints the same text as `Display`, so that `unwrap` shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct VerificationError(Vec<String>);

impl VerificationError {
    /// Returns an error if there is at least one problem.
    pub(crate) fn from_problems(problems: Vec<String>) -> Result<(), Self> {
        if problems.is_empty() { Ok(()) } else { Err(Self(problems)) }
    }

    /// Iterates over the problems, each of one or more lines.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl fmt::Display for VerificationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.0.len() == 1 { "" } else { "s" };
        write!(f, "the mock server found {} problem{plural}:", self.0.len())?;
        for (number, problem) in self.0.iter().enumerate() {
            write!(f, "\n{}. {}", number + 1, problem.replace('\n', "\n   "))?;
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

/// Fails the test. The mock runs in tests only, where a panic is how a failure is reported.
#[track_caller]
#[expect(clippy::panic, reason = "a panic fails the test that uses the mock")]
pub(crate) fn fail_test(message: impl fmt::Display) -> ! {
    panic!("{message}")
}
