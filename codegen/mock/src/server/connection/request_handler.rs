//! Handles one HTTP request: records it, reads its body, has it processed, and sends the response with the delay, the
//! truncation or the closed connection that a stub asks for.

use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Response, StatusCode, header::CONTENT_TYPE, request::Parts};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::body::Incoming;

use crate::{
    engine::protocol::{Rejection, Route},
    server::calls::mock_response::MockResponse,
    server::calls::process_call::CallOutcome,
    server::connection::response_body::{ConnectionClosed, ResponseBody},
    server::paused_clock_transport::PendingCalls,
    server::records::recorded_request::RecordedRequest,
    server::server_state::ServerState,
    server::stubs::response::StubResponse,
    server::upload_storage::is_storage_path,
};

/// A request that is being handled.
struct Exchange<'a> {
    state: &'a ServerState,
    started_at: Instant,
    /// The number of the request in the journal.
    request_number: u64,
    /// The number of the call, if a client of this server made it.
    call_number: Option<u64>,
    request: RecordedRequest,
}

/// Handles a request and returns its response, or closes the connection.
pub(crate) async fn handle_request(
    state: &ServerState,
    request: http::Request<Incoming>,
) -> Result<Response<ResponseBody>, ConnectionClosed> {
    let started_at = Instant::now();
    let (mut parts, body) = request.into_parts();
    let call_number = PendingCalls::take_call_number(&mut parts.headers);
    if let Some(response) = static_document(state, &parts) {
        return Ok(response);
    }
    let route = state.find_route(&parts.method, parts.uri.path_and_query().map_or("/", |path| path.as_str()));
    let request = record_head(state, parts, &route);
    let request_number = state.journal.add_request(request.clone());
    let mut exchange = Exchange { state, started_at, request_number, call_number, request };
    if let Ok(route) = &route
        && let Some(stub_response) = state.stubs.take_close_before_reading(route.operation)
    {
        return exchange.send_response(CallOutcome::closed(Some(stub_response))).await;
    }
    let outcome = match read_body(body, state.max_body_bytes).await {
        Ok(body) => {
            exchange.request.body = body.clone();
            state.journal.set_body(request_number, body);
            match route {
                Ok(route) => state.process_call(request_number, &exchange.request, &route).await,
                // The API takes precedence: a request goes to the storage only if no operation has its path.
                Err(_) if is_storage_path(&exchange.request.path) => {
                    state.receive_upload(request_number, &exchange.request)
                }
                Err(refusal) => state.reject_request(request_number, refusal),
            }
        }
        Err(BodyError::TooLarge) => {
            let operation = route.map_or_else(|refusal| refusal.operation, |route| Some(route.operation));
            state.reject_too_large(request_number, operation)
        }
        Err(BodyError::Disconnected) => return Err(ConnectionClosed),
    };
    exchange.send_response(outcome).await
}

impl Exchange<'_> {
    /// Sends the response as the stub asks for, and records how the request ended.
    async fn send_response(self, outcome: CallOutcome) -> Result<Response<ResponseBody>, ConnectionClosed> {
        let Self { state, started_at, request_number, call_number, request } = self;
        let CallOutcome { response, stub_response, is_replayed, refusal } = outcome;
        let (delay, drops_response, max_body_bytes) = match &stub_response {
            Some(StubResponse { delay, drops_response, max_body_bytes, .. }) => {
                (*delay, *drops_response, *max_body_bytes)
            }
            None => (Duration::ZERO, false, None),
        };
        state.journal.update(request_number, |entry| {
            entry.request.stubbed = stub_response.is_some_and(|response| response.is_observable());
            entry.request.replayed = is_replayed;
        });
        state.pending_calls.wait_for_delay(call_number, delay).await;
        let response = response.filter(|_| !drops_response);
        let status = response.as_ref().map(|response| response.status);
        state
            .journal
            .update(request_number, |entry| entry.request.status = status.as_ref().map(StatusCode::as_u16));
        state.access_log.write_line(&request, status, is_replayed, &refusal, started_at.elapsed());
        let MockResponse { status, headers, body } = response.ok_or(ConnectionClosed)?;
        let mut response = Response::new(ResponseBody::new(body, max_body_bytes));
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        let service = state.service;
        let request_id =
            service.request_id_headers.first().map(|name| (*name, format!("mock-{request_number}")));
        let replay_marker =
            service.replayed_header.filter(|_| is_replayed).map(|name| (name, "true".to_owned()));
        for (name, value) in request_id.into_iter().chain(replay_marker) {
            if let (Ok(name), Ok(value)) =
                (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(&value))
            {
                response.headers_mut().entry(name).or_insert(value);
            }
        }
        Ok(response)
    }
}

/// Records everything of a request but its body.
fn record_head(state: &ServerState, parts: Parts, route: &Result<Route, Rejection>) -> RecordedRequest {
    let operation = match route {
        Ok(route) => Some(route.operation),
        Err(refusal) => refusal.operation,
    };
    RecordedRequest {
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().map(str::to_owned),
        method: parts.method,
        headers: parts.headers,
        body: Bytes::new(),
        operation: operation.map(|operation| state.engine.operation_id(operation).to_owned()),
        status: None,
        stubbed: false,
        replayed: false,
    }
}

/// The document that is served at this path in addition to the API, if there is one.
fn static_document(state: &ServerState, parts: &Parts) -> Option<Response<ResponseBody>> {
    let text =
        state.static_documents().get(parts.uri.path()).filter(|_| parts.method == Method::GET)?.clone();
    let mut response = Response::new(ResponseBody::new(text.into(), None));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Some(response)
}

/// Why the body of a request could not be read.
enum BodyError {
    /// It is larger than the limit.
    TooLarge,
    /// The client disconnected.
    Disconnected,
}

/// Reads the whole body of a request, up to a limit.
async fn read_body(body: Incoming, max_bytes: usize) -> Result<Bytes, BodyError> {
    match Limited::new(body, max_bytes).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(BodyError::TooLarge),
        Err(_) => Err(BodyError::Disconnected),
    }
}
