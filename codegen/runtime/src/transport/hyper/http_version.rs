//! Sends a request over a connection, in the form that its version of HTTP and a proxy need.

use std::sync::Arc;

use http::{
    Request, Response, Uri,
    header::{Entry, HOST, PROXY_AUTHORIZATION},
};
use hyper::{
    body::Incoming,
    client::conn::{TrySendError, http1},
};

use super::{
    failure::Failure,
    proxy::Route,
    server::{Returning, Server},
};
use crate::transport::socket_body::OutgoingBody;

pub(super) type Http1 = http1::SendRequest<OutgoingBody>;
#[cfg(feature = "http2")]
type Http2 = hyper::client::conn::http2::SendRequest<OutgoingBody>;

/// A connection of HTTP/2, which many requests share.
#[derive(Clone)]
pub(super) struct Shared {
    #[cfg(feature = "http2")]
    pub(super) sender: Http2,
    /// Without HTTP/2 there is none.
    #[cfg(not(feature = "http2"))]
    never: std::convert::Infallible,
}

impl Shared {
    pub(super) fn is_open(&self) -> bool {
        #[cfg(feature = "http2")]
        return self.sender.is_ready();
        #[cfg(not(feature = "http2"))]
        match self.never {}
    }
}

/// The sending half of a connection.
pub(super) enum Sender {
    Http1(Http1),
    Http2(Shared),
}

/// A connection for one request.
pub(super) struct Lease {
    server: Arc<Server>,
    sender: Sender,
    /// Whether other requests used the connection before, so that it may be closed by now.
    is_reused: bool,
}

/// A response, and the connection that is free when its body ends.
pub(super) type Exchange = (Response<Incoming>, Option<Returning>);

/// What became of a request.
pub(super) enum Sent {
    Exchange(Exchange),
    /// The connection was closed before it took the request.
    Returned(Box<Request<OutgoingBody>>),
}

impl Lease {
    pub(super) fn new(server: Arc<Server>, sender: Sender, is_reused: bool) -> Self {
        Self { server, sender, is_reused }
    }

    pub(super) fn is_shared(&self) -> bool {
        matches!(self.sender, Sender::Http2(_))
    }

    pub(super) async fn send(self, mut request: Request<OutgoingBody>) -> Result<Sent, Failure> {
        let Self { server, sender, is_reused } = self;
        match sender {
            Sender::Http1(mut sender) => {
                prepare_http1(&mut request, &server)?;
                match sender.try_send_request(request).await {
                    Ok(response) => {
                        let returning = Returning::new(server, sender);
                        Ok(Sent::Exchange((response, Some(returning))))
                    }
                    Err(error) => take_back(error, is_reused),
                }
            }
            #[cfg(feature = "http2")]
            Sender::Http2(Shared { mut sender }) => {
                prepare_http2(&mut request, &server)?;
                match sender.try_send_request(request).await {
                    Ok(response) => Ok(Sent::Exchange((response, None))),
                    Err(error) => {
                        if error.message().is_some() {
                            server.discard_shared();
                        }
                        take_back(error, is_reused)
                    }
                }
            }
            #[cfg(not(feature = "http2"))]
            Sender::Http2(shared) => match shared.never {},
        }
    }
}

/// A request that a used connection did not take is sent over another one.
fn take_back(mut error: TrySendError<Request<OutgoingBody>>, is_reused: bool) -> Result<Sent, Failure> {
    match error.take_message() {
        Some(request) if is_reused => Ok(Sent::Returned(Box::new(request))),
        _ => Err(Failure::Broken(error.into_error())),
    }
}

/// HTTP/1.1 names the host in a header, and only a proxy needs the whole URL.
fn prepare_http1(request: &mut Request<OutgoingBody>, server: &Server) -> Result<(), Failure> {
    let headers = request.headers_mut();
    if let Entry::Vacant(host) = headers.entry(HOST) {
        host.insert(server.host.clone());
    }
    match &server.route {
        Route::Forward(proxy) => {
            if let Some(authorization) = &proxy.authorization
                && let Entry::Vacant(entry) = headers.entry(PROXY_AUTHORIZATION)
            {
                entry.insert(authorization.clone());
            }
            set_whole_uri(request, server)
        }
        Route::Direct | Route::Tunnel(_) => {
            let path = request.uri().path_and_query().cloned();
            *request.uri_mut() = path.map_or_else(Uri::default, Uri::from);
            Ok(())
        }
    }
}

/// HTTP/2 has the host in the URL.
#[cfg(feature = "http2")]
fn prepare_http2(request: &mut Request<OutgoingBody>, server: &Server) -> Result<(), Failure> {
    request.headers_mut().remove(HOST);
    set_whole_uri(request, server)
}

/// Restores a URL that was shortened for another connection.
fn set_whole_uri(request: &mut Request<OutgoingBody>, server: &Server) -> Result<(), Failure> {
    if request.uri().scheme().is_some() {
        return Ok(());
    }
    let mut parts = std::mem::take(request.uri_mut()).into_parts();
    parts.scheme = Some(server.scheme().clone());
    parts.authority = Some(server.authority().clone());
    *request.uri_mut() = Uri::from_parts(parts).map_err(|error| Failure::NotSent(error.into()))?;
    Ok(())
}
