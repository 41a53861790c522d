//! The `tower` layer: verifies a delivery before the inner service runs.

use std::{
    error::Error as StdError,
    fmt,
    sync::Arc,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{Request, Response, header};
use http_body::Body;
use http_body_util::Full;
use tower_layer::Layer;
use tower_service::Service;

use super::{body::read_body, error::WebhookError, scheme::Events, verifier::WebhookVerifier};
use crate::wire::body::BoxFuture;

/// Verifies deliveries in front of any `tower` service.
///
/// The inner service receives the request with its body unchanged, and finds the [`Delivery`](super::Delivery) in an `Arc`
/// among the request's extensions. If the verification fails, the inner service does not run and the response has the status
/// and the reason of the [`WebhookError`].
///
/// ```
/// # use std::{convert::Infallible, sync::Arc};
/// # use bytes::Bytes;
/// # use http::{Request, Response};
/// # use http_body_util::Full;
/// # use tower::{ServiceBuilder, service_fn};
/// # use openapi_client_runtime::webhooks::{Delivery, Events, WebhookVerifier, WebhookError, VerifyLayer};
/// # fn example<Event: Events + Send + Sync + 'static>() -> Result<(), WebhookError> {
/// let service = ServiceBuilder::new().layer(VerifyLayer::new(WebhookVerifier::<Event>::from_env()?)).service(service_fn(
///     async |request: Request<Full<Bytes>>| {
///         let delivery = request.extensions().get::<Arc<Delivery<Event>>>();
///         println!("received {:?}", delivery.map(|delivery| &delivery.id));
///         Ok::<_, Infallible>(Response::new(Full::<Bytes>::default()))
///     },
/// ));
/// # fn check<S: tower::Service<Request<Full<Bytes>>>>(_: S) {}
/// # check(service);
/// # Ok(())
/// # }
/// ```
pub struct VerifyLayer<E>(WebhookVerifier<E>);

impl<E> VerifyLayer<E> {
    /// Creates a layer that uses this verifier.
    #[must_use]
    pub fn new(verifier: WebhookVerifier<E>) -> Self {
        Self(verifier)
    }
}

impl<E> Clone for VerifyLayer<E> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<E> fmt::Debug for VerifyLayer<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("VerifyLayer").field(&self.0).finish()
    }
}

impl<S, E> Layer<S> for VerifyLayer<E> {
    type Service = Verify<S, E>;

    fn layer(&self, inner: S) -> Verify<S, E> {
        Verify { inner, verifier: self.0.clone() }
    }
}

/// The service that a [`VerifyLayer`] creates.
pub struct Verify<S, E> {
    inner: S,
    verifier: WebhookVerifier<E>,
}

impl<S, E, B, R> Service<Request<B>> for Verify<S, E>
where
    S: Service<Request<Full<Bytes>>, Response = Response<R>> + Clone + Send + 'static,
    S::Future: Send,
    E: Events + Send + Sync + 'static,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn StdError + Send + Sync>>,
    R: From<Bytes>,
{
    type Response = Response<R>;
    type Error = S::Error;
    type Future = BoxFuture<'static, Result<Response<R>, S::Error>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        // `poll_ready` made this service ready, not its clone: call this one and keep the clone.
        let clone = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, clone);
        let verifier = self.verifier.clone();
        Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            let result = read_body(body, verifier.body_limit()).await;
            let result = result
                .and_then(|body| verifier.verify(&parts.headers, &body).map(|delivery| (delivery, body)));
            match result {
                Ok((delivery, body)) => {
                    parts.extensions.insert(Arc::new(delivery));
                    inner.call(Request::from_parts(parts, Full::new(body))).await
                }
                Err(error) => Ok(error_response(&error)),
            }
        })
    }
}

fn error_response<R: From<Bytes>>(error: &WebhookError) -> Response<R> {
    let mut response = Response::new(R::from(Bytes::from_static(error.reason().as_bytes())));
    *response.status_mut() = error.status();
    let content_type = header::HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    response
}

impl<S: Clone, E> Clone for Verify<S, E> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), verifier: self.verifier.clone() }
    }
}

impl<S: fmt::Debug, E> fmt::Debug for Verify<S, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verify").field("inner", &self.inner).field("verifier", &self.verifier).finish()
    }
}
