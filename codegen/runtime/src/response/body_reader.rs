//! Reads response bodies: all at once within a size limit, or chunk by chunk with a timeout for each.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use futures_core::Stream;

use crate::{
    clock,
    error::{Error, ErrorKind},
    transport::{SendState, root_cause},
    wire::body::{Body, BoxError, BoxFuture},
};

/// Why a body was not read to its end.
pub(crate) enum ReadError {
    /// The body has more bytes than this limit.
    TooLarge { limit: u64 },
    /// The connection failed after this number of bytes.
    Interrupted { source: BoxError, received: usize },
}

/// Reads a whole body. One that arrives in a single chunk, as most do, is not copied.
pub(crate) async fn read_body(mut body: Body, limit: u64) -> Result<Bytes, ReadError> {
    let announced = body.length().unwrap_or(0);
    if announced > limit {
        return Err(ReadError::TooLarge { limit });
    }
    let mut first = Bytes::new();
    let mut buffer = Vec::new();
    let mut received = 0;
    while let Some(chunk) = body.chunk().await {
        let chunk = chunk.map_err(|source| ReadError::Interrupted { source, received })?;
        received += chunk.len();
        if received as u64 > limit {
            return Err(ReadError::TooLarge { limit });
        }
        if first.is_empty() && buffer.is_empty() {
            first = chunk;
            continue;
        }
        if buffer.is_empty() {
            // The server announces the length: trusting it would let it make us allocate up to the limit.
            buffer.reserve(usize::try_from(announced).unwrap_or(0).clamp(received, 1024 * 1024));
            buffer.extend_from_slice(&first);
        }
        buffer.extend_from_slice(&chunk);
    }
    Ok(if buffer.is_empty() { first } else { buffer.into() })
}

/// A body whose every chunk must arrive within `timeout`.
pub(crate) fn with_chunk_timeout(body: Body, timeout: Option<Duration>, state: SendState) -> Body {
    let Some(timeout) = timeout else { return body };
    let length = body.length();
    Body::stream(TimedBody { body, timeout, timer: None, state }, length)
}

struct TimedBody {
    body: Body,
    timeout: Duration,
    timer: Option<BoxFuture<'static, ()>>,
    /// Tells the transport about the timeout.
    state: SendState,
}

impl Stream for TimedBody {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        if let Poll::Ready(chunk) = this.body.poll_chunk(cx) {
            this.timer = None;
            return Poll::Ready(chunk);
        }
        let timer = this.timer.get_or_insert_with(|| Box::pin(clock::sleep(this.timeout)));
        timer.as_mut().poll(cx).map(|()| {
            this.state.notify_timeout();
            Some(Err(ChunkTimeout(this.timeout).into()))
        })
    }
}

/// No chunk arrived for this time.
#[derive(Debug)]
struct ChunkTimeout(Duration);

impl fmt::Display for ChunkTimeout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no data received for {} s", self.0.as_secs_f64())
    }
}

impl std::error::Error for ChunkTimeout {}

/// A response body, read while it arrives. It buffers one chunk at most, and its size is not limited.
///
/// If a chunk takes longer than the timeout of an attempt, the stream fails.
pub struct ByteStream {
    body: Body,
    operation: &'static str,
}

impl ByteStream {
    pub(crate) fn new(body: Body, operation: &'static str) -> Self {
        Self { body, operation }
    }

    /// The length in bytes, if the server sent it.
    pub fn length(&self) -> Option<u64> {
        self.body.length()
    }

    /// The next chunk, or `None` at the end.
    ///
    /// # Errors
    /// [`ErrorKind::Transport`] if the connection fails, [`ErrorKind::Timeout`] if no chunk arrives in time.
    pub async fn try_next(&mut self) -> Result<Option<Bytes>, Error> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await.transpose()
    }

    /// Reads the rest of the body, at most `limit` bytes.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`] if there is more, and the errors of [`try_next`](Self::try_next).
    pub async fn collect(mut self, limit: usize) -> Result<Vec<u8>, Error> {
        let mut out = Vec::new();
        while let Some(chunk) = self.try_next().await? {
            if out.len() + chunk.len() > limit {
                let text = format!("the response body is larger than {limit} bytes");
                return Err(self.error(ErrorKind::TooLarge, text));
            }
            out.extend_from_slice(&chunk);
        }
        Ok(out)
    }

    pub(crate) fn poll_bytes(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        let chunk = std::task::ready!(self.body.poll_chunk(cx));
        Poll::Ready(chunk.map(|chunk| {
            chunk.map_err(|source| {
                let kind =
                    if source.is::<ChunkTimeout>() { ErrorKind::Timeout } else { ErrorKind::Transport };
                let text = format!("the response body was interrupted: {}", root_cause(&*source));
                self.error(kind, text).with_source(source)
            })
        }))
    }

    fn error(&self, kind: ErrorKind, text: String) -> Error {
        Error::new(kind, text).edit(|inner| inner.operation = self.operation)
    }
}

impl Stream for ByteStream {
    type Item = Result<Bytes, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_bytes(cx)
    }
}

impl fmt::Debug for ByteStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ByteStream").field("operation", &self.operation).field("body", &self.body).finish()
    }
}
