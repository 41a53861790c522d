//! The transport that uses `reqwest`: for a client of the application, with `native-tls`, and in a browser. Apart from
//! `ClientBuilder::http_client`, no other file uses that crate.

#[cfg(not(target_arch = "wasm32"))]
mod body;
#[cfg(target_arch = "wasm32")]
#[path = "reqwest/browser.rs"]
mod body;
#[cfg(not(any(
    all(feature = "hyper", any(feature = "rustls", not(feature = "native-tls"))),
    target_arch = "wasm32"
)))]
mod configure;
mod failure;
#[cfg(not(target_arch = "wasm32"))]
mod redirect;

use std::sync::{Arc, OnceLock};

use http::{
    Uri,
    uri::{Authority, Scheme},
};

#[cfg(not(target_arch = "wasm32"))]
use crate::transport::activity::{Pools, Watch};
use crate::{
    transport::{SendState, Transport, TransportError},
    wire::body::{Body, BoxFuture},
};

/// A transport that uses a `reqwest::Client` and its connection pool. Clones share them.
#[derive(Clone, Debug)]
#[allow(unreachable_pub, reason = "public where it is the default transport")]
pub struct ReqwestTransport {
    #[cfg(not(target_arch = "wasm32"))]
    pools: Arc<Pools<reqwest::Client>>,
    #[cfg(target_arch = "wasm32")]
    client: Arc<reqwest::Client>,
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

#[cfg(not(target_arch = "wasm32"))]
impl ReqwestTransport {
    /// A transport that uses a client of the caller.
    pub(crate) fn from_client(client: reqwest::Client) -> Self {
        Self { pools: Arc::new(Pools::from_client(client)), server: OnceLock::new() }
    }
}

#[cfg(target_arch = "wasm32")]
impl ReqwestTransport {
    pub(crate) fn new(
        settings: &crate::transport::connection::ConnectionSettings,
    ) -> Result<Self, crate::wire::body::BoxError> {
        if let Some(name) = settings.find_security_setting() {
            return Err(format!("a browser has no setting for this: {name}").into());
        }
        Ok(Self::from_client(reqwest::Client::builder().build()?))
    }

    /// A transport that uses a client of the caller.
    pub(crate) fn from_client(client: reqwest::Client) -> Self {
        Self { client: Arc::new(client), server: OnceLock::new() }
    }
}

impl ReqwestTransport {
    fn to_reqwest(
        &self,
        request: http::Request<Body>,
        state: &SendState,
    ) -> Result<reqwest::Request, TransportError> {
        let uri = request.uri();
        if self.server.get().is_none()
            && let Some(server) = Server::from_uri(uri)
        {
            let _ = self.server.set(server);
        }
        let Some(url) = self.server.get().and_then(|server| server.to_url(uri)) else {
            let request = request.map(|body| body::to_reqwest(body, state.clone()));
            return reqwest::Request::try_from(request)
                .map_err(|error| TransportError::before_sending(error.without_url()));
        };
        let (head, body) = request.into_parts();
        let mut request = reqwest::Request::new(head.method, url);
        *request.headers_mut() = head.headers;
        *request.body_mut() = Some(body::to_reqwest(body, state.clone()));
        Ok(request)
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl Transport for ReqwestTransport {
    fn send(
        &self,
        request: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        let state = SendState::from_request(&request);
        let request = self.to_reqwest(request, &state);
        Box::pin(async move {
            let request = request?;
            let pool = self.pools.current();
            let requested = self.pools.is_foreign().then(|| request.url().clone());
            let activity = Arc::clone(&pool.activity);
            state.on_timeout(move || activity.retire());
            // Returns a future that did nothing yet, except that layers of `reqwest` looked at the body.
            let exchange = pool.client.execute(request);
            state.track();
            let mut watch = Watch::start(Arc::clone(&pool.activity), state.clone());
            let response = match exchange.await {
                Ok(response) => response,
                Err(error) => return Err(watch.record_failure(failure::from_error(error, &state))),
            };
            watch.record_arrival();
            if let Some(requested) = requested {
                redirect::check_origin(&requested, response.url())?;
            }
            Ok(body::from_reqwest(response, watch))
        })
    }
}

#[cfg(target_arch = "wasm32")]
impl Transport for ReqwestTransport {
    fn send(
        &self,
        request: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        let state = SendState::from_request(&request);
        Box::pin(async move {
            let request = self.to_reqwest(body::buffer_request(request).await?, &state)?;
            let response =
                self.client.execute(request).await.map_err(|error| failure::from_error(error, &state))?;
            body::from_reqwest(response, &state).await
        })
    }
}
