//! One response of a stub: where its content comes from, how often it is used, and how its delivery is disturbed.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::{
    codec::Content, error_response::ErrorResponse, server::records::recorded_request::RecordedRequest,
};

/// A call as the closures of a stub receive it.
pub(crate) struct StubCall<'a> {
    /// The arguments as JSON text; `None` if the request is invalid and validation is disabled.
    pub(crate) arguments: Option<&'a str>,
    pub(crate) request: &'a RecordedRequest,
}

/// Decides whether a stub is for a call. The error is the message of a panic in the closure of the test.
pub(crate) type Matcher = Arc<dyn Fn(&StubCall<'_>) -> Result<bool, String> + Send + Sync>;

/// Computes a response body from a call. The error is the message of a panic, or why the value cannot be encoded.
pub(crate) type ComputeContent = Arc<dyn Fn(&StubCall<'_>) -> Result<Content, String> + Send + Sync>;

/// The source of a response.
#[derive(Clone)]
pub(crate) enum Responder {
    /// The default response, as without a stub.
    Default,
    /// The success response of the operation with this body.
    Content(Content),
    /// The success response of the operation with a computed body.
    Computed(ComputeContent),
    /// An error response of the API.
    Error(ErrorResponse),
    Raw {
        status: StatusCode,
        headers: HeaderMap,
        body: Bytes,
    },
    /// An error response of the API to a call whose idempotency key is in use. It takes precedence over a stored response.
    KeyInUse(ErrorResponse),
    /// No response: the connection is closed, and the call is not processed.
    CloseConnection,
}

/// A response of a stub, used for one or more calls.
#[derive(Clone)]
pub(crate) struct StubResponse {
    pub(crate) responder: Responder,
    /// The number of calls that it is used for. `None`: one call if another response follows, otherwise all calls.
    pub(crate) max_uses: Option<u32>,
    /// Whether fewer than `max_uses` uses are a verification problem.
    pub(crate) requires_all_uses: bool,
    pub(crate) uses: u32,
    /// Whether the response is stored under the idempotency key of its call, whatever its status.
    pub(crate) is_stored: bool,
    /// Headers that are added to those of the response.
    pub(crate) headers: HeaderMap,
    pub(crate) delay: Duration,
    /// The number of body bytes that are sent before the connection is closed; `None` sends the whole body.
    pub(crate) max_body_bytes: Option<usize>,
    /// Whether the call is processed and the connection closed in place of sending the response.
    pub(crate) drops_response: bool,
}

impl StubResponse {
    pub(crate) fn new(responder: Responder) -> Self {
        Self {
            responder,
            max_uses: None,
            requires_all_uses: false,
            uses: 0,
            is_stored: false,
            headers: HeaderMap::new(),
            delay: Duration::ZERO,
            max_body_bytes: None,
            drops_response: false,
        }
    }

    pub(crate) fn closes_connection(&self) -> bool {
        matches!(self.responder, Responder::CloseConnection)
    }

    /// The error response to a call whose idempotency key is in use.
    pub(crate) fn key_in_use(&self) -> Option<&ErrorResponse> {
        match &self.responder {
            Responder::KeyInUse(error) => Some(error),
            _ => None,
        }
    }

    /// Whether it changes how a response is delivered, whichever response that is.
    pub(crate) fn affects_delivery(&self) -> bool {
        self.closes_connection()
            || self.key_in_use().is_some()
            || self.drops_response
            || self.max_body_bytes.is_some()
            || !self.delay.is_zero()
    }

    /// Whether the caller can observe the stub.
    pub(crate) fn is_observable(&self) -> bool {
        !matches!(self.responder, Responder::Default) || !self.headers.is_empty() || self.affects_delivery()
    }
}
