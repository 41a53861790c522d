//! The transport that uses `reqwest`. Apart from `ClientBuilder::http_client`, no other file uses that crate.

use std::{sync::OnceLock, time::Duration};

use http::{
    Uri,
    uri::{Authority, Scheme},
};

use crate::{
    transport::{Transport, TransportError},
    wire::body::{Body, BoxError, BoxFuture},
};

/// A transport that uses a `reqwest::Client` and its connection pool.
#[derive(Clone, Debug)]
pub struct ReqwestTransport {
    client: reqwest::Client,
    /// The first server that a request was sent to; nearly always the only one.
    server: OnceLock<Server>,
}

/// A server with its parsed URL: parsing the URL for each request takes longer than anything else in a small call.
#[derive(Clone, Debug)]
struct Server {
    scheme: Scheme,
    authority: Authority,
    url: reqwest::Url,
}

impl Server {
    fn from_uri(uri: &Uri) -> Option<Self> {
        let (scheme, authority) = (uri.scheme()?.clone(), uri.authority()?.clone());
        let url = reqwest::Url::parse(&format!("{scheme}://{authority}/")).ok()?;
        Some(Self { scheme, authority, url })
    }

    /// Converts the URI of a request to this server; `None` if the URI is on another server.
    fn to_url(&self, uri: &Uri) -> Option<reqwest::Url> {
        if uri.scheme() != Some(&self.scheme) || uri.authority() != Some(&self.authority) {
            return None;
        }
        let mut url = self.url.clone();
        url.set_path(uri.path());
        url.set_query(uri.query());
        Some(url)
    }
}

impl ReqwestTransport {
    /// A transport that does not follow redirects and does not retry.
    #[cfg(not(target_arch = "wasm32"))]
    pub(crate) fn new(connect_timeout: Duration) -> Result<Self, BoxError> {
        Self::build(reqwest::Client::builder().connect_timeout(connect_timeout))
    }

    /// Like `new`, without proxies and without a connect timeout: for local servers, and for tests that pause the clock.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn without_proxy() -> Result<Self, BoxError> {
        Self::build(reqwest::Client::builder().no_proxy())
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn build(builder: reqwest::ClientBuilder) -> Result<Self, BoxError> {
        let builder =
            builder.redirect(reqwest::redirect::Policy::none()).retry(reqwest::retry::never()).referer(false);
        #[cfg(feature = "rustls")]
        let builder = builder.tls_backend_preconfigured(super::tls::client_config()?);
        Ok(Self::from_client(builder.build()?))
    }

    #[cfg(target_arch = "wasm32")]
    pub(crate) fn new(_connect_timeout: Duration) -> Result<Self, BoxError> {
        Ok(Self::from_client(reqwest::Client::builder().build()?))
    }

    /// A transport that uses a client of the caller.
    pub(crate) fn from_client(client: reqwest::Client) -> Self {
        Self { client, server: OnceLock::new() }
    }

    fn to_reqwest(&self, request: http::Request<Body>) -> Result<reqwest::Request, TransportError> {
        let uri = request.uri();
        if self.server.get().is_none()
            && let Some(server) = Server::from_uri(uri)
        {
            let _ = self.server.set(server);
        }
        let Some(url) = self.server.get().and_then(|server| server.to_url(uri)) else {
            return reqwest::Request::try_from(request.map(body::to_reqwest))
                .map_err(|error| TransportError::before_sending(error.without_url()));
        };
        let (head, body) = request.into_parts();
        let mut request = reqwest::Request::new(head.method, url);
        *request.headers_mut() = head.headers;
        *request.body_mut() = Some(body::to_reqwest(body));
        Ok(request)
    }
}

impl Transport for ReqwestTransport {
    fn send(
        &self,
        request: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        #[cfg(not(target_arch = "wasm32"))]
        let request = self.to_reqwest(request);
        Box::pin(async move {
            #[cfg(target_arch = "wasm32")]
            let request = self.to_reqwest(body::buffered(request).await?);
            let response = self.client.execute(request?).await.map_err(transport_error)?;
            body::from_reqwest(response).await
        })
    }
}

/// Converts an error without its URL, which contains the credential if that is a query parameter.
fn transport_error(error: reqwest::Error) -> TransportError {
    let timeout = error.is_timeout();
    // A browser does not say whether it had connected.
    #[cfg(target_arch = "wasm32")]
    let connected = true;
    #[cfg(not(target_arch = "wasm32"))]
    let connected = !error.is_connect();
    let sent = connected && !error.is_builder();
    let error = error.without_url();
    let error =
        if sent { TransportError::after_sending(error) } else { TransportError::before_sending(error) };
    if timeout { error.timed_out() } else { error }
}

#[cfg(not(target_arch = "wasm32"))]
mod body {
    use std::{
        pin::Pin,
        task::{Context, Poll},
    };

    use bytes::Bytes;
    use futures_core::Stream;
    use http_body::{Body as _, Frame, SizeHint};

    use super::{Body, BoxError, TransportError};

    pub(super) fn to_reqwest(body: Body) -> reqwest::Body {
        match body.as_bytes() {
            Some(bytes) => bytes.clone().into(),
            None => reqwest::Body::wrap(OutgoingBody(body)),
        }
    }

    struct OutgoingBody(Body);

    impl http_body::Body for OutgoingBody {
        type Data = Bytes;
        type Error = BoxError;

        fn poll_frame(
            self: Pin<&mut Self>,
            cx: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
            self.get_mut().0.poll_chunk(cx).map(|chunk| chunk.map(|chunk| chunk.map(Frame::data)))
        }

        fn size_hint(&self) -> SizeHint {
            self.0.length().map_or_else(SizeHint::default, SizeHint::with_exact)
        }
    }

    #[expect(clippy::unused_async, reason = "the version for browsers awaits here")]
    pub(super) async fn from_reqwest(
        response: reqwest::Response,
    ) -> Result<http::Response<Body>, TransportError> {
        let response: http::Response<reqwest::Body> = response.into();
        Ok(response.map(|body| {
            let length = body.size_hint().exact();
            if length == Some(0) { Body::empty() } else { Body::stream(IncomingBody(body), length) }
        }))
    }

    struct IncomingBody(reqwest::Body);

    impl Stream for IncomingBody {
        type Item = Result<Bytes, BoxError>;

        fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
            loop {
                match std::task::ready!(Pin::new(&mut self.0).poll_frame(cx)) {
                    Some(Ok(frame)) => {
                        // Trailers are not used.
                        if let Ok(data) = frame.into_data() {
                            return Poll::Ready(Some(Ok(data)));
                        }
                    }
                    Some(Err(error)) => return Poll::Ready(Some(Err(error.without_url().into()))),
                    None => return Poll::Ready(None),
                }
            }
        }
    }
}

#[cfg(target_arch = "wasm32")]
mod body {
    use super::{Body, TransportError, transport_error};

    /// The most bytes of a stream that are buffered: the 32-bit memory of WebAssembly ends at 4 GiB.
    const MAX_BUFFERED_BYTES: usize = 256 * 1024 * 1024;

    /// Buffers the body of a request: browsers cannot send streams.
    pub(super) async fn buffered(
        request: http::Request<Body>,
    ) -> Result<http::Request<Body>, TransportError> {
        let (head, body) = request.into_parts();
        let bytes = body.buffer(MAX_BUFFERED_BYTES).await.map_err(TransportError::before_sending)?;
        Ok(http::Request::from_parts(head, bytes.into()))
    }

    /// Converts a buffered body.
    pub(super) fn to_reqwest(body: Body) -> reqwest::Body {
        body.as_bytes().cloned().unwrap_or_default().into()
    }

    pub(super) async fn from_reqwest(
        response: reqwest::Response,
    ) -> Result<http::Response<Body>, TransportError> {
        let mut head = http::Response::new(());
        *head.status_mut() = response.status();
        *head.headers_mut() = response.headers().clone();
        let bytes = response.bytes().await.map_err(transport_error)?;
        Ok(head.map(|()| Body::from(bytes)))
    }
}
