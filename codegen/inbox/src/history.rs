//! The deliveries that an API sent: what the inbox reads to store what it missed.

use std::{fmt, future::Future, future::poll_fn, pin::Pin, time::SystemTime};

use futures_core::Stream;
use openapi_client_runtime::Error;

/// A source of past deliveries. A generated client is one if the configuration says which operation lists them.
pub trait DeliveryHistory<E>: Send + Sync {
    /// The ids of the API's endpoints; `None` if the API cannot list them, so that the caller has to name one.
    ///
    /// # Errors
    /// The errors of the request.
    fn endpoints(&self) -> impl Future<Output = Result<Option<Vec<String>>, Error>> + Send;

    /// The deliveries to the endpoint with this id, newest first.
    fn deliveries(&self, endpoint: &str) -> PastDeliveries;
}

/// A delivery that the API sent, whether or not it was accepted.
///
/// `Debug` omits the body, which may hold personal data.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PastDelivery {
    /// The message id; the same in every delivery of one event. `None` if the body has none, so that the delivery cannot be stored.
    pub id: Option<String>,
    /// When the API sent it. `None` if the API does not say, so that the delivery cannot be stored: it may be one of those that were
    /// purged.
    pub sent_at: Option<SystemTime>,
    /// The body as JSON text.
    pub body: String,
}

impl PastDelivery {
    /// A delivery with this message id, time and body.
    #[must_use]
    pub fn new(id: Option<String>, sent_at: impl Into<Option<SystemTime>>, body: impl Into<String>) -> Self {
        Self { id, sent_at: sent_at.into(), body: body.into() }
    }
}

impl fmt::Debug for PastDelivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PastDelivery")
            .field("id", &self.id)
            .field("sent_at", &self.sent_at)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish()
    }
}

/// A list of past deliveries, read page by page.
#[must_use = "nothing is requested until a delivery is awaited"]
pub struct PastDeliveries(Pin<Box<dyn Stream<Item = Result<PastDelivery, Error>> + Send>>);

impl PastDeliveries {
    /// The deliveries of a stream.
    pub fn new(stream: impl Stream<Item = Result<PastDelivery, Error>> + Send + 'static) -> Self {
        Self(Box::pin(stream))
    }

    /// The next delivery; `None` after the last one.
    ///
    /// # Errors
    /// The errors of the request for a page.
    pub async fn try_next(&mut self) -> Result<Option<PastDelivery>, Error> {
        poll_fn(|cx| self.0.as_mut().poll_next(cx)).await.transpose()
    }
}

impl fmt::Debug for PastDeliveries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PastDeliveries").finish_non_exhaustive()
    }
}
