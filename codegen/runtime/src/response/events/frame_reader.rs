//! Reads a response body frame by frame: an event, or a line.
//!
//! It does not depend on the type of the values, so that it is compiled once.

use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::header::CONTENT_TYPE;

use crate::{
    call::draft::Draft,
    error::{Error, ErrorKind, Outcome},
    json::DecodeError,
    response::body_reader::ByteStream,
    response::parts::ResponseParts,
};

/// Splits a stream into frames.
pub(crate) trait Frames {
    type Frame;

    /// Adds bytes that arrived.
    fn push(&mut self, chunk: &[u8]);

    /// The next complete frame.
    fn next_frame(&mut self) -> Option<Self::Frame>;

    /// The number of bytes of the frame that is not complete.
    fn buffered(&self) -> usize;

    /// What the end of the stream means for the bytes that are not parsed.
    fn finish(&mut self) -> End<Self::Frame>;
}

/// The end of a stream.
pub(crate) enum End<F> {
    /// The stream is complete; it may end in a frame.
    Complete(Option<F>),
    /// The stream was interrupted.
    Partial(&'static str),
}

/// A response that is read frame by frame.
pub(crate) struct FrameReader<F> {
    pub(crate) frames: F,
    body: ByteStream,
    is_done: bool,
    limit: usize,
    /// The response without its body, for errors.
    parts: ResponseParts,
    /// The request, if it can be sent again.
    request: Option<Box<Draft>>,
}

impl<F: Frames> FrameReader<F> {
    /// Takes the body of a response.
    ///
    /// # Errors
    /// [`ErrorKind::Decode`] if the response has another media type than a stream of these frames.
    pub(crate) fn new(frames: F, expected: &str, parts: &mut ResponseParts) -> Result<Self, Error> {
        let found = parts.media_type().to_ascii_lowercase();
        // Some servers send streams as bytes or text, but none of these.
        if ["text/html", "application/json"].contains(&found.as_str()) || found.ends_with("+json") {
            let message = format!(
                "expected `{expected}`, found `{found}`: `send()` of the request decodes other responses, `send_bytes()` \
                 returns them as they came"
            );
            return Err(parts.describe_decode_error(
                "the response",
                None,
                DecodeError { path: String::new(), message },
            ));
        }
        let limit = parts.max_response_bytes;
        Ok(Self {
            frames,
            body: ByteStream::new(parts.stream.take().unwrap_or_default(), parts.operation.id),
            is_done: false,
            limit: usize::try_from(limit).unwrap_or(usize::MAX),
            request: parts.request.take(),
            parts: parts.clone_head(),
        })
    }

    /// Polls for the next frame; `None` at the end, and after an error of the connection.
    pub(crate) fn poll_frame(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<F::Frame, Error>>> {
        loop {
            if let Some(next) = self.next_buffered() {
                return Poll::Ready(next);
            }
            let chunk = ready!(self.body.poll_bytes(cx));
            if let Some(next) = self.receive(chunk) {
                return Poll::Ready(next);
            }
        }
    }

    /// Waits for the next frame.
    #[cfg(all(feature = "blocking", not(target_arch = "wasm32")))]
    pub(crate) fn wait_frame(&mut self) -> Option<Result<F::Frame, Error>> {
        loop {
            if let Some(next) = self.next_buffered() {
                return next;
            }
            let mut body =
                std::mem::replace(&mut self.body, ByteStream::new(<_>::default(), self.parts.operation.id));
            let read = crate::call::blocking::block_on(Box::pin(async move {
                let chunk = body.try_next().await.transpose();
                (body, chunk)
            }));
            let chunk = match read {
                Ok((body, chunk)) => {
                    self.body = body;
                    chunk
                }
                Err(error) => Some(Err(error)),
            };
            if let Some(next) = self.receive(chunk) {
                return next;
            }
        }
    }

    /// The frame that has arrived already, or the end; `None` if more bytes are needed.
    #[allow(clippy::option_option, reason = "that nothing is known yet is not the end")]
    fn next_buffered(&mut self) -> Option<Option<Result<F::Frame, Error>>> {
        match self.frames.next_frame() {
            Some(frame) => Some(Some(Ok(frame))),
            None if self.is_done => Some(None),
            None if self.frames.buffered() > self.limit => {
                self.is_done = true;
                let text = format!(
                    "a part of the response is longer than {} bytes: raise `max_response_bytes`",
                    self.limit
                );
                Some(Some(Err(self.error(ErrorKind::TooLarge, text))))
            }
            None => None,
        }
    }

    #[allow(clippy::option_option, reason = "that nothing is known yet is not the end")]
    fn receive(&mut self, chunk: Option<Result<Bytes, Error>>) -> Option<Option<Result<F::Frame, Error>>> {
        match chunk {
            Some(Ok(chunk)) => {
                self.frames.push(&chunk);
                None
            }
            Some(Err(error)) => {
                self.is_done = true;
                Some(Some(Err(error)))
            }
            None => {
                self.is_done = true;
                Some(match self.frames.finish() {
                    End::Complete(frame) => frame.map(Ok),
                    End::Partial(text) => Some(Err(self.error(ErrorKind::Transport, text.to_owned()))),
                })
            }
        }
    }

    /// Ends the stream.
    pub(crate) fn end(&mut self) {
        self.is_done = true;
        self.body = ByteStream::new(<_>::default(), self.parts.operation.id);
    }

    /// The request of this response, to be sent again.
    ///
    /// # Errors
    /// [`ErrorKind::Request`] if its body was a stream or a file, which can be read only once.
    pub(crate) fn request(&self) -> Result<Box<Draft>, Error> {
        self.request.as_ref().map(|draft| draft.duplicate()).ok_or_else(|| {
            let text = "the body of the request was a stream or a file, which can be sent only once: build the request again";
            Error::new(ErrorKind::Request, text).edit(|inner| inner.operation = self.parts.operation.id)
        })
    }

    /// The error of a frame that cannot be decoded. It does not end the stream.
    pub(crate) fn decode_error(&self, text: &str, source: DecodeError, what: &str) -> Error {
        let mut parts = self.parts.clone_head();
        parts.body = Bytes::copy_from_slice(text.as_bytes());
        parts.describe_decode_error(what, None, source)
    }

    fn error(&self, kind: ErrorKind, text: String) -> Error {
        let parts = self.parts.clone_head();
        parts.error(kind, text).edit(|inner| inner.outcome = Outcome::Processed)
    }

    /// The media type and the operation, for `Debug`.
    pub(crate) fn debug_head(&self) -> (&'static str, String) {
        let content_type = self.parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        (self.parts.operation.id, content_type.unwrap_or_default().to_owned())
    }
}
