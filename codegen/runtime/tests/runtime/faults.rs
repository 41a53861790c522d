//! Applies each failure to every attempt of a call, over a real socket, and checks the requests and the error against
//! the tables in `FAULTS.md`. After an intended change, `UPDATE_FAULTS=1` rewrites the file.

use std::{fmt::Write as _, fs, io::Write as _, net::TcpListener, path::Path, time::Duration};

use openapi_client_runtime::{CallOptions, Error, Outcome};

use crate::support::{
    api::{Client, Payment, SERVICE, builder},
    server::{Server, Step, encode_response},
};

/// How a failure is caused.
enum Failure {
    /// No server listens on the port.
    Refused,
    /// The server applies this step to every request.
    Every(Step),
    /// The server applies the steps in turn, the last one to all further requests.
    Sequence(Vec<Step>),
    /// Like `Every`, with an attempt timeout of 1 s.
    ShortTimeout(Step),
    /// Like `Every`, with a maximum body length of 1 MiB.
    SmallLimit(Step),
}

const JSON: &str = "application/json";

fn respond_with(status: u16, content_type: &str, body: &[u8]) -> Failure {
    Failure::Every(Step::Respond(status, vec![("content-type", content_type.to_owned())], body.to_vec()))
}

fn error(status: u16) -> Failure {
    Failure::Every(Step::error(status))
}

fn error_with(status: u16, name: &'static str, value: &str) -> Failure {
    Failure::Every(Step::error(status).with(name, value))
}

fn error_with_code(status: u16, code: &str) -> Step {
    Step::json(status, &format!(r#"{{"error":{{"type":"t","code":"{code}","message":"It failed."}}}}"#))
}

fn replayed(status: u16) -> Step {
    Step::error(status).with("idempotent-replayed", "true")
}

fn response_head(length: usize) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n")
        .into_bytes()
}

fn gzip_bomb() -> Step {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(&vec![b' '; 2 * 1024 * 1024]).unwrap();
    let body = gzip.finish().unwrap();
    assert!(body.len() < 10_000);
    Step::Respond(200, vec![("content-type", JSON.to_owned()), ("content-encoding", "gzip".to_owned())], body)
}

fn failures(redirect_target: &str) -> Vec<(&'static str, Failure)> {
    use Failure::{Every, Refused, Sequence, ShortTimeout, SmallLimit};
    let whole = encode_response(200, &[("content-type", JSON.to_owned())], br#"{"id":"pay_1"}"#);
    vec![
        ("connection refused", Refused),
        ("connection reset before the request is read", Every(Step::ResetUnread)),
        ("connection reset after the request is read", Every(Step::Reset)),
        ("connection closed without a response", Every(Step::Close)),
        (
            "half of the header section, then closed",
            Every(Step::Raw(b"HTTP/1.1 200 OK\r\ncontent-le".to_vec())),
        ),
        (
            "half of the body, then closed",
            Every(Step::Raw([response_head(100), br#"{"id":"pay_1""#.to_vec()].concat())),
        ),
        ("response is not HTTP", Every(Step::Raw(b"SSH-2.0-OpenSSH_9.9\r\n".to_vec()))),
        ("no response in time", ShortTimeout(Step::Stall(Vec::new()))),
        (
            "half of the header section, then nothing",
            ShortTimeout(Step::Stall(b"HTTP/1.1 200 OK\r\n".to_vec())),
        ),
        (
            "half of the body, then nothing",
            ShortTimeout(Step::Stall([response_head(100), b"{".to_vec()].concat())),
        ),
        ("one byte every 20 ms", ShortTimeout(Step::Drip(whole, Duration::from_millis(20)))),
        ("400", error(400)),
        ("401", error(401)),
        ("404", error(404)),
        ("408", error(408)),
        ("409", error(409)),
        ("409 with the code `idempotency_key_in_use`", Every(error_with_code(409, "idempotency_key_in_use"))),
        (
            "409 with the code `idempotency_key_mismatch`",
            Every(error_with_code(409, "idempotency_key_mismatch")),
        ),
        ("409 with `Retry-After: 0`", error_with(409, "retry-after", "0")),
        ("409 after a connection closed without a response", Sequence(vec![Step::Close, Step::error(409)])),
        ("409, then 200, after a lost response", Sequence(vec![Step::Close, Step::error(409), Step::ok()])),
        ("409, replayed", Every(replayed(409))),
        ("422", error(422)),
        ("422, replayed", Every(replayed(422))),
        ("422, replayed after a lost response", Sequence(vec![Step::Close, replayed(422)])),
        ("429 without a delay", error(429)),
        ("429 with `Retry-After: 0`", error_with(429, "retry-after", "0")),
        ("429 with `retry-after-ms: 1`", error_with(429, "retry-after-ms", "1")),
        ("429 with `Retry-After: 600`", error_with(429, "retry-after", "600")),
        (
            "429 with `Try again in 0 seconds.` as message",
            Every(Step::json(
                429,
                r#"{"error":{"type":"rate_limit_exceeded","message":"Try again in 0 seconds."}}"#,
            )),
        ),
        ("429, replayed to every key", Every(replayed(429))),
        ("429, replayed to its key", Sequence(vec![Step::error(429), replayed(429), Step::ok()])),
        ("429, replayed after a lost response", Sequence(vec![Step::Close, replayed(429), Step::ok()])),
        ("500", error(500)),
        ("500, replayed", Every(replayed(500))),
        ("501", error(501)),
        ("502 with an HTML page", respond_with(502, "text/html", b"<html><title>Bad gateway</title></html>")),
        ("503 without a delay", error(503)),
        (
            "503 with a `Retry-After` date in the past",
            error_with(503, "retry-after", "Fri, 20 Nov 2020 12:00:00 GMT"),
        ),
        ("503 with `Retry-After: 600`", error_with(503, "retry-after", "600")),
        (
            "503 with `Try again in 0 seconds.` as message",
            Every(Step::json(503, r#"{"error":{"type":"unavailable","message":"Try again in 0 seconds."}}"#)),
        ),
        ("504", error(504)),
        ("505", error(505)),
        ("530", error(530)),
        ("599", error(599)),
        ("304", Every(Step::Respond(304, Vec::new(), Vec::new()))),
        ("301 to another host", error_with(301, "location", redirect_target)),
        ("307 to another host", error_with(307, "location", redirect_target)),
        ("200 with an empty body", respond_with(200, JSON, b"")),
        ("204", Every(Step::Respond(204, Vec::new(), Vec::new()))),
        (
            "200 with an HTML page",
            respond_with(200, "text/html", b"<!doctype html><title>Sign in\r\n</title>"),
        ),
        ("200 with truncated JSON and a correct length", respond_with(200, JSON, br#"{"id":"pay"#)),
        ("200 with plain text", respond_with(200, "text/plain", b"OK")),
        (
            "200 with an error in the body",
            respond_with(200, JSON, br#"{"error":{"type":"t","code":"c","message":"It failed."}}"#),
        ),
        ("200 with a missing field", respond_with(200, JSON, br#"{"amount":1}"#)),
        ("200 with a field of another type", respond_with(200, JSON, br#"{"id":"pay_1","amount":[1]}"#)),
        ("200 with invalid UTF-8", respond_with(200, JSON, b"{\"id\":\"\xff\"}")),
        (
            "200 with 10 MB of nested JSON",
            respond_with(200, JSON, &[br#"{"x":"#.to_vec(), vec![b'['; 10_000_000]].concat()),
        ),
        ("500 with 1 MB of nested JSON", respond_with(500, JSON, &vec![b'['; 1_000_000])),
        ("200 with a `Content-Length` above 64 MiB", Every(Step::Stall(response_head(65 * 1024 * 1024)))),
        ("200 with a gzip bomb and a limit of 1 MiB", SmallLimit(gzip_bomb())),
        ("200 with invalid gzip", Every(Step::ok().with("content-encoding", "gzip"))),
    ]
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Request {
    Get,
    PostWithKey,
    PostWithoutKey,
}

const REQUESTS: [Request; 3] = [Request::Get, Request::PostWithKey, Request::PostWithoutKey];

async fn send(client: &Client, request: Request) -> Result<Payment, Error> {
    match request {
        Request::Get => client.retrieve("pay_1").send().await,
        Request::PostWithKey => client.pay().send().await,
        Request::PostWithoutKey => {
            client.pay().with_options(CallOptions::new().without_idempotency_key()).send().await
        }
    }
}

async fn call_with_failure(
    failure: &Failure,
    request: Request,
    renews_key: bool,
) -> (usize, Result<Payment, Error>) {
    let server = match failure {
        Failure::Refused => {
            let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
            let client = builder().base_url(format!("http://{port}")).build().unwrap();
            let result = send(&client, request).await;
            let attempts = result.as_ref().unwrap_err().attempts();
            assert_eq!(attempts, 3, "a refused connection is retried");
            return (0, result);
        }
        Failure::Every(step) | Failure::ShortTimeout(step) | Failure::SmallLimit(step) => {
            Server::start(vec![step.clone(); 12])
        }
        Failure::Sequence(steps) => {
            Server::start(steps.iter().chain(std::iter::repeat(&steps[steps.len() - 1])).take(12).cloned())
        }
    };
    let timeout = match failure {
        Failure::ShortTimeout(_) => Duration::from_secs(1),
        // A debug build takes seconds for the large bodies, and much longer on a machine under load.
        _ => Duration::from_secs(250),
    };
    let client = builder()
        .base_url(server.url())
        .timeout(timeout)
        .total_timeout(Duration::from_secs(500))
        .max_rate_limit_retries(5);
    let client = match failure {
        Failure::SmallLimit(_) => client.max_response_bytes(1024 * 1024),
        _ => client,
    };
    let client = client.build().unwrap();
    let result = send(&client, request).await;
    if let (Failure::ShortTimeout(_), Err(error)) = (failure, &result) {
        // The server may learn of a request only after the client has given it up.
        for _ in 0..1000 {
            if server.started_requests() >= error.attempts() as usize {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
    let requests = server.requests();
    let count = server.started_requests();
    if request == Request::PostWithKey && !requests.is_empty() {
        assert!(requests[0].key().is_some());
        assert!(requests.iter().all(|other| other.key().is_some() && other.body == requests[0].body));
        if !renews_key {
            assert!(requests.iter().all(|other| other.key() == requests[0].key()));
        }
    } else {
        assert!(requests.iter().all(|request| request.key().is_none()));
    }
    if let Err(error) = &result {
        assert_eq!(error.attempts() as usize, count, "{error}");
    }
    (count, result)
}

fn format_cell(count: usize, result: &Result<Payment, Error>) -> String {
    let error = match result {
        Ok(_) => "a value".to_owned(),
        Err(error) => {
            let outcome = match error.outcome() {
                Outcome::NotProcessed => "not processed",
                Outcome::Unknown => "unknown",
                _ => "processed",
            };
            format!("`{:?}`, {outcome}", error.kind())
        }
    };
    format!("{count}: {error}")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn failures_match_the_tables() {
    let redirect_target = Server::start([]);
    let mut table = String::new();
    let mut messages = String::new();
    for (name, failure) in failures(&redirect_target.url()) {
        let _ = write!(table, "| {name} |");
        let renews_key = name.starts_with("429, replayed");
        let [get, with_key, without_key] =
            REQUESTS.map(|request| call_with_failure(&failure, request, renews_key));
        let (get, with_key, without_key) = tokio::join!(get, with_key, without_key);
        for (request, (count, result)) in REQUESTS.into_iter().zip([get, with_key, without_key]) {
            let _ = write!(table, " {} |", format_cell(count, &result));
            if let (Request::PostWithKey, Err(error)) = (request, &result) {
                let _ = writeln!(messages, "| {name} | {} |", format_message(error));
            }
            let is_sequence = matches!(failure, Failure::Sequence(_));
            check_invariants(name, request, count, &result, is_sequence);
        }
        table.push('\n');
    }
    assert!(redirect_target.requests().is_empty(), "a redirect was followed");
    compare_with_file(&table, &messages);
}

/// Checks rules that hold for every failure.
fn check_invariants(
    name: &str,
    request: Request,
    count: usize,
    result: &Result<Payment, Error>,
    is_sequence: bool,
) {
    let error = match result {
        Ok(_) => return,
        Err(error) => error,
    };
    if request == Request::PostWithoutKey {
        let is_safe = name.starts_with("429");
        assert!(count <= 1 || is_safe, "{name}: a payment without a key was sent {count} times");
    }
    if count > 1 && !is_sequence {
        assert!(error.is_retryable(), "{name}: {error}");
    }
    let text = error.to_string();
    assert!(text.contains(error.operation()) && !text.contains(['\n', '\r']), "{name}: {text}");
    if request != Request::Get && error.outcome() == Outcome::Processed {
        assert!(text.contains("do not send it again") && count <= 3, "{name}: {text}");
        assert!(error.status().is_some_and(|status| status.is_success()), "{name}");
    }
    assert_eq!(error.idempotency_key().is_some(), request == Request::PostWithKey, "{name}");
}

/// The error message, with placeholders for what changes from run to run.
fn format_message(error: &Error) -> String {
    let mut text = error.to_string();
    if let Some(key) = error.idempotency_key() {
        text = text.replace(key, "KEY");
    }
    let host =
        text.find("127.0.0.1:").map(|at| text[at..].split([':', ' ']).take(2).collect::<Vec<_>>().join(":"));
    if let Some(host) = host {
        text = text.replace(&host, "HOST");
    }
    // The one difference between the default transport and that on `reqwest`.
    text.replace("Invalid gzip header", "invalid gzip header").replace('|', "\\|")
}

fn compare_with_file(table: &str, messages: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("FAULTS.md");
    let intro = include_str!("faults.intro.md");
    let text = format!(
        "{intro}\n| failure | GET | POST with a key | POST without a key |\n|---|---|---|---|\n{table}\n\
         ## Error messages\n\nOf a POST with a key. `KEY` and `HOST` are placeholders.\n\n\
         | failure | message |\n|---|---|\n{messages}"
    );
    if std::env::var_os("UPDATE_FAULTS").is_some() {
        fs::write(&path, &text).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap();
    for (written, found) in written.lines().zip(text.lines()) {
        assert_eq!(
            written, found,
            "FAULTS.md differs from the behavior: run with UPDATE_FAULTS=1 and review the diff"
        );
    }
    assert_eq!(written.lines().count(), text.lines().count());
}

/// The tables are to be right for the client of this repository.
#[test]
fn statuses_are_those_of_the_configuration() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec/codegen.toml");
    let text = fs::read_to_string(path).unwrap();
    let list = text.lines().find_map(|line| line.strip_prefix("statuses = [")?.strip_suffix(']')).unwrap();
    let statuses: Vec<u16> = list.split(',').map(|status| status.trim().parse().unwrap()).collect();
    assert_eq!(SERVICE.retry.statuses, statuses);
}

#[tokio::test]
async fn a_call_succeeds_after_one_failure() {
    for step in
        [Step::error(500), Step::Close, Step::Reset, Step::error(429), Step::Raw(b"HTTP/1.1 2".to_vec())]
    {
        let server = Server::start([step.clone()]);
        let client = builder().base_url(server.url()).build().unwrap();
        let response = client.pay().send_raw().await.unwrap();
        assert_eq!(response.attempts, 2, "{step:?}");
        let requests = server.requests();
        assert_eq!(
            (requests.len(), requests[0].key(), &requests[0].body),
            (2, requests[1].key(), &requests[1].body),
            "{step:?}"
        );
    }
}

#[tokio::test]
async fn patch_and_delete_are_retried_without_a_key() {
    let server =
        Server::start([Step::error(500), Step::ok(), Step::Close, Step::json(200, "true"), Step::error(500)]);
    let client = builder().base_url(server.url()).build().unwrap();
    client.update("pay_1").note("x").send().await.unwrap();
    assert!(client.delete("pay_1").send().await.unwrap());
    let error =
        client.vault().with_options(CallOptions::new().base_url(server.url())).send().await.unwrap_err();
    assert_eq!((error.status().map(|status| status.as_u16()), error.attempts()), (Some(500), 1));
    let requests = server.requests();
    assert_eq!(requests.len(), 5);
    assert!(requests.iter().all(|request| request.key().is_none()));
}

#[tokio::test]
async fn a_key_that_the_server_ignores_does_not_allow_retries() {
    let server = Server::start([Step::error(500)]);
    let client = builder().base_url(server.url()).server_url(1, server.url()).build().unwrap();
    let options = CallOptions::new().idempotency_key("k");
    let error = client.vault().with_options(options).send().await.unwrap_err();
    assert_eq!((error.attempts(), server.requests()[0].key()), (1, Some("k")));
}
