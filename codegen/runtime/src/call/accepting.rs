//! A request for a response in another media type than the usual one.

use std::{fmt, marker::PhantomData};

use bytes::Bytes;

use crate::{
    call::draft::Draft,
    call::future::{Sending, SendingRaw},
    client::options::CallOptions,
    response::decoded::Output,
};

/// A request for a response in another media type than that of `send`: what the methods `accept_…` of a request return. It sends
/// its own `Accept`.
#[must_use = "a request does nothing until it is sent"]
pub struct Accepting<T> {
    draft: Box<Draft>,
    value: PhantomData<fn() -> T>,
}

impl<T> Accepting<T> {
    pub(crate) fn new(draft: Box<Draft>) -> Self {
        Self { draft, value: PhantomData }
    }

    /// Sets options of this call, such as timeouts, retries, headers and the idempotency key.
    pub fn with_options(mut self, options: CallOptions) -> Self {
        self.draft.merge_options(options);
        self
    }
}

impl<T: Output> Accepting<T> {
    /// Sends the request.
    ///
    /// # Errors
    /// [`Error`](crate::Error), see [`Error::kind`](crate::Error::kind).
    pub fn send(self) -> Sending<T> {
        Sending::new(self.draft)
    }

    /// Sends the request and returns the value with status, headers and body.
    ///
    /// # Errors
    /// The errors of [`send`](Self::send).
    pub fn send_raw(self) -> SendingRaw<T> {
        SendingRaw::new(self.draft)
    }

    /// Sends the request and returns the body as the server sent it, of whatever media type, with status and headers.
    ///
    /// # Errors
    /// The errors of [`send`](Self::send), but none of kind `Decode`.
    pub fn send_bytes(self) -> SendingRaw<Bytes> {
        SendingRaw::new(self.draft)
    }

    /// Sends the request and blocks the thread until the response is complete, or until its head if it is a stream.
    ///
    /// # Errors
    /// The errors of [`send`](Self::send), and one of kind `Config` inside an async task, which must not block its thread.
    #[cfg(all(feature = "blocking", not(target_arch = "wasm32")))]
    #[cfg_attr(openapi_client_docs, doc(cfg(feature = "blocking")))]
    pub fn send_blocking(self) -> Result<T, crate::Error> {
        self.send().wait()
    }

    /// Like `send_blocking`, but returns the value with status, headers and body.
    ///
    /// # Errors
    /// The errors of `send_blocking`.
    #[cfg(all(feature = "blocking", not(target_arch = "wasm32")))]
    #[cfg_attr(openapi_client_docs, doc(cfg(feature = "blocking")))]
    pub fn send_raw_blocking(self) -> Result<crate::Response<T>, crate::Error> {
        self.send_raw().wait()
    }

    /// Like `send_blocking`, but returns the body as the server sent it, of whatever media type, with status and headers.
    ///
    /// # Errors
    /// The errors of `send_blocking`, but none of kind `Decode`.
    #[cfg(all(feature = "blocking", not(target_arch = "wasm32")))]
    #[cfg_attr(openapi_client_docs, doc(cfg(feature = "blocking")))]
    pub fn send_bytes_blocking(self) -> Result<crate::Response<Bytes>, crate::Error> {
        self.send_bytes().wait()
    }
}

impl<T> fmt::Debug for Accepting<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.draft.fmt_request("Accepting", f)
    }
}
