//! A filled request into what goes over the wire, the same for every attempt.

use bytes::Bytes;
use http::{
    HeaderValue, Uri,
    header::{ACCEPT, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE},
};
use uuid::Uuid;

use crate::{
    call::draft::Draft,
    call::operation::Operation,
    client::core::{Core, Credential, Shared},
    client::options::{CallOptions, DEFAULT, Key},
    client::service::{Authentication, Service},
    client::settings::check_key,
    error::{Error, ErrorKind},
    wire::body_encoding::Payload,
    wire::headers::{Headers, parse_header},
    wire::parameter::append_pair,
    wire::percent::render_path,
};

/// A request that is ready but for its credential.
pub(crate) struct Prepared {
    pub(crate) core: Core,
    pub(crate) operation: &'static Operation,
    options: Option<Box<CallOptions>>,
    pub(crate) url: Uri,
    pub(crate) headers: Headers,
    pub(crate) payload: Payload,
    pub(crate) key: Option<HeaderValue>,
    /// Whether the server does no harm, or nothing more, when it gets the request twice.
    pub(crate) repeatable: bool,
    pub(crate) credential: Credential,
    /// Whether the credential stands among the headers already.
    pub(crate) authorized: bool,
}

impl Prepared {
    pub(crate) fn options(&self) -> &CallOptions {
        self.options.as_deref().unwrap_or(&DEFAULT)
    }
}

fn refuse(text: impl Into<String>) -> Error {
    Error::new(ErrorKind::Request, text)
}

/// Checks and encodes everything. An error means that nothing was sent.
pub(crate) fn prepare(mut draft: Box<Draft>) -> Result<Prepared, Error> {
    if let Some(problem) = draft.problem() {
        return Err(problem);
    }
    let own = draft.take_options();
    let options = own.as_deref().unwrap_or(&DEFAULT);
    let operation = draft.operation;
    let core = draft.core.clone();
    let shared = core.shared();
    let url = url(&mut draft, options)?;
    let mut headers = headers(&mut draft, options)?;
    for (name, value) in &options.body_fields {
        draft.body.fields.begin_field(name.clone()).extend_from_slice(value);
    }
    let (payload, content_type) = (operation.encode)(&mut draft.body, operation.body).map_err(refuse)?;
    if let Some(content_type) = content_type
        && !headers.contains(&CONTENT_TYPE)
    {
        headers.set(CONTENT_TYPE, content_type);
    }
    if operation.method.has_body() && matches!(&payload, Payload::Bytes(bytes) if bytes.is_empty()) {
        // RFC 9110, section 8.6: some servers wait for a body unless told that there is none.
        headers.set(CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    let credential = match &options.credential {
        Some(secret) => {
            check_key(secret)?;
            Credential::Fixed(secret.clone())
        }
        None if !operation.authenticated || headers.contains(&AUTHORIZATION) => Credential::None,
        None => shared.credential.clone(),
    };
    let key = idempotency_key(shared, operation, &options.key, &mut headers)?;
    // A server heeds keys of callers it knows.
    let is_known = !matches!(credential, Credential::None)
        || headers.contains(&AUTHORIZATION)
        || shared.service.authentication == Authentication::None;
    let repeatable = repeatable(shared.service, operation, key.is_some() && is_known);
    // The client's own key is a header since the client was built. What an option brings is made at each attempt.
    let authorized = shared
        .authorization
        .as_ref()
        .filter(|_| options.credential.is_none() && !matches!(credential, Credential::None));
    if let Some((name, value)) = authorized {
        headers.set(name.clone(), value.clone());
    }
    let authorized = authorized.is_some();
    Ok(Prepared {
        operation,
        options: own,
        url,
        headers,
        payload,
        key,
        repeatable,
        credential,
        authorized,
        core,
    })
}

/// Whether a second sending does no harm.
fn repeatable(service: &Service, operation: &Operation, has_key: bool) -> bool {
    if let Some(repeatable) = operation.repeatable {
        return repeatable;
    }
    // A key counts only where the server is known to heed it.
    let heeded = operation.idempotency_key
        && operation.authenticated
        && service.idempotency.methods.contains(&operation.method);
    operation.method.is_safe() || service.repeatable.contains(&operation.method) || (has_key && heeded)
}

fn url(draft: &mut Draft, options: &CallOptions) -> Result<Uri, Error> {
    let base = draft.core.server(draft.operation.server, options)?;
    let mut url = String::with_capacity(base.len() + draft.operation.path.len() + 64);
    url.push_str(base);
    render_path(&mut url, draft.operation.path, &draft.path).map_err(refuse)?;
    let mut query = std::mem::take(&mut draft.query);
    for (name, value) in &options.query {
        let mut pair = String::new();
        append_pair(&mut pair, name, value);
        query.begin_entry(name.clone(), |_| {}).extend_from_slice(pair.as_bytes());
    }
    url.push_str(&String::from_utf8_lossy(&query.finish(b'?')));
    let length = url.len();
    Uri::from_maybe_shared(Bytes::from(url))
        .map_err(|error| refuse(format!("the URL of {length} bytes cannot be sent: {error}")))
}

fn headers(draft: &mut Draft, options: &CallOptions) -> Result<Headers, Error> {
    let shared = draft.core.shared();
    let mut headers = Headers::new();
    for (name, value) in &shared.headers {
        headers.set(name.clone(), value.clone());
    }
    if let (Some(version), Some((name, _))) = (&options.api_version, shared.service.version_header) {
        let (name, version) = parse_header(name, version).map_err(refuse)?;
        headers.set(name, version);
    }
    headers.set(ACCEPT, HeaderValue::from_static(draft.operation.accept));
    for (name, value) in &draft.headers {
        headers.set(name.clone(), value.clone());
    }
    for (name, value) in &options.headers {
        let (name, mut value) = parse_header(name, value).map_err(refuse)?;
        value.set_sensitive(name == AUTHORIZATION);
        headers.set(name, value);
    }
    Ok(headers)
}

/// The key that goes out, given as an option or as a header, or made here; it is put among the headers.
fn idempotency_key(
    shared: &Shared,
    operation: &Operation,
    wanted: &Key,
    headers: &mut Headers,
) -> Result<Option<HeaderValue>, Error> {
    let rules = &shared.service.idempotency;
    let Some(name) = &shared.key_header else {
        return match wanted {
            Key::Given(_) => Err(refuse("this API knows no idempotency keys: leave the key out")),
            _ => Ok(None),
        };
    };
    let check = |key: &[u8]| {
        if !key.is_empty() && key.len() <= rules.max_length && key.iter().all(u8::is_ascii_graphic) {
            return Ok(());
        }
        Err(refuse(format!(
            "the idempotency key has {} bytes: it must be 1 to {} visible ASCII characters",
            key.len(),
            rules.max_length
        )))
    };
    let key = match (headers.get(name), wanted) {
        (_, Key::Given(key)) => {
            check(key.as_bytes())?;
            HeaderValue::from_str(key).map_err(|error| refuse(error.to_string()))?
        }
        (_, Key::Off) => {
            headers.remove(name);
            return Ok(None);
        }
        (Some(value), _) => {
            check(value.as_bytes())?;
            return Ok(Some(value.clone()));
        }
        (None, Key::Automatic)
            if shared.automatic_keys
                && operation.idempotency_key
                && operation.authenticated
                && rules.methods.contains(&operation.method) =>
        {
            let mut text = Uuid::encode_buffer();
            let key = Uuid::new_v4().hyphenated().encode_lower(&mut text);
            HeaderValue::from_str(key).map_err(|error| refuse(error.to_string()))?
        }
        (None, Key::Automatic) => return Ok(None),
    };
    headers.set(name.clone(), key.clone());
    Ok(Some(key))
}

/// A query parameter appended to a finished URL.
pub(crate) fn with_parameter(url: &Uri, name: &str, value: &str) -> Result<Uri, Error> {
    let mut pair = String::new();
    append_pair(&mut pair, name, value);
    let open = if url.query().is_some() { "&" } else { "?" };
    let text = format!("{url}{open}{}", pair.get(1..).unwrap_or_default());
    text.parse().map_err(|_| refuse("the URL with its credential cannot be sent"))
}
