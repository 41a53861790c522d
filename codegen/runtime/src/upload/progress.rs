//! Reports the progress of an upload.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
};

use bytes::Bytes;
use futures_core::Stream;

use crate::wire::body::BoxError;

/// The size of the chunks into which bytes in memory are split, so that their progress is reported.
const CHUNK_SIZE: usize = 64 * 1024;

/// A callback with the number of bytes sent and the total.
#[cfg(not(target_arch = "wasm32"))]
pub(super) type ProgressCallback = Box<dyn FnMut(u64, u64) + Send>;
/// A callback with the number of bytes sent and the total.
#[cfg(target_arch = "wasm32")]
pub(super) type ProgressCallback = Box<dyn FnMut(u64, u64)>;

/// Reports increasing numbers only: the bytes that another attempt sends again are not reported twice.
#[derive(Clone)]
pub(super) struct Progress(Arc<Mutex<ProgressState>>);

struct ProgressState {
    callback: ProgressCallback,
    /// The largest number reported so far.
    reported: Option<u64>,
}

impl Progress {
    pub(super) fn new(callback: ProgressCallback) -> Self {
        Self(Arc::new(Mutex::new(ProgressState { callback, reported: None })))
    }

    pub(super) fn report(&self, sent: u64, total: u64) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.reported.is_none_or(|reported| sent > reported) {
            state.reported = Some(sent);
            (state.callback)(sent, total);
        }
    }
}

/// Bytes in memory as a stream of chunks.
pub(super) struct ByteChunks(pub(super) Bytes);

impl Stream for ByteChunks {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let length = self.0.len().min(CHUNK_SIZE);
        Poll::Ready((length > 0).then(|| Ok(self.0.split_to(length))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reported_numbers_only_increase() {
        let reports = Arc::new(Mutex::new(Vec::new()));
        let recorder = Arc::clone(&reports);
        let progress = Progress::new(Box::new(move |sent, _| recorder.lock().unwrap().push(sent)));
        for sent in [1, 5, 1, 5, 7] {
            progress.report(sent, 7);
        }
        assert_eq!(*reports.lock().unwrap(), [1, 5, 7]);
    }
}
