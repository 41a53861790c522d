//! The settings of connections.

#![cfg_attr(
    any(not(feature = "rustls"), not(feature = "http2"), target_arch = "wasm32"),
    allow(dead_code, reason = "the other transports and the browser use only some settings")
)]

use std::{fmt, time::Duration};

use crate::secret::Secret;

/// How the transport connects.
#[derive(Clone)]
pub(crate) struct ConnectionSettings {
    pub(crate) connect_timeout: Option<Duration>,
    pub(crate) tcp_keep_alive: Option<Duration>,
    pub(crate) http2_ping_interval: Option<Duration>,
    pub(crate) http2_ping_timeout: Duration,
    pub(crate) http2_prior_knowledge: bool,
    pub(crate) proxy: Proxy,
    /// The hosts that are reached without a proxy, in the format of `NO_PROXY`.
    pub(crate) proxy_exceptions: Option<String>,
    /// Root certificates besides those of the system, as PEM.
    pub(crate) root_certificates: Vec<Vec<u8>>,
    /// The certificate chain and the private key of the client, as PEM.
    pub(crate) identity: Option<Secret>,
    pub(crate) loads_certificates_early: bool,
}

/// Where the address of the proxy comes from.
#[derive(Clone)]
pub(crate) enum Proxy {
    /// The environment variables and the settings of the system.
    System,
    None,
    /// A URL, which may contain a password.
    Url(Secret),
}

impl Default for ConnectionSettings {
    fn default() -> Self {
        Self {
            connect_timeout: Some(Duration::from_secs(10)),
            tcp_keep_alive: Some(Duration::from_secs(15)),
            http2_ping_interval: Some(Duration::from_secs(20)),
            http2_ping_timeout: Duration::from_secs(10),
            http2_prior_knowledge: false,
            proxy: Proxy::System,
            proxy_exceptions: None,
            root_certificates: Vec::new(),
            identity: None,
            loads_certificates_early: false,
        }
    }
}

impl ConnectionSettings {
    /// Without proxies and without a connect timeout: for local servers, and for tests that pause the clock.
    pub(crate) fn for_local_servers() -> Self {
        Self { connect_timeout: None, proxy: Proxy::None, ..Self::default() }
    }

    /// The name of a setting that another transport than the default one would ignore, though security depends on it.
    pub(crate) fn find_security_setting(&self) -> Option<&'static str> {
        if !matches!(self.proxy, Proxy::System) {
            Some("a proxy setting")
        } else if !self.root_certificates.is_empty() {
            Some("`root_certificate`")
        } else {
            self.identity.as_ref().map(|_| "`client_identity`")
        }
    }
}

/// Omits proxies and identities, which contain secrets.
impl fmt::Debug for ConnectionSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnectionSettings")
            .field("connect_timeout", &self.connect_timeout)
            .field("tcp_keep_alive", &self.tcp_keep_alive)
            .field("http2_ping_interval", &self.http2_ping_interval)
            .field("http2_ping_timeout", &self.http2_ping_timeout)
            .finish_non_exhaustive()
    }
}
