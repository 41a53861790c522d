//! Reads the credential of a request. Credentials are compared and never printed.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::header::{AUTHORIZATION, COOKIE};
use percent_encoding::percent_decode_str;

use crate::server::records::recorded_request::RecordedRequest;
use openapi_client_runtime::__private::{Authentication, Service};

/// Returns the credentials of a request as they were passed to the client.
pub(crate) fn read_credentials(service: &Service, request: &RecordedRequest) -> Vec<String> {
    let schemes = service.credentials.iter();
    schemes.filter_map(|scheme| read_credential(scheme.authentication, request)).collect()
}

/// Returns a credential of a request; `None` if the request does not have it.
fn read_credential(authentication: Authentication, request: &RecordedRequest) -> Option<String> {
    let authorization = |expected_scheme: &str| {
        let (scheme, value) = request.header(AUTHORIZATION.as_str())?.split_once(' ')?;
        scheme.eq_ignore_ascii_case(expected_scheme).then(|| value.trim())
    };
    let credential = match authentication {
        Authentication::Bearer => authorization("Bearer")?.to_owned(),
        Authentication::Basic => {
            let pair = String::from_utf8(STANDARD.decode(authorization("Basic")?).ok()?).ok()?;
            // The client sends a key without a colon as the user name with an empty password.
            pair.strip_suffix(':').unwrap_or(&pair).to_owned()
        }
        Authentication::Header(name) => request.header(name)?.to_owned(),
        Authentication::Query(name) => {
            let pairs = request.query.as_deref()?.split('&');
            let value = pairs.filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name)?.1;
            percent_decode_str(value).decode_utf8().ok()?.into_owned()
        }
        Authentication::Http(scheme) => authorization(scheme)?.to_owned(),
        Authentication::Cookie(name) => {
            let cookies = request.header(COOKIE.as_str())?.split(';').filter_map(|pair| pair.split_once('='));
            cookies.map(|(key, value)| (key.trim(), value)).find(|(key, _)| *key == name)?.1.trim().to_owned()
        }
    };
    Some(credential).filter(|credential| !credential.is_empty())
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{HeaderMap, HeaderName, HeaderValue, Method};

    use super::*;

    fn credential(
        authentication: Authentication,
        header: (&'static str, &str),
        query: &str,
    ) -> Option<String> {
        let name = HeaderName::from_static(header.0);
        let headers = HeaderMap::from_iter([(name, HeaderValue::from_str(header.1).unwrap())]);
        let request = RecordedRequest {
            method: Method::GET,
            path: "/".to_owned(),
            query: Some(query.to_owned()),
            headers,
            body: Bytes::new(),
            operation: None,
            status: None,
            stubbed: false,
            replayed: false,
        };
        read_credential(authentication, &request)
    }

    #[test]
    fn the_credential_is_read_for_every_authentication_scheme() {
        let (bearer, basic) = (Authentication::Bearer, Authentication::Basic);
        for (authentication, header, query, expected) in [
            (bearer, ("authorization", "Bearer a.b"), "", Some("a.b")),
            (bearer, ("authorization", "bearer a.b"), "", Some("a.b")),
            (bearer, ("authorization", "Basic YTo="), "", None),
            (bearer, ("authorization", "Bearer "), "", None),
            (bearer, ("x-other", "Bearer a"), "", None),
            (basic, ("authorization", "Basic YTo="), "", Some("a")),
            (basic, ("authorization", "Basic YTpi"), "", Some("a:b")),
            (basic, ("authorization", "Basic ?"), "", None),
            (Authentication::Header("x-key"), ("x-key", "k"), "", Some("k")),
            (Authentication::Query("key"), ("x-key", "k"), "a=1&key=%C3%A9%20b", Some("é b")),
            (Authentication::Query("key"), ("x-key", "k"), "keys=1", None),
            (Authentication::Http("Digest"), ("authorization", "digest a b"), "", Some("a b")),
            (Authentication::Cookie("s"), ("cookie", "a=1; s=k=2"), "", Some("k=2")),
            (Authentication::Cookie("s"), ("cookie", "as=1"), "", None),
        ] {
            assert_eq!(credential(authentication, header, query).as_deref(), expected, "{header:?} {query}");
        }
    }
}
