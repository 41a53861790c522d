//! Checks that content has its announced length while it is sent.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use futures_core::Stream;

use super::{error::ContentError, progress::Progress};
use crate::wire::body::{Body, BoxError};

/// The content's error, if the content caused an attempt to fail. A transport's error does not contain it in a form that can be
/// recovered.
#[derive(Clone, Default)]
pub(super) struct ContentFailure(Arc<Mutex<Option<ContentError>>>);

impl ContentFailure {
    fn set(&self, error: ContentError) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
    }

    pub(super) fn take(&self) -> Option<ContentError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// A stream that fails if the content is shorter or longer than announced.
pub(super) struct ExactLength {
    content: Body,
    expected: u64,
    read: u64,
    /// The last chunk. It is held back until the content has ended: with it, the storage would accept content that goes on.
    last: Option<Bytes>,
    ended: bool,
    progress: Option<Progress>,
    failure: ContentFailure,
}

impl ExactLength {
    pub(super) fn new(
        content: Body,
        expected: u64,
        progress: Option<Progress>,
        failure: ContentFailure,
    ) -> Self {
        Self { content, expected, read: 0, last: None, ended: false, progress, failure }
    }

    fn fail(&mut self, error: ContentError) -> Poll<Option<Result<Bytes, BoxError>>> {
        self.ended = true;
        self.last = None;
        self.failure.set(error);
        Poll::Ready(Some(Err(
            "the content of the upload cannot be read or has another length than announced".into(),
        )))
    }

    fn yield_chunk(&self, chunk: Bytes) -> Poll<Option<Result<Bytes, BoxError>>> {
        if let Some(progress) = &self.progress {
            progress.report(self.read, self.expected);
        }
        Poll::Ready(Some(Ok(chunk)))
    }
}

impl Stream for ExactLength {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        while !self.ended {
            match ready!(self.content.poll_chunk(cx)) {
                Some(Ok(chunk)) if chunk.is_empty() => {}
                Some(Ok(chunk)) => {
                    self.read += chunk.len() as u64;
                    let expected = self.expected;
                    if self.read > expected {
                        return self.fail(ContentError::TooLong { expected });
                    }
                    if self.read < expected {
                        return self.yield_chunk(chunk);
                    }
                    self.last = Some(chunk);
                }
                Some(Err(error)) => return self.fail(ContentError::Unreadable(error)),
                None if self.read < self.expected => {
                    let (expected, actual) = (self.expected, self.read);
                    return self.fail(ContentError::TooShort { expected, actual });
                }
                None => self.ended = true,
            }
        }
        match self.last.take() {
            Some(chunk) => self.yield_chunk(chunk),
            None => Poll::Ready(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct TestStream(Vec<Result<Bytes, BoxError>>);

    impl Stream for TestStream {
        type Item = Result<Bytes, BoxError>;

        fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
            let first = if self.0.is_empty() { None } else { Some(self.0.remove(0)) };
            Poll::Ready(first)
        }
    }

    /// Streams these chunks; `!` is an error. Returns the text that was passed on, the reports, and the failure.
    async fn send(chunks: &[&'static str], length: u64) -> (String, Vec<u64>, Option<String>) {
        let chunks = chunks.iter().map(|chunk| match *chunk {
            "!" => Err("disk error".into()),
            text => Ok(Bytes::from(text)),
        });
        let reports = Arc::new(Mutex::new(Vec::new()));
        let recorder = Arc::clone(&reports);
        let progress = Progress::new(Box::new(move |sent, total| {
            assert_eq!(total, length);
            recorder.lock().unwrap().push(sent);
        }));
        let failure = ContentFailure::default();
        let content = Body::stream(TestStream(chunks.collect()), None);
        let stream = ExactLength::new(content, length, Some(progress), failure.clone());
        let mut body = Body::stream(stream, Some(length));
        let mut text = String::new();
        while let Some(Ok(chunk)) = body.chunk().await {
            text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
        assert!(body.chunk().await.is_none());
        let reports = reports.lock().unwrap().clone();
        (text, reports, failure.take().map(|error| error.to_string()))
    }

    #[tokio::test]
    async fn content_of_the_announced_length_is_passed_on() {
        assert_eq!(send(&["ab", "", "c", ""], 3).await, ("abc".to_owned(), vec![2, 3], None));
        assert_eq!(send(&[], 0).await, (String::new(), vec![], None));
    }

    #[tokio::test]
    async fn content_of_another_length_is_never_passed_on_completely() {
        let (text, reports, failure) = send(&["ab", "c", "d"], 3).await;
        assert_eq!((text.as_str(), reports), ("ab", vec![2]));
        assert!(failure.unwrap().contains("expected 3 bytes, found more"));
        let (text, _, failure) = send(&["ab", "cd"], 3).await;
        assert_eq!((text.as_str(), failure.is_some()), ("ab", true));
        let (text, _, failure) = send(&["ab"], 3).await;
        assert_eq!((text.as_str(), failure.unwrap().contains("expected 3 bytes, found 2")), ("ab", true));
        let (text, _, failure) = send(&["a", "!"], 3).await;
        assert_eq!((text.as_str(), failure.unwrap().contains("disk error")), ("a", true));
        assert!(send(&["a"], 0).await.2.unwrap().contains("expected 0 bytes, found more"));
    }
}
