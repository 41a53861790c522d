//! From a request to its answer: found, read, written down, checked, answered by a stub or by the engine, kept under its
//! key, and sent, late or in part or not at all.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, header::CONTENT_TYPE, request::Parts,
};
use hyper::body::Incoming;

use super::{
    bases::Bases,
    carrier::Calls,
    credential,
    endpoint::Content,
    engine::{Engine, ErrorParts, Fault, Refusal, Request, Route},
    failure::Failure,
    http::{Dropped, Outgoing, Unread, read},
    idempotency::{Fingerprint, Keys, Permit, Scope, Stored, Verdict},
    journal::Journal,
    log::Log,
    recorded::Recorded,
    reply::{Action, Call, Step},
    stubs::Stubs,
    tree::Json,
};
use crate::{
    secret::Secret,
    service::{Authentication, Service},
};

/// All that a server knows, apart from its sockets.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) service: &'static Service,
    pub(crate) engine: Arc<Engine>,
    pub(crate) bases: Bases,
    /// The one key that is accepted; `None`: any.
    pub(crate) key: Option<Secret>,
    /// Whether requests that break the document are refused.
    pub(crate) checks: bool,
    pub(crate) max_body: usize,
    pub(crate) stubs: Stubs,
    pub(crate) journal: Journal,
    pub(crate) keys: Keys,
    pub(crate) calls: Arc<Calls>,
    pub(crate) log: Log,
    /// Documents beside the API, by their paths.
    pub(crate) documents: Mutex<HashMap<String, String>>,
}

/// What is sent, and how.
struct Answer {
    stored: Stored,
    /// How a stub disturbs it.
    step: Option<Step>,
    replayed: bool,
}

/// Answers a request.
pub(crate) async fn exchange(
    shared: &Shared,
    request: http::Request<Incoming>,
) -> Result<Response<Outgoing>, Dropped> {
    let begun = Instant::now();
    let (mut parts, body) = request.into_parts();
    let call = Calls::number(&mut parts.headers);
    if let Some(document) = shared.document(&parts) {
        return Ok(document);
    }
    let route = shared.route(&parts);
    let operation = match &route {
        Ok(route) => Some(route.operation),
        Err(refusal) => refusal.operation,
    };
    let mut raw = Recorded {
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().map(str::to_owned),
        method: parts.method,
        headers: parts.headers,
        body: Bytes::new(),
        operation: operation.map(|operation| shared.engine.operation_id(operation).to_owned()),
        status: None,
        stubbed: false,
        replayed: false,
    };
    let number = shared.journal.open(raw.clone());
    if let Ok(route) = &route
        && let Some(step) = shared.stubs.take_unread(route.operation)
    {
        shared.journal.add(number, |entry| entry.raw.stubbed = true);
        return Err(shared.dropped(&raw, call, step.delay, begun).await);
    }
    let answer = match read(body, shared.max_body).await {
        Ok(bytes) => {
            raw.body = bytes.clone();
            shared.journal.add(number, |entry| entry.raw.body = bytes);
            match route {
                Ok(route) => shared.carry_out(number, &raw, &route).await,
                Err(refusal) => Some(shared.refused(number, refusal)),
            }
        }
        Err(Unread::TooLarge) => Some(shared.too_large(number, operation)),
        Err(Unread::Broken) => return Err(Dropped),
    };
    let (delay, lost, cut) = match answer.as_ref().and_then(|answer| answer.step.as_ref()) {
        Some(step) => (step.delay, step.lost, step.cut),
        None => (Duration::ZERO, false, None),
    };
    let Some(answer) = answer.filter(|_| !lost) else {
        return Err(shared.dropped(&raw, call, delay, begun).await);
    };
    let Answer { stored, step: _, replayed } = answer;
    shared.calls.wait(call, delay).await;
    shared.journal.add(number, |entry| {
        entry.raw.status = Some(stored.status.as_u16());
        entry.raw.replayed = replayed;
    });
    shared.log.line(&raw, Some(stored.status), replayed, begun.elapsed());
    let mut response = Response::new(Outgoing::new(stored.body, cut));
    *response.status_mut() = stored.status;
    *response.headers_mut() = stored.headers;
    let header = |name: &'static str, value: HeaderValue| {
        HeaderName::from_bytes(name.as_bytes()).ok().map(|name| (name, value))
    };
    let id = shared
        .service
        .request_id_headers
        .first()
        .and_then(|name| header(name, HeaderValue::from_str(&format!("mock-{number}")).ok()?));
    let marker = shared.service.replayed_header.filter(|_| replayed);
    let marker = marker.and_then(|name| header(name, HeaderValue::from_static("true")));
    for (name, value) in id.into_iter().chain(marker) {
        response.headers_mut().entry(name).or_insert(value);
    }
    Ok(response)
}

impl Shared {
    fn document(&self, parts: &Parts) -> Option<Response<Outgoing>> {
        let documents = self.documents.lock().unwrap_or_else(PoisonError::into_inner);
        let text = documents.get(parts.uri.path()).filter(|_| parts.method == Method::GET)?;
        let mut response = Response::new(Outgoing::new(text.clone().into(), None));
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Some(response)
    }

    fn route(&self, parts: &Parts) -> Result<Route, Refusal> {
        let path = parts.uri.path();
        let Some(below) = self.bases.below(path) else {
            let reason = format!("the path {path} is not below {}", self.bases);
            return Err(self.engine.refuse(Fault::UnknownPath, None, path, &reason));
        };
        match self.engine.route(&parts.method, below) {
            // What can be read can be asked about (RFC 9110, section 9.3.2); hyper leaves the body out.
            Err(_) if parts.method == Method::HEAD => self.engine.route(&Method::GET, below),
            route => route,
        }
    }

    /// Ends the connection, maybe later.
    async fn dropped(&self, raw: &Recorded, call: Option<u64>, delay: Duration, begun: Instant) -> Dropped {
        self.calls.wait(call, delay).await;
        self.log.line(raw, None, false, begun.elapsed());
        Dropped
    }

    /// What is answered to a request that was read; `None`: nothing, and nothing was done.
    async fn carry_out(&self, number: u64, raw: &Recorded, route: &Route) -> Option<Answer> {
        let id = self.engine.operation_id(route.operation);
        let credential = credential::of(self.service.authentication, raw);
        if let (Some(own), Some(credential)) = (&self.key, &credential)
            && own.expose() != credential
        {
            let reason = "the credential is another one than the key of this server";
            let refusal = self.engine.refuse(Fault::MissingCredential, Some(route.operation), "", reason);
            return Some(self.refused(number, refusal));
        }
        let request =
            Request { query: raw.query.clone(), headers: raw.headers.clone(), body: raw.body.clone() };
        let checked = self.engine.check(route, &request);
        if let Ok(arguments) = &checked {
            self.journal.add(number, |entry| entry.arguments = Some(arguments.to_string()));
        }
        let permit = match self.permit(credential, raw, route).await {
            Ok(Some(Verdict::First(permit))) => Some(permit),
            Ok(Some(Verdict::Again(stored))) => {
                return Some(Answer { stored, step: None, replayed: true });
            }
            Ok(Some(Verdict::Mismatch)) => {
                let name = self.service.idempotency.header.unwrap_or_default();
                let reason = "the key was used for another request; a new request needs a key of its own";
                let fault = Fault::IdempotencyMismatch;
                let refusal = self.engine.refuse(fault, Some(route.operation), name, reason);
                return Some(self.refused(number, refusal));
            }
            Ok(None) => None,
            Err(refusal) => return Some(self.refused(number, refusal)),
        };
        let arguments = match checked {
            Ok(arguments) => Some(arguments),
            Err(refusal) if self.checks => {
                let answer = self.refused(number, refusal);
                return Some(self.kept(permit, answer));
            }
            Err(_) => None,
        };
        let text = arguments.as_ref().map(ToString::to_string);
        let step = match self.stubs.take(route.operation, &Call { arguments: text.as_deref(), raw }) {
            Ok(step) => step,
            Err(fault) => return Some(self.broken(number, id, &fault)),
        };
        if let Some(step) = &step {
            self.journal.add(number, |entry| entry.raw.stubbed = !matches!(step.action, Action::Own));
        }
        let action = step.as_ref().map_or(&Action::Own, |step| &step.action);
        if matches!(action, Action::DropUnread) {
            return None;
        }
        let call = Call { arguments: text.as_deref(), raw };
        let stored = match self.act(action, route, arguments.as_ref(), &call) {
            Ok(Ok(stored)) => stored,
            Ok(Err(refusal)) => self.refused(number, refusal).stored,
            Err(fault) => return Some(self.broken(number, id, &fault)),
        };
        Some(self.kept(permit, Answer { stored, step, replayed: false }))
    }

    /// What a key of idempotency says, where there is one that counts.
    async fn permit(
        &self,
        credential: Option<String>,
        raw: &Recorded,
        route: &Route,
    ) -> Result<Option<Verdict>, Refusal> {
        let rules = &self.service.idempotency;
        let counts = rules.methods.iter().any(|method| method.as_str() == raw.method.as_str());
        let key = rules.header.and_then(|name| Some((name, raw.headers.get(name)?)));
        let credential = match self.service.authentication {
            Authentication::None => Some(String::new()),
            _ => credential,
        };
        let (true, Some((name, key)), Some(credential)) = (counts, key, credential) else { return Ok(None) };
        let key = key.as_bytes().to_vec();
        if key.len() > rules.max_length {
            let reason =
                format!("the key in {name} must have {} bytes at most, has {}", rules.max_length, key.len());
            let fault = Fault::IdempotencyKeyTooLong;
            return Err(self.engine.refuse(fault, Some(route.operation), name, &reason));
        }
        let version = self.service.version_header.and_then(|(name, _)| raw.headers.get(name));
        let fingerprint = Fingerprint {
            method: raw.method.clone(),
            path: raw.path.clone(),
            query: raw.query.clone(),
            version: version.map(|version| version.as_bytes().to_vec()),
            body: raw.body.clone(),
        };
        Ok(Some(self.keys.begin(Scope { credential, key }, fingerprint).await))
    }

    /// Keeps the answer for the key, unless it is one after which the same request is to be sent again.
    fn kept(&self, permit: Option<Permit>, answer: Answer) -> Answer {
        let status = answer.stored.status;
        let passing = status.is_server_error() || self.service.retry.statuses.contains(&status.as_u16());
        if let Some(permit) = permit.filter(|_| !passing) {
            permit.settle(answer.stored.clone());
        }
        answer
    }

    /// Does what a stub says. The inner error is the API's, the outer one the test's.
    fn act(
        &self,
        action: &Action,
        route: &Route,
        arguments: Option<&Json>,
        call: &Call<'_>,
    ) -> Result<Result<Stored, Refusal>, String> {
        let content = match action {
            Action::Own | Action::DropUnread => {
                let none = Json::Object(Vec::new());
                return Ok(self.engine.answer(route, arguments.unwrap_or(&none)).map(|answer| {
                    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
                    stored(status, answer.media_type.as_deref(), answer.body)
                }));
            }
            Action::Failure(failure) => {
                let mut stored = self.error(failure.status, &self.worded(failure));
                stored.headers.extend(failure.headers.clone());
                return Ok(Ok(stored));
            }
            Action::Raw { status, headers, body } => {
                return Ok(Ok(Stored { status: *status, headers: headers.clone(), body: body.clone() }));
            }
            Action::Content(content) => content.clone(),
            Action::Made(make) => make(call)?,
        };
        let (status, media_type) = self.engine.success(route.operation);
        let content = match (content.json(), &media_type) {
            // Text that was given as the string it is.
            (Some(Json::String(text)), Some(own)) if !own.contains("json") => Content::Text(text),
            (Some(value), _) => {
                self.engine.remember(route, &value);
                content
            }
            (None, _) => content,
        };
        let media_type = match &content {
            Content::Text(_) | Content::Octets(_) => media_type.as_deref().or(content.media_type()),
            Content::Json(_) | Content::Empty => content.media_type(),
        };
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
        Ok(Ok(stored(status, media_type, content.clone().into_bytes())))
    }

    /// A request that the API refuses.
    fn refused(&self, number: u64, refusal: Refusal) -> Answer {
        if refusal.unexpected {
            for fault in refusal.faults {
                self.journal.fault(number, fault);
            }
        }
        let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::BAD_REQUEST);
        Answer { stored: self.error(status, &refusal.parts), step: None, replayed: false }
    }

    fn too_large(&self, number: u64, operation: Option<usize>) -> Answer {
        let reason = format!("the body must have {} bytes at most", self.max_body);
        let refusal = self.engine.refuse(Fault::InvalidParameter, operation, "body", &reason);
        self.refused(number, Refusal { status: StatusCode::PAYLOAD_TOO_LARGE.as_u16(), ..refusal })
    }

    /// The test's own code broke.
    fn broken(&self, number: u64, id: &str, fault: &str) -> Answer {
        self.journal.fault(number, format!("{id}: {fault}"));
        let body = Bytes::from(format!("{id}: {fault}"));
        let media_type = Some("text/plain; charset=utf-8");
        Answer {
            stored: stored(StatusCode::INTERNAL_SERVER_ERROR, media_type, body),
            step: None,
            replayed: false,
        }
    }

    /// What an error says: as it was told to, else as the document's example of its status.
    fn worded(&self, failure: &Failure) -> ErrorParts {
        let given = &failure.parts;
        if let Some(wait) = failure.wait {
            let mut parts = given.clone();
            self.engine.rate_limit(&mut parts, wait.as_secs());
            return parts;
        }
        let usual = self.engine.documented(failure.status.as_u16());
        let status = failure.status.canonical_reason().unwrap_or("It failed.").to_owned();
        let silent = *given == ErrorParts::default();
        ErrorParts {
            kind: given.kind.clone().or(usual.kind),
            // The example's code speaks of the example's own case.
            code: given.code.clone().or(usual.code.filter(|_| silent)),
            message: given.message.clone().or(usual.message.filter(|_| silent)).or(Some(status)),
            param: given.param.clone(),
        }
    }

    fn error(&self, status: StatusCode, parts: &ErrorParts) -> Stored {
        stored(status, Some("application/json"), self.engine.envelope(parts))
    }
}

fn stored(status: StatusCode, media_type: Option<&str>, body: Bytes) -> Stored {
    let mut headers = HeaderMap::new();
    if let Some(media_type) = media_type.and_then(|media_type| HeaderValue::from_str(media_type).ok()) {
        headers.insert(CONTENT_TYPE, media_type);
    }
    Stored { status, headers, body }
}
