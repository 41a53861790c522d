//! A filled request into what goes over the wire, the same for every attempt.

use std::borrow::Cow;

use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Uri,
    header::{ACCEPT, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE},
};
use uuid::Uuid;

use crate::{
    body::Body,
    draft::Draft,
    encode::render_path,
    error::{Error, ErrorKind},
    json,
    multipart::{form, multipart},
    operation::{BodyEncoding, Operation},
    options::{CallOptions, Key},
    parameter::push_pair,
    service::Service,
    settings::{check_key, header},
    shared::{Core, Credential},
};

/// A request that is ready but for its credential.
pub(crate) struct Prepared {
    pub(crate) core: Core,
    pub(crate) operation: &'static Operation,
    pub(crate) options: CallOptions,
    pub(crate) url: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) payload: Payload,
    pub(crate) key: Option<String>,
    /// Whether the server does no harm, or nothing more, when it gets the request twice.
    pub(crate) repeatable: bool,
    pub(crate) credential: Credential,
}

/// What is sent as the body.
pub(crate) enum Payload {
    /// The same bytes at every attempt.
    Bytes(Bytes),
    /// A stream, until it is taken by the first attempt.
    Once(Option<Body>),
}

impl Payload {
    pub(crate) fn can_be_sent_again(&self) -> bool {
        matches!(self, Self::Bytes(_))
    }

    pub(crate) fn take(&mut self) -> Body {
        match self {
            Self::Bytes(bytes) => bytes.clone().into(),
            Self::Once(body) => body.take().unwrap_or_default(),
        }
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
    let operation = draft.operation;
    let core = draft.core.clone();
    let shared = core.shared();
    let url = url(&mut draft)?;
    let mut headers = headers(&mut draft)?;
    let (payload, content_type) = payload(&mut draft)?;
    if let Some(content_type) = content_type {
        headers.entry(CONTENT_TYPE).or_insert(content_type);
    }
    if operation.method.has_body() && matches!(&payload, Payload::Bytes(bytes) if bytes.is_empty()) {
        // RFC 9110, section 8.6: some servers wait for a body unless told that there is none.
        headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    let credential = match &draft.options.credential {
        Some(secret) => {
            check_key(secret)?;
            Credential::Fixed(secret.clone())
        }
        None if !operation.authenticated || headers.contains_key(AUTHORIZATION) => Credential::None,
        None => shared.credential.clone(),
    };
    let key = idempotency_key(shared.service, operation, &draft.options.key, shared.automatic_keys, &mut headers)?;
    let repeatable = repeatable(shared.service, operation, key.is_some());
    Ok(Prepared { operation, options: draft.options, url, headers, payload, key, repeatable, credential, core })
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

fn url(draft: &mut Draft) -> Result<Uri, Error> {
    let mut url = draft.core.server(draft.operation.server, &draft.options)?.to_owned();
    render_path(&mut url, draft.operation.path, &draft.path).map_err(refuse)?;
    let mut query = std::mem::take(&mut draft.query);
    for (name, value) in &draft.options.query {
        let mut pair = String::new();
        push_pair(&mut pair, name, value);
        query.begin(name.clone(), |_| {}).extend_from_slice(pair.as_bytes());
    }
    url.push_str(&String::from_utf8_lossy(&query.finish(b'?')));
    let length = url.len();
    Uri::from_maybe_shared(Bytes::from(url))
        .map_err(|error| refuse(format!("the URL of {length} bytes cannot be sent: {error}")))
}

fn headers(draft: &mut Draft) -> Result<HeaderMap, Error> {
    let core = draft.core.clone();
    let shared = core.shared();
    let mut headers = shared.headers.clone();
    if let Some((name, _)) = shared.service.version_header {
        let version = match &draft.options.api_version {
            Some(version) => Some(header(name, version).map_err(refuse)?.1),
            None => shared.api_version.clone(),
        };
        if let Some(version) = version {
            headers.insert(named(name)?, version);
        }
    }
    headers.insert(ACCEPT, HeaderValue::from_static(draft.operation.accept));
    headers.extend(std::mem::take(&mut draft.headers).into_iter().filter_map(|(name, value)| Some((name?, value))));
    for (name, value) in &draft.options.headers {
        let (name, mut value) = header(name, value).map_err(refuse)?;
        value.set_sensitive(name == AUTHORIZATION);
        headers.insert(name, value);
    }
    Ok(headers)
}

/// A name of the API's configuration.
pub(crate) fn named(name: &str) -> Result<HeaderName, Error> {
    name.parse().map_err(|_| Error::new(ErrorKind::Config, format!("`{name}` is no name of a header")))
}

/// The key that goes out, given as an option or as a header, or made here; it is put among the headers.
fn idempotency_key(
    service: &Service,
    operation: &Operation,
    wanted: &Key,
    automatic: bool,
    headers: &mut HeaderMap,
) -> Result<Option<String>, Error> {
    let rules = &service.idempotency;
    let Some(name) = rules.header else {
        return match wanted {
            Key::Given(_) => Err(refuse("this API knows no idempotency keys: leave the key out")),
            _ => Ok(None),
        };
    };
    let name = named(name)?;
    let key = match (headers.get(&name), wanted) {
        (_, Key::Given(key)) => key.clone(),
        (_, Key::Off) => {
            headers.remove(&name);
            return Ok(None);
        }
        (Some(value), _) => value.to_str().map(str::to_owned).unwrap_or_default(),
        (None, Key::Automatic)
            if automatic
                && operation.idempotency_key
                && operation.authenticated
                && rules.methods.contains(&operation.method) =>
        {
            Uuid::new_v4().to_string()
        }
        (None, Key::Automatic) => return Ok(None),
    };
    if key.is_empty() || key.len() > rules.max_length || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(refuse(format!(
            "the idempotency key has {} bytes: it must be 1 to {} visible ASCII characters",
            key.len(),
            rules.max_length
        )));
    }
    headers.insert(name, HeaderValue::try_from(key.as_str()).map_err(|error| refuse(error.to_string()))?);
    Ok(Some(key))
}

fn payload(draft: &mut Draft) -> Result<(Payload, Option<HeaderValue>), Error> {
    let bytes = |bytes: Vec<u8>, media_type: &'static str| {
        (Payload::Bytes(bytes.into()), Some(HeaderValue::from_static(media_type)))
    };
    for (name, value) in &draft.options.body_fields {
        json::write(value, draft.members.member(name.clone())).map_err(|error| refuse(error.to_string()))?;
    }
    if draft.operation.body == BodyEncoding::None && draft.members.is_empty() {
        return Ok((Payload::Bytes(Bytes::new()), None));
    }
    if let Some(body) = draft.raw.take() {
        let media_type = match draft.operation.body {
            BodyEncoding::Raw(media_type) => media_type,
            _ => "application/octet-stream",
        };
        let payload = match body.as_bytes() {
            Some(bytes) => Payload::Bytes(bytes.clone()),
            None => Payload::Once(Some(body)),
        };
        return Ok((payload, Some(HeaderValue::from_static(media_type))));
    }
    if let Some(whole) = draft.whole.take() {
        if !draft.options.body_fields.is_empty() {
            return Err(refuse("a body field cannot be added: the body of this operation is no object with members"));
        }
        return Ok(bytes(whole, "application/json"));
    }
    let members = std::mem::take(&mut draft.members);
    let files = std::mem::take(&mut draft.files);
    match draft.operation.body {
        BodyEncoding::Raw(_) => Ok((Payload::Bytes(Bytes::new()), None)),
        BodyEncoding::Form => {
            Ok(bytes(form(members.values()).map_err(refuse)?, "application/x-www-form-urlencoded"))
        }
        BodyEncoding::Multipart => with_files(&members, files),
        BodyEncoding::JsonOrMultipart if !files.is_empty() => with_files(&members, files),
        _ => Ok(bytes(members.finish_object(), "application/json")),
    }
}

fn with_files(
    members: &crate::entries::Entries,
    files: Vec<(&'static str, crate::multipart::FilePart)>,
) -> Result<(Payload, Option<HeaderValue>), Error> {
    let boundary = Uuid::new_v4().simple().to_string();
    let body = multipart(&boundary, members.values(), files).map_err(refuse)?;
    let media_type = HeaderValue::try_from(format!("multipart/form-data; boundary={boundary}"))
        .map_err(|error| refuse(error.to_string()))?;
    let payload = match body.as_bytes() {
        Some(bytes) => Payload::Bytes(bytes.clone()),
        None => Payload::Once(Some(body)),
    };
    Ok((payload, Some(media_type)))
}

/// A query parameter appended to a finished URL.
pub(crate) fn with_parameter(url: &Uri, name: &str, value: &str) -> Result<Uri, Error> {
    let mut text: Cow<'_, str> = url.to_string().into();
    let mut pair = String::new();
    push_pair(&mut pair, name, value);
    let open = if url.query().is_some() { "&" } else { "?" };
    let out = text.to_mut();
    out.push_str(open);
    out.push_str(pair.get(1..).unwrap_or_default());
    out.parse().map_err(|_| refuse("the URL with its credential cannot be sent"))
}
