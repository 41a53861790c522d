//! Finds out that an HTTP client of the caller followed a redirect.

use std::{error::Error as StdError, fmt};

use crate::transport::TransportError;

/// The error if the response does not come from the URL that the request was for.
///
/// A response of another host, or of another path, says nothing about the request.
pub(super) fn check_origin(requested: &reqwest::Url, responded: &reqwest::Url) -> Result<(), TransportError> {
    let parts = |url: &reqwest::Url| {
        let (scheme, host) = (url.scheme().to_owned(), url.host_str().map(str::to_owned));
        (scheme, host, url.port_or_known_default(), url.path().to_owned(), url.query().map(str::to_owned))
    };
    if parts(requested) == parts(responded) {
        return Ok(());
    }
    let host = responded.host_str().unwrap_or_default().to_owned();
    Err(TransportError::after_sending(Redirected { host }).permanent())
}

/// Names only the host of the target, because the rest of the URL may be secret.
#[derive(Debug)]
struct Redirected {
    host: String,
}

impl fmt::Display for Redirected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the request was redirected to the host {}, and the `reqwest::Client` of the application followed; the \
             response is not used: build that client with `redirect(Policy::none())`, and check the base URL",
            self.host
        )
    }
}

impl StdError for Redirected {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_url_of_the_request_is_its_origin() {
        let url = |text: &str| reqwest::Url::parse(text).unwrap();
        let requested = url("https://api.test/v1/payments?a=b");
        assert!(check_origin(&requested, &url("https://API.test:443/v1/payments?a=b")).is_ok());
        for other in [
            "http://api.test/v1/payments?a=b",
            "https://api.test:8443/v1/payments?a=b",
            "https://evil.test/v1/payments?a=b",
            "https://api.test/v1/payments/?a=b",
            "https://api.test/v1/payments?a=c",
            "https://api.test/v1/payments",
        ] {
            let error = check_origin(&requested, &url(other)).unwrap_err();
            assert!(error.is_permanent() && error.may_have_been_sent(), "{other}");
        }
    }
}
