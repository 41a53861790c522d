//! The credential that a request carries, by the API's way of carrying it. It is compared and never printed.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::header::AUTHORIZATION;
use percent_encoding::percent_decode_str;

use crate::server::records::recorded_request::RecordedRequest;
use openapi_client_runtime::__private::Authentication;

/// The credential, as a client was given it; `None` if there is none.
pub(crate) fn of(authentication: Authentication, raw: &RecordedRequest) -> Option<String> {
    let scheme = |name: &str| {
        let (scheme, rest) = raw.header(AUTHORIZATION.as_str())?.split_once(' ')?;
        scheme.eq_ignore_ascii_case(name).then(|| rest.trim())
    };
    let credential = match authentication {
        Authentication::Bearer => scheme("Bearer")?.to_owned(),
        Authentication::Basic => {
            let pair = String::from_utf8(STANDARD.decode(scheme("Basic")?).ok()?).ok()?;
            // A key without a colon goes with an empty password.
            pair.strip_suffix(':').unwrap_or(&pair).to_owned()
        }
        Authentication::Header(name) => raw.header(name)?.to_owned(),
        Authentication::Query(name) => {
            let pairs = raw.query.as_deref()?.split('&');
            let value = pairs.filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name)?.1;
            percent_decode_str(value).decode_utf8().ok()?.into_owned()
        }
        Authentication::None => return None,
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
        let raw = RecordedRequest {
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
        of(authentication, &raw)
    }

    #[test]
    fn each_way_of_carrying_it_is_known() {
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
            (Authentication::None, ("authorization", "Bearer a"), "", None),
        ] {
            assert_eq!(credential(authentication, header, query).as_deref(), expected, "{header:?} {query}");
        }
    }
}
