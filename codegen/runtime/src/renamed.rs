//! Old names of methods and variants, which the next incompatible release removes. Those of types are in the modules of the
//! types.

use std::time::Duration;

use crate::client::{options::CallOptions, retry::Decision};
use crate::error::Outcome;

impl CallOptions {
    /// The old name of [`without_idempotency_key`](Self::without_idempotency_key).
    #[deprecated(since = "0.2.0", note = "renamed to `without_idempotency_key`")]
    pub fn no_idempotency_key(self) -> Self {
        self.without_idempotency_key()
    }
}

impl Decision {
    /// The old name of [`RetryAfter`](Self::RetryAfter).
    #[deprecated(since = "0.2.0", note = "renamed to `RetryAfter`")]
    #[allow(non_snake_case, reason = "it was a variant")]
    #[must_use]
    pub fn After(delay: Duration) -> Self {
        Self::RetryAfter(delay)
    }
}

impl Outcome {
    /// The old name of [`NotProcessed`](Self::NotProcessed).
    #[deprecated(since = "0.2.0", note = "renamed to `NotProcessed`")]
    #[allow(non_upper_case_globals, reason = "it was a variant")]
    pub const NotCarriedOut: Self = Self::NotProcessed;

    /// The old name of [`Processed`](Self::Processed).
    #[deprecated(since = "0.2.0", note = "renamed to `Processed`")]
    #[allow(non_upper_case_globals, reason = "it was a variant")]
    pub const CarriedOut: Self = Self::Processed;
}
