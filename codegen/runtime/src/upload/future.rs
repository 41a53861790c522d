//! The future of an upload, and of its last step alone.

use std::{
    fmt,
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll, ready},
};

use super::error::UploadError;
use crate::{
    response::{decoded::Output, parts::ResponseParts},
    wire::body::{BoxFuture, MaybeSend},
};

/// A file that is ready, with the response that says so.
pub(super) struct ReadyFile {
    pub(super) parts: ResponseParts,
    pub(super) file_id: String,
    pub(super) file_status: String,
}

/// An upload in progress. Resolves to the file when it is ready; dropping it cancels the upload.
#[must_use = "an upload does nothing until its future is awaited"]
pub struct UploadFuture<T> {
    upload: BoxFuture<'static, Result<ReadyFile, UploadError>>,
    output: PhantomData<fn() -> T>,
}

impl<T: Output> UploadFuture<T> {
    pub(super) fn new(
        upload: impl Future<Output = Result<ReadyFile, UploadError>> + MaybeSend + 'static,
    ) -> Self {
        Self { upload: Box::pin(upload), output: PhantomData }
    }

    /// Blocks the current thread until the file is ready.
    ///
    /// # Errors
    /// The same as awaiting the future, and an error of the kind `Config` inside an async runtime.
    #[cfg(all(feature = "blocking", not(target_arch = "wasm32")))]
    #[cfg_attr(openapi_client_docs, doc(cfg(feature = "blocking")))]
    pub fn wait(self) -> Result<T, UploadError> {
        let result =
            crate::call::blocking::block_on(self.upload).map_err(|source| UploadError::Create { source })?;
        result.and_then(decode_file)
    }
}

impl<T: Output> Future for UploadFuture<T> {
    type Output = Result<T, UploadError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let result = ready!(self.upload.as_mut().poll(cx));
        Poll::Ready(result.and_then(decode_file))
    }
}

fn decode_file<T: Output>(file: ReadyFile) -> Result<T, UploadError> {
    let ReadyFile { mut parts, file_id, file_status } = file;
    T::from_response(&mut parts).map_err(|source| UploadError::Poll {
        file_id,
        file_status: Some(file_status),
        source,
    })
}

impl<T> fmt::Debug for UploadFuture<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UploadFuture")
    }
}
