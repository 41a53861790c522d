//! The body of a response, which a stub may truncate.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Frame, SizeHint};

/// Makes hyper close the connection, because a stub asks for it.
#[derive(Debug)]
pub(crate) struct ConnectionClosed;

impl fmt::Display for ConnectionClosed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a stub of the mock server closed the connection")
    }
}

impl std::error::Error for ConnectionClosed {}

/// The body of a response. The announced length is always that of the whole body, even if less of it is sent.
#[derive(Debug)]
pub(crate) struct ResponseBody {
    remaining: Bytes,
    announced_length: u64,
    truncation: Truncation,
}

/// The progress of truncating a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Truncation {
    /// The body is sent completely.
    Disabled,
    /// The connection closes after the remaining bytes.
    Pending,
    /// All bytes were handed to hyper; the next poll closes the connection.
    Due,
}

impl ResponseBody {
    /// Creates a body of which at most `max_bytes` are sent.
    pub(crate) fn new(body: Bytes, max_bytes: Option<usize>) -> Self {
        let announced_length = body.len() as u64;
        let (remaining, truncation) = match max_bytes {
            Some(max_bytes) if max_bytes < body.len() => (body.slice(..max_bytes), Truncation::Pending),
            _ => (body, Truncation::Disabled),
        };
        Self { remaining, announced_length, truncation }
    }
}

impl http_body::Body for ResponseBody {
    type Data = Bytes;
    type Error = ConnectionClosed;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, ConnectionClosed>>> {
        if !self.remaining.is_empty() {
            return Poll::Ready(Some(Ok(Frame::data(std::mem::take(&mut self.remaining)))));
        }
        match self.truncation {
            Truncation::Disabled => Poll::Ready(None),
            Truncation::Pending => {
                // hyper flushes its buffer while a body is pending, but discards the buffer after an error. Returning
                // `Pending` once makes sure that the bytes before the truncation are sent.
                self.truncation = Truncation::Due;
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            Truncation::Due => Poll::Ready(Some(Err(ConnectionClosed))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.remaining.is_empty() && self.truncation == Truncation::Disabled
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.announced_length)
    }
}
