//! The default transport: a pool of connections over hyper. Apart from these files and `socket_body.rs`, no other file uses hyper.

mod connect;
mod connections;
mod dial;
mod failure;
#[cfg(feature = "gzip")]
mod gzip;
mod http_version;
mod proxy;
mod server;
mod tunnel;

use std::sync::Arc;

use http::{
    HeaderValue,
    header::{ACCEPT, HeaderMap},
};

use self::{
    connect::Connector,
    connections::Connections,
    failure::Failure,
    http_version::{Exchange, Sent},
};
use crate::{
    transport::{
        SendState, Transport, TransportError,
        activity::{Pools, Watch},
        connection::ConnectionSettings,
        socket_body::{OutgoingBody, from_http_body},
    },
    wire::body::{Body, BoxError, BoxFuture},
};

/// A transport with a pool of connections, which clones share. It follows no redirects, and sends a request again only if the
/// connection did not take it.
#[derive(Clone, Debug)]
pub struct HyperTransport {
    pools: Arc<Pools<Connections>>,
    connector: Arc<Connector>,
}

impl HyperTransport {
    pub(crate) fn new(settings: &ConnectionSettings) -> Result<Self, BoxError> {
        let connector = Arc::new(Connector::new(settings)?);
        let pools = Arc::new(Pools::new(Box::new(|| Ok(Connections::default())))?);
        Ok(Self { pools, connector })
    }

    /// Like `new`, without proxies and without a connect timeout: for local servers, and for tests that pause the clock.
    pub fn without_proxy() -> Result<Self, BoxError> {
        Self::new(&ConnectionSettings::for_local_servers())
    }

    async fn exchange(
        &self,
        connections: &Connections,
        request: http::Request<OutgoingBody>,
    ) -> Result<Exchange, Failure> {
        let server = connections.server(request.uri(), &self.connector)?;
        let mut request = request;
        loop {
            let lease = server.lease(&self.connector).await?;
            match lease.send(request).await? {
                Sent::Exchange(exchange) => return Ok(exchange),
                // An idle connection was closed before it took the request. It is not in the pool any more.
                Sent::Returned(returned) => request = *returned,
            }
        }
    }
}

impl Transport for HyperTransport {
    fn send(
        &self,
        request: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        Box::pin(async move {
            let state = SendState::from_request(&request);
            let pool = self.pools.current();
            let activity = Arc::clone(&pool.activity);
            state.on_timeout(move || activity.retire());
            let mut request = request.map(|body| OutgoingBody::new(body, state.clone()));
            set_defaults(request.headers_mut());
            state.track();
            let mut watch = Watch::start(Arc::clone(&pool.activity), state.clone());
            match self.exchange(&pool.client, request).await {
                Ok((response, lease)) => {
                    watch.record_arrival();
                    Ok(convert_response(response, watch, lease))
                }
                Err(failure) => Err(watch.record_failure(failure.into_error(&state))),
            }
        })
    }
}

/// Sets the headers that every request has.
fn set_defaults(headers: &mut HeaderMap) {
    if !headers.contains_key(ACCEPT) {
        headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
    }
    // A part of a compressed body cannot be decompressed.
    #[cfg(feature = "gzip")]
    if !headers.contains_key(http::header::ACCEPT_ENCODING) && !headers.contains_key(http::header::RANGE) {
        headers.insert(http::header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
    }
}

fn convert_response(
    response: http::Response<hyper::body::Incoming>,
    watch: Watch,
    lease: Option<server::Returning>,
) -> http::Response<Body> {
    let response = response.map(|body| from_http_body(body, watch, lease, Into::into));
    #[cfg(feature = "gzip")]
    let response = gzip::decompress(response);
    response
}
