//! The endpoint as a `tower` service.

use std::{
    convert::Infallible,
    error::Error as StdError,
    fmt,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::Full;
use openapi_client_runtime::webhooks::Events;
use tower_service::Service;

use crate::{endpoint::receive_request, inbox::Inbox, review::BoxFuture};

/// Receives deliveries, for any server that serves a `tower` service. [`Inbox::service`] creates it.
///
/// It accepts POST. The response is 204 once the event is committed, otherwise the status of the
/// [`ReceiveError`](crate::ReceiveError) with its reason.
pub struct ReceiveService<E>(Inbox<E>);

impl<E: Events + Send + Sync + 'static> Inbox<E> {
    /// A `tower` service that receives deliveries.
    #[must_use]
    #[cfg_attr(openapi_client_docs, doc(cfg(feature = "tower")))]
    pub fn service(&self) -> ReceiveService<E> {
        ReceiveService(self.clone())
    }
}

impl<E, B> Service<Request<B>> for ReceiveService<E>
where
    E: Events + Send + Sync + 'static,
    B: http_body::Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn StdError + Send + Sync>>,
{
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let inbox = self.0.clone();
        Box::pin(async move {
            if request.method() != Method::POST {
                let mut response =
                    create_response(StatusCode::METHOD_NOT_ALLOWED, "deliveries are sent with POST");
                response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
                return Ok(response);
            }
            let (parts, body) = request.into_parts();
            let (status, reason) = receive_request(&inbox, &parts.headers, body).await;
            Ok(create_response(status, reason))
        })
    }
}

fn create_response(status: StatusCode, text: &'static str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from_static(text.as_bytes())));
    *response.status_mut() = status;
    if !text.is_empty() {
        let content_type = HeaderValue::from_static("text/plain; charset=utf-8");
        response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    }
    response
}

impl<E> Clone for ReceiveService<E> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<E> fmt::Debug for ReceiveService<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ReceiveService").field(&self.0).finish()
    }
}
