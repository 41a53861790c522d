//! Resolves the URL of a page that a server sent. Only the origin of the client is followed, so that the credential of the
//! request is never sent elsewhere.

use http::Uri;

use crate::{
    call::draft::Draft, call::prepare::request_url, client::selection::Few, error::single_line,
    secret::Secret,
};

/// The path and the query of a URL, which may be relative to the request (RFC 3986, section 5.2).
pub(super) fn resolve_target(
    request: &Draft,
    url: &str,
    credentials: &Few<Secret>,
) -> Result<String, String> {
    let base = request_url(request).map_err(|error| error.to_string())?;
    let url = url.trim().split('#').next().unwrap_or_default();
    if url.chars().any(|character| character.is_control() || character == '\\') {
        return Err("the URL of the next page is invalid".to_owned());
    }
    let path = base.path();
    let target = if let Some(rest) = url.strip_prefix("//") {
        own_target(&base, &format!("{}://{rest}", base.scheme_str().unwrap_or_default()))?
    } else if has_scheme(url) {
        own_target(&base, url)?
    } else if url.starts_with('/') {
        url.to_owned()
    } else if url.starts_with('?') {
        format!("{path}{url}")
    } else {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        format!("{folder}/{url}")
    };
    Ok(credentials.iter().fold(target, |target, credential| without_value(&target, credential.expose())))
}

fn has_scheme(url: &str) -> bool {
    url.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme.chars().all(|other| other.is_ascii_alphanumeric() || "+-.".contains(other))
    })
}

/// The path and the query of an absolute URL, if it has the origin of the request. A server behind a proxy may not know that
/// its scheme is `https`; the request keeps that.
fn own_target(base: &Uri, url: &str) -> Result<String, String> {
    let url: Uri = url.parse().map_err(|_| "the URL of the next page is invalid".to_owned())?;
    let port = |url: &Uri| {
        url.port_u16().or(match url.scheme_str() {
            Some("https") => Some(443),
            Some("http") => Some(80),
            _ => None,
        })
    };
    let is_upgraded = base.scheme_str() == Some("https")
        && url.scheme_str() == Some("http")
        && port(base) == Some(443)
        && port(&url) == Some(80);
    let is_same = url.scheme() == base.scheme() && port(&url) == port(base);
    let host = url.host().unwrap_or_default();
    if !host.eq_ignore_ascii_case(base.host().unwrap_or_default()) || !(is_same || is_upgraded) {
        return Err(format!(
            "the next page is at another origin, `{}://{}`: it is not requested, so that the credential stays with `{}`",
            url.scheme_str().unwrap_or_default(),
            single_line(host),
            base.host().unwrap_or_default()
        ));
    }
    Ok(url.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string))
}

/// The target without the query parameters that have this value: the request adds its credential again.
fn without_value(target: &str, value: &str) -> String {
    let Some((path, query)) = target.split_once('?') else { return target.to_owned() };
    let is_value = |pair: &&str| {
        let text = pair.split_once('=').map_or("", |(_, text)| text).replace('+', " ");
        percent_encoding::percent_decode_str(&text).decode_utf8().is_ok_and(|text| text == value)
    };
    let kept: Vec<&str> = query.split('&').filter(|pair| value.is_empty() || !is_value(pair)).collect();
    if kept.is_empty() { path.to_owned() } else { format!("{path}?{}", kept.join("&")) }
}
