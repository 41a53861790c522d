//! What a stub does with a call: the answers it gives one after the other, and how each is disturbed.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::{codec::Content, failure::ErrorResponse, server::records::recorded_request::RecordedRequest};

/// A call as matchers and made answers see it.
pub(crate) struct Call<'a> {
    /// What is asked, as JSON text; `None` if the request is wrong and checks are off.
    pub(crate) arguments: Option<&'a str>,
    pub(crate) raw: &'a RecordedRequest,
}

/// Whether a stub is for a call.
pub(crate) type Matcher = Arc<dyn Fn(&Call<'_>) -> Result<bool, String> + Send + Sync>;

/// Makes the answer to a call.
pub(crate) type Maker = Arc<dyn Fn(&Call<'_>) -> Result<Content, String> + Send + Sync>;

/// What is answered.
#[derive(Clone)]
pub(crate) enum Action {
    /// What the API answers without a stub.
    Own,
    /// A success of the operation with this body.
    Content(Content),
    /// The same, made from the call.
    Made(Maker),
    Failure(ErrorResponse),
    Raw {
        status: StatusCode,
        headers: HeaderMap,
        body: Bytes,
    },
    /// Nothing, and the request is not read.
    DropUnread,
}

/// One answer of a stub, or the same one several times.
#[derive(Clone)]
pub(crate) struct Step {
    pub(crate) action: Action,
    /// How often it is given. Without, once if another follows, else always.
    pub(crate) limit: Option<u32>,
    /// Whether it is a fault if it was given less often.
    pub(crate) owed: bool,
    pub(crate) given: u32,
    pub(crate) delay: Duration,
    /// After how many bytes of the body the connection ends.
    pub(crate) cut: Option<usize>,
    /// Whether the connection ends in the place of the answer, after the call was carried out.
    pub(crate) lost: bool,
}

impl Step {
    pub(crate) fn new(action: Action) -> Self {
        Self { action, limit: None, owed: false, given: 0, delay: Duration::ZERO, cut: None, lost: false }
    }

    /// Whether it has a say in how an answer is sent, whatever that is.
    pub(crate) fn disturbs(&self) -> bool {
        let dropped = self.lost || matches!(self.action, Action::DropUnread);
        dropped || self.cut.is_some() || !self.delay.is_zero()
    }

    /// Whether a caller can tell that there is a stub.
    pub(crate) fn is_felt(&self) -> bool {
        !matches!(self.action, Action::Own) || self.disturbs()
    }
}
