//! Why a transport has no response, and what that says about the request.

use std::{error::Error as StdError, fmt};

use crate::wire::body::BoxError;

/// Why a request has no response.
#[derive(Debug)]
pub struct TransportError {
    failure: Failure,
    timeout: bool,
    permanent: bool,
    source: BoxError,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Failure {
    BeforeSending,
    Refused,
    AfterSending,
}

impl TransportError {
    /// The request was not sent: no byte of it can have reached the server, for example because connecting failed.
    ///
    /// Use this only if it is certain: after it, the client retries requests that move money.
    pub fn before_sending(source: impl Into<BoxError>) -> Self {
        Self { failure: Failure::BeforeSending, timeout: false, permanent: false, source: source.into() }
    }

    /// A connection was there, but the request was certainly not processed: the server said so, as HTTP/2 can (RFC 9113,
    /// section 8.7), or the connection closed before the request was written to it.
    ///
    /// The client sends such a request again without counting an attempt, up to ten times per call. Use this only if it
    /// is certain, as [`before_sending`](Self::before_sending).
    pub fn refused(source: impl Into<BoxError>) -> Self {
        Self { failure: Failure::Refused, ..Self::before_sending(source) }
    }

    /// Any other failure: the server may have received and processed the request.
    pub fn after_sending(source: impl Into<BoxError>) -> Self {
        Self { failure: Failure::AfterSending, ..Self::before_sending(source) }
    }

    /// Marks the error as a timeout of the transport.
    #[must_use]
    pub fn timed_out(mut self) -> Self {
        self.timeout = true;
        self
    }

    /// Marks the error as one that every retry would meet again. The client then makes none.
    #[must_use]
    pub fn permanent(mut self) -> Self {
        self.permanent = true;
        self
    }

    /// Whether the server may have received and processed the request.
    pub fn may_have_been_sent(&self) -> bool {
        self.failure == Failure::AfterSending
    }

    /// Whether the request was [refused](Self::refused).
    pub fn is_refused(&self) -> bool {
        self.failure == Failure::Refused
    }

    /// Whether the failure is a timeout.
    pub fn is_timeout(&self) -> bool {
        self.timeout
    }

    /// Whether every retry would meet the same failure.
    pub fn is_permanent(&self) -> bool {
        self.permanent
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cause = root_cause(&*self.source);
        let failure = match (self.failure, self.timeout) {
            _ if self.permanent => return write!(f, "{cause}"),
            (Failure::BeforeSending, false) => "cannot send the request",
            (Failure::BeforeSending, true) => "connecting timed out",
            (Failure::Refused, _) => "the request was refused without being processed",
            (Failure::AfterSending, false) => "the connection failed",
            (Failure::AfterSending, true) => "the connection timed out",
        };
        write!(f, "{failure}: {cause}")
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.source)
    }
}

/// The innermost source, which is the specific one (`Connection refused`, `certificate has expired`).
pub(crate) fn root_cause<'a>(error: &'a (dyn StdError + 'static)) -> &'a (dyn StdError + 'static) {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause
}
