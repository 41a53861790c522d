//! A model of a server that honors idempotency keys, behind a network and gateways that fail, without sockets. It knows how
//! often it has processed a request.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex},
    time::Duration,
};

use openapi_client_runtime::{Body, BoxFuture, Transport, TransportError};

/// What happens to a request.
#[derive(Clone, Debug)]
pub(crate) enum Event {
    /// It arrives, and so does the response.
    Arrives,
    /// It is lost before it arrives.
    RequestLost,
    /// It arrives, and the response is lost.
    ResponseLost,
    /// It arrives, its response is lost, and it is in progress while this many further requests arrive.
    Slow { requests: u32, names_key: bool },
    /// A gateway responds with this status before the request arrives.
    GatewayBefore(u16, Option<u64>),
    /// A gateway responds with this status after the request arrived.
    GatewayAfter(u16, Option<u64>),
    /// The server rejects it with 429, unless it knows the key, and stores the response or not.
    RateLimit { is_stored: bool, retry_after: Option<u64>, is_lost: bool },
    /// The server fails with 500 after it processed the request, and stores nothing.
    Crash,
    /// The server rejects it with 422, unless it knows the key, and stores that.
    Reject,
}

#[derive(Clone, Debug)]
enum Entry {
    InProgress {
        requests: u32,
        names_key: bool,
    },
    Stored(u16),
    /// Processed, but not stored: a request with the key is refused until someone looks into it.
    Lost,
}

#[derive(Debug, Default)]
pub(crate) struct State {
    events: VecDeque<Event>,
    entries: HashMap<String, Entry>,
    /// The number of requests that were processed.
    pub(crate) processed: u32,
    /// The keys of the requests, in their order.
    pub(crate) keys: Vec<Option<String>>,
    /// The number of 429s that were replayed.
    pub(crate) replayed_rate_limits: usize,
}

/// The server. After the events, requests arrive.
#[derive(Clone, Debug, Default)]
pub(crate) struct IdempotentServer(pub(crate) Arc<Mutex<State>>);

type Reply = Option<(u16, bool, Option<u64>, &'static str)>;

impl State {
    /// Processes a request, or replays the response to its key. `None`: the response is lost.
    fn arrive(&mut self, key: Option<&str>, event: &Event) -> Reply {
        if let Some(entry) = key.and_then(|key| self.entries.get_mut(key)) {
            return match entry {
                Entry::Stored(status) => {
                    self.replayed_rate_limits += usize::from(*status == 429);
                    Some((*status, true, None, "stored"))
                }
                Entry::Lost => Some((500, false, None, "unknown")),
                Entry::InProgress { requests: 0, .. } => {
                    *entry = Entry::Stored(200);
                    Some((200, true, None, ""))
                }
                Entry::InProgress { requests, names_key } => {
                    *requests -= 1;
                    Some((409, false, None, if *names_key { "idempotency_key_in_use" } else { "conflict" }))
                }
            };
        }
        let (entry, reply) = match event {
            Event::RateLimit { is_stored, retry_after, is_lost } => (
                is_stored.then_some(Entry::Stored(429)),
                (!is_lost).then_some((429, false, *retry_after, "slow_down")),
            ),
            Event::Reject => (Some(Entry::Stored(422)), Some((422, false, None, "invalid"))),
            Event::Crash => {
                self.processed += 1;
                (Some(Entry::Lost), Some((500, false, None, "crash")))
            }
            Event::Slow { requests, names_key } => {
                self.processed += 1;
                (Some(Entry::InProgress { requests: *requests, names_key: *names_key }), None)
            }
            _ => {
                self.processed += 1;
                (Some(Entry::Stored(200)), Some((200, false, None, "")))
            }
        };
        if let (Some(key), Some(entry)) = (key, entry) {
            self.entries.insert(key.to_owned(), entry);
        }
        reply
    }

    fn handle(&mut self, key: Option<&str>) -> Reply {
        self.keys.push(key.map(str::to_owned));
        let event = self.events.pop_front().unwrap_or(Event::Arrives);
        match event {
            Event::RequestLost => None,
            Event::ResponseLost => {
                self.arrive(key, &event);
                None
            }
            Event::GatewayBefore(status, retry_after) => Some((status, false, retry_after, "gateway")),
            Event::GatewayAfter(status, retry_after) => {
                self.arrive(key, &event);
                Some((status, false, retry_after, "gateway"))
            }
            event => self.arrive(key, &event),
        }
    }
}

impl IdempotentServer {
    pub(crate) fn new(events: impl IntoIterator<Item = Event>) -> Self {
        let state = State { events: events.into_iter().collect(), ..State::default() };
        Self(Arc::new(Mutex::new(state)))
    }
}

impl Transport for IdempotentServer {
    fn send(
        &self,
        request: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        let key = request.headers().get("idempotency-key").map(|key| key.to_str().unwrap().to_owned());
        let reply = self.0.lock().unwrap().handle(key.as_deref());
        Box::pin(async move {
            tokio::time::sleep(Duration::from_millis(1)).await;
            let Some((status, is_replayed, retry_after, code)) = reply else {
                return Err(TransportError::after_sending("connection reset"));
            };
            let body = match status {
                200 => r#"{"id":"pay_1"}"#.to_owned(),
                _ => format!(r#"{{"error":{{"code":"{code}","message":"It failed."}}}}"#),
            };
            let mut response = http::Response::builder().status(status);
            if is_replayed {
                response = response.header("idempotent-replayed", "true");
            }
            if let Some(seconds) = retry_after {
                response = response.header("retry-after", seconds);
            }
            Ok(response.body(Body::from(body)).unwrap())
        })
    }
}
