//! Encodes a request once for all attempts.

use std::sync::Arc;

use bytes::Bytes;
use http::{
    HeaderValue, Uri,
    header::{ACCEPT, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, COOKIE},
};

use crate::{
    call::draft::Draft,
    call::idempotency::{is_idempotent, set_idempotency_key},
    client::core::Core,
    client::credential::{Credential, validate_key},
    client::operation::Operation,
    client::options::{CallOptions, DEFAULT_OPTIONS},
    error::{Error, ErrorKind},
    secret::Secret,
    secret::redaction::{collect_secret_strings, is_sensitive_name},
    wire::body_encoding::Payload,
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
    pub(crate) credential: Credential,
    /// The secrets among the headers, the query and the body fields, without the credential.
    pub(crate) secrets: Arc<[Secret]>,
    /// Whether the headers contain the credential already.
    pub(crate) is_authorized: bool,
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
    let url = render_url(&mut draft, options)?;
    let mut headers = collect_headers(&mut draft, options)?;
    for (name, value) in &options.body_fields {
        draft.body.fields.begin_field(name.clone()).extend_from_slice(value);
    }
    let (payload, content_type) = if operation.body_is_optional && draft.body.is_empty() {
        (Payload::Bytes(Bytes::new()), None)
    } else {
        (operation.encode)(&mut draft.body, operation.body).map_err(request_error)?
    };
    if let Some(content_type) = content_type
        && !headers.contains(&CONTENT_TYPE)
    {
        headers.set(CONTENT_TYPE, content_type);
    }
    if operation.method.has_body() && matches!(&payload, Payload::Bytes(bytes) if bytes.is_empty()) {
        // RFC 9110, section 8.6: without this header some servers wait for a body.
        headers.set(CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    let credential = match &options.credential {
        Some(secret) => {
            validate_key(secret)?;
            Credential::Fixed(secret.clone())
        }
        None if !operation.authenticated || headers.contains(&AUTHORIZATION) => Credential::None,
        None => shared.credential.clone(),
    };
    let secrets = collect_secrets(&headers, options);
    let (key, has_generated_key) = set_idempotency_key(shared, operation, &options.key, &mut headers)?;
    let is_idempotent = is_idempotent(shared, operation, &headers, &credential, key.is_some());
    // The header of the client's own key was made when the client was built. Other credentials are added per attempt.
    let authorization = shared
        .authorization
        .as_ref()
        .filter(|_| options.credential.is_none() && !matches!(credential, Credential::None));
    if let Some((name, value)) = authorization {
        headers.set(name.clone(), value.clone());
    }
    let is_authorized = authorization.is_some();
    Ok(Prepared {
        operation,
        options: call_options,
        url,
        headers,
        payload,
        key,
        has_generated_key,
        is_idempotent,
        credential,
        secrets,
        is_authorized,
        core,
    })
}

fn render_url(draft: &mut Draft, options: &CallOptions) -> Result<Uri, Error> {
    let base = draft.core.server_url(draft.operation.server, options)?;
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
    let query = query.finish(b'?');
    url.push_str(&String::from_utf8_lossy(&query));
    match pairs.strip_prefix('&') {
        Some(pairs) if query.is_empty() => url.extend(["?", pairs]),
        _ => url.push_str(&pairs),
    }
    let length = url.len();
    Uri::from_maybe_shared(Bytes::from(url))
        .map_err(|error| request_error(format!("cannot send a URL of {length} bytes: {error}")))
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
        headers.set(name.clone(), value.clone());
    }
    for (name, value) in &options.headers {
        let (name, value) = parse_header(name, value).map_err(request_error)?;
        headers.set(name, value);
    }
    Ok(headers)
}

/// The secrets that a server may repeat in a response. Empty for nearly all calls, which costs no allocation.
fn collect_secrets(headers: &Headers, options: &CallOptions) -> Arc<[Secret]> {
    let mut secrets = options.secrets.clone();
    for (name, value) in headers.sensitive() {
        secrets.push(value.into());
        if *name == COOKIE {
            let values = value.split(';').filter_map(|pair| pair.split_once('='));
            secrets.extend(values.map(|(_, value)| value.trim().trim_matches('"').into()));
        } else if let Some((_, credentials)) = value.split_once(' ') {
            // The scheme, such as `Bearer`, is not part of the secret.
            secrets.push(credentials.trim().into());
        }
    }
    let query = options.query.iter().filter(|(name, _)| is_sensitive_name(name));
    secrets.extend(query.map(|(_, value)| value.into()));
    for (name, value) in &options.body_fields {
        if let Ok(value) = serde_json::from_slice(value) {
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
