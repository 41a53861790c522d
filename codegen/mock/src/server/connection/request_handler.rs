//! From the head of a request to its answer on the wire: written down, read, carried out, and sent, late or in part or not
//! at all.

use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Response, header::CONTENT_TYPE, request::Parts};
use hyper::body::Incoming;

use crate::{
    engine::{Refusal, Route},
    server::calls::idempotency::Stored,
    server::calls::process_call::Answer,
    server::connection::listener::{Dropped, Outgoing, Unread, read},
    server::paused_clock_transport::PendingCalls,
    server::records::recorded_request::RecordedRequest,
    server::server_state::ServerState,
    server::stubs::response::Step,
    server::upload_storage,
};

/// A request that is being answered.
struct Exchange<'a> {
    shared: &'a ServerState,
    begun: Instant,
    /// Its number in the journal.
    number: u64,
    /// Its number among the calls of the server's own clients, if it is one.
    call: Option<u64>,
    raw: RecordedRequest,
}

/// Answers a request.
pub(crate) async fn exchange(
    shared: &ServerState,
    request: http::Request<Incoming>,
) -> Result<Response<Outgoing>, Dropped> {
    let begun = Instant::now();
    let (mut parts, body) = request.into_parts();
    let call = PendingCalls::number(&mut parts.headers);
    if let Some(document) = document(shared, &parts) {
        return Ok(document);
    }
    let route = shared.route(&parts.method, parts.uri.path());
    let raw = recorded(shared, parts, &route);
    let number = shared.journal.open(raw.clone());
    let mut exchange = Exchange { shared, begun, number, call, raw };
    if let Ok(route) = &route
        && let Some(step) = shared.stubs.take_unread(route.operation)
    {
        return exchange.finish(Answer { stored: None, step: Some(step), replayed: false }).await;
    }
    let answer = match read(body, shared.max_body).await {
        Ok(bytes) => {
            exchange.raw.body = bytes.clone();
            shared.journal.body(number, bytes);
            match route {
                Ok(route) => shared.perform(number, &exchange.raw, &route).await,
                // The storage may stand wherever the API has nothing.
                Err(_) if upload_storage::has(&exchange.raw.path) => shared.store(number, &exchange.raw),
                Err(refusal) => shared.refused(number, refusal),
            }
        }
        Err(Unread::TooLarge) => {
            let operation = route.map_or_else(|refusal| refusal.operation, |route| Some(route.operation));
            shared.too_large(number, operation)
        }
        Err(Unread::Broken) => return Err(Dropped),
    };
    exchange.finish(answer).await
}

impl Exchange<'_> {
    /// Sends the answer, or what a stub has left of it.
    async fn finish(self, answer: Answer) -> Result<Response<Outgoing>, Dropped> {
        let Self { shared, begun, number, call, raw } = self;
        let Answer { stored, step, replayed } = answer;
        let (delay, lost, cut) = match &step {
            Some(Step { delay, lost, cut, .. }) => (*delay, *lost, *cut),
            None => (Duration::ZERO, false, None),
        };
        shared.journal.add(number, |entry| {
            entry.raw.stubbed = step.is_some_and(|step| step.is_felt());
            entry.raw.replayed = replayed;
        });
        shared.calls.wait(call, delay).await;
        let stored = stored.filter(|_| !lost);
        let status = stored.as_ref().map(|stored| stored.status);
        shared.journal.add(number, |entry| entry.raw.status = status.map(|status| status.as_u16()));
        shared.log.line(&raw, status, replayed, begun.elapsed());
        let Stored { status, headers, body } = stored.ok_or(Dropped)?;
        let mut response = Response::new(Outgoing::new(body, cut));
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        let id = shared.service.request_id_headers.first().map(|name| (*name, format!("mock-{number}")));
        let marker = shared.service.replayed_header.filter(|_| replayed);
        for (name, value) in id.into_iter().chain(marker.map(|name| (name, "true".to_owned()))) {
            if let (Ok(name), Ok(value)) =
                (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(&value))
            {
                response.headers_mut().entry(name).or_insert(value);
            }
        }
        Ok(response)
    }
}

/// The request as far as its head tells.
fn recorded(shared: &ServerState, parts: Parts, route: &Result<Route, Refusal>) -> RecordedRequest {
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
        operation: operation.map(|operation| shared.engine.operation_id(operation).to_owned()),
        status: None,
        stubbed: false,
        replayed: false,
    }
}

/// What stands beside the API at this path.
fn document(shared: &ServerState, parts: &Parts) -> Option<Response<Outgoing>> {
    let text = shared.documents().get(parts.uri.path()).filter(|_| parts.method == Method::GET)?.clone();
    let mut response = Response::new(Outgoing::new(text.into(), None));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Some(response)
}
