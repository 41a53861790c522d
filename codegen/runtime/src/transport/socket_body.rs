//! Converts bodies between the types of this crate and those of `http_body`, which hyper and `reqwest` use.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use futures_core::Stream;
use http_body::{Body as HttpBody, Frame, SizeHint};

use crate::{
    transport::{activity::Watch, send_state::SendState},
    wire::body::{Body, BoxError},
};

/// A body that notes when a connection takes the request: each version of HTTP looks at the body before it writes the head,
/// to choose the framing. So this tells about requests without a body too.
pub(super) struct OutgoingBody {
    body: Body,
    state: SendState,
}

impl OutgoingBody {
    pub(super) fn new(body: Body, state: SendState) -> Self {
        Self { body, state }
    }
}

impl HttpBody for OutgoingBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = self.get_mut();
        this.state.mark_sent();
        this.body.poll_chunk(cx).map(|chunk| chunk.map(|chunk| chunk.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        self.state.mark_sent();
        self.body.as_bytes().is_some_and(Bytes::is_empty)
    }

    fn size_hint(&self) -> SizeHint {
        // All that HTTP/3 asks for. A layer of `reqwest` for redirects asks too, but before the request is tracked.
        self.state.mark_sent_if_tracked();
        self.body.length().map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}

/// A stream of the body of a response. `lease` is dropped when the body ends.
pub(super) fn from_http_body<B, L>(
    body: B,
    watch: Watch,
    lease: L,
    describe: fn(B::Error) -> BoxError,
) -> Body
where
    B: HttpBody<Data = Bytes> + Send + Unpin + 'static,
    L: Send + Unpin + 'static,
{
    let length = body.size_hint().exact();
    if length == Some(0) {
        return Body::empty();
    }
    Body::stream(IncomingBody { body, watch, lease: Some(lease), describe }, length)
}

/// Fields are dropped in this order: a connection is free only once it knows that its body is not read any more.
struct IncomingBody<B: HttpBody, L> {
    body: B,
    watch: Watch,
    lease: Option<L>,
    describe: fn(B::Error) -> BoxError,
}

impl<B, L> Stream for IncomingBody<B, L>
where
    B: HttpBody<Data = Bytes> + Unpin,
    L: Unpin,
{
    type Item = Result<Bytes, BoxError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(cx) else {
                this.watch.wait();
                return Poll::Pending;
            };
            match frame {
                Some(Ok(frame)) => {
                    this.watch.record_arrival();
                    // Trailers are not used.
                    if let Ok(data) = frame.into_data() {
                        return Poll::Ready(Some(Ok(data)));
                    }
                }
                Some(Err(error)) => {
                    this.watch.finish();
                    return Poll::Ready(Some(Err((this.describe)(error))));
                }
                None => {
                    this.watch.finish();
                    this.lease = None;
                    return Poll::Ready(None);
                }
            }
        }
    }
}
