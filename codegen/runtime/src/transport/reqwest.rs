//! The transport on `reqwest`. The only file that names it beside the constructor that takes the user's own client.

use std::{sync::OnceLock, time::Duration};

use http::{
    Uri,
    uri::{Authority, Scheme},
};

use crate::{
    transport::{Transport, TransportError},
    wire::body::{Body, BoxError, BoxFuture},
};

/// A transport on a `reqwest::Client`, with its pool of connections.
#[derive(Clone, Debug)]
pub struct ReqwestTransport {
    client: reqwest::Client,
    /// The first server that was asked, which nearly always is the only one.
    server: OnceLock<Server>,
}

/// A server, with its address as reqwest has it: to parse that for each call is what costs most of a small one.
#[derive(Clone, Debug)]
struct Server {
    scheme: Scheme,
    authority: Authority,
    url: reqwest::Url,
}

impl Server {
    fn of(uri: &Uri) -> Option<Self> {
        let (scheme, authority) = (uri.scheme()?.clone(), uri.authority()?.clone());
        let url = reqwest::Url::parse(&format!("{scheme}://{authority}/")).ok()?;
        Some(Self { scheme, authority, url })
    }

    /// The address of something on this server; `None` if it stands on another.
    fn url(&self, uri: &Uri) -> Option<reqwest::Url> {
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
    /// A client that follows no redirect and sends nothing twice.
    #[cfg(not(target_arch = "wasm32"))]
    pub(crate) fn new(connect_timeout: Duration) -> Result<Self, BoxError> {
        Self::build(reqwest::Client::builder().connect_timeout(connect_timeout))
    }

    /// The same past any proxy and without a bound on connecting: for servers on this machine, and tests whose clock is
    /// paused.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn direct() -> Result<Self, BoxError> {
        Self::build(reqwest::Client::builder().no_proxy())
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn build(builder: reqwest::ClientBuilder) -> Result<Self, BoxError> {
        let builder =
            builder.redirect(reqwest::redirect::Policy::none()).retry(reqwest::retry::never()).referer(false);
        #[cfg(feature = "rustls")]
        let builder = builder.tls_backend_preconfigured(super::tls::configuration()?);
        Ok(Self::of(builder.build()?))
    }

    #[cfg(target_arch = "wasm32")]
    pub(crate) fn new(_connect_timeout: Duration) -> Result<Self, BoxError> {
        Ok(Self::of(reqwest::Client::builder().build()?))
    }

    pub(crate) fn of(client: reqwest::Client) -> Self {
        Self { client, server: OnceLock::new() }
    }

    fn request(&self, request: http::Request<Body>) -> Result<reqwest::Request, TransportError> {
        let uri = request.uri();
        if self.server.get().is_none()
            && let Some(server) = Server::of(uri)
        {
            let _ = self.server.set(server);
        }
        let Some(url) = self.server.get().and_then(|server| server.url(uri)) else {
            return reqwest::Request::try_from(request.map(stream::outgoing))
                .map_err(|error| TransportError::before_sending(error.without_url()));
        };
        let (head, body) = request.into_parts();
        let mut request = reqwest::Request::new(head.method, url);
        *request.headers_mut() = head.headers;
        *request.body_mut() = Some(stream::outgoing(body));
        Ok(request)
    }
}

impl Transport for ReqwestTransport {
    fn send(
        &self,
        request: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        #[cfg(not(target_arch = "wasm32"))]
        let request = self.request(request);
        Box::pin(async move {
            #[cfg(target_arch = "wasm32")]
            let request = self.request(stream::gathered(request).await?);
            let response = self.client.execute(request?).await.map_err(fault)?;
            stream::incoming(response).await
        })
    }
}

/// The URL is left out of what is kept: where the credential is a query parameter it holds it.
fn fault(error: reqwest::Error) -> TransportError {
    let timeout = error.is_timeout();
    // A browser does not tell whether there was a connection.
    #[cfg(target_arch = "wasm32")]
    let connected = true;
    #[cfg(not(target_arch = "wasm32"))]
    let connected = !error.is_connect();
    let sent = connected && !error.is_builder();
    let error = error.without_url();
    let fault =
        if sent { TransportError::after_sending(error) } else { TransportError::before_sending(error) };
    if timeout { fault.timed_out() } else { fault }
}

#[cfg(not(target_arch = "wasm32"))]
mod stream {
    use std::{
        pin::Pin,
        task::{Context, Poll},
    };

    use bytes::Bytes;
    use futures_core::Stream;
    use http_body::{Body as _, Frame, SizeHint};

    use super::{Body, BoxError, TransportError};

    pub(super) fn outgoing(body: Body) -> reqwest::Body {
        match body.as_bytes() {
            Some(bytes) => bytes.clone().into(),
            None => reqwest::Body::wrap(Outgoing(body)),
        }
    }

    struct Outgoing(Body);

    impl http_body::Body for Outgoing {
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

    #[expect(clippy::unused_async, reason = "a browser has to wait here")]
    pub(super) async fn incoming(
        response: reqwest::Response,
    ) -> Result<http::Response<Body>, TransportError> {
        let response: http::Response<reqwest::Body> = response.into();
        Ok(response.map(|body| {
            let length = body.size_hint().exact();
            if length == Some(0) { Body::empty() } else { Body::stream(Incoming(body), length) }
        }))
    }

    struct Incoming(reqwest::Body);

    impl Stream for Incoming {
        type Item = Result<Bytes, BoxError>;

        fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
            loop {
                match std::task::ready!(Pin::new(&mut self.0).poll_frame(cx)) {
                    Some(Ok(frame)) => {
                        // Trailers carry nothing that is used here.
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
mod stream {
    use super::{Body, TransportError, fault};

    /// How many bytes of a stream are gathered at most: a page has some GiB of memory for everything.
    const GATHERED: usize = 256 * 1024 * 1024;

    /// The request with its body at once, since browsers send bodies whole.
    pub(super) async fn gathered(
        request: http::Request<Body>,
    ) -> Result<http::Request<Body>, TransportError> {
        let (head, body) = request.into_parts();
        let bytes = body.whole(GATHERED).await.map_err(TransportError::before_sending)?;
        Ok(http::Request::from_parts(head, bytes.into()))
    }

    /// The bytes that were gathered.
    pub(super) fn outgoing(body: Body) -> reqwest::Body {
        body.as_bytes().cloned().unwrap_or_default().into()
    }

    pub(super) async fn incoming(
        response: reqwest::Response,
    ) -> Result<http::Response<Body>, TransportError> {
        let mut answer = http::Response::new(());
        *answer.status_mut() = response.status();
        *answer.headers_mut() = response.headers().clone();
        let bytes = response.bytes().await.map_err(fault)?;
        Ok(answer.map(|()| Body::from(bytes)))
    }
}
