//! Encodes a request once for all attempts.

use std::sync::Arc;

use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Uri,
    header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, COOKIE},
};

use crate::{
    call::draft::Draft,
    call::idempotency::{is_idempotent, set_idempotency_key},
    client::core::Core,
    client::operation::Operation,
    client::options::{CallOptions, DEFAULT_OPTIONS},
    client::selection::{Selection, Supplied, select_credentials},
    error::{Error, ErrorKind},
    secret::Secret,
    secret::redaction::{collect_secret_strings, is_sensitive_name},
    wire::body_encoding::{BodyEncoding, Payload, check_media_type},
    wire::cookies::{cookie_pairs, join_cookies},
    wire::headers::{Headers, parse_header},
    wire::parameter::append_pair,
    wire::percent::render_path,
};

/// An encoded request, complete except for credentials that are added per attempt.
pub(crate) struct Prepared {
    pub(crate) core: Core,
    pub(crate) operation: &'static Operation,
    options: Option<Box<CallOptions>>,
    pub(crate) url: Uri,
    pub(crate) headers: Headers,
    pub(crate) payload: Payload,
    /// The idempotency key.
    pub(crate) key: Option<HeaderValue>,
    /// Whether the client generated the key. One that the caller chose is never replaced.
    pub(crate) has_generated_key: bool,
    /// Whether the server processes the request at most once, or with the same effect, if it receives it twice.
    pub(crate) is_idempotent: bool,
    /// The credentials. Those whose header is known before the attempts are among the headers already.
    pub(crate) selection: Selection,
    /// The secrets among the headers, the query and the body fields, without the credentials.
    pub(crate) secrets: Arc<[Secret]>,
}

impl Prepared {
    pub(crate) fn options(&self) -> &CallOptions {
        self.options.as_deref().unwrap_or(&DEFAULT_OPTIONS)
    }
}

fn request_error(text: impl Into<String>) -> Error {
    Error::new(ErrorKind::Request, text)
}

/// Validates and encodes a request. An error means that nothing was sent.
pub(crate) fn prepare(mut draft: Box<Draft>) -> Result<Prepared, Error> {
    if let Some(error) = draft.error() {
        return Err(error);
    }
    let call_options = draft.take_options();
    let options = call_options.as_deref().unwrap_or(&DEFAULT_OPTIONS);
    let operation = draft.operation;
    let core = draft.core.clone();
    let shared = core.shared();
    let mut headers = collect_headers(&mut draft, options)?;
    let has_query = |name: &str| {
        draft.query.names().any(|other| other == name) || options.query.iter().any(|(other, _)| other == name)
    };
    let supplied = Supplied { options, headers: &headers, has_query: &has_query };
    let selection = select_credentials(shared, operation, &supplied)?;
    let url = render_url(&mut draft, options)?;
    for (name, value) in &options.body_fields {
        draft.body.fields.begin_field(name.clone()).extend_from_slice(value);
    }
    let (payload, content_type) = if operation.body_is_optional && draft.body.is_empty() {
        (Payload::Bytes(Bytes::new()), None)
    } else {
        (operation.encode)(&mut draft.body, operation.body, operation.fields).map_err(request_error)?
    };
    if let Some(content_type) = content_type {
        let sent = headers.get(&CONTENT_TYPE).unwrap_or(&content_type);
        if matches!(operation.body, BodyEncoding::Raw(_)) {
            check_media_type(sent).map_err(request_error)?;
        }
        if !headers.contains(&CONTENT_TYPE) {
            headers.set(CONTENT_TYPE, content_type);
        }
    }
    if operation.method.has_body() && matches!(&payload, Payload::Bytes(bytes) if bytes.is_empty()) {
        // RFC 9110, section 8.6: without this header some servers wait for a body.
        headers.set(CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    let secrets = collect_secrets(&headers, options, &selection);
    let (key, has_generated_key) = set_idempotency_key(shared, operation, &options.key, &mut headers)?;
    let is_idempotent = is_idempotent(shared, operation, &headers, &selection, key.is_some());
    // The headers of fixed credentials were made when the client was built. Other credentials are added per attempt.
    for (name, value) in selection.credentials.iter().filter_map(|selected| selected.header.as_ref()) {
        headers.set(name.clone(), value.clone());
    }
    Ok(Prepared {
        operation,
        options: call_options,
        url,
        headers,
        payload,
        key,
        has_generated_key,
        is_idempotent,
        selection,
        secrets,
        core,
    })
}

/// The URL of a request, without a credential.
pub(crate) fn request_url(draft: &Draft) -> Result<Uri, Error> {
    render_url(&mut draft.duplicate(), draft.options())
}

fn render_url(draft: &mut Draft, options: &CallOptions) -> Result<Uri, Error> {
    let base = draft.core.server_url(draft.operation.server, options)?;
    if let Some(target) = &draft.target {
        return render_target(base, target);
    }
    let template = draft.template.as_deref().unwrap_or(draft.operation.path);
    let mut url = String::with_capacity(base.len() + template.len() + 64);
    url.push_str(base);
    render_path(&mut url, template, &draft.path).map_err(request_error)?;
    let mut query = std::mem::take(&mut draft.query);
    // The pairs of the options replace the parameter of the operation, but not one another.
    let mut pairs = String::new();
    for (name, value) in &options.query {
        query.remove(name);
        append_pair(&mut pairs, name, value);
    }
    // The path of an operation may have a query of its own.
    let separator = if url.contains('?') { '&' } else { '?' };
    let query = query.finish(separator as u8);
    url.push_str(&String::from_utf8_lossy(&query));
    match pairs.strip_prefix('&') {
        Some(pairs) if query.is_empty() => {
            url.push(separator);
            url.push_str(pairs);
        }
        _ => url.push_str(&pairs),
    }
    let length = url.len();
    Uri::from_maybe_shared(Bytes::from(url))
        .map_err(|error| request_error(format!("cannot send a URL of {length} bytes: {error}")))
}

/// The URL with a path and a query that the server sent, which replace those of the operation.
fn render_target(base: &str, target: &str) -> Result<Uri, Error> {
    let invalid = |_| request_error("the URL of the next page is invalid");
    let mut parts = base.parse::<Uri>().map_err(invalid)?.into_parts();
    parts.path_and_query = Some(target.parse().map_err(invalid)?);
    Uri::from_parts(parts).map_err(|_| request_error("the URL of the next page is invalid"))
}

/// The headers of the client, the operation, the request and the options; later ones replace earlier ones.
fn collect_headers(draft: &mut Draft, options: &CallOptions) -> Result<Headers, Error> {
    let shared = draft.core.shared();
    let mut headers = Headers::new();
    for (name, value) in &shared.headers {
        headers.set(name.clone(), value.clone());
    }
    if let (Some(version), Some((name, _))) = (&options.api_version, shared.service.version_header) {
        let (name, version) = parse_header(name, version).map_err(request_error)?;
        headers.set(name, version);
    }
    headers.set(ACCEPT, HeaderValue::from_static(draft.operation.accept));
    for (name, value) in &draft.headers {
        set_header(&mut headers, name.clone(), value.clone())?;
    }
    for (name, value) in &options.headers {
        let (name, value) = parse_header(name, value).map_err(request_error)?;
        set_header(&mut headers, name, value)?;
    }
    Ok(headers)
}

/// Sets a header, and replaces an earlier one. Cookies are joined instead: a request has one header of them (RFC 6265, section 5.4).
fn set_header(headers: &mut Headers, name: HeaderName, value: HeaderValue) -> Result<(), Error> {
    let value = match headers.get(&name) {
        Some(earlier) if name == COOKIE => join_cookie_values(earlier, &value)?,
        _ => value,
    };
    headers.set(name, value);
    Ok(())
}

fn join_cookie_values(earlier: &HeaderValue, later: &HeaderValue) -> Result<HeaderValue, Error> {
    let text = |value: &HeaderValue| value.to_str().unwrap_or_default().to_owned();
    let joined = join_cookies(&text(earlier), &text(later));
    parse_header(COOKIE.as_str(), &joined).map(|(_, value)| value).map_err(request_error)
}

/// Adds a credential to the cookies of a request. It comes first, as the cookie that servers look for.
pub(crate) fn prepend_cookie(headers: &mut HeaderMap, pair: &str) -> Result<(), Error> {
    let earlier = headers.get(COOKIE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let joined = if earlier.is_empty() { pair.to_owned() } else { format!("{pair}; {earlier}") };
    // The conversion error is dropped: its text could contain the credential.
    let mut value = HeaderValue::try_from(joined)
        .map_err(|_| request_error("cannot add the credential to the cookies"))?;
    value.set_sensitive(true);
    headers.insert(COOKIE, value);
    Ok(())
}

/// The secrets that a server may repeat in a response. Empty for nearly all calls, which costs no allocation.
fn collect_secrets(headers: &Headers, options: &CallOptions, selection: &Selection) -> Arc<[Secret]> {
    let mut secrets = options.secrets.clone();
    selection.collect_secrets(&mut secrets);
    for (name, value) in headers.sensitive() {
        secrets.push(value.into());
        if *name == COOKIE {
            secrets.extend(cookie_pairs(value).map(|(_, value)| value.trim_matches('"').into()));
        } else if let Some((_, credentials)) = value.split_once(' ') {
            // The scheme, such as `Bearer`, is not part of the secret.
            secrets.push(credentials.trim().into());
        }
    }
    let query = options.query.iter().filter(|(name, _)| is_sensitive_name(name));
    secrets.extend(query.map(|(_, value)| value.into()));
    for (name, value) in &options.body_fields {
        if let Some(value) = std::str::from_utf8(value).ok().and_then(|value| value.parse().ok()) {
            collect_secret_strings(&value, is_sensitive_name(name), &mut secrets);
        }
    }
    if secrets.is_empty() { Arc::default() } else { secrets.into() }
}

/// Appends a credential to the query of a URL.
pub(crate) fn append_credential(url: &Uri, name: &str, value: &str) -> Result<Uri, Error> {
    let mut pair = String::new();
    append_pair(&mut pair, name, value);
    let separator = if url.query().is_some() { "&" } else { "?" };
    let text = format!("{url}{separator}{}", pair.get(1..).unwrap_or_default());
    // The parse error is dropped: its text could contain the credential.
    text.parse().map_err(|_| request_error("cannot add the credential to the URL"))
}
