//! Which proxy a request passes.

use std::fmt;

use http::{HeaderValue, Uri};
use hyper_util::client::proxy::matcher::{Intercept, Matcher};

use crate::{
    transport::connection::{ConnectionSettings, Proxy as ProxySetting},
    wire::body::BoxError,
};

/// How a server is reached.
pub(super) enum Route {
    Direct,
    /// Over a proxy that gets the requests themselves.
    Forward(Proxy),
    /// Over a proxy that passes on what it cannot read.
    Tunnel(Proxy),
}

/// A proxy.
pub(super) struct Proxy {
    pub(super) uri: Uri,
    pub(super) authorization: Option<HeaderValue>,
}

/// The rules from the settings; `None` if there are none.
pub(super) struct Rules(Option<Matcher>);

impl Rules {
    pub(super) fn new(settings: &ConnectionSettings) -> Result<Self, BoxError> {
        let matcher = match &settings.proxy {
            ProxySetting::System => Some(Matcher::from_system()),
            ProxySetting::None => None,
            ProxySetting::Url(url) => {
                let url = url.expose();
                check_url(url)?;
                let exceptions = settings.proxy_exceptions.as_deref().unwrap_or_default();
                Some(Matcher::builder().all(url.to_owned()).no(exceptions.to_owned()).build())
            }
        };
        Ok(Self(matcher))
    }

    /// The route to this URI.
    pub(super) fn find_route(&self, uri: &Uri) -> Result<Route, BoxError> {
        let Some(intercept) = self.0.as_ref().and_then(|matcher| matcher.intercept(uri)) else {
            return Ok(Route::Direct);
        };
        let proxy = Proxy::from_intercept(&intercept)?;
        Ok(if uri.scheme_str() == Some("https") { Route::Tunnel(proxy) } else { Route::Forward(proxy) })
    }
}

impl Proxy {
    fn from_intercept(intercept: &Intercept) -> Result<Self, BoxError> {
        let uri = intercept.uri().clone();
        // To send the request without the proxy could pass by what guards it.
        if !matches!(uri.scheme_str(), Some("http" | "https")) {
            return Err(
                "the proxy of the environment is none of HTTP: its URL must start with http or https".into(),
            );
        }
        Ok(Self { uri, authorization: intercept.basic_auth().cloned() })
    }
}

/// The rules ignore a proxy whose URL they do not know, and would send the requests without it.
fn check_url(url: &str) -> Result<(), BoxError> {
    // The error is dropped: its text could contain the password.
    let is_known = url.parse::<Uri>().is_ok_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some_and(|host| !host.is_empty())
    });
    if is_known { Ok(()) } else { Err("the proxy must be a URL such as http://proxy.example:3128".into()) }
}

/// Omits what could contain a password.
impl fmt::Debug for Rules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rules").finish_non_exhaustive()
    }
}
