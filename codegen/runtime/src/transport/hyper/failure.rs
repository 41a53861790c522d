//! Tells from an error of a connection what became of the request.

use std::{error::Error as StdError, io};

use crate::{
    transport::{error::TransportError, refusal::is_refused, send_state::SendState},
    wire::body::BoxError,
};

/// Why there is no response.
#[derive(Debug)]
pub(super) enum Failure {
    /// No connection was made.
    NotSent(BoxError),
    /// Connecting took too long.
    ConnectTimeout(BoxError),
    /// A connection was there, and failed.
    Broken(hyper::Error),
}

impl Failure {
    pub(super) fn into_error(self, state: &SendState) -> TransportError {
        match self {
            Self::NotSent(error) if is_timeout(&*error) => TransportError::before_sending(error).timed_out(),
            Self::NotSent(error) => TransportError::before_sending(error),
            Self::ConnectTimeout(error) => TransportError::before_sending(error).timed_out(),
            Self::Broken(error) => from_broken(error, state),
        }
    }
}

fn from_broken(error: hyper::Error, state: &SendState) -> TransportError {
    let is_timeout = is_timeout(&error);
    let is_sent = state.may_have_been_sent();
    let error = if is_refused(&error) || (!is_sent && !is_timeout) {
        TransportError::refused(error)
    } else if !is_sent {
        TransportError::before_sending(error)
    } else {
        TransportError::after_sending(error)
    };
    if is_timeout { error.timed_out() } else { error }
}

/// Whether a ping was not acknowledged in time, or the system gave the connection up.
fn is_timeout(error: &(dyn StdError + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        let is_timeout = error.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_timeout)
            || error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::TimedOut);
        if is_timeout {
            return true;
        }
        cause = error.source();
    }
    false
}
