//! `send_bytes`: the body as the server sent it, whatever its media type.

use std::time::Duration;

use openapi_client_runtime::{__private as rt, CallOptions, CustomRequest, ErrorKind};

use crate::support::{
    api::{Client, Payment, builder, client},
    server::{Server, Step},
};

static EXPORT: rt::Operation = rt::Operation::new("exportPayments", rt::Method::Get, "/export")
    .accept("application/json, application/vnd.shop+json")
    .alternatives(&[("text/csv", "accept_csv"), ("*/*", "accept_any")]);

struct Export<S = ()>(rt::Builder<S>);
rt::request!(Export => Payment);

impl Export {
    fn new(client: &Client) -> Self {
        Self(rt::Builder::new(&client.0, &EXPORT))
    }

    fn accept_csv(self) -> rt::Accepting<rt::Text> {
        self.0.accept::<rt::Text>("text/csv")
    }
}

fn respond(media_type: &str, body: &str) -> Step {
    Step::Respond(200, vec![("content-type", media_type.to_owned())], body.into())
}

fn csv() -> Step {
    respond("text/csv", "a,b\n").with("x-request-id", "req_1")
}

#[tokio::test]
async fn the_body_comes_as_the_server_sent_it() {
    let server = Server::start([csv(), csv(), Step::json(201, "{"), csv(), csv()]);
    let client = client(&server.url());
    let response = Export::new(&client).send_bytes().await.unwrap();
    assert_eq!((&response.value[..], &response.body[..]), (&b"a,b\n"[..], &b"a,b\n"[..]));
    assert_eq!((response.status.as_u16(), response.request_id.as_deref()), (200, Some("req_1")));
    assert_eq!(response.headers["content-type"], "text/csv");

    // It asks for what `send` asks for, unless the call says otherwise.
    let options = CallOptions::new().header("Accept", "text/csv");
    assert_eq!(Export::new(&client).with_options(options).send_bytes().await.unwrap().value, "a,b\n");
    // What is no JSON is no error.
    assert_eq!(client.retrieve("1").send_bytes().await.unwrap().value, "{");
    assert_eq!(Export::new(&client).accept_csv().send_bytes().await.unwrap().value, "a,b\n");
    // A list, and a response that `send` streams, are read as a whole.
    assert_eq!(client.list().send_bytes().await.unwrap().value, "a,b\n");
    let server_of_files = Server::start([csv()]);
    let files = builder().base_url(server_of_files.url()).build().unwrap();
    assert_eq!(files.download("1").send_bytes().await.unwrap().value, "a,b\n");

    let accepted: Vec<_> =
        server.requests().iter().map(|request| request.header("accept").map(str::to_owned)).collect();
    let accepted: Vec<_> = accepted.iter().map(|accept| accept.as_deref().unwrap_or_default()).collect();
    let own = "application/json, application/vnd.shop+json";
    assert_eq!(accepted, [own, "text/csv", "application/json", "text/csv", "application/json"]);
}

#[tokio::test]
async fn it_is_a_call_like_any_other() {
    // Retries under one idempotency key.
    let server = Server::start([Step::error(500), Step::json(200, "<a/>")]);
    let response = client(&server.url()).pay().send_bytes().await.unwrap();
    assert_eq!((&response.value[..], response.attempts), (&b"<a/>"[..], 2));
    let requests = server.requests();
    assert!(requests[0].key().is_some() && requests[0].key() == requests[1].key());
    assert_eq!(response.idempotency_key.as_deref(), requests[0].key());
    assert_eq!(requests[0].body, requests[1].body);

    // Errors of the API.
    let server = Server::start([Step::json(404, r#"{"error":{"code":"gone","message":"It is gone."}}"#)]);
    let error = client(&server.url()).retrieve("1").send_bytes().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.code(), error.message()),
        (ErrorKind::Api, Some("gone"), Some("It is gone."))
    );

    // The limit on the size, also where `send` has none.
    let long = "x".repeat(2000);
    let server = Server::start([Step::json(200, &long), Step::json(200, &long)]);
    let limited = builder().base_url(server.url()).max_response_bytes(1000).build().unwrap();
    assert_eq!(limited.retrieve("1").send_bytes().await.unwrap_err().kind(), ErrorKind::TooLarge);
    assert_eq!(limited.download("1").send_bytes().await.unwrap_err().kind(), ErrorKind::TooLarge);

    // The timeout of each attempt, until the last byte.
    let stalled = || Step::Stall(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\na".to_vec());
    let server = Server::start([stalled(), csv(), stalled(), stalled(), stalled()]);
    let hasty = client(&server.url());
    let options = || CallOptions::new().timeout(Duration::from_millis(100));
    let response = hasty.pay().with_options(options()).send_bytes().await.unwrap();
    assert_eq!((&response.value[..], response.attempts), (&b"a,b\n"[..], 2));
    let error = hasty.pay().with_options(options()).send_bytes().await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 3));
}

#[tokio::test]
async fn a_custom_request_returns_whatever_came() {
    let server = Server::start([csv()]);
    let client = client(&server.url());
    let request = CustomRequest::new(&client.0, rt::Method::Get, "/report");
    let response = request.send_bytes().await.unwrap();
    assert_eq!(
        (response.value, response.headers["content-type"].to_str().unwrap()),
        ("a,b\n".into(), "text/csv")
    );
}

#[tokio::test]
async fn an_unexpected_media_type_names_the_method() {
    let html = || respond("text/html", "<title>Sign in</title>");
    let server =
        Server::start([csv(), respond("Application/PDF", "%PDF"), html(), html(), respond("a/b", "")]);
    let client = client(&server.url());
    for expected in [
        "expected JSON, found `text/csv` (`accept_csv()` decodes it, `send_bytes()` returns it as it came)",
        "expected JSON, found `Application/PDF` (`send_bytes()` returns it as it came)",
    ] {
        let error = Export::new(&client).send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert!(error.to_string().contains(expected), "{error}");
    }
    // There is nothing more to see in the page of a proxy, and in an empty body.
    for _ in 0..3 {
        let error = Export::new(&client).send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert!(!error.to_string().contains("send_bytes"), "{error}");
    }
}

#[cfg(feature = "blocking")]
#[test]
fn it_blocks_too() {
    let server = Server::start([csv(), csv(), csv()]);
    let client = client(&server.url());
    let response = Export::new(&client).send_bytes_blocking().unwrap();
    assert_eq!((response.value, response.status.as_u16()), ("a,b\n".into(), 200));
    assert_eq!(Export::new(&client).accept_csv().send_bytes_blocking().unwrap().value, "a,b\n");
    let request = CustomRequest::new(&client.0, rt::Method::Get, "/report");
    assert_eq!(request.send_bytes_blocking().unwrap().value, "a,b\n");
}
