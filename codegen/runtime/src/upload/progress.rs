//! Content on its way: counted against its announced length, and reported.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use futures_core::Stream;

use super::ContentError;
use crate::wire::body::{Body, BoxError};

/// Bytes that are there are reported in pieces of this size.
const PIECE: usize = 64 * 1024;

/// What a caller is told of: how many bytes were sent, of how many.
#[cfg(not(target_arch = "wasm32"))]
pub(super) type Report = Box<dyn FnMut(u64, u64) + Send>;
/// What a caller is told of: how many bytes were sent, of how many.
#[cfg(target_arch = "wasm32")]
pub(super) type Report = Box<dyn FnMut(u64, u64)>;

/// A report that never goes back, however often the bytes are sent.
#[derive(Clone)]
pub(super) struct Progress(Arc<Mutex<(Report, Option<u64>)>>);

impl Progress {
    pub(super) fn new(report: Report) -> Self {
        Self(Arc::new(Mutex::new((report, None))))
    }

    pub(super) fn reached(&self, sent: u64, total: u64) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (report, most) = &mut *state;
        if most.is_none_or(|most| sent > most) {
            *most = Some(sent);
            report(sent, total);
        }
    }
}

/// Where it stands if it was the content that failed: a transport's error does not tell.
pub(super) type Flaw = Arc<Mutex<Option<ContentError>>>;

/// Content that breaks off rather than be shorter or longer than announced.
pub(super) struct Measured {
    content: Body,
    length: u64,
    taken: u64,
    /// The last piece, held back until it is certain that nothing follows: with it the storage would have a whole file.
    last: Option<Bytes>,
    ended: bool,
    progress: Option<Progress>,
    flaw: Flaw,
}

impl Measured {
    pub(super) fn new(content: Body, length: u64, progress: Option<Progress>, flaw: Flaw) -> Self {
        Self { content, length, taken: 0, last: None, ended: false, progress, flaw }
    }

    fn fail(&mut self, error: ContentError) -> Poll<Option<Result<Bytes, BoxError>>> {
        self.ended = true;
        self.last = None;
        *self.flaw.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
        Poll::Ready(Some(Err("the content of the upload is not what was announced".into())))
    }

    fn hand_over(&self, piece: Bytes) -> Poll<Option<Result<Bytes, BoxError>>> {
        if let Some(progress) = &self.progress {
            progress.reached(self.taken, self.length);
        }
        Poll::Ready(Some(Ok(piece)))
    }
}

impl Stream for Measured {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        while !self.ended {
            match ready!(self.content.poll_chunk(cx)) {
                Some(Ok(piece)) if piece.is_empty() => {}
                Some(Ok(piece)) => {
                    self.taken += piece.len() as u64;
                    let announced = self.length;
                    if self.taken > announced {
                        return self.fail(ContentError::Longer { announced });
                    }
                    if self.taken < announced {
                        return self.hand_over(piece);
                    }
                    self.last = Some(piece);
                }
                Some(Err(error)) => return self.fail(ContentError::Unreadable(error)),
                None if self.taken < self.length => {
                    let (announced, actual) = (self.length, self.taken);
                    return self.fail(ContentError::Shorter { announced, actual });
                }
                None => self.ended = true,
            }
        }
        match self.last.take() {
            Some(piece) => self.hand_over(piece),
            None => Poll::Ready(None),
        }
    }
}

/// Bytes in pieces, for whoever wants to see how they go.
pub(super) struct Slices(pub(super) Bytes);

impl Stream for Slices {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let length = self.0.len().min(PIECE);
        Poll::Ready((length > 0).then(|| Ok(self.0.split_to(length))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Pieces(Vec<Result<Bytes, BoxError>>);

    impl Stream for Pieces {
        type Item = Result<Bytes, BoxError>;

        fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
            let first = if self.0.is_empty() { None } else { Some(self.0.remove(0)) };
            Poll::Ready(first)
        }
    }

    /// What comes through of these pieces, what was reported, and the flaw.
    async fn run(pieces: &[&'static str], length: u64) -> (String, Vec<u64>, Option<String>) {
        let pieces = pieces.iter().map(|piece| match *piece {
            "!" => Err("torn".into()),
            other => Ok(Bytes::from(other)),
        });
        let reports = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&reports);
        let progress = Progress::new(Box::new(move |sent, total| {
            assert_eq!(total, length);
            seen.lock().unwrap().push(sent);
        }));
        let flaw = Flaw::default();
        let content = Body::stream(Pieces(pieces.collect()), None);
        let mut body =
            Body::stream(Measured::new(content, length, Some(progress), Arc::clone(&flaw)), Some(length));
        let mut text = String::new();
        while let Some(Ok(piece)) = body.chunk().await {
            text.push_str(std::str::from_utf8(&piece).unwrap());
        }
        assert!(body.chunk().await.is_none());
        let reports = reports.lock().unwrap().clone();
        let flaw = flaw.lock().unwrap().take().map(|flaw| flaw.to_string());
        (text, reports, flaw)
    }

    #[tokio::test]
    async fn content_of_the_announced_length_comes_through() {
        assert_eq!(run(&["ab", "", "c", ""], 3).await, ("abc".to_owned(), vec![2, 3], None));
        assert_eq!(run(&[], 0).await, (String::new(), vec![], None));
    }

    #[tokio::test]
    async fn other_content_never_becomes_whole() {
        let (text, reports, flaw) = run(&["ab", "c", "d"], 3).await;
        assert_eq!((text.as_str(), reports), ("ab", vec![2]));
        assert!(flaw.unwrap().contains("longer than the 3 bytes"));
        let (text, _, flaw) = run(&["ab", "cd"], 3).await;
        assert_eq!((text.as_str(), flaw.is_some()), ("ab", true));
        let (text, _, flaw) = run(&["ab"], 3).await;
        assert_eq!((text.as_str(), flaw.unwrap().contains("ended after 2 bytes")), ("ab", true));
        let (text, _, flaw) = run(&["a", "!"], 3).await;
        assert_eq!((text.as_str(), flaw.unwrap().contains("torn")), ("a", true));
        assert!(run(&["a"], 0).await.2.unwrap().contains("longer than the 0 bytes"));
    }

    #[test]
    fn progress_never_goes_back() {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let reports = Arc::clone(&seen);
        let progress = Progress::new(Box::new(move |sent, _| reports.lock().unwrap().push(sent)));
        for sent in [1, 5, 1, 5, 7] {
            progress.reached(sent, 7);
        }
        assert_eq!(*seen.lock().unwrap(), [1, 5, 7]);
    }
}
