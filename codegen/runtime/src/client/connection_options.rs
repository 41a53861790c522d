//! The options of a client builder that concern connections, proxies and TLS.

use std::time::Duration;

use crate::{
    client::builder::ClientBuilder,
    secret::Secret,
    transport::connection::{ConnectionSettings, Proxy},
};

/// # Connections
///
/// These options configure the default transport. With [`transport`](Self::transport) or `http_client`, the proxies and
/// certificates are those of the given transport: [`build`](Self::build) then rejects the options for them, and the other
/// options have no effect.
impl<C> ClientBuilder<C> {
    #[inline]
    fn set_connection(self, set: impl FnOnce(&mut ConnectionSettings)) -> Self {
        self.set(|settings| set(&mut settings.connection))
    }

    /// Sets the timeout for connecting, including TLS; 10 s by default.
    #[inline]
    pub fn connect_timeout(self, timeout: Duration) -> Self {
        self.set_connection(|connection| connection.connect_timeout = Some(timeout))
    }

    /// Sets after which time without traffic, and at which intervals, TCP checks whether the other side still exists (in
    /// whole seconds); 15 s by default, `None` for no checks.
    ///
    /// That finds machines that are gone. A process that is frozen on a machine that runs still passes the checks; HTTP/2
    /// [pings](Self::http2_ping_interval) find that too.
    #[inline]
    pub fn tcp_keep_alive(self, interval: impl Into<Option<Duration>>) -> Self {
        let interval = interval.into();
        self.set_connection(|connection| connection.tcp_keep_alive = interval)
    }

    /// Sets after which time without data an HTTP/2 connection is checked with a PING (RFC 9113, section 6.7), also while
    /// no request is in flight; 20 s by default, `None` for no pings.
    ///
    /// A connection that does not acknowledge it within the [timeout of pings](Self::http2_ping_timeout) is closed, its requests
    /// fail, and their retries use a new connection. Without pings, and with HTTP/1.1, the first attempt that times out
    /// has the same effect: retries and later requests use new connections.
    #[inline]
    pub fn http2_ping_interval(self, interval: impl Into<Option<Duration>>) -> Self {
        let interval = interval.into();
        self.set_connection(|connection| connection.http2_ping_interval = interval)
    }

    /// Sets how long an HTTP/2 connection may take to acknowledge a [ping](Self::http2_ping_interval); 10 s by default.
    #[inline]
    pub fn http2_ping_timeout(self, timeout: Duration) -> Self {
        self.set_connection(|connection| connection.http2_ping_timeout = timeout)
    }

    /// Uses HTTP/2 without negotiating it (RFC 9113, section 3.3), for servers at an `http` URL that speak only that, as
    /// behind some sidecars. By default, HTTP/2 is negotiated by TLS, and `http` URLs use HTTP/1.1.
    #[cfg(feature = "http2")]
    #[cfg_attr(openapi_client_docs, doc(cfg(feature = "http2")))]
    #[inline]
    pub fn http2_prior_knowledge(self) -> Self {
        self.set_connection(|connection| connection.http2_prior_knowledge = true)
    }

    /// Sends all requests over the proxy at this URL, such as `http://user:password@proxy.example:3128`.
    ///
    /// The default are the environment variables `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`, which have no
    /// effect after this call. `https` requests pass the proxy encrypted, in a tunnel.
    /// [`build`](Self::build) fails for other schemes than `http` and `https`.
    #[inline]
    pub fn proxy(self, url: impl Into<Secret>) -> Self {
        let url = url.into();
        self.set_connection(|connection| connection.proxy = Proxy::Url(url))
    }

    /// Sets the hosts that are reached without the [`proxy`](Self::proxy), in the format of `NO_PROXY`:
    /// `internal.example,10.0.0.0/8`.
    #[inline]
    pub fn proxy_exceptions(self, hosts: impl Into<String>) -> Self {
        let hosts = hosts.into();
        self.set_connection(|connection| connection.proxy_exceptions = Some(hosts))
    }

    /// Uses no proxy, whatever the environment variables say.
    #[inline]
    pub fn without_proxy(self) -> Self {
        self.set_connection(|connection| connection.proxy = Proxy::None)
    }

    /// Trusts these root certificates (PEM, one or more) besides those of the system, for example those of a company's
    /// proxy. [`build`](Self::build) fails if they are invalid.
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    #[cfg_attr(openapi_client_docs, doc(cfg(any(feature = "rustls", feature = "native-tls"))))]
    #[inline]
    pub fn root_certificate(self, pem: impl Into<Vec<u8>>) -> Self {
        let pem = pem.into();
        self.set_connection(|connection| connection.root_certificates.push(pem))
    }

    /// Presents this certificate to servers that ask for one: the certificate chain and the private key, as one PEM text.
    /// [`build`](Self::build) fails if they are invalid.
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    #[cfg_attr(openapi_client_docs, doc(cfg(any(feature = "rustls", feature = "native-tls"))))]
    #[inline]
    pub fn client_identity(self, pem: impl Into<Secret>) -> Self {
        let pem = pem.into();
        self.set_connection(|connection| connection.identity = Some(pem))
    }

    /// Loads the root certificates of the system in [`build`](Self::build), which then fails if there are none.
    ///
    /// By default, rustls loads them when the process verifies the first certificate of a server, which takes some
    /// milliseconds of that connection. They are loaded once per process. With `native-tls` alone, this has no effect.
    #[cfg(feature = "rustls")]
    #[cfg_attr(openapi_client_docs, doc(cfg(feature = "rustls")))]
    #[inline]
    pub fn load_certificates(self) -> Self {
        self.set_connection(|connection| connection.loads_certificates_early = true)
    }
}
