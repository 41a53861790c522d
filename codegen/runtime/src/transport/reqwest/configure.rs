//! Applies the settings of connections to a `reqwest::Client`.

use std::sync::{Arc, OnceLock};

use super::ReqwestTransport;
use crate::{
    transport::{
        activity::Pools,
        connection::{ConnectionSettings, Proxy},
    },
    wire::body::BoxError,
};

impl ReqwestTransport {
    /// A transport that does not follow redirects and does not retry.
    pub(crate) fn new(settings: &ConnectionSettings) -> Result<Self, BoxError> {
        let settings = settings.clone();
        let pools = Pools::new(Box::new(move || Ok(configure_client(&settings)?.build()?)))?;
        Ok(Self { pools: Arc::new(pools), server: OnceLock::new() })
    }

    /// Like `new`, without proxies and without a connect timeout: for local servers, and for tests that pause the clock.
    pub fn without_proxy() -> Result<Self, BoxError> {
        Self::new(&ConnectionSettings::for_local_servers())
    }
}

/// A builder with all settings. The client does not follow redirects and does not retry.
fn configure_client(settings: &ConnectionSettings) -> Result<reqwest::ClientBuilder, BoxError> {
    let mut builder = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .tcp_keepalive(settings.tcp_keep_alive)
        .tcp_keepalive_interval(settings.tcp_keep_alive);
    if let Some(timeout) = settings.connect_timeout {
        builder = builder.connect_timeout(timeout);
    }
    #[cfg(feature = "http2")]
    {
        builder = builder
            .http2_keep_alive_interval(settings.http2_ping_interval)
            .http2_keep_alive_timeout(settings.http2_ping_timeout)
            .http2_keep_alive_while_idle(true);
        if settings.http2_prior_knowledge {
            builder = builder.http2_prior_knowledge();
        }
    }
    builder = match &settings.proxy {
        Proxy::System => builder,
        Proxy::None => builder.no_proxy(),
        Proxy::Url(url) => {
            let proxy = parse_proxy(url.expose())?;
            let exceptions = settings.proxy_exceptions.as_deref();
            builder.proxy(proxy.no_proxy(exceptions.and_then(reqwest::NoProxy::from_string)))
        }
    };
    #[cfg(feature = "native-tls")]
    let builder = configure_native_tls(builder, settings)?;
    Ok(builder)
}

/// `reqwest` ignores a proxy whose scheme it does not know, and would send the requests without it.
fn parse_proxy(url: &str) -> Result<reqwest::Proxy, BoxError> {
    // The errors are dropped: their text could contain the password.
    let is_known =
        reqwest::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    let proxy = is_known.then(|| reqwest::Proxy::all(url).ok()).flatten();
    proxy.ok_or_else(|| "the proxy must be a URL such as http://proxy.example:3128".into())
}

#[cfg(feature = "native-tls")]
fn configure_native_tls(
    mut builder: reqwest::ClientBuilder,
    settings: &ConnectionSettings,
) -> Result<reqwest::ClientBuilder, BoxError> {
    for pem in &settings.root_certificates {
        let certificates = reqwest::Certificate::from_pem_bundle(pem)
            .map_err(|error| format!("`root_certificate` is not in PEM format: {error}"))?;
        if certificates.is_empty() {
            return Err("`root_certificate` contains no certificate in PEM format".into());
        }
        for certificate in certificates {
            builder = builder.add_root_certificate(certificate);
        }
    }
    if let Some(pem) = &settings.identity {
        let pem = pem.expose().as_bytes();
        // The error is dropped: its text could contain the key.
        let identity = reqwest::Identity::from_pkcs8_pem(pem, pem)
            .map_err(|_| "`client_identity` needs a certificate and a private key (PKCS #8) in PEM format")?;
        builder = builder.identity(identity);
    }
    Ok(builder)
}
