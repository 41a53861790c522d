//! Processes the call of an operation: checks the credential, validates the request, replays the response of a
//! repeated idempotency key, or gets a new response from a stub or the engine.

use bytes::Bytes;
use http::StatusCode;

use crate::{
    codec::Content,
    engine::protocol::{Arguments, ErrorParts, Rejection, Request, Route},
    error_response::ErrorResponse,
    server::calls::credential::read_credentials,
    server::calls::idempotency::{Fingerprint, KeyClaim, KeyStatus, ScopedKey},
    server::calls::mock_response::MockResponse,
    server::records::recorded_request::RecordedRequest,
    server::server_state::ServerState,
    server::stubs::response::{Responder, StubCall, StubResponse},
};
use openapi_client_description::{JsonValue, RejectionReason};

/// The response to a call, and how it is delivered.
pub(crate) struct CallOutcome {
    /// `None` closes the connection: the call was not processed.
    pub(crate) response: Option<MockResponse>,
    /// The response of the stub that determines or disturbs the response.
    pub(crate) stub_response: Option<StubResponse>,
    pub(crate) is_replayed: bool,
    /// What is wrong with a refused request.
    pub(crate) refusal: Vec<String>,
}

impl CallOutcome {
    /// Closes the connection as a stub asks for.
    pub(crate) fn closed(stub_response: Option<StubResponse>) -> Self {
        Self { response: None, stub_response, is_replayed: false, refusal: Vec::new() }
    }
}

impl From<MockResponse> for CallOutcome {
    fn from(response: MockResponse) -> Self {
        Self { response: Some(response), ..Self::closed(None) }
    }
}

/// What the idempotency key of a request means for its processing.
enum IdempotencyState {
    /// The request has no key, or its method does not support keys.
    NoKey,
    New(KeyClaim),
    Completed(MockResponse),
}

impl ServerState {
    /// Processes a request whose body was read.
    pub(crate) async fn process_call(
        &self,
        request_number: u64,
        request: &RecordedRequest,
        route: &Route,
    ) -> CallOutcome {
        let credentials = read_credentials(self.service, request);
        if let Some(api_key) = &self.api_key
            && credentials.iter().any(|credential| api_key.expose() != credential)
        {
            let reason = "the credential is not the API key of this server, which `Server::api_key` returns";
            let fault = RejectionReason::MissingCredential;
            return self.reject_request(
                request_number,
                self.engine.reject(fault, Some(route.operation), "", reason),
            );
        }
        let checked = self.engine.read_request(
            route,
            &Request {
                query: request.query.clone(),
                headers: request.headers.clone(),
                body: request.body.clone(),
            },
        );
        if let Ok(arguments) = &checked {
            self.journal.update(request_number, |entry| entry.arguments = Some(arguments.to_string()));
        }
        self.note_version(request);
        match self.claim_idempotency_key(credentials, request, route).await {
            Ok(IdempotencyState::NoKey) => self.respond_to_call(request_number, request, route, checked),
            Ok(IdempotencyState::New(claim)) => {
                let outcome = self.respond_to_call(request_number, request, route, checked);
                let storable = outcome.response.as_ref().filter(|response| {
                    let status = response.status;
                    match &outcome.stub_response {
                        Some(stub) if stub.key_in_use().is_some() => false,
                        Some(stub) if stub.is_stored => true,
                        // Retryable responses are not stored: a replay would make every retry fail.
                        _ => {
                            !status.is_server_error()
                                && !self.service.retry.statuses.contains(&status.as_u16())
                        }
                    }
                });
                if let Some(response) = storable {
                    claim.complete(response.clone());
                }
                outcome
            }
            Ok(IdempotencyState::Completed(response)) => {
                self.replay_response(request_number, request, route, checked.as_ref().ok(), response)
            }
            Err(refusal) => self.reject_request(request_number, refusal),
        }
    }

    /// Notes in the log that a request has another version than the document, once for each version.
    fn note_version(&self, request: &RecordedRequest) {
        let Some((name, version)) = self.service.version_header else { return };
        if let Some(given) = request.header(name)
            && given != version
            && self.engine.accepts_other_version(given)
        {
            self.access_log.write_note(format!(
                "the header {name} asks for the version {given}; the responses are those of {version}, the version of the \
                 document, and requests are checked against it"
            ));
        }
    }

    /// Claims the idempotency key of a request, if it has a key and its method supports keys.
    async fn claim_idempotency_key(
        &self,
        credentials: Vec<String>,
        request: &RecordedRequest,
        route: &Route,
    ) -> Result<IdempotencyState, Rejection> {
        let rules = &self.service.idempotency;
        let is_supported = rules.methods.iter().any(|method| method.as_str() == request.method.as_str());
        let key = rules.header.and_then(|name| Some((name, request.headers.get(name)?)));
        let (true, Some((name, key))) = (is_supported, key) else { return Ok(IdempotencyState::NoKey) };
        if credentials.is_empty() && !self.service.credentials.is_empty() {
            return Ok(IdempotencyState::NoKey);
        }
        let credential = credentials.join("\n");
        let refuse =
            |fault, reason: &str| Err(self.engine.reject(fault, Some(route.operation), name, reason));
        let key = key.as_bytes().to_vec();
        if key.len() > rules.max_length {
            let (max_length, length) = (rules.max_length, key.len());
            let reason =
                format!("the key in {name} is too long: expected at most {max_length} bytes, found {length}");
            return refuse(RejectionReason::IdempotencyKeyTooLong, &reason);
        }
        let version = self.service.version_header.and_then(|(name, _)| request.headers.get(name));
        let fingerprint = Fingerprint {
            method: request.method.clone(),
            path: request.path.clone(),
            query: request.query.clone(),
            version: version.map(|version| version.as_bytes().to_vec()),
            body: request.body.clone(),
        };
        match self.idempotency_keys.claim_key(ScopedKey { credential, key }, fingerprint).await {
            KeyStatus::New(claim) => Ok(IdempotencyState::New(claim)),
            KeyStatus::Completed(response) => Ok(IdempotencyState::Completed(response)),
            KeyStatus::Mismatch => {
                let reason =
                    format!("the key in {name} was used for a different request; use a new key for this one");
                refuse(RejectionReason::IdempotencyMismatch, &reason)
            }
        }
    }

    /// Replays a stored response. Stubs cannot change it, but whether and when it is delivered, and whether the key is
    /// still in use.
    fn replay_response(
        &self,
        request_number: u64,
        request: &RecordedRequest,
        route: &Route,
        arguments: Option<&Arguments>,
        stored: MockResponse,
    ) -> CallOutcome {
        let arguments = arguments.map(ToString::to_string);
        let call = StubCall { arguments: arguments.as_deref(), request };
        match self.stubs.take_replay_disturbance(route.operation, &call) {
            Ok(Some(stub_response)) if stub_response.key_in_use().is_some() => {
                let response = stub_response.key_in_use().map(|error| self.stubbed_error(error));
                CallOutcome { response, ..CallOutcome::closed(Some(stub_response)) }
            }
            Ok(stub_response) => {
                let is_closed = stub_response.as_ref().is_some_and(StubResponse::closes_connection);
                CallOutcome {
                    response: Some(stored).filter(|_| !is_closed),
                    is_replayed: true,
                    ..CallOutcome::closed(stub_response)
                }
            }
            Err(message) => self.report_stub_failure(request_number, route, &message),
        }
    }

    /// Responds to a new call through a stub or the engine.
    fn respond_to_call(
        &self,
        request_number: u64,
        request: &RecordedRequest,
        route: &Route,
        checked: Result<Arguments, Rejection>,
    ) -> CallOutcome {
        let arguments = match checked {
            Ok(arguments) => Some(arguments),
            Err(refusal) if self.validates_requests => return self.reject_request(request_number, refusal),
            Err(_) => None,
        };
        let text = arguments.as_ref().map(ToString::to_string);
        let call = StubCall { arguments: text.as_deref(), request };
        let stub_response = match self.stubs.take_response(route.operation, &call) {
            Ok(stub_response) => stub_response,
            Err(message) => return self.report_stub_failure(request_number, route, &message),
        };
        let responder = stub_response.as_ref().map_or(&Responder::Default, |response| &response.responder);
        if matches!(responder, Responder::CloseConnection) {
            return CallOutcome::closed(stub_response);
        }
        match self.create_response(responder, route, arguments.as_ref(), &call) {
            Ok(Ok(mut response)) => {
                let headers = stub_response.iter().map(|stub_response| stub_response.headers.clone());
                headers.for_each(|headers| response.headers.extend(headers));
                CallOutcome { stub_response, ..response.into() }
            }
            Ok(Err(refusal)) => CallOutcome { stub_response, ..self.reject_request(request_number, refusal) },
            Err(message) => self.report_stub_failure(request_number, route, &message),
        }
    }

    /// Creates the response that a stub chose. The outer error is a failure in code of the test, the inner one is a
    /// refusal by the API.
    fn create_response(
        &self,
        responder: &Responder,
        route: &Route,
        arguments: Option<&JsonValue>,
        call: &StubCall<'_>,
    ) -> Result<Result<MockResponse, Rejection>, String> {
        let content = match responder {
            Responder::Default | Responder::CloseConnection => {
                let no_arguments = JsonValue::Object(Vec::new());
                let origin = self.origin(call.request);
                let query = call.request.query.as_deref().unwrap_or_default();
                let arguments = arguments.unwrap_or(&no_arguments);
                let response = self.engine.respond(route, arguments, &origin, query);
                return Ok(response.map(|response| {
                    let status = StatusCode::from_u16(response.status).unwrap_or(StatusCode::OK);
                    MockResponse::new(status, response.media_type.as_deref(), response.body)
                        .with_headers(&response.headers)
                }));
            }
            Responder::Error(error) | Responder::KeyInUse(error) => return Ok(Ok(self.stubbed_error(error))),
            Responder::Raw { status, headers, body } => {
                return Ok(Ok(MockResponse {
                    status: *status,
                    headers: headers.clone(),
                    body: body.clone(),
                }));
            }
            Responder::Content(content) => content.clone(),
            Responder::Computed(compute) => compute(call)?,
        };
        let (status, media_type) = self.engine.success_status(route.operation);
        if let Some(value) = content.json() {
            self.engine.store_stub_response(route, &value);
        }
        let media_type = match &content {
            Content::Text(_) | Content::Binary(_) => media_type.as_deref().or(content.media_type()),
            Content::Json(_) | Content::Empty => content.media_type(),
        };
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
        Ok(Ok(MockResponse::new(status, media_type, content.into_bytes())))
    }

    /// Responds with the error of a refusal, and records the problems with the request.
    pub(crate) fn reject_request(&self, request_number: u64, refusal: Rejection) -> CallOutcome {
        if refusal.is_violation {
            for problem in &refusal.violations {
                self.journal.add_problem(request_number, problem.clone());
            }
        }
        let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::BAD_REQUEST);
        let response = self.error_response(status, &refusal.parts);
        CallOutcome { refusal: refusal.violations, ..response.into() }
    }

    /// Rejects a request whose body exceeds the limit of the server.
    pub(crate) fn reject_too_large(&self, request_number: u64, operation: Option<usize>) -> CallOutcome {
        let max_bytes = self.max_body_bytes;
        let reason = format!(
            "the body is too large: expected at most {max_bytes} bytes (see `ServerBuilder::max_request_bytes`)"
        );
        let refusal = self.engine.reject(RejectionReason::InvalidParameter, operation, "body", &reason);
        self.reject_request(
            request_number,
            Rejection { status: StatusCode::PAYLOAD_TOO_LARGE.as_u16(), ..refusal },
        )
    }

    /// Responds with 500 and records a problem, because a closure of a stub failed.
    fn report_stub_failure(&self, request_number: u64, route: &Route, message: &str) -> CallOutcome {
        let problem = format!("{}: {message}", self.engine.operation_id(route.operation));
        self.journal.add_problem(request_number, problem.clone());
        let response = MockResponse::plain_text(StatusCode::INTERNAL_SERVER_ERROR, problem.clone());
        CallOutcome { refusal: vec![problem], ..response.into() }
    }

    /// The contents of an error response: what the stub set, completed from the document's example for the status.
    fn error_parts(&self, error: &ErrorResponse) -> ErrorParts {
        let given = &error.parts;
        if let Some(retry_after) = error.wait {
            let mut parts = given.clone();
            self.engine.complete_rate_limit_error(&mut parts, retry_after.as_secs());
            return parts;
        }
        let documented = self.engine.example_error(error.status.as_u16());
        let status_text = error.status.canonical_reason().unwrap_or("Unknown error").to_owned();
        // Code and message of the example describe its specific case, so they are not mixed with parts that the
        // stub set.
        let uses_example = *given == ErrorParts::default();
        ErrorParts {
            kind: given.kind.clone().or(documented.kind),
            code: given.code.clone().or(documented.code.filter(|_| uses_example)),
            message: given
                .message
                .clone()
                .or(documented.message.filter(|_| uses_example))
                .or(Some(status_text)),
            param: given.param.clone(),
        }
    }

    /// The error response of a stub.
    fn stubbed_error(&self, error: &ErrorResponse) -> MockResponse {
        let mut response = self.error_response(error.status, &self.error_parts(error));
        response.headers.extend(error.headers.clone());
        response
    }

    fn error_response(&self, status: StatusCode, parts: &ErrorParts) -> MockResponse {
        let body: Bytes = self.engine.encode_error(parts);
        MockResponse::new(status, Some("application/json"), body)
    }
}
