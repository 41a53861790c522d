//! One attempt: the credential put on, the request sent, the answer read, and what its failure means.

use std::{pin::pin, sync::OnceLock, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, StatusCode, Uri,
    header::{AUTHORIZATION, LOCATION},
};

use crate::{
    call::prepare::{Prepared, with_parameter},
    call::retry_after::server_wait,
    client::service::Authentication,
    clock,
    error::{ApiError, Error, ErrorKind, Outcome},
    response::body_reader::{ReadError, read_body, with_chunk_timeout},
    response::parts::{ResponseParts, ascii_text},
    secret::Secret,
    transport::{TransportError, root_cause},
    wire::body::Body,
    wire::headers::parse_header_name,
};

/// A failed attempt.
pub(crate) struct Fault {
    pub(crate) error: Error,
    pub(crate) again: Again,
}

/// Whether another attempt can do harm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Again {
    /// No: the server cannot have acted.
    Harmless,
    /// Not if the request may be repeated: the server may have acted.
    IfRepeatable,
    /// It makes no sense.
    Never,
}

impl Prepared {
    /// An error that knows the call it is about.
    pub(crate) fn error(&self, kind: ErrorKind, text: impl Into<String>) -> Error {
        Error::new(kind, text).edit(|inner| {
            inner.operation = self.operation.id;
            inner.idempotency_key = self.key.as_ref().map(ascii_text);
            inner.changes = !self.operation.method.is_safe();
        })
    }

    /// Makes one attempt within `limit`.
    pub(crate) async fn attempt(
        &mut self,
        secret: Option<&Secret>,
        limit: Option<Duration>,
        streamed: bool,
    ) -> Result<ResponseParts, Fault> {
        let request = match self.request(secret) {
            Ok(request) => request,
            Err(error) => return Err(Fault { error: self.own(error), again: Again::Never }),
        };
        // What is known of the answer if the time is up before all of it is there.
        let status = OnceLock::new();
        let exchange = async {
            let transport = &self.core.shared().transport;
            let answer = transport.send(request).await.map_err(|error| self.not_answered(error))?;
            let _ = status.set(answer.status());
            self.read(answer, streamed, secret).await
        };
        match clock::timeout(limit, pin!(exchange)).await {
            Some(result) => result,
            None => Err(self.too_late(limit.unwrap_or_default(), status.get().copied())),
        }
    }

    fn own(&self, error: Error) -> Error {
        error.edit(|inner| inner.operation = self.operation.id)
    }

    fn request(&mut self, secret: Option<&Secret>) -> Result<http::Request<Body>, Error> {
        let mut headers = self.headers.to_map(1);
        let mut url = self.url.clone();
        if let Some(secret) = secret.filter(|_| !self.authorized) {
            match proof(self.core.shared().service.authentication, secret)? {
                Some(Proof::Header(name, value)) => {
                    headers.insert(name, value);
                }
                Some(Proof::Query(name)) => url = with_parameter(&url, name, secret.expose())?,
                None => {}
            }
        }
        let mut request = http::Request::new(self.payload.take());
        *request.method_mut() = self.operation.method.to_http();
        *request.uri_mut() = url;
        *request.headers_mut() = headers;
        Ok(request)
    }

    async fn read(
        &self,
        answer: http::Response<Body>,
        streamed: bool,
        secret: Option<&Secret>,
    ) -> Result<ResponseParts, Fault> {
        let (head, body) = answer.into_parts();
        let shared = self.core.shared();
        let mut parts = ResponseParts {
            operation: self.operation,
            status: head.status,
            headers: head.headers,
            body: Bytes::new(),
            stream: None,
            idempotency_key: self.key.clone(),
            attempts: 0,
            service: shared.service,
            credential: secret.cloned(),
        };
        let limit = self.options().max_response_bytes.unwrap_or(shared.max_response_bytes);
        if parts.status.is_success() && streamed {
            let timeout = self.options().timeout.or(shared.attempt_timeout);
            parts.stream = Some(with_chunk_timeout(body, timeout));
            return Ok(parts);
        }
        match read_body(body, limit).await {
            Ok(bytes) => parts.body = bytes,
            Err(error) => return Err(self.unreadable(parts, error)),
        }
        if parts.status.is_success() { Ok(parts) } else { Err(self.refused(parts)) }
    }

    /// No answer came.
    fn not_answered(&self, error: TransportError) -> Fault {
        let kind = if error.is_timeout() { ErrorKind::Timeout } else { ErrorKind::Transport };
        let sent = error.may_have_been_sent();
        let host = self.url.authority().map_or("", |authority| authority.as_str());
        let error =
            self.error(kind, format!("no answer from {host}: {error}")).with_source(error).edit(|inner| {
                inner.outcome = if sent { Outcome::Unknown } else { Outcome::NotProcessed };
                inner.retryable = true;
            });
        Fault { error, again: if sent { Again::IfRepeatable } else { Again::Harmless } }
    }

    /// The whole answer did not come in time.
    fn too_late(&self, limit: Duration, status: Option<StatusCode>) -> Fault {
        let what = match status {
            Some(status) => format!("the answer ({status}) was not complete"),
            None => "no answer came".to_owned(),
        };
        let text = format!("{what} within {} s", limit.as_secs_f64());
        let error = self.error(ErrorKind::Timeout, text).edit(|inner| {
            inner.status = status;
            inner.outcome = status.map_or(Outcome::Unknown, outcome_of);
            inner.retryable = true;
        });
        Fault { error, again: Again::IfRepeatable }
    }

    /// An answer came whose body cannot be read.
    fn unreadable(&self, mut parts: ResponseParts, error: ReadError) -> Fault {
        parts.redact();
        let status = parts.status;
        let (kind, text, source, again) = match error {
            ReadError::TooLarge { limit } => (
                ErrorKind::TooLarge,
                format!(
                    "the answer ({status}) is longer than {limit} bytes: raise `max_response_bytes` or ask for less"
                ),
                None,
                Again::Never,
            ),
            ReadError::Interrupted { source, received } => (
                ErrorKind::Transport,
                format!("the answer ({status}) broke off after {received} bytes: {}", root_cause(&*source)),
                Some(source),
                Again::IfRepeatable,
            ),
        };
        let error = self.error(kind, text).edit(|inner| {
            inner.status = Some(status);
            inner.request_id = parts.request_id().map(str::to_owned);
            inner.headers = parts.headers;
            inner.retryable = again == Again::IfRepeatable;
            inner.outcome = outcome_of(status);
            inner.source = source;
        });
        Fault { error, again }
    }

    /// An answer came that is no success.
    fn refused(&self, mut parts: ResponseParts) -> Fault {
        let service = self.core.shared().service;
        parts.redact();
        let envelope = ApiError::parse(&parts.body, &service.error);
        let status = parts.status;
        let wait = server_wait(&parts.headers, envelope.message.as_deref(), service.retry.wait_patterns);
        let text = if status.is_redirection() { redirection(&parts.headers) } else { String::new() };
        let again = match status.as_u16() {
            429 => Again::Harmless,
            503 if wait.is_some() => Again::Harmless,
            408 | 500..=599 => Again::IfRepeatable,
            _ => Again::Never,
        };
        let error = self.error(ErrorKind::Api, text).edit(|inner| {
            inner.status = Some(status);
            inner.retryable = again != Again::Never;
            inner.outcome = if again == Again::Harmless { Outcome::NotProcessed } else { outcome_of(status) };
            inner.request_id = parts.request_id().map(str::to_owned);
            inner.headers = parts.headers;
            inner.body = parts.body;
            inner.api_error = envelope;
            inner.retry_after = wait;
        });
        Fault { error, again }
    }
}

/// Where a credential stands in a request.
pub(crate) enum Proof {
    Header(HeaderName, HeaderValue),
    Query(&'static str),
}

/// How a request carries a credential, if at all.
pub(crate) fn proof(authentication: Authentication, secret: &Secret) -> Result<Option<Proof>, Error> {
    // The text of a failed conversion could show the value, so none is kept.
    let header = |name: HeaderName, text: String| {
        let mut value = HeaderValue::try_from(text).map_err(|_| {
            Error::new(ErrorKind::Config, "the credential holds characters that a header cannot hold")
        })?;
        value.set_sensitive(true);
        Ok::<_, Error>(Some(Proof::Header(name, value)))
    };
    let config = |text: String| Error::new(ErrorKind::Config, text);
    let key = secret.expose();
    match authentication {
        Authentication::Bearer => header(AUTHORIZATION, format!("Bearer {key}")),
        Authentication::Header(name) => header(parse_header_name(name).map_err(config)?, key.to_owned()),
        Authentication::Basic => {
            let pair = if key.contains(':') { key.to_owned() } else { format!("{key}:") };
            header(AUTHORIZATION, format!("Basic {}", STANDARD.encode(pair)))
        }
        Authentication::Query(name) => Ok(Some(Proof::Query(name))),
        Authentication::None => Ok(None),
    }
}

fn outcome_of(status: StatusCode) -> Outcome {
    if status.is_success() {
        Outcome::Processed
    } else if status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT {
        Outcome::Unknown
    } else {
        Outcome::NotProcessed
    }
}

fn redirection(headers: &HeaderMap) -> String {
    let target = headers
        .get(LOCATION)
        .and_then(|value| value.to_str().ok()?.parse::<Uri>().ok())
        .and_then(|uri| uri.host().map(str::to_owned))
        .map_or(String::new(), |host| format!(" to the host {host}"));
    format!(
        "the server redirects{target}, which is not followed, lest the credential go astray: check the base URL"
    )
}
