//! Converts bodies between the types of this crate and those of `reqwest`.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use futures_core::Stream;
use http_body::{Body as _, Frame, SizeHint};

use super::pool::Watch;
use crate::{
    transport::SendState,
    wire::body::{Body, BoxError},
};

pub(super) fn to_reqwest(body: Body, state: SendState) -> reqwest::Body {
    reqwest::Body::wrap(OutgoingBody { body, state })
}

/// A body that notes when a connection takes the request: each version of HTTP looks at the body before it writes the head,
/// to choose the framing. So this tells about requests without a body too.
struct OutgoingBody {
    body: Body,
    state: SendState,
}

impl http_body::Body for OutgoingBody {
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
        // All that HTTP/3 asks for. The layer for redirects asks too, but before the request is tracked.
        self.state.mark_sent_if_tracked();
        self.body.length().map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}

pub(super) fn from_reqwest(response: reqwest::Response, watch: Watch) -> http::Response<Body> {
    let response: http::Response<reqwest::Body> = response.into();
    response.map(|body| {
        let length = body.size_hint().exact();
        if length == Some(0) { Body::empty() } else { Body::stream(IncomingBody { body, watch }, length) }
    })
}

struct IncomingBody {
    body: reqwest::Body,
    watch: Watch,
}

impl Stream for IncomingBody {
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
                    return Poll::Ready(Some(Err(error.without_url().into())));
                }
                None => {
                    this.watch.finish();
                    return Poll::Ready(None);
                }
            }
        }
    }
}
