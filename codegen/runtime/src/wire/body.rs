//! The bodies of requests and responses, and the futures and errors that transports use.

use std::{
    fmt,
    pin::Pin,
    sync::{Mutex, PoisonError},
    task::{Context, Poll},
};

use bytes::Bytes;
use futures_core::Stream;

/// A boxed error of any type.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A boxed future; `Send` except in a browser, which has one thread.
#[cfg(not(target_arch = "wasm32"))]
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
/// A boxed future; `Send` except in a browser, which has one thread.
#[cfg(target_arch = "wasm32")]
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

#[cfg(not(target_arch = "wasm32"))]
pub(crate) type Chunks = Pin<Box<dyn Stream<Item = Result<Bytes, BoxError>> + Send>>;
#[cfg(target_arch = "wasm32")]
pub(crate) type Chunks = Pin<Box<dyn Stream<Item = Result<Bytes, BoxError>>>>;

/// `Send`, except in a browser, which has one thread.
#[cfg(not(target_arch = "wasm32"))]
pub trait MaybeSend: Send {}
#[cfg(not(target_arch = "wasm32"))]
impl<T: Send> MaybeSend for T {}
/// `Send`, except in a browser, which has one thread.
#[cfg(target_arch = "wasm32")]
pub trait MaybeSend {}
#[cfg(target_arch = "wasm32")]
impl<T> MaybeSend for T {}

/// The body of a request or response: bytes, or a stream of chunks.
///
/// A stream can be sent only once, so a request with a stream is never retried.
pub struct Body(BodyKind);

enum BodyKind {
    Bytes(Bytes),
    /// The mutex is never locked. It makes the body `Sync`, which a list request must be to be kept for its next page.
    Stream {
        chunks: Mutex<Chunks>,
        length: Option<u64>,
    },
}

impl Body {
    /// An empty body.
    pub const fn empty() -> Self {
        Self(BodyKind::Bytes(Bytes::new()))
    }

    /// A body that is a stream of chunks, with its total length in bytes if that is known.
    pub fn stream<S>(chunks: S, length: Option<u64>) -> Self
    where
        S: Stream<Item = Result<Bytes, BoxError>> + MaybeSend + 'static,
    {
        Self(BodyKind::Stream { chunks: Mutex::new(Box::pin(chunks)), length })
    }

    /// The bytes of the body; `None` if it is a stream.
    pub const fn as_bytes(&self) -> Option<&Bytes> {
        match &self.0 {
            BodyKind::Bytes(bytes) => Some(bytes),
            BodyKind::Stream { .. } => None,
        }
    }

    /// The length in bytes, if it is known.
    pub fn length(&self) -> Option<u64> {
        match &self.0 {
            BodyKind::Bytes(bytes) => Some(bytes.len() as u64),
            BodyKind::Stream { length, .. } => *length,
        }
    }

    /// The next chunk, or `None` at the end.
    pub fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, BoxError>>> {
        match &mut self.0 {
            BodyKind::Bytes(bytes) if bytes.is_empty() => Poll::Ready(None),
            BodyKind::Bytes(bytes) => Poll::Ready(Some(Ok(std::mem::take(bytes)))),
            BodyKind::Stream { chunks, .. } => {
                chunks.get_mut().unwrap_or_else(PoisonError::into_inner).as_mut().poll_next(cx)
            }
        }
    }

    /// The next chunk, or `None` at the end.
    pub async fn chunk(&mut self) -> Option<Result<Bytes, BoxError>> {
        std::future::poll_fn(|cx| self.poll_chunk(cx)).await
    }

    /// Reads a stream into memory, at most `limit` bytes. Browsers cannot send streams.
    #[cfg(any(test, target_arch = "wasm32"))]
    pub(crate) async fn buffer(mut self, limit: usize) -> Result<Bytes, BoxError> {
        if let BodyKind::Bytes(bytes) = self.0 {
            return Ok(bytes);
        }
        let mut buffer = Vec::new();
        while let Some(chunk) = self.chunk().await {
            let chunk = chunk?;
            if chunk.len() > limit - buffer.len() {
                let reason = format!(
                    "the stream has more than {limit} bytes, the most that can be buffered: browsers send bodies whole, \
                     so send bytes instead of a stream, or several smaller requests"
                );
                return Err(reason.into());
            }
            buffer.extend_from_slice(&chunk);
        }
        Ok(buffer.into())
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            BodyKind::Bytes(bytes) => write!(f, "Body({} bytes)", bytes.len()),
            BodyKind::Stream { length: Some(length), .. } => write!(f, "Body(stream of {length} bytes)"),
            BodyKind::Stream { length: None, .. } => f.write_str("Body(stream)"),
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
                Self(BodyKind::Bytes(Bytes::from(bytes)))
            }
        }
    )*};
}

from_bytes!(Bytes, Vec<u8>, String, &'static str, &'static [u8], Box<[u8]>);

/// A body with its media type, for a request whose media type the API leaves to the caller: `image/*`, or one of several.
///
/// A pair converts into it: `("image/png", bytes)`. The type of a `multipart` body includes its boundary, such as
/// `multipart/related; boundary=part`; [`Multipart`](crate::Multipart), which converts into it too, makes the boundary.
#[derive(Debug)]
pub struct TypedBody {
    pub(crate) media_type: String,
    pub(crate) body: Body,
    /// Why the body cannot be sent.
    pub(crate) error: Option<String>,
}

impl TypedBody {
    /// A body of this media type.
    pub fn new(media_type: impl Into<String>, body: impl Into<Body>) -> Self {
        Self { media_type: media_type.into(), body: body.into(), error: None }
    }
}

impl<M: Into<String>, B: Into<Body>> From<(M, B)> for TypedBody {
    fn from((media_type, body): (M, B)) -> Self {
        Self::new(media_type, body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A stream of these chunks.
    struct ChunkStream(Vec<Result<Bytes, BoxError>>);

    impl Stream for ChunkStream {
        type Item = Result<Bytes, BoxError>;

        fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
            Poll::Ready(if self.0.is_empty() { None } else { Some(self.0.remove(0)) })
        }
    }

    fn stream(chunks: &[&'static str]) -> Body {
        Body::stream(ChunkStream(chunks.iter().map(|chunk| Ok(Bytes::from(*chunk))).collect()), None)
    }

    #[tokio::test]
    async fn a_stream_is_buffered_up_to_the_limit() {
        assert_eq!(stream(&["ab", "", "cde"]).buffer(5).await.unwrap(), "abcde");
        assert_eq!(stream(&[]).buffer(0).await.unwrap(), "");
        let error = stream(&["ab", "cde", "never polled"]).buffer(4).await.unwrap_err();
        assert!(error.to_string().contains("more than 4 bytes"), "{error}");
        // Bytes are in memory already, so the limit does not apply.
        assert_eq!(Body::from("abc").buffer(1).await.unwrap(), "abc");
    }

    #[tokio::test]
    async fn an_error_of_the_stream_is_returned() {
        let body = Body::stream(ChunkStream(vec![Ok(Bytes::from("ab")), Err("broken".into())]), Some(4));
        assert_eq!(body.buffer(10).await.unwrap_err().to_string(), "broken");
    }
}
