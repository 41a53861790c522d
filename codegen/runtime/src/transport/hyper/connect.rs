//! Makes connections: TCP, a proxy if there is one, TLS, and the version of HTTP.

use std::{sync::Arc, time::Duration};

use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};

use super::{
    dial::dial,
    failure::Failure,
    http_version::Sender,
    proxy::{Proxy, Route, Rules},
    server::{Server, default_port},
    tunnel::open_tunnel,
};
use crate::{
    clock,
    transport::connection::ConnectionSettings,
    wire::body::{BoxError, BoxFuture},
};

/// The settings of new connections.
#[derive(Debug)]
pub(super) struct Connector {
    settings: ConnectionSettings,
    rules: Rules,
    #[cfg(feature = "rustls")]
    tls: Arc<rustls::ClientConfig>,
}

/// A connection of TCP, or one of TLS over it.
trait Io: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

/// Boxed, so that hyper is compiled for one type.
type Stream = Box<dyn Io>;

impl Connector {
    pub(super) fn new(settings: &ConnectionSettings) -> Result<Self, BoxError> {
        Ok(Self {
            settings: settings.clone(),
            rules: Rules::new(settings)?,
            #[cfg(feature = "rustls")]
            tls: Arc::new(crate::transport::tls::client_config(settings)?),
        })
    }

    pub(super) fn find_route(&self, uri: &http::Uri) -> Result<Route, BoxError> {
        match uri.scheme_str() {
            Some("http") => {}
            Some("https") if cfg!(feature = "rustls") => {}
            Some("https") => return Err("`https` needs the feature `rustls`".into()),
            _ => return Err("the scheme of the URL is neither http nor https".into()),
        }
        self.rules.find_route(uri)
    }

    pub(super) fn speaks_http2_only(&self) -> bool {
        cfg!(feature = "http2") && self.settings.http2_prior_knowledge
    }

    /// Connects to the server, within the timeout.
    pub(super) fn connect(
        self: &Arc<Self>,
        server: Arc<Server>,
    ) -> BoxFuture<'static, Result<Sender, Failure>> {
        let connector = Arc::clone(self);
        Box::pin(async move {
            let timeout = connector.settings.connect_timeout;
            match clock::timeout(timeout, connector.open(&server)).await {
                Some(result) => result.map_err(Failure::NotSent),
                None => Err(Failure::ConnectTimeout(describe_timeout(timeout.unwrap_or_default()))),
            }
        })
    }

    async fn open(&self, server: &Server) -> Result<Sender, BoxError> {
        let (stream, has_http2) = match &server.route {
            Route::Direct => {
                let stream = self.dial(server.authority().host(), server.port()).await?;
                self.secure_if_needed(server, stream).await?
            }
            Route::Forward(proxy) => (self.reach_proxy(proxy).await?, false),
            Route::Tunnel(proxy) => {
                let mut stream = self.reach_proxy(proxy).await?;
                let target = format!("{}:{}", server.authority().host(), server.port());
                open_tunnel(&mut stream, &target, proxy.authorization.as_ref()).await?;
                self.secure_if_needed(server, stream).await?
            }
        };
        self.shake_hands(stream, has_http2 || self.speaks_http2_only()).await
    }

    // Boxed, as the next ones: they are called in several places, and would be compiled for each.
    fn dial<'a>(&self, host: &'a str, port: u16) -> BoxFuture<'a, Result<Stream, BoxError>> {
        let keep_alive = self.settings.tcp_keep_alive;
        Box::pin(async move {
            let stream: Stream = Box::new(dial(host, port, keep_alive).await?);
            Ok(stream)
        })
    }

    fn reach_proxy<'a>(&'a self, proxy: &'a Proxy) -> BoxFuture<'a, Result<Stream, BoxError>> {
        Box::pin(async move {
            let host = proxy.uri.host().unwrap_or_default();
            let is_tls = proxy.uri.scheme_str() == Some("https");
            let port = proxy.uri.port_u16().unwrap_or(default_port(is_tls));
            let stream = self.dial(host, port).await?;
            if is_tls { self.secure(host, stream, false).await.map(|(stream, _)| stream) } else { Ok(stream) }
        })
    }

    async fn secure_if_needed(&self, server: &Server, stream: Stream) -> Result<(Stream, bool), BoxError> {
        if server.is_tls() {
            self.secure(server.authority().host(), stream, true).await
        } else {
            Ok((stream, false))
        }
    }

    /// TLS over the stream, and whether both sides chose HTTP/2.
    #[cfg(feature = "rustls")]
    fn secure<'a>(
        &self,
        host: &'a str,
        stream: Stream,
        negotiates: bool,
    ) -> BoxFuture<'a, Result<(Stream, bool), BoxError>> {
        let connector = tokio_rustls::TlsConnector::from(Arc::clone(&self.tls));
        let protocols = if negotiates { self.tls.alpn_protocols.clone() } else { Vec::new() };
        Box::pin(async move {
            let name = rustls::pki_types::ServerName::try_from(super::dial::strip_brackets(host).to_owned())?;
            let stream = connector.with_alpn(protocols).connect(name, stream).await?;
            let has_http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
            let stream: Stream = Box::new(stream);
            Ok((stream, has_http2))
        })
    }

    #[cfg(not(feature = "rustls"))]
    #[allow(clippy::unused_async, reason = "with TLS it waits")]
    async fn secure(&self, _: &str, _: Stream, _: bool) -> Result<(Stream, bool), BoxError> {
        Err("`https` needs the feature `rustls`".into())
    }

    async fn shake_hands(&self, stream: Stream, has_http2: bool) -> Result<Sender, BoxError> {
        let stream = TokioIo::new(stream);
        #[cfg(feature = "http2")]
        if has_http2 {
            return self.shake_hands_http2(stream).await;
        }
        let _ = has_http2;
        let (sender, connection) = hyper::client::conn::http1::handshake(stream).await?;
        // Its errors are also those of the request.
        clock::spawn(Box::pin(async move {
            let _ = connection.await;
        }));
        Ok(Sender::Http1(sender))
    }

    #[cfg(feature = "http2")]
    async fn shake_hands_http2(&self, stream: TokioIo<Stream>) -> Result<Sender, BoxError> {
        use super::http_version::Shared;
        use hyper_util::rt::TokioTimer;

        let (sender, connection) = hyper::client::conn::http2::Builder::new(Executor)
            .timer(TokioTimer::new())
            .keep_alive_interval(self.settings.http2_ping_interval)
            .keep_alive_timeout(self.settings.http2_ping_timeout)
            .keep_alive_while_idle(true)
            .handshake(stream)
            .await?;
        clock::spawn(Box::pin(async move {
            let _ = connection.await;
        }));
        Ok(Sender::Http2(Shared { sender }))
    }
}

/// Runs the tasks of a connection of HTTP/2.
#[cfg(feature = "http2")]
#[derive(Clone)]
struct Executor;

#[cfg(feature = "http2")]
impl<F: Future<Output = ()> + Send + 'static> hyper::rt::Executor<F> for Executor {
    fn execute(&self, future: F) {
        clock::spawn(Box::pin(future));
    }
}

fn describe_timeout(timeout: Duration) -> BoxError {
    format!("no connection within {} s", timeout.as_secs_f64()).into()
}
