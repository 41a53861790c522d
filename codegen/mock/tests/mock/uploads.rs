//! Uploads to the storage of the mock server: upload URLs, rejected requests, and complete uploads by a client.

use std::time::Duration;

use openapi_client_mock::{Endpoint, ErrorResponse};
use openapi_client_runtime::{
    __private as rt,
    json::ExtraFields,
    upload::{UploadError, UploadStep},
};
use serde_json::{Value, json};

use crate::support::{Client, Server, send_raw};

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

/// The response of `retrieveDocument`.
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

/// The request of `retrieveDocument`.
#[derive(Clone, Debug, PartialEq)]
struct DocumentByKey {
    key: String,
    extra_fields: ExtraFields,
}
rt::model!(DocumentByKey { key: required("key") });

const RETRIEVE_DOCUMENT: Endpoint<DocumentByKey, Document> = Endpoint::json("retrieveDocument");

struct Upload(rt::UploadBuilder);
rt::upload!(Upload => Document);

fn start_upload(client: &Client, content: impl Into<rt::Content>) -> Upload {
    Upload(rt::UploadBuilder::new(client.as_ref(), &UPLOAD, "a.txt".to_owned(), content.into()))
}

fn wait_until_ready(client: &Client, key: &str) -> rt::WaitUntilReady<Document> {
    rt::WaitUntilReady::new(client.as_ref(), &UPLOAD, key)
}

/// Sends a request and returns the status and the body of the response.
fn send_request(server: &Server, line: &str, headers: &[(&str, &str)], body: &str) -> (u16, String) {
    let address = server.url().replace("http://", "");
    let mut text = format!("{line} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    let response = send_raw(server, &format!("{text}\r\n{body}"));
    let status = response.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
    (status, response.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default())
}

/// Creates a document whose bytes are not uploaded yet.
fn create_document(server: &Server) -> Value {
    let headers =
        [("authorization", "Bearer k"), ("content-type", "application/json"), ("content-length", "17")];
    let (status, body) = send_request(server, "POST /api/v1/documents", &headers, r#"{"title":"a.txt"}"#);
    assert_eq!(status, 201, "{body}");
    serde_json::from_str(&body).unwrap()
}

fn retrieve_document(server: &Server, key: &str) -> Value {
    let line = format!("GET /api/v1/documents/{key}");
    serde_json::from_str(&send_request(server, &line, &[("authorization", "Bearer k")], "").1).unwrap()
}

/// Path and query of the upload URL.
fn upload_target(server: &Server, document: &Value) -> String {
    document["target"].as_str().unwrap().strip_prefix(&server.url()).unwrap().to_owned()
}

#[tokio::test]
async fn an_upload_completes_a_document() {
    let server = Server::start().await;
    let client = server.client();
    let document = start_upload(&client, b"hello").content_type("text/plain").send().await.unwrap();
    assert_eq!((document.title.as_str(), document.state.as_str()), ("a.txt", "stored"));
    assert_eq!(document.bytes, Some(5));
    assert!(document.link_url.as_deref().unwrap().starts_with("https://"), "{document:?}");
    assert_eq!(wait_until_ready(&client, &document.key).send().await.unwrap(), document);

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
async fn an_upload_takes_no_time_on_a_paused_clock() {
    let server = Server::start().await;
    let started = tokio::time::Instant::now();
    start_upload(&server.client(), b"hello").send().await.unwrap();
    assert_eq!(started.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn stubs_apply_to_the_calls_of_an_upload() {
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
    let short =
        start_upload(&client, b"hello").wait_at_most(Duration::from_secs(2)).send().await.unwrap_err();
    assert_eq!(short.step(), UploadStep::Poll);
    let UploadError::NotReady { file_id, file_status, .. } = &short else { panic!("{short:?}") };
    assert_eq!(file_status, "working");
    assert_eq!(wait_until_ready(&client, file_id).send().await.unwrap().state, "stored");
    assert!(server.requests().iter().any(|request| request.status == Some(503)));
}

#[test]
fn a_document_is_waiting_until_its_bytes_are_uploaded() {
    let server = Server::start_blocking();
    let created = create_document(&server);
    let key = created["key"].as_str().unwrap();
    assert_eq!(
        (&created["state"], &created["bytes"], &created["link_url"]),
        (&json!("waiting"), &Value::Null, &Value::Null)
    );
    let before = retrieve_document(&server, key);
    assert_eq!((&before["state"], &before["bytes"]), (&json!("waiting"), &Value::Null));
    assert_eq!(before.get("target"), None);

    let target = upload_target(&server, &created);
    let header = created["target_headers"].as_object().unwrap().iter().next().unwrap();
    let headers = [(header.0.as_str(), header.1.as_str().unwrap()), ("content-length", "2")];
    for body in ["ab", "cd"] {
        // PUT is idempotent, so the bytes can be uploaded again.
        assert_eq!(send_request(&server, &format!("PUT {target}"), &headers, body), (200, String::new()));
    }
    let after = retrieve_document(&server, key);
    assert_eq!((&after["state"], &after["bytes"], &after["key"]), (&json!("stored"), &json!(2), &json!(key)));
    server.verify().unwrap();

    let other = create_document(&server);
    assert_ne!(other["target"], created["target"]);
    server.reset();
    assert_eq!(send_request(&server, &format!("PUT {target}"), &headers, "ab").0, 404);
    // A document that was not created on this server counts as uploaded elsewhere.
    assert_eq!(retrieve_document(&server, key)["state"], "stored");
    server.skip_verification_on_drop();
}

/// A part of the error message, the target of the request, its headers, and the expected status.
type Case<'a> = (&'a str, String, Vec<(&'a str, &'a str)>, u16);

#[test]
fn the_storage_rejects_requests_that_differ_from_the_upload_url() {
    let server = Server::start_blocking();
    let created = create_document(&server);
    let target = upload_target(&server, &created);
    let (name, value) = created["target_headers"].as_object().unwrap().iter().next().unwrap();
    let required = (name.as_str(), value.as_str().unwrap());
    let length = ("content-length", "2");
    let path = target.split('?').next().unwrap();
    let cases: [Case<'_>; 10] = [
        ("authorization", target.clone(), vec![required, length, ("authorization", "Bearer SECRET")], 403),
        ("api-version-date", target.clone(), vec![required, length, ("api-version-date", "2025-01-01")], 403),
        ("idempotency-key", target.clone(), vec![required, length, ("idempotency-key", "SECRET")], 403),
        ("x-mock-storage", target.clone(), vec![length], 403),
        ("x-mock-storage", target.clone(), vec![(required.0, "other"), length], 403),
        ("signature", path.to_owned(), vec![required, length], 403),
        ("signature", format!("{path}?signature=SECRET"), vec![required, length], 403),
        ("Content-Length", target.clone(), vec![required], 411),
        ("Content-Length", target.clone(), vec![required, ("transfer-encoding", "chunked")], 411),
        ("unknown upload", format!("{}x?signature=SECRET", path), vec![required, length], 404),
    ];
    for (part, target, headers, expected) in cases {
        let is_chunked = headers.iter().any(|(name, _)| *name == "transfer-encoding");
        let has_length = headers.contains(&length);
        let body = if is_chunked {
            "2\r\nab\r\n0\r\n\r\n"
        } else if has_length {
            "ab"
        } else {
            ""
        };
        let (status, body) = send_request(&server, &format!("PUT {target}"), &headers, body);
        assert_eq!(status, expected, "{part}: {body}");
        assert!(body.to_lowercase().contains(&part.to_lowercase()), "{part}: {body}");
    }
    assert_eq!(send_request(&server, &format!("GET {target}"), &[required], "").0, 405);
    assert_eq!(retrieve_document(&server, created["key"].as_str().unwrap())["state"], "waiting");
    let error = server.verify().unwrap_err().to_string();
    assert_eq!(error.matches("upload storage: ").count(), 11, "{error}");
    let signature = target.split('=').nth(1).unwrap();
    assert!(!error.contains("SECRET") && !error.contains(signature), "{error}");
    assert!(!format!("{:?}", server.requests()).contains(signature));
}

#[test]
fn uploads_above_the_size_limit_are_rejected() {
    let server = Server::builder().max_request_bytes(64).start_blocking().unwrap();
    let created = create_document(&server);
    let (name, value) = created["target_headers"].as_object().unwrap().iter().next().unwrap();
    let headers = [(name.as_str(), value.as_str().unwrap()), ("content-length", "65")];
    let line = format!("PUT {}", upload_target(&server, &created));
    assert_eq!(send_request(&server, &line, &headers, &"x".repeat(65)).0, 413);
    assert_eq!(retrieve_document(&server, created["key"].as_str().unwrap())["state"], "waiting");
    server.skip_verification_on_drop();
}

#[test]
fn a_deleted_document_accepts_no_upload() {
    let server = Server::start_blocking();
    let created = create_document(&server);
    let key = created["key"].as_str().unwrap();
    let line = format!("DELETE /api/v1/documents/{key}");
    assert_eq!(send_request(&server, &line, &[("authorization", "Bearer k")], "").0, 204);
    let (name, value) = created["target_headers"].as_object().unwrap().iter().next().unwrap();
    let headers = [(name.as_str(), value.as_str().unwrap()), ("content-length", "2")];
    assert_eq!(
        send_request(&server, &format!("PUT {}", upload_target(&server, &created)), &headers, "ab").0,
        404
    );
    server.skip_verification_on_drop();
}
