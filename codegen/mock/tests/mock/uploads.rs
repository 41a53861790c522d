//! Uploads against the storage that a server plays: its places, what it refuses, and how it goes with clients.

use std::time::Duration;

use openapi_client_mock::{Endpoint, ErrorResponse};
use openapi_client_runtime::{
    __private as rt,
    json::ExtraFields,
    upload::{UploadError, UploadStep},
};
use serde_json::{Value, json};

use crate::support::{Client, Server, send};

static CREATE: rt::Operation =
    rt::Operation::new("createDocument", rt::Method::Post, "/documents").body(rt::BodyEncoding::Json);
static RETRIEVE: rt::Operation = rt::Operation::new("retrieveDocument", rt::Method::Get, "/documents/{key}");

static UPLOAD: rt::UploadFlow = rt::UploadFlow {
    create: &CREATE,
    retrieve: &RETRIEVE,
    parameter: "key",
    filename: "title",
    id: "key",
    status: "state",
    url: "target",
    headers: Some("target_headers"),
    ready: "stored",
    failed: "broken",
    poll_every_ms: 1_000,
    wait_at_most_ms: 120_000,
    put_timeout_ms: 600_000,
};

/// What `retrieveDocument` answers.
#[derive(Clone, Debug, PartialEq)]
struct Document {
    key: String,
    title: String,
    state: String,
    bytes: Option<i64>,
    link_url: Option<String>,
    extra_fields: ExtraFields,
}
rt::model!(Document {
    key: required("key"),
    title: required("title"),
    state: required("state"),
    bytes: optional("bytes"),
    link_url: optional("link_url"),
});

/// What it is asked.
#[derive(Clone, Debug, PartialEq)]
struct One {
    key: String,
    extra_fields: ExtraFields,
}
rt::model!(One { key: required("key") });

const RETRIEVE_DOCUMENT: Endpoint<One, Document> = Endpoint::json("retrieveDocument");

struct Upload(rt::UploadBuilder);
rt::upload!(Upload => Document);

fn upload(client: &Client, content: impl Into<rt::Content>) -> Upload {
    Upload(rt::UploadBuilder::new(client.as_ref(), &UPLOAD, "a.txt".to_owned(), content.into()))
}

fn wait(client: &Client, key: &str) -> rt::WaitUntilReady<Document> {
    rt::WaitUntilReady::new(client.as_ref(), &UPLOAD, key)
}

/// A request by hand, answered: status and body.
fn ask(server: &Server, line: &str, headers: &[(&str, &str)], body: &str) -> (u16, String) {
    let address = server.url().replace("http://", "");
    let mut text = format!("{line} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    let answer = send(server, &format!("{text}\r\n{body}"));
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
    (status, answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default())
}

/// A record that waits for its bytes.
fn record(server: &Server) -> Value {
    let headers =
        [("authorization", "Bearer k"), ("content-type", "application/json"), ("content-length", "17")];
    let (status, body) = ask(server, "POST /api/v1/documents", &headers, r#"{"title":"a.txt"}"#);
    assert_eq!(status, 201, "{body}");
    serde_json::from_str(&body).unwrap()
}

fn look(server: &Server, key: &str) -> Value {
    let line = format!("GET /api/v1/documents/{key}");
    serde_json::from_str(&ask(server, &line, &[("authorization", "Bearer k")], "").1).unwrap()
}

/// Path and query of the place for the bytes.
fn target(server: &Server, record: &Value) -> String {
    record["target"].as_str().unwrap().strip_prefix(&server.url()).unwrap().to_owned()
}

#[tokio::test]
async fn bytes_become_a_document() {
    let server = Server::start().await;
    let client = server.client();
    let document = upload(&client, b"hello").content_type("text/plain").send().await.unwrap();
    assert_eq!((document.title.as_str(), document.state.as_str()), ("a.txt", "stored"));
    assert_eq!(document.bytes, Some(5));
    assert!(document.link_url.as_deref().unwrap().starts_with("https://"), "{document:?}");
    assert_eq!(wait(&client, &document.key).send().await.unwrap(), document);

    let requests = server.requests();
    let lines: Vec<String> =
        requests.iter().map(|request| format!("{} {}", request.method, request.status.unwrap())).collect();
    assert_eq!(lines, ["POST 201", "PUT 200", "GET 200", "GET 200"]);
    let put = &requests[1];
    assert_eq!((&put.body[..], put.header("content-type")), (b"hello".as_slice(), Some("text/plain")));
    assert_eq!((put.operation.as_deref(), put.stubbed), (None, false));
    server.verify().unwrap();
}

#[tokio::test(start_paused = true)]
async fn it_takes_no_time_while_the_clock_is_paused() {
    let server = Server::start().await;
    let begun = tokio::time::Instant::now();
    upload(&server.client(), b"hello").send().await.unwrap();
    assert_eq!(begun.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn failures_can_still_be_scripted() {
    let server = Server::start().await;
    let client = server.client();
    let mut document = server.example(RETRIEVE_DOCUMENT);
    document.state = "working".to_owned();
    server
        .when(RETRIEVE_DOCUMENT)
        .then_return(document)
        .times(3)
        .then_return_error(ErrorResponse::new(503))
        .times(1)
        .then_respond_by_default();
    let short = upload(&client, b"hello").wait_at_most(Duration::from_secs(2)).send().await.unwrap_err();
    assert_eq!(short.step(), UploadStep::Poll);
    let UploadError::NotReady { file_id, file_status, .. } = &short else { panic!("{short:?}") };
    assert_eq!(file_status, "working");
    assert_eq!(wait(&client, file_id).send().await.unwrap().state, "stored");
    assert!(server.requests().iter().any(|request| request.status == Some(503)));
}

#[test]
fn a_record_waits_until_the_bytes_are_there() {
    let server = Server::start_blocking();
    let made = record(&server);
    let key = made["key"].as_str().unwrap();
    assert_eq!(
        (&made["state"], &made["bytes"], &made["link_url"]),
        (&json!("waiting"), &Value::Null, &Value::Null)
    );
    let before = look(&server, key);
    assert_eq!((&before["state"], &before["bytes"]), (&json!("waiting"), &Value::Null));
    assert_eq!(before.get("target"), None);

    let target = target(&server, &made);
    let header = made["target_headers"].as_object().unwrap().iter().next().unwrap();
    let headers = [(header.0.as_str(), header.1.as_str().unwrap()), ("content-length", "2")];
    for body in ["ab", "cd"] {
        // What is sent again is taken again: PUT is idempotent.
        assert_eq!(ask(&server, &format!("PUT {target}"), &headers, body), (200, String::new()));
    }
    let after = look(&server, key);
    assert_eq!((&after["state"], &after["bytes"], &after["key"]), (&json!("stored"), &json!(2), &json!(key)));
    server.verify().unwrap();

    let other = record(&server);
    assert_ne!(other["target"], made["target"]);
    server.reset();
    assert_eq!(ask(&server, &format!("PUT {target}"), &headers, "ab").0, 404);
    // What nobody has made here was uploaded somewhere else.
    assert_eq!(look(&server, key)["state"], "stored");
    server.skip_verification_on_drop();
}

/// A word of the refusal, where the bytes are sent, with which headers, and the status.
type Case<'a> = (&'a str, String, Vec<(&'a str, &'a str)>, u16);

#[test]
fn the_storage_takes_nothing_that_is_the_apis() {
    let server = Server::start_blocking();
    let made = record(&server);
    let target = target(&server, &made);
    let (name, value) = made["target_headers"].as_object().unwrap().iter().next().unwrap();
    let own = (name.as_str(), value.as_str().unwrap());
    let length = ("content-length", "2");
    let path = target.split('?').next().unwrap();
    let cases: [Case<'_>; 10] = [
        ("authorization", target.clone(), vec![own, length, ("authorization", "Bearer SECRET")], 403),
        ("api-version-date", target.clone(), vec![own, length, ("api-version-date", "2025-01-01")], 403),
        ("idempotency-key", target.clone(), vec![own, length, ("idempotency-key", "SECRET")], 403),
        ("x-mock-storage", target.clone(), vec![length], 403),
        ("x-mock-storage", target.clone(), vec![(own.0, "other"), length], 403),
        ("signature", path.to_owned(), vec![own, length], 403),
        ("signature", format!("{path}?signature=SECRET"), vec![own, length], 403),
        ("Content-Length", target.clone(), vec![own], 411),
        ("Content-Length", target.clone(), vec![own, ("transfer-encoding", "chunked")], 411),
        ("nothing", format!("{}x?signature=SECRET", path), vec![own, length], 404),
    ];
    for (word, target, headers, expected) in cases {
        let chunked = headers.iter().any(|(name, _)| *name == "transfer-encoding");
        let sized = headers.contains(&length);
        let body = if chunked {
            "2\r\nab\r\n0\r\n\r\n"
        } else if sized {
            "ab"
        } else {
            ""
        };
        let (status, told) = ask(&server, &format!("PUT {target}"), &headers, body);
        assert_eq!(status, expected, "{word}: {told}");
        assert!(told.to_lowercase().contains(&word.to_lowercase()), "{word}: {told}");
    }
    assert_eq!(ask(&server, &format!("GET {target}"), &[own], "").0, 405);
    assert_eq!(look(&server, made["key"].as_str().unwrap())["state"], "waiting");
    let complaints = server.verify().unwrap_err().to_string();
    assert_eq!(complaints.matches("the storage: ").count(), 11, "{complaints}");
    let signature = target.split('=').nth(1).unwrap();
    assert!(!complaints.contains("SECRET") && !complaints.contains(signature), "{complaints}");
    assert!(!format!("{:?}", server.requests()).contains(signature));
}

#[test]
fn bytes_beyond_the_limit_are_refused() {
    let server = Server::builder().max_request_bytes(64).start_blocking().unwrap();
    let made = record(&server);
    let (name, value) = made["target_headers"].as_object().unwrap().iter().next().unwrap();
    let headers = [(name.as_str(), value.as_str().unwrap()), ("content-length", "65")];
    let line = format!("PUT {}", target(&server, &made));
    assert_eq!(ask(&server, &line, &headers, &"x".repeat(65)).0, 413);
    assert_eq!(look(&server, made["key"].as_str().unwrap())["state"], "waiting");
    server.skip_verification_on_drop();
}

#[test]
fn what_is_deleted_awaits_nothing() {
    let server = Server::start_blocking();
    let made = record(&server);
    let key = made["key"].as_str().unwrap();
    let line = format!("DELETE /api/v1/documents/{key}");
    assert_eq!(ask(&server, &line, &[("authorization", "Bearer k")], "").0, 204);
    let (name, value) = made["target_headers"].as_object().unwrap().iter().next().unwrap();
    let headers = [(name.as_str(), value.as_str().unwrap()), ("content-length", "2")];
    assert_eq!(ask(&server, &format!("PUT {}", target(&server, &made)), &headers, "ab").0, 404);
    server.skip_verification_on_drop();
}
