//! What the messages of errors say was expected. The rules of recovery recognize it.

/// How the messages of dates start, after `expected`.
pub(super) const EXPECTED_DATE: &str = "an RFC 3339 date";

/// How the message of a number that is not a `Decimal` starts, after `expected`.
pub(super) const EXPECTED_NUMBER: &str = "a number";

/// The same for a number that a `Decimal` cannot hold.
pub(super) const EXPECTED_DIGITS: &str = "a number of at most 28 digits";

/// What is expected where an enum of integers is.
pub(super) const EXPECTED_ENUM: &str = "an integer of an enum";
