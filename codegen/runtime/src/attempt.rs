//! One attempt: the credential put on, the request sent, the answer read, and what its failure means.

use std::{
    pin::{Pin, pin},
    sync::OnceLock,
    task::{Context, Poll},
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use futures_core::Stream;
use http::{
    HeaderMap, HeaderName, HeaderValue, StatusCode, Uri,
    header::{AUTHORIZATION, LOCATION},
};

use crate::{
    body::{Body, BoxError, BoxFuture},
    clock,
    error::{Envelope, Error, ErrorKind, Outcome},
    prepare::{Prepared, named, with_parameter},
    response::{ResponseParts, Stalled, in_ascii},
    secret::Secret,
    service::Authentication,
    transport::{TransportError, innermost},
    wait::server_wait,
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
            inner.idempotency_key = self.key.as_ref().map(in_ascii);
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
            key: self.key.clone(),
            attempts: 0,
            service: shared.service,
            secret: secret.cloned(),
        };
        let limit = self.options().max_response_bytes.unwrap_or(shared.max_response_bytes);
        if parts.status.is_success() && streamed {
            let patience = self.options().timeout.or(shared.attempt_timeout);
            parts.stream = Some(patient(body, patience));
            return Ok(parts);
        }
        match collect(body, limit).await {
            Ok(bytes) => parts.body = bytes,
            Err(unread) => return Err(self.unreadable(parts, unread)),
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
                inner.outcome = if sent { Outcome::Unknown } else { Outcome::NotCarriedOut };
                inner.transient = true;
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
            inner.transient = true;
        });
        Fault { error, again: Again::IfRepeatable }
    }

    /// An answer came whose body cannot be read.
    fn unreadable(&self, mut parts: ResponseParts, unread: Unread) -> Fault {
        parts.redact();
        let status = parts.status;
        let (kind, text, source, again) = match unread {
            Unread::TooLong(limit) => (
                ErrorKind::TooLarge,
                format!(
                    "the answer ({status}) is longer than {limit} bytes: raise `max_response_bytes` or ask for less"
                ),
                None,
                Again::Never,
            ),
            Unread::Broken { source, read } => (
                ErrorKind::Transport,
                format!("the answer ({status}) broke off after {read} bytes: {}", innermost(&*source)),
                Some(source),
                Again::IfRepeatable,
            ),
        };
        let error = self.error(kind, text).edit(|inner| {
            inner.status = Some(status);
            inner.request_id = parts.request_id().map(str::to_owned);
            inner.headers = parts.headers;
            inner.transient = again == Again::IfRepeatable;
            inner.outcome = outcome_of(status);
            inner.source = source;
        });
        Fault { error, again }
    }

    /// An answer came that is no success.
    fn refused(&self, mut parts: ResponseParts) -> Fault {
        let service = self.core.shared().service;
        parts.redact();
        let envelope = Envelope::read(&parts.body, &service.error);
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
            inner.transient = again != Again::Never;
            inner.outcome =
                if again == Again::Harmless { Outcome::NotCarriedOut } else { outcome_of(status) };
            inner.request_id = parts.request_id().map(str::to_owned);
            inner.headers = parts.headers;
            inner.body = parts.body;
            inner.envelope = envelope;
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
    let key = secret.expose();
    match authentication {
        Authentication::Bearer => header(AUTHORIZATION, format!("Bearer {key}")),
        Authentication::Header(name) => header(named(name)?, key.to_owned()),
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
        Outcome::CarriedOut
    } else if status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT {
        Outcome::Unknown
    } else {
        Outcome::NotCarriedOut
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

enum Unread {
    TooLong(u64),
    Broken { source: BoxError, read: usize },
}

/// The whole body. One that comes in one piece, as most do, is not copied.
async fn collect(mut body: Body, limit: u64) -> Result<Bytes, Unread> {
    let expected = body.length().unwrap_or(0);
    if expected > limit {
        return Err(Unread::TooLong(limit));
    }
    let mut first = Bytes::new();
    let mut rest = Vec::new();
    let mut read = 0;
    while let Some(piece) = body.chunk().await {
        let piece = piece.map_err(|source| Unread::Broken { source, read })?;
        read += piece.len();
        if read as u64 > limit {
            return Err(Unread::TooLong(limit));
        }
        if first.is_empty() && rest.is_empty() {
            first = piece;
            continue;
        }
        if rest.is_empty() {
            // A claimed length is no reason to allocate it all before it comes.
            rest.reserve(usize::try_from(expected).unwrap_or(0).clamp(read, 1024 * 1024));
            rest.extend_from_slice(&first);
        }
        rest.extend_from_slice(&piece);
    }
    Ok(if rest.is_empty() { first } else { rest.into() })
}

/// A body of which every piece has to come within `patience`.
fn patient(body: Body, patience: Option<Duration>) -> Body {
    let Some(patience) = patience else { return body };
    let length = body.length();
    Body::stream(Patient { body, patience, timer: None }, length)
}

struct Patient {
    body: Body,
    patience: Duration,
    timer: Option<BoxFuture<'static, ()>>,
}

impl Stream for Patient {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        if let Poll::Ready(piece) = this.body.poll_chunk(cx) {
            this.timer = None;
            return Poll::Ready(piece);
        }
        let timer = this.timer.get_or_insert_with(|| Box::pin(clock::sleep(this.patience)));
        timer.as_mut().poll(cx).map(|()| Some(Err(Stalled(this.patience).into())))
    }
}
