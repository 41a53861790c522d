//! Every fault, done to every request of a call on a real socket: how many requests the server sees, and what the
//! caller gets. The result is the table in `FAULTS.md`; a change of behaviour fails here until the table says so too
//! (`UPDATE_FAULTS=1` writes it).

use std::{fmt::Write as _, fs, io::Write as _, net::TcpListener, path::Path, time::Duration};

use openapi_client_runtime::{CallOptions, Error, Outcome};

use crate::support::{
    api::{Client, Payment, builder},
    server::{Server, Step, answer},
};

/// How a fault comes about.
enum Fault {
    /// Nobody listens.
    Refused,
    /// The server does this to every request.
    Every(Step),
    /// The same, and an attempt may take 300 ms only.
    Slow(Step),
    /// The same, and a body may have 1 MiB only.
    Small(Step),
}

const JSON: &str = "application/json";

fn typed(status: u16, content_type: &str, body: &[u8]) -> Fault {
    Fault::Every(Step::Answer(status, vec![("content-type", content_type.to_owned())], body.to_vec()))
}

fn error(status: u16) -> Fault {
    Fault::Every(Step::error(status))
}

fn error_with(status: u16, name: &'static str, value: &str) -> Fault {
    Fault::Every(Step::error(status).with(name, value))
}

fn head(length: usize) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n")
        .into_bytes()
}

fn bomb() -> Step {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(&vec![b' '; 2 * 1024 * 1024]).unwrap();
    let body = gzip.finish().unwrap();
    assert!(body.len() < 10_000);
    Step::Answer(200, vec![("content-type", JSON.to_owned()), ("content-encoding", "gzip".to_owned())], body)
}

fn faults(elsewhere: &str) -> Vec<(&'static str, Fault)> {
    use Fault::{Every, Refused, Slow, Small};
    let whole = answer(200, &[("content-type", JSON.to_owned())], br#"{"id":"pay_1"}"#);
    vec![
        ("connection refused", Refused),
        ("connection reset before the request is read", Every(Step::ResetUnread)),
        ("connection reset after the request is read", Every(Step::Reset)),
        ("connection closed without an answer", Every(Step::Close)),
        ("half a head, then closed", Every(Step::Raw(b"HTTP/1.1 200 OK\r\ncontent-le".to_vec()))),
        ("half a body, then closed", Every(Step::Raw([head(100), br#"{"id":"pay_1""#.to_vec()].concat()))),
        ("no HTTP at all", Every(Step::Raw(b"SSH-2.0-OpenSSH_9.9\r\n".to_vec()))),
        ("no answer in time", Slow(Step::Stall(Vec::new()))),
        ("half a head, then nothing", Slow(Step::Stall(b"HTTP/1.1 200 OK\r\n".to_vec()))),
        ("half a body, then nothing", Slow(Step::Stall([head(100), b"{".to_vec()].concat()))),
        ("a byte every 20 ms", Slow(Step::Drip(whole, Duration::from_millis(20)))),
        ("400", error(400)),
        ("401", error(401)),
        ("404", error(404)),
        ("408", error(408)),
        ("409", error(409)),
        ("422", error(422)),
        ("429 without a wait", error(429)),
        ("429 with `Retry-After: 0`", error_with(429, "retry-after", "0")),
        ("429 with `retry-after-ms: 1`", error_with(429, "retry-after-ms", "1")),
        ("429 with a wait of 10 minutes", error_with(429, "retry-after", "600")),
        (
            "429 with `Try again in 0 seconds.` as message",
            Every(Step::json(
                429,
                r#"{"error":{"type":"rate_limit_exceeded","message":"Try again in 0 seconds."}}"#,
            )),
        ),
        ("500", error(500)),
        ("501", error(501)),
        ("502 with a page of HTML", typed(502, "text/html", b"<html><title>Bad gateway</title></html>")),
        ("503 without a wait", error(503)),
        ("503 with a date in the past", error_with(503, "retry-after", "Fri, 20 Nov 2020 12:00:00 GMT")),
        ("504", error(504)),
        ("301 to another host", error_with(301, "location", elsewhere)),
        ("307 to another host", error_with(307, "location", elsewhere)),
        ("200 with an empty body", typed(200, JSON, b"")),
        ("204", Every(Step::Answer(204, Vec::new(), Vec::new()))),
        ("200 with a page of HTML", typed(200, "text/html", b"<!doctype html><title>Sign in\r\n</title>")),
        ("200 with JSON cut short, the length right", typed(200, JSON, br#"{"id":"pay"#)),
        ("200 with text", typed(200, "text/plain", b"OK")),
        ("200 with a field missing", typed(200, JSON, br#"{"amount":1}"#)),
        ("200 with a field of another type", typed(200, JSON, br#"{"id":"pay_1","amount":[1]}"#)),
        ("200 with invalid UTF-8", typed(200, JSON, b"{\"id\":\"\xff\"}")),
        (
            "200 with 10 MB of nested JSON",
            typed(200, JSON, &[br#"{"x":"#.to_vec(), vec![b'['; 10_000_000]].concat()),
        ),
        ("500 with 1 MB of nested JSON", typed(500, JSON, &vec![b'['; 1_000_000])),
        ("200 with more than 64 MiB announced", Every(Step::Stall(head(65 * 1024 * 1024)))),
        ("200 with a gzip bomb, the bound set to 1 MiB", Small(bomb())),
        ("200 with broken gzip", Every(Step::ok().with("content-encoding", "gzip"))),
    ]
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Get,
    PostWithKey,
    PostWithoutKey,
}

const KINDS: [Kind; 3] = [Kind::Get, Kind::PostWithKey, Kind::PostWithoutKey];

async fn make(client: &Client, kind: Kind) -> Result<Payment, Error> {
    match kind {
        Kind::Get => client.retrieve("pay_1").send().await,
        Kind::PostWithKey => client.pay().send().await,
        Kind::PostWithoutKey => {
            client.pay().with_options(CallOptions::new().no_idempotency_key()).send().await
        }
    }
}

async fn run(fault: &Fault, kind: Kind) -> (usize, Result<Payment, Error>) {
    let server = match fault {
        Fault::Refused => {
            let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
            let client = builder().base_url(format!("http://{port}")).build().unwrap();
            let result = make(&client, kind).await;
            let attempts = result.as_ref().unwrap_err().attempts();
            assert_eq!(attempts, 3, "a refused connection is tried again");
            return (0, result);
        }
        Fault::Every(step) | Fault::Slow(step) | Fault::Small(step) => Server::start(vec![step.clone(); 6]),
    };
    let timeout = match fault {
        Fault::Slow(_) => Duration::from_millis(300),
        _ => Duration::from_secs(20),
    };
    let client = builder().base_url(server.url()).timeout(timeout);
    let client = match fault {
        Fault::Small(_) => client.max_response_bytes(1024 * 1024),
        _ => client,
    };
    let client = client.build().unwrap();
    let result = make(&client, kind).await;
    let seen = server.seen();
    let count = server.begun();
    if kind == Kind::PostWithKey && !seen.is_empty() {
        assert!(seen[0].key().is_some());
        assert!(seen.iter().all(|other| other.key() == seen[0].key() && other.body == seen[0].body));
    } else {
        assert!(seen.iter().all(|seen| seen.key().is_none()));
    }
    if let Err(error) = &result {
        assert_eq!(error.attempts() as usize, count, "{error}");
    }
    (count, result)
}

fn cell(count: usize, result: &Result<Payment, Error>) -> String {
    let what = match result {
        Ok(_) => "a value".to_owned(),
        Err(error) => {
            let outcome = match error.outcome() {
                Outcome::NotProcessed => "not carried out",
                Outcome::Unknown => "unknown",
                _ => "carried out",
            };
            format!("`{:?}`, {outcome}", error.kind())
        }
    };
    format!("{count}: {what}")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_table() {
    let elsewhere = Server::start([]);
    let mut table = String::new();
    let mut messages = String::new();
    for (name, fault) in faults(&elsewhere.url()) {
        let _ = write!(table, "| {name} |");
        let [get, keyed, keyless] = KINDS.map(|kind| run(&fault, kind));
        let (get, keyed, keyless) = tokio::join!(get, keyed, keyless);
        for (kind, (count, result)) in KINDS.into_iter().zip([get, keyed, keyless]) {
            let _ = write!(table, " {} |", cell(count, &result));
            if let (Kind::PostWithKey, Err(error)) = (kind, &result) {
                let _ = writeln!(messages, "| {name} | {} |", shown(error));
            }
            check(name, kind, count, &result);
        }
        table.push('\n');
    }
    assert!(elsewhere.seen().is_empty(), "a redirect was followed");
    compare(&table, &messages);
}

/// The rules that hold whatever the table says.
fn check(name: &str, kind: Kind, count: usize, result: &Result<Payment, Error>) {
    let error = match result {
        Ok(_) => return,
        Err(error) => error,
    };
    if kind == Kind::PostWithoutKey {
        let harmless = ["429", "503 with"].iter().any(|harmless| name.starts_with(harmless));
        assert!(count <= 1 || harmless, "{name}: a payment without a key was sent {count} times");
    }
    if count > 1 {
        assert!(error.is_retryable(), "{name}: {error}");
    }
    let text = error.to_string();
    assert!(text.contains(error.operation()) && !text.contains(['\n', '\r']), "{name}: {text}");
    if kind != Kind::Get && error.outcome() == Outcome::Processed {
        assert!(text.contains("do not send it again") && count <= 3, "{name}: {text}");
        assert!(error.status().is_some_and(|status| status.is_success()), "{name}");
    }
    assert_eq!(error.idempotency_key().is_some(), kind == Kind::PostWithKey, "{name}");
}

/// The message without what changes from run to run.
fn shown(error: &Error) -> String {
    let mut text = error.to_string();
    if let Some(key) = error.idempotency_key() {
        text = text.replace(key, "KEY");
    }
    let host =
        text.find("127.0.0.1:").map(|at| text[at..].split([':', ' ']).take(2).collect::<Vec<_>>().join(":"));
    if let Some(host) = host {
        text = text.replace(&host, "HOST");
    }
    text.replace('|', "\\|")
}

fn compare(table: &str, messages: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("FAULTS.md");
    let intro = include_str!("faults.intro.md");
    let text = format!(
        "{intro}\n| fault | GET | POST with a key | POST without a key |\n|---|---|---|---|\n{table}\n\
         ## What the error says\n\nFor a POST with a key; `KEY` and `HOST` stand for the real ones.\n\n\
         | fault | message |\n|---|---|\n{messages}"
    );
    if std::env::var_os("UPDATE_FAULTS").is_some() {
        fs::write(&path, &text).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap();
    for (written, found) in written.lines().zip(text.lines()) {
        assert_eq!(
            written, found,
            "FAULTS.md is not what happens: run with UPDATE_FAULTS=1 and look at the difference"
        );
    }
    assert_eq!(written.lines().count(), text.lines().count());
}

#[tokio::test]
async fn one_fault_is_got_over() {
    for step in
        [Step::error(500), Step::Close, Step::Reset, Step::error(429), Step::Raw(b"HTTP/1.1 2".to_vec())]
    {
        let server = Server::start([step.clone()]);
        let client = builder().base_url(server.url()).build().unwrap();
        let answer = client.pay().send_raw().await.unwrap();
        assert_eq!(answer.attempts, 2, "{step:?}");
        let seen = server.seen();
        assert_eq!((seen.len(), seen[0].key(), &seen[0].body), (2, seen[1].key(), &seen[1].body), "{step:?}");
    }
}

#[tokio::test]
async fn patch_and_delete_are_repeated_without_a_key() {
    let server =
        Server::start([Step::error(500), Step::ok(), Step::Close, Step::json(200, "true"), Step::error(500)]);
    let client = builder().base_url(server.url()).build().unwrap();
    client.update("pay_1").note("x").send().await.unwrap();
    assert!(client.delete("pay_1").send().await.unwrap());
    let error =
        client.vault().with_options(CallOptions::new().base_url(server.url())).send().await.unwrap_err();
    assert_eq!((error.status().map(|status| status.as_u16()), error.attempts()), (Some(500), 1));
    let seen = server.seen();
    assert_eq!(seen.len(), 5);
    assert!(seen.iter().all(|seen| seen.key().is_none()));
}

#[tokio::test]
async fn a_key_that_the_host_ignores_protects_nothing() {
    let server = Server::start([Step::error(500)]);
    let client = builder().base_url(server.url()).server_url(1, server.url()).build().unwrap();
    let options = CallOptions::new().idempotency_key("k");
    let error = client.vault().with_options(options).send().await.unwrap_err();
    assert_eq!((error.attempts(), server.seen()[0].key()), (1, Some("k")));
}
