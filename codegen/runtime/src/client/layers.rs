//! `tower` layers around the transport.

use std::sync::Arc;

use tower_layer::Layer;
use tower_service::Service;

use crate::{
    client::builder::ClientBuilder,
    transport::tower::{ServiceTransport, TransportService},
    wire::body::{Body, BoxError, MaybeSend},
};

impl<C> ClientBuilder<C> {
    /// Wraps the transport in a `tower` layer, for example for tracing, metrics, caching or fault injection. Of several
    /// layers, the last one sees a request first.
    ///
    /// A layer sees each attempt of a call, with its credential. It must not retry or follow redirects: the client does the
    /// former where it is safe, and the latter would send the request elsewhere. An error that it adds counts as one after
    /// which the server may have received the request; [`TransportError::before_sending`] and
    /// [`refused`](crate::TransportError::refused) say otherwise.
    ///
    /// [`TransportError::before_sending`]: crate::TransportError::before_sending
    ///
    /// ```
    /// use std::{
    ///     sync::{Arc, atomic::{AtomicUsize, Ordering}},
    ///     task::{Context, Poll},
    /// };
    ///
    /// # use openapi_client_runtime::{Body, ClientBuilder, TransportService};
    /// use tower::Service;
    ///
    /// /// Counts requests.
    /// #[derive(Clone)]
    /// struct Counted<S> {
    ///     inner: S,
    ///     count: Arc<AtomicUsize>,
    /// }
    ///
    /// impl<S: Service<http::Request<Body>>> Service<http::Request<Body>> for Counted<S> {
    ///     type Response = S::Response;
    ///     type Error = S::Error;
    ///     type Future = S::Future;
    ///
    ///     fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
    ///         self.inner.poll_ready(cx)
    ///     }
    ///
    ///     fn call(&mut self, request: http::Request<Body>) -> S::Future {
    ///         self.count.fetch_add(1, Ordering::Relaxed);
    ///         self.inner.call(request)
    ///     }
    /// }
    ///
    /// fn count_requests<C>(builder: ClientBuilder<C>, count: Arc<AtomicUsize>) -> ClientBuilder<C> {
    ///     let layer = move |inner: TransportService| Counted { inner, count: Arc::clone(&count) };
    ///     builder.layer(tower::layer::layer_fn(layer))
    /// }
    /// ```
    #[cfg_attr(openapi_client_docs, doc(cfg(feature = "tower")))]
    pub fn layer<L>(self, layer: L) -> Self
    where
        L: Layer<TransportService> + Send + Sync + 'static,
        L::Service:
            Service<http::Request<Body>, Response = http::Response<Body>> + Clone + Send + Sync + 'static,
        <L::Service as Service<http::Request<Body>>>::Error: Into<BoxError>,
        <L::Service as Service<http::Request<Body>>>::Future: MaybeSend,
    {
        self.set(|settings| {
            settings.wrappers.push(Box::new(move |transport| {
                let service = layer.layer(TransportService::from_shared(transport));
                Arc::new(ServiceTransport::new(service))
            }));
        })
    }
}
