//! Streams of events over connections that are slow, broken or endless.

use std::{
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use futures_core::Stream;
use openapi_client_runtime::{
    __private::Map, Body, BoxError, BoxFuture, CallOptions, CustomRequest, ErrorKind, EventStream, JsonLines,
    Method, Transport, TransportError,
};

use crate::support::api::{KEY, builder};

/// What arrives after what, in a body.
#[derive(Clone, Debug)]
enum Part {
    Text(&'static str),
    Broken,
    Silence,
}

struct Parts(Vec<Part>);

impl Stream for Parts {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.0.is_empty() {
            return Poll::Ready(None);
        }
        match self.0.remove(0) {
            Part::Text(text) => Poll::Ready(Some(Ok(Bytes::from(text)))),
            Part::Broken => Poll::Ready(Some(Err("connection reset".into()))),
            Part::Silence => {
                self.0.insert(0, Part::Silence);
                Poll::Pending
            }
        }
    }
}

/// Answers each request with the next of these bodies, and records the header `Last-Event-ID`.
#[derive(Clone, Debug)]
struct Bodies {
    bodies: Arc<Mutex<Vec<Vec<Part>>>>,
    ids: Arc<Mutex<Vec<Option<String>>>>,
}

impl Bodies {
    fn new(bodies: impl IntoIterator<Item = Vec<Part>>) -> Self {
        Self { bodies: Arc::new(Mutex::new(bodies.into_iter().collect())), ids: Arc::default() }
    }
}

impl Transport for Bodies {
    fn send(
        &self,
        request: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        Box::pin(async move {
            let id = request.headers().get("last-event-id").map(|id| id.to_str().unwrap().to_owned());
            self.ids.lock().unwrap().push(id);
            let parts = self.bodies.lock().unwrap().remove(0);
            let body = Body::stream(Parts(parts), None);
            Ok(http::Response::builder().header("content-type", "text/event-stream").body(body).unwrap())
        })
    }
}

type Events = EventStream<Map<i64>>;

fn request(transport: &Bodies, method: Method) -> CustomRequest {
    let client = builder().base_url("https://api.test").transport(transport.clone()).build().unwrap();
    CustomRequest::new(&client.0, method, "/events")
}

async fn follow(transport: &Bodies) -> Events {
    request(transport, Method::Get).send().await.unwrap()
}

#[tokio::test]
async fn a_broken_connection_ends_the_stream_until_it_is_reconnected() {
    let transport = Bodies::new([
        vec![
            Part::Text("id: 1\ndata: {\"n\":1}\n\nid: 2\nda"),
            Part::Text("ta: {\"n\":2}\n\ndata: "),
            Part::Broken,
        ],
        vec![Part::Text("data: {\"n\":3}\n\n")],
        vec![Part::Text(": nothing new")],
    ]);
    let mut events = follow(&transport).await;
    for expected in [1, 2] {
        assert_eq!(events.try_next().await.unwrap().unwrap().data["n"], expected);
    }
    let error = events.try_next().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport);
    assert_eq!(error.operation(), "request");
    assert!(events.try_next().await.unwrap().is_none());
    for expected in [Some(3), None] {
        events.reconnect().await.unwrap();
        let event = events.try_next().await.unwrap();
        // The id is that of the last event that had one.
        assert_eq!(event.as_ref().map(|event| event.data["n"]), expected);
        assert_eq!(events.last_event_id(), Some("2"));
    }
    let ids = transport.ids.lock().unwrap().clone();
    assert_eq!(ids, [None, Some("2".to_owned()), Some("2".to_owned())]);
}

#[tokio::test(start_paused = true)]
async fn silence_is_a_timeout() {
    let transport = Bodies::new([vec![Part::Text("data: {\"n\":1}\n\n"), Part::Silence]]);
    let options = CallOptions::new().timeout(Duration::from_secs(5));
    let request = request(&transport, Method::Get).with_options(options);
    let mut events: Events = request.send().await.unwrap();
    assert!(events.try_next().await.unwrap().is_some());
    assert_eq!(events.try_next().await.unwrap_err().kind(), ErrorKind::Timeout);
    assert!(events.try_next().await.unwrap().is_none());
}

#[tokio::test]
async fn an_endless_event_is_too_large() {
    for parts in [vec![Part::Text("data: 0123456789"); 10], vec![Part::Text("data: 0123456789\n"); 10]] {
        let transport = Bodies::new([parts]);
        let options = CallOptions::new().max_response_bytes(64);
        let request = request(&transport, Method::Get).with_options(options);
        let mut events: Events = request.send().await.unwrap();
        assert_eq!(events.try_next().await.unwrap_err().kind(), ErrorKind::TooLarge);
        assert!(events.try_next().await.unwrap().is_none());
    }
}

#[tokio::test]
async fn a_request_with_a_streamed_body_cannot_be_repeated() {
    let transport = Bodies::new([vec![]]);
    let body = Body::stream(Parts(vec![Part::Text("a")]), None);
    let request = request(&transport, Method::Post).body("text/plain", body);
    let mut events: Events = request.send().await.unwrap();
    assert!(events.try_next().await.unwrap().is_none());
    assert_eq!(events.reconnect().await.unwrap_err().kind(), ErrorKind::Request);
}

#[tokio::test]
async fn secrets_stay_out_of_the_errors_of_events() {
    let transport = Bodies::new([vec![Part::Text("data: {\"n\":\"sk_test_MARKER_4f9a\"}\n\n")]]);
    let mut events = follow(&transport).await;
    let error = events.try_next().await.unwrap_err();
    let texts = [error.to_string(), format!("{error:?}"), String::from_utf8_lossy(error.body()).into_owned()];
    for text in texts {
        assert!(!text.contains(KEY), "{text}");
    }
    assert_eq!(error.path(), Some("n"));
}

#[tokio::test]
async fn lines_arrive_one_by_one() {
    let transport =
        Bodies::new([vec![Part::Text("{\"n\":1}\n{\"n\""), Part::Text(":2}\n{\"n"), Part::Broken]]);
    let mut lines: JsonLines<Map<i64>> = request(&transport, Method::Get).send().await.unwrap();
    for expected in [1, 2] {
        assert_eq!(lines.try_next().await.unwrap().unwrap()["n"], expected);
    }
    assert_eq!(lines.try_next().await.unwrap_err().kind(), ErrorKind::Transport);
    assert!(lines.try_next().await.unwrap().is_none());
}
