//! Bodies of requests and answers: bytes that are there, or bytes that are still to come.

use std::{
    fmt,
    pin::Pin,
    sync::{Mutex, PoisonError},
    task::{Context, Poll},
};

use bytes::Bytes;
use futures_core::Stream;

/// Any error, owned.
#[cfg(not(target_arch = "wasm32"))]
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;
/// Any error, owned.
#[cfg(target_arch = "wasm32")]
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A future of any kind; `Send` except in a browser, where there is one thread.
#[cfg(not(target_arch = "wasm32"))]
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
/// A future of any kind; `Send` except in a browser, where there is one thread.
#[cfg(target_arch = "wasm32")]
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

#[cfg(not(target_arch = "wasm32"))]
pub(crate) type Chunks = Pin<Box<dyn Stream<Item = Result<Bytes, BoxError>> + Send>>;
#[cfg(target_arch = "wasm32")]
pub(crate) type Chunks = Pin<Box<dyn Stream<Item = Result<Bytes, BoxError>>>>;

/// `Send`, except in a browser, where there is one thread.
#[cfg(not(target_arch = "wasm32"))]
pub trait MaybeSend: Send {}
#[cfg(not(target_arch = "wasm32"))]
impl<T: Send> MaybeSend for T {}
/// `Send`, except in a browser, where there is one thread.
#[cfg(target_arch = "wasm32")]
pub trait MaybeSend {}
#[cfg(target_arch = "wasm32")]
impl<T> MaybeSend for T {}

/// The body of a request or of an answer.
///
/// Bytes can be sent as often as needed. A stream is sent once: a request with one is never tried again.
pub struct Body(Inner);

enum Inner {
    Bytes(Bytes),
    /// The lock is never taken: it makes the body `Sync`, which a request that is kept for the next page has to be.
    Stream {
        chunks: Mutex<Chunks>,
        length: Option<u64>,
    },
}

impl Body {
    /// No body.
    pub const fn empty() -> Self {
        Self(Inner::Bytes(Bytes::new()))
    }

    /// A body that comes in pieces, of this many bytes in all if that is known.
    pub fn stream<S>(chunks: S, length: Option<u64>) -> Self
    where
        S: Stream<Item = Result<Bytes, BoxError>> + MaybeSend + 'static,
    {
        Self(Inner::Stream { chunks: Mutex::new(Box::pin(chunks)), length })
    }

    /// The bytes, unless it is a stream.
    pub const fn as_bytes(&self) -> Option<&Bytes> {
        match &self.0 {
            Inner::Bytes(bytes) => Some(bytes),
            Inner::Stream { .. } => None,
        }
    }

    /// How many bytes it has, if that is known.
    pub fn length(&self) -> Option<u64> {
        match &self.0 {
            Inner::Bytes(bytes) => Some(bytes.len() as u64),
            Inner::Stream { length, .. } => *length,
        }
    }

    /// The next piece, or `None` at the end.
    pub fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, BoxError>>> {
        match &mut self.0 {
            Inner::Bytes(bytes) if bytes.is_empty() => Poll::Ready(None),
            Inner::Bytes(bytes) => Poll::Ready(Some(Ok(std::mem::take(bytes)))),
            Inner::Stream { chunks, .. } => {
                chunks.get_mut().unwrap_or_else(PoisonError::into_inner).as_mut().poll_next(cx)
            }
        }
    }

    /// The next piece, or `None` at the end.
    pub async fn chunk(&mut self) -> Option<Result<Bytes, BoxError>> {
        std::future::poll_fn(|cx| self.poll_chunk(cx)).await
    }

    /// All of it at once, if it has no more than this many bytes.
    #[cfg(any(test, target_arch = "wasm32"))]
    pub(crate) async fn whole(mut self, most: usize) -> Result<Bytes, BoxError> {
        if let Inner::Bytes(bytes) = self.0 {
            return Ok(bytes);
        }
        let mut whole = Vec::new();
        while let Some(piece) = self.chunk().await {
            let piece = piece?;
            if piece.len() > most - whole.len() {
                let why = format!(
                    "a browser sends bodies whole, and this stream has more than the {most} bytes that are gathered for \
                     that: send bytes, or less at a time"
                );
                return Err(why.into());
            }
            whole.extend_from_slice(&piece);
        }
        Ok(whole.into())
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Inner::Bytes(bytes) => write!(f, "Body({} bytes)", bytes.len()),
            Inner::Stream { length: Some(length), .. } => write!(f, "Body(stream of {length} bytes)"),
            Inner::Stream { length: None, .. } => f.write_str("Body(stream)"),
        }
    }
}

impl Stream for Body {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_chunk(cx)
    }
}

impl Default for Body {
    fn default() -> Self {
        Self::empty()
    }
}

macro_rules! from_bytes {
    ($($source:ty),*) => {$(
        impl From<$source> for Body {
            fn from(bytes: $source) -> Self {
                Self(Inner::Bytes(Bytes::from(bytes)))
            }
        }
    )*};
}

from_bytes!(Bytes, Vec<u8>, String, &'static str, &'static [u8], Box<[u8]>);

#[cfg(test)]
mod tests {
    use super::*;

    /// A stream of these pieces.
    struct Pieces(Vec<Result<Bytes, BoxError>>);

    impl Stream for Pieces {
        type Item = Result<Bytes, BoxError>;

        fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
            Poll::Ready(if self.0.is_empty() { None } else { Some(self.0.remove(0)) })
        }
    }

    fn stream(pieces: &[&'static str]) -> Body {
        Body::stream(Pieces(pieces.iter().map(|piece| Ok(Bytes::from(*piece))).collect()), None)
    }

    #[tokio::test]
    async fn a_stream_is_gathered_within_bounds() {
        assert_eq!(stream(&["ab", "", "cde"]).whole(5).await.unwrap(), "abcde");
        assert_eq!(stream(&[]).whole(0).await.unwrap(), "");
        let error = stream(&["ab", "cde", "never asked for"]).whole(4).await.unwrap_err();
        assert!(error.to_string().contains("more than the 4 bytes"), "{error}");
        // Bytes are there already: nothing is gathered.
        assert_eq!(Body::from("abc").whole(1).await.unwrap(), "abc");
    }

    #[tokio::test]
    async fn a_stream_that_breaks_gives_its_error() {
        let body = Body::stream(Pieces(vec![Ok(Bytes::from("ab")), Err("broken".into())]), Some(4));
        assert_eq!(body.whole(10).await.unwrap_err().to_string(), "broken");
    }
}
