//! The transport as a `tower` service, and `tower` services as transports.

use std::{
    fmt,
    future::poll_fn,
    sync::Arc,
    task::{Context, Poll},
};

use tower_service::Service;

use crate::{
    transport::{SendState, Transport, TransportError},
    wire::body::{Body, BoxError, BoxFuture, MaybeSend},
};

/// A [`Transport`] as a `tower` service: what a layer of [`ClientBuilder::layer`](crate::ClientBuilder::layer) wraps.
///
/// It is always ready. Each call is one attempt of a request and carries its credential.
#[derive(Clone, Debug)]
#[cfg_attr(openapi_client_docs, doc(cfg(feature = "tower")))]
pub struct TransportService(Arc<dyn Transport>);

impl TransportService {
    /// Makes a service of a transport.
    pub fn new(transport: impl Transport + 'static) -> Self {
        Self(Arc::new(transport))
    }

    pub(crate) fn from_shared(transport: Arc<dyn Transport>) -> Self {
        Self(transport)
    }
}

impl Service<http::Request<Body>> for TransportService {
    type Response = http::Response<Body>;
    type Error = TransportError;
    type Future = BoxFuture<'static, Result<http::Response<Body>, TransportError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let transport = Arc::clone(&self.0);
        Box::pin(async move { transport.send(request).await })
    }
}

/// A `tower` service as a [`Transport`].
///
/// An error of the service that is not a [`TransportError`], such as one of a timeout, counts as one after which the server
/// may have received the request, unless a transport inside the service tracks the request and did not send it yet (see
/// [`SendState`]), or the service was not ready for it.
#[derive(Clone)]
#[cfg_attr(openapi_client_docs, doc(cfg(feature = "tower")))]
pub struct ServiceTransport<S>(S);

impl<S> ServiceTransport<S> {
    /// Makes a transport of a service. Each request uses a clone of it.
    pub fn new(service: S) -> Self {
        Self(service)
    }
}

impl<S> Transport for ServiceTransport<S>
where
    S: Service<http::Request<Body>, Response = http::Response<Body>> + Clone + Send + Sync + 'static,
    S::Error: Into<BoxError>,
    S::Future: MaybeSend,
{
    fn send(
        &self,
        request: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        let mut service = self.0.clone();
        Box::pin(async move {
            let state = SendState::from_request(&request);
            // A service that fails to get ready has not seen the request.
            poll_fn(|cx| service.poll_ready(cx)).await.map_err(|error| {
                unwrap_transport_error(error.into()).unwrap_or_else(TransportError::before_sending)
            })?;
            service.call(request).await.map_err(|error| {
                unwrap_transport_error(error.into()).unwrap_or_else(|error| {
                    if state.may_have_been_sent() {
                        TransportError::after_sending(error)
                    } else {
                        TransportError::before_sending(error)
                    }
                })
            })
        })
    }
}

/// Layers often box the errors of the service that they wrap.
fn unwrap_transport_error(error: BoxError) -> Result<TransportError, BoxError> {
    error.downcast::<TransportError>().map(|error| *error)
}

impl<S> fmt::Debug for ServiceTransport<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServiceTransport")
    }
}
