//! A response that is a stream of JSON values, one per line.

use std::{
    fmt,
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll, ready},
};

use futures_core::Stream;

use crate::{
    error::Error,
    json::{self, Decode},
    response::decoded::Output,
    response::events::frame_reader::FrameReader,
    response::events::line_parser::LineParser,
    response::parts::ResponseParts,
};

/// A response that is a stream of JSON values, one per line: `application/x-ndjson`, `application/jsonl` or
/// `application/json-seq` (RFC 7464).
///
/// Values arrive as the server sends them. If nothing arrives within the timeout of an attempt, the stream fails. A value must not
/// be longer than the limit on the length of a response.
pub struct JsonLines<T> {
    reader: FrameReader<LineParser>,
    value: PhantomData<fn() -> T>,
}

impl<T: Decode> JsonLines<T> {
    /// The next value, or `None` at the end. After an error of kind `Decode`, which concerns one value, the stream continues; every
    /// other error ends it.
    ///
    /// # Errors
    /// [`ErrorKind::Decode`](crate::ErrorKind::Decode) if the value does not have the type `T`: the error has its text as its
    /// body. [`ErrorKind::Transport`](crate::ErrorKind::Transport) if the connection fails,
    /// [`ErrorKind::Timeout`](crate::ErrorKind::Timeout) if nothing arrives in time, and
    /// [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) if a value is too long.
    pub async fn try_next(&mut self) -> Result<Option<T>, Error> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await.transpose()
    }

    /// Iterates over the values and blocks the thread while it waits for one.
    #[cfg(all(feature = "blocking", not(target_arch = "wasm32")))]
    #[cfg_attr(openapi_client_docs, doc(cfg(feature = "blocking")))]
    pub fn iter_blocking(self) -> BlockingLines<T> {
        BlockingLines(self)
    }

    fn convert(&self, frame: Result<String, Error>) -> Result<T, Error> {
        let text = frame?;
        json::from_str(&text)
            .map_err(|error| self.reader.decode_error(&text, error, "a line of the response"))
    }
}

impl<T: Decode> Stream for JsonLines<T> {
    type Item = Result<T, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let frame = ready!(this.reader.poll_frame(cx));
        Poll::Ready(frame.map(|frame| this.convert(frame)))
    }
}

impl<T: Decode + 'static> Output for JsonLines<T> {
    const STREAMED: bool = true;

    fn from_response(parts: &mut ResponseParts) -> Result<Self, Error> {
        let parser = LineParser::new(parts.media_type());
        Ok(Self { reader: FrameReader::new(parser, "application/x-ndjson", parts)?, value: PhantomData })
    }
}

impl<T> fmt::Debug for JsonLines<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (operation, media_type) = self.reader.debug_head();
        f.debug_struct("JsonLines")
            .field("operation", &operation)
            .field("media_type", &media_type)
            .finish_non_exhaustive()
    }
}

/// An iterator over the values of a stream, which blocks the thread while it waits for one.
#[cfg(all(feature = "blocking", not(target_arch = "wasm32")))]
#[cfg_attr(openapi_client_docs, doc(cfg(feature = "blocking")))]
pub struct BlockingLines<T>(JsonLines<T>);

#[cfg(all(feature = "blocking", not(target_arch = "wasm32")))]
impl<T: Decode> Iterator for BlockingLines<T> {
    type Item = Result<T, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let frame = self.0.reader.wait_frame()?;
        Some(self.0.convert(frame))
    }
}

#[cfg(all(feature = "blocking", not(target_arch = "wasm32")))]
impl<T> fmt::Debug for BlockingLines<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
