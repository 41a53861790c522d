//! Carries a request out: checked, answered by a stub or by the engine, and kept under its key.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header::CONTENT_TYPE};

use crate::{
    codec::Content,
    engine::tree::Json,
    engine::{Arguments, ErrorParts, Fault, Refusal, Request, Route},
    failure::ErrorResponse,
    server::calls::credential,
    server::calls::idempotency::{Fingerprint, Permit, Scope, Stored, Verdict},
    server::records::recorded_request::RecordedRequest,
    server::server_state::ServerState,
    server::stubs::response::{Action, Call, Step},
};
use openapi_client_runtime::__private::Authentication;

/// What is sent, and how.
pub(crate) struct Answer {
    /// `None`: the connection ends in its place, and nothing was done.
    pub(crate) stored: Option<Stored>,
    /// How a stub disturbs it.
    pub(crate) step: Option<Step>,
    pub(crate) replayed: bool,
}

impl From<Stored> for Answer {
    fn from(stored: Stored) -> Self {
        Self { stored: Some(stored), step: None, replayed: false }
    }
}

/// What a key of idempotency makes of a request.
enum Turn {
    /// Nothing: it has none that counts.
    Free,
    First(Permit),
    Again(Stored),
}

impl ServerState {
    /// What is answered to a request that was read.
    pub(crate) async fn perform(&self, number: u64, raw: &RecordedRequest, route: &Route) -> Answer {
        let credential = credential::of(self.service.authentication, raw);
        if let (Some(own), Some(credential)) = (&self.key, &credential)
            && own.expose() != credential
        {
            let reason = "the credential is another one than the key of this server";
            let fault = Fault::MissingCredential;
            return self.refused(number, self.engine.refuse(fault, Some(route.operation), "", reason));
        }
        let request =
            Request { query: raw.query.clone(), headers: raw.headers.clone(), body: raw.body.clone() };
        let checked = self.engine.check(route, &request);
        if let Ok(arguments) = &checked {
            self.journal.add(number, |entry| entry.arguments = Some(arguments.to_string()));
        }
        match self.turn(credential, raw, route).await {
            Ok(Turn::Free) => self.answer(number, raw, route, checked),
            Ok(Turn::First(permit)) => {
                let answer = self.answer(number, raw, route, checked);
                // One after which the same request is to be sent again would be no use to whoever does.
                let kept = answer.stored.as_ref().filter(|stored| {
                    let status = stored.status;
                    !status.is_server_error() && !self.service.retry.statuses.contains(&status.as_u16())
                });
                if let Some(stored) = kept {
                    permit.settle(stored.clone());
                }
                answer
            }
            Ok(Turn::Again(stored)) => self.again(number, raw, route, checked.as_ref().ok(), stored),
            Err(refusal) => self.refused(number, refusal),
        }
    }

    /// What the key of idempotency of a request makes of it, where there is one that counts.
    async fn turn(
        &self,
        credential: Option<String>,
        raw: &RecordedRequest,
        route: &Route,
    ) -> Result<Turn, Refusal> {
        let rules = &self.service.idempotency;
        let counts = rules.methods.iter().any(|method| method.as_str() == raw.method.as_str());
        let key = rules.header.and_then(|name| Some((name, raw.headers.get(name)?)));
        let credential = match self.service.authentication {
            Authentication::None => Some(String::new()),
            _ => credential,
        };
        let (true, Some((name, key)), Some(credential)) = (counts, key, credential) else {
            return Ok(Turn::Free);
        };
        let refuse =
            |fault, reason: &str| Err(self.engine.refuse(fault, Some(route.operation), name, reason));
        let key = key.as_bytes().to_vec();
        if key.len() > rules.max_length {
            let (most, length) = (rules.max_length, key.len());
            let reason = format!("the key in {name} must have {most} bytes at most, has {length}");
            return refuse(Fault::IdempotencyKeyTooLong, &reason);
        }
        let version = self.service.version_header.and_then(|(name, _)| raw.headers.get(name));
        let fingerprint = Fingerprint {
            method: raw.method.clone(),
            path: raw.path.clone(),
            query: raw.query.clone(),
            version: version.map(|version| version.as_bytes().to_vec()),
            body: raw.body.clone(),
        };
        match self.keys.begin(Scope { credential, key }, fingerprint).await {
            Verdict::First(permit) => Ok(Turn::First(permit)),
            Verdict::Again(stored) => Ok(Turn::Again(stored)),
            Verdict::Mismatch => {
                let reason = format!(
                    "the key in {name} was used for another request; a new request needs a key of its own"
                );
                refuse(Fault::IdempotencyMismatch, &reason)
            }
        }
    }

    /// The answer that was given before. A stub has no say in it, only in whether and when it arrives.
    fn again(
        &self,
        number: u64,
        raw: &RecordedRequest,
        route: &Route,
        arguments: Option<&Arguments>,
        stored: Stored,
    ) -> Answer {
        let text = arguments.map(ToString::to_string);
        let call = Call { arguments: text.as_deref(), raw };
        match self.stubs.disturb(route.operation, &call) {
            Ok(step) => {
                let unread = step.as_ref().is_some_and(|step| matches!(step.action, Action::DropUnread));
                Answer { stored: Some(stored).filter(|_| !unread), step, replayed: true }
            }
            Err(fault) => self.broken(number, route, &fault),
        }
    }

    /// The answer of a stub, or the engine's.
    fn answer(
        &self,
        number: u64,
        raw: &RecordedRequest,
        route: &Route,
        checked: Result<Arguments, Refusal>,
    ) -> Answer {
        let arguments = match checked {
            Ok(arguments) => Some(arguments),
            Err(refusal) if self.checks => return self.refused(number, refusal),
            Err(_) => None,
        };
        let text = arguments.as_ref().map(ToString::to_string);
        let call = Call { arguments: text.as_deref(), raw };
        let step = match self.stubs.take(route.operation, &call) {
            Ok(step) => step,
            Err(fault) => return self.broken(number, route, &fault),
        };
        let action = step.as_ref().map_or(&Action::Own, |step| &step.action);
        if matches!(action, Action::DropUnread) {
            return Answer { stored: None, step, replayed: false };
        }
        match self.act(action, route, arguments.as_ref(), &call) {
            Ok(Ok(stored)) => Answer { step, ..stored.into() },
            Ok(Err(refusal)) => Answer { step, ..self.refused(number, refusal) },
            Err(fault) => self.broken(number, route, &fault),
        }
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
                let origin = self.origin(call.raw);
                return Ok(self.engine.answer(route, arguments.unwrap_or(&none), &origin).map(|answer| {
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
        if let Some(value) = content.json() {
            self.engine.remember(route, &value);
        }
        let media_type = match &content {
            Content::Text(_) | Content::Octets(_) => media_type.as_deref().or(content.media_type()),
            Content::Json(_) | Content::Empty => content.media_type(),
        };
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
        Ok(Ok(stored(status, media_type, content.into_bytes())))
    }

    /// A request that the API refuses.
    pub(crate) fn refused(&self, number: u64, refusal: Refusal) -> Answer {
        if refusal.unexpected {
            for fault in refusal.faults {
                self.journal.fault(number, fault);
            }
        }
        let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::BAD_REQUEST);
        self.error(status, &refusal.parts).into()
    }

    /// A request that is longer than the server reads.
    pub(crate) fn too_large(&self, number: u64, operation: Option<usize>) -> Answer {
        let reason = format!("the body must have {} bytes at most", self.max_body);
        let refusal = self.engine.refuse(Fault::InvalidParameter, operation, "body", &reason);
        self.refused(number, Refusal { status: StatusCode::PAYLOAD_TOO_LARGE.as_u16(), ..refusal })
    }

    /// The test's own code broke.
    fn broken(&self, number: u64, route: &Route, fault: &str) -> Answer {
        let fault = format!("{}: {fault}", self.engine.operation_id(route.operation));
        self.journal.fault(number, fault.clone());
        let media_type = Some("text/plain; charset=utf-8");
        stored(StatusCode::INTERNAL_SERVER_ERROR, media_type, Bytes::from(fault)).into()
    }

    /// What an error says: as it was told to, else as the document's example of its status.
    fn worded(&self, failure: &ErrorResponse) -> ErrorParts {
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

pub(crate) fn stored(status: StatusCode, media_type: Option<&str>, body: Bytes) -> Stored {
    let mut headers = HeaderMap::new();
    if let Some(media_type) = media_type.and_then(|media_type| HeaderValue::from_str(media_type).ok()) {
        headers.insert(CONTENT_TYPE, media_type);
    }
    Stored { status, headers, body }
}
