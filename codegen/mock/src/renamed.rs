//! Old names, which the next incompatible release removes.

use std::time::Duration;

use bytes::Bytes;
use openapi_client_runtime::{
    Page, PageInfo,
    json::{Decode, Encode},
};

#[cfg(feature = "webhooks")]
use crate::{DeliveryAttempt, DeliveryBuilder, DeliveryReport};
use crate::{
    Endpoint, ErrorResponse, MockedApi, RecordedCall, RecordedRequest, Server, ServerBuilder, Stub,
    VerificationError,
};

/// The old name of [`ServerBuilder`].
#[deprecated(since = "0.2.0", note = "renamed to `ServerBuilder`")]
#[doc(hidden)]
pub type Builder<A> = ServerBuilder<A>;

/// The old name of [`ErrorResponse`].
#[deprecated(since = "0.2.0", note = "renamed to `ErrorResponse`")]
#[doc(hidden)]
pub type Failure = ErrorResponse;

/// The old name of [`VerificationError`].
#[deprecated(since = "0.2.0", note = "renamed to `VerificationError`")]
#[doc(hidden)]
pub type Mismatches = VerificationError;

/// The old name of [`RecordedRequest`].
#[deprecated(since = "0.2.0", note = "renamed to `RecordedRequest`")]
#[doc(hidden)]
pub type Recorded = RecordedRequest;

/// The old name of [`RecordedCall`].
#[deprecated(since = "0.2.0", note = "renamed to `RecordedCall`")]
#[doc(hidden)]
pub type Received<Q> = RecordedCall<Q>;

/// The old name of [`DeliveryBuilder`].
#[cfg(feature = "webhooks")]
#[deprecated(since = "0.2.0", note = "renamed to `DeliveryBuilder`")]
#[doc(hidden)]
pub type Delivery<E> = DeliveryBuilder<E>;

/// The old name of [`DeliveryReport`].
#[cfg(feature = "webhooks")]
#[deprecated(since = "0.2.0", note = "renamed to `DeliveryReport`")]
#[doc(hidden)]
pub type Delivered = DeliveryReport;

/// The old name of [`DeliveryAttempt`].
#[cfg(feature = "webhooks")]
#[deprecated(since = "0.2.0", note = "renamed to `DeliveryAttempt`")]
#[doc(hidden)]
pub type Attempted = DeliveryAttempt;

impl<Q: Decode + 'static, R: 'static> Stub<Q, R> {
    /// The old name of [`then_return`](Self::then_return).
    #[deprecated(since = "0.2.0", note = "renamed to `then_return`")]
    #[track_caller]
    pub fn reply(self, value: R) -> Self {
        self.then_return(value)
    }

    /// The old name of [`then_return_with`](Self::then_return_with).
    #[deprecated(since = "0.2.0", note = "renamed to `then_return_with`")]
    pub fn reply_with(self, compute: impl Fn(&Q) -> R + Send + Sync + 'static) -> Self {
        self.then_return_with(compute)
    }

    /// The old name of [`then_return_json`](Self::then_return_json).
    #[deprecated(since = "0.2.0", note = "renamed to `then_return_json`")]
    pub fn reply_json(self, value: impl Into<serde_json::Value>) -> Self {
        self.then_return_json(value)
    }

    /// The old name of [`then_return_raw`](Self::then_return_raw).
    #[deprecated(since = "0.2.0", note = "renamed to `then_return_raw`")]
    #[track_caller]
    pub fn reply_raw<'a>(
        self,
        status: u16,
        headers: impl IntoIterator<Item = (&'a str, &'a str)>,
        body: impl Into<Bytes>,
    ) -> Self {
        self.then_return_raw(status, headers, body)
    }

    /// The old name of [`then_return_error`](Self::then_return_error).
    #[deprecated(since = "0.2.0", note = "renamed to `then_return_error`")]
    pub fn reply_error(self, error: ErrorResponse) -> Self {
        self.then_return_error(error)
    }

    /// The old name of [`then_return_status`](Self::then_return_status).
    #[deprecated(since = "0.2.0", note = "renamed to `then_return_status`")]
    pub fn status(self, status: u16) -> Self {
        self.then_return_status(status)
    }

    /// The old name of [`then_rate_limit`](Self::then_rate_limit).
    #[deprecated(since = "0.2.0", note = "renamed to `then_rate_limit`")]
    pub fn rate_limited(self, retry_after: Duration) -> Self {
        self.then_rate_limit(retry_after)
    }

    /// The old name of [`then_respond_by_default`](Self::then_respond_by_default).
    #[deprecated(since = "0.2.0", note = "renamed to `then_respond_by_default`")]
    pub fn answer(self) -> Self {
        self.then_respond_by_default()
    }

    /// The old name of [`then_close_connection`](Self::then_close_connection).
    #[deprecated(since = "0.2.0", note = "renamed to `then_close_connection`")]
    pub fn drop_before_reading(self) -> Self {
        self.then_close_connection()
    }

    /// The old name of [`drop_response`](Self::drop_response).
    #[deprecated(since = "0.2.0", note = "renamed to `drop_response`")]
    pub fn drop_after_reading(self) -> Self {
        self.drop_response()
    }

    /// The old name of [`truncate_body`](Self::truncate_body).
    #[deprecated(since = "0.2.0", note = "renamed to `truncate_body`")]
    pub fn cut_body(self, bytes: usize) -> Self {
        self.truncate_body(bytes)
    }

    /// The old name of [`up_to_n_times`](Self::up_to_n_times).
    #[deprecated(since = "0.2.0", note = "renamed to `up_to_n_times`")]
    pub fn up_to(self, times: u32) -> Self {
        self.up_to_n_times(times)
    }

    /// The old name of [`call_count`](Self::call_count).
    #[deprecated(since = "0.2.0", note = "renamed to `call_count`")]
    #[must_use]
    pub fn count(&self) -> u32 {
        self.call_count()
    }
}

impl<Q: Decode + 'static, T, I> Stub<Q, Page<T, I>>
where
    T: Encode + Decode + Send + 'static,
    I: PageInfo + Encode,
{
    /// The old name of [`then_return_items`](Self::then_return_items).
    #[deprecated(since = "0.2.0", note = "renamed to `then_return_items`")]
    #[track_caller]
    pub fn reply_items(self, items: impl IntoIterator<Item = T>) -> Self {
        self.then_return_items(items)
    }

    /// The old name of [`then_return_items_with_next_page`](Self::then_return_items_with_next_page).
    #[deprecated(since = "0.2.0", note = "renamed to `then_return_items_with_next_page`")]
    #[track_caller]
    pub fn reply_items_and_more(self, items: impl IntoIterator<Item = T>) -> Self {
        self.then_return_items_with_next_page(items)
    }
}

impl<A: MockedApi> Server<A> {
    /// The old name of [`wait_for_calls`](Self::wait_for_calls).
    ///
    /// # Errors
    /// As [`wait_for_calls`](Self::wait_for_calls).
    #[deprecated(since = "0.2.0", note = "renamed to `wait_for_calls`")]
    pub async fn wait_for<Q: Decode, R>(
        &self,
        endpoint: Endpoint<Q, R>,
        count: usize,
    ) -> Result<Vec<RecordedCall<Q>>, VerificationError> {
        self.wait_for_calls(endpoint, count).await
    }

    /// The old name of [`wait_for_calls_blocking`](Self::wait_for_calls_blocking).
    ///
    /// # Errors
    /// As [`wait_for_calls_blocking`](Self::wait_for_calls_blocking).
    #[deprecated(since = "0.2.0", note = "renamed to `wait_for_calls_blocking`")]
    pub fn wait_for_blocking<Q: Decode, R>(
        &self,
        endpoint: Endpoint<Q, R>,
        count: usize,
    ) -> Result<Vec<RecordedCall<Q>>, VerificationError> {
        self.wait_for_calls_blocking(endpoint, count)
    }

    /// The old name of [`clear_requests`](Self::clear_requests).
    #[deprecated(since = "0.2.0", note = "renamed to `clear_requests`")]
    pub fn clear(&self) {
        self.clear_requests();
    }

    /// The old name of [`skip_verification_on_drop`](Self::skip_verification_on_drop).
    #[deprecated(since = "0.2.0", note = "renamed to `skip_verification_on_drop`")]
    pub fn ignore_faults(&self) {
        self.skip_verification_on_drop();
    }
}

impl<A: MockedApi> ServerBuilder<A> {
    /// The old name of [`initial_items`](Self::initial_items).
    #[deprecated(since = "0.2.0", note = "renamed to `initial_items`")]
    pub fn items(self, items: usize) -> Self {
        self.initial_items(items)
    }

    /// The old name of [`wait_timeout`](Self::wait_timeout).
    #[deprecated(since = "0.2.0", note = "renamed to `wait_timeout`")]
    pub fn patience(self, timeout: Duration) -> Self {
        self.wait_timeout(timeout)
    }

    /// The old name of [`without_request_validation`](Self::without_request_validation).
    #[deprecated(since = "0.2.0", note = "renamed to `without_request_validation`")]
    pub fn without_request_checks(self) -> Self {
        self.without_request_validation()
    }
}

impl<Q> RecordedCall<Q> {
    /// The old name of [`is_replayed`](Self::is_replayed).
    #[deprecated(since = "0.2.0", note = "renamed to `is_replayed`")]
    #[must_use]
    pub fn replayed(&self) -> bool {
        self.is_replayed()
    }
}
