//! The encoding of requests, with hostile values too.

use std::time::Duration;

use bytes::Bytes;
use openapi_client_runtime::{
    __private as rt, Body, BoxError, CallOptions, ClientBuilder, Environment, ErrorKind, FilePart,
};
use proptest::prelude::*;

use crate::support::{
    api::{Client, builder, client},
    server::{Server, Step},
};

fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8().unwrap().into_owned()
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

/// Texts that could break out of a path segment, a parameter, a header or a string.
fn hostile_text() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "/", "..", ".", "%2f", "%2e", "%", "?", "#", "&", "=", "\r\n", "\n", "\0", "\t", " ", "é",
        "\u{202e}", "😀", "\\", ";", ":", "@", "//", "\"", "{id}", "+", "a", "pay_1",
    ]);
    prop_oneof![
        3 => prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat()),
        1 => any::<String>(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_id_stays_in_its_path_segment(id in hostile_text()) {
        let server = Server::start([]);
        let client = client(&server.url());
        let result = runtime().block_on(client.refund(id.clone()).send());
        let requests = server.requests();
        if matches!(id.as_str(), "" | "." | "..") {
            prop_assert_eq!(result.unwrap_err().kind(), ErrorKind::Request);
            prop_assert!(requests.is_empty());
        } else {
            result.unwrap();
            let segments: Vec<_> = requests[0].target().split('/').collect();
            prop_assert_eq!(segments.len(), 4);
            prop_assert_eq!((segments[0], segments[1], segments[3]), ("", "payments", "refund"));
            prop_assert_eq!(decoded(segments[2]), id);
            prop_assert!(requests[0].line.starts_with("POST /payments/") && requests[0].line.ends_with(" HTTP/1.1"));
        }
    }

    #[test]
    fn a_value_stays_in_its_parameter_header_and_field(value in hostile_text()) {
        let server = Server::start([Step::json(200, r#"{"data":[],"page_info":{"has_next_page":false,"has_previous_page":false}}"#)]);
        let client = client(&server.url());
        let options = CallOptions::new().query("extra", value.clone());
        runtime().block_on(client.list().search(value.clone()).with_options(options).send()).unwrap();
        let target = server.requests()[0].target().to_owned();
        let query = target.strip_prefix("/payments?").unwrap();
        let pairs: Vec<_> = query.split('&').map(|pair| pair.split_once('=').unwrap()).collect();
        prop_assert_eq!(pairs.iter().map(|pair| pair.0).collect::<Vec<_>>(), ["search", "extra"]);
        prop_assert!(pairs.iter().all(|pair| decoded(pair.1) == value));

        runtime().block_on(client.pay().note(value.clone()).send()).unwrap();
        let body: serde_json::Value = serde_json::from_slice(&server.requests()[1].body).unwrap();
        prop_assert_eq!(&body["note"], &serde_json::Value::from(value.clone()));

        let before = server.requests().len();
        let result = runtime().block_on(client.list().trace(value.clone()).send());
        let requests = server.requests();
        if value.chars().any(|letter| letter != '\t' && !(' '..='~').contains(&letter)) {
            prop_assert_eq!(result.unwrap_err().kind(), ErrorKind::Request);
            prop_assert_eq!(requests.len(), before);
        } else {
            prop_assert_eq!(requests[before].header("x-trace").unwrap_or_default().trim(), value.trim());
            prop_assert!(requests[before].headers.iter().all(|(name, _)| name != "pay_1"));
        }
    }
}

#[tokio::test]
async fn invalid_requests_are_not_sent() {
    let server = Server::start([]);
    let client = client(&server.url());
    let assert_invalid = |error: openapi_client_runtime::Error, part: &str| {
        assert_eq!(error.kind(), ErrorKind::Request, "{error}");
        assert!(error.to_string().contains(part), "{error}");
        assert_eq!(error.attempts(), 0);
    };
    assert_invalid(client.pay().rate(f64::NAN).send().await.unwrap_err(), "`rate`");
    assert_invalid(client.pay().rate(f64::INFINITY).send().await.unwrap_err(), "`rate`");
    let with = |options: CallOptions| client.pay().with_options(options).send();
    assert_invalid(with(CallOptions::new().idempotency_key("")).await.unwrap_err(), "idempotency key");
    assert_invalid(with(CallOptions::new().idempotency_key("a b")).await.unwrap_err(), "idempotency key");
    assert_invalid(with(CallOptions::new().idempotency_key("k".repeat(256))).await.unwrap_err(), "1 to 255");
    assert_invalid(with(CallOptions::new().header("X\r\nY", "z")).await.unwrap_err(), "header");
    assert_invalid(with(CallOptions::new().header("X", "a\r\nY: z")).await.unwrap_err(), "`X`");
    assert_invalid(with(CallOptions::new().header("Host", "evil.test")).await.unwrap_err(), "`Host`");
    assert_invalid(
        with(CallOptions::new().header("Content-Length", "0")).await.unwrap_err(),
        "`Content-Length`",
    );
    assert_invalid(with(CallOptions::new().api_version("2025\r\nX: y")).await.unwrap_err(), "header");
    assert_invalid(client.retrieve("x".repeat(70_000)).send().await.unwrap_err(), "URL");
    for url in ["evil", "https://user:pw@evil.test", "ftp://evil.test"] {
        assert_eq!(with(CallOptions::new().base_url(url)).await.unwrap_err().kind(), ErrorKind::Config);
    }
    assert_eq!(with(CallOptions::new().bearer("a\r\nb")).await.unwrap_err().kind(), ErrorKind::Config);
    with(CallOptions::new().idempotency_key("k".repeat(255))).await.unwrap();
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_key_in_a_header_is_the_idempotency_key() {
    let server = Server::start([Step::error(500)]);
    let options = CallOptions::new().header("idempotency-key", "mine");
    let response = client(&server.url()).pay().with_options(options).send_raw().await.unwrap();
    assert_eq!((response.idempotency_key.as_deref(), response.attempts), (Some("mine"), 2));
    assert!(server.requests().iter().all(|request| request.key() == Some("mine")));
}

#[tokio::test]
async fn each_post_has_its_own_key() {
    let server = Server::start([]);
    let client = client(&server.url());
    client.retrieve("1").send().await.unwrap();
    client.update("1").send().await.unwrap();
    client.refund("1").send().await.unwrap();
    client.refund("1").send().await.unwrap();
    let requests = server.requests();
    let keys: Vec<_> = requests.iter().map(|request| request.key()).collect();
    assert!(keys[0].is_none() && keys[1].is_none() && keys[2].is_some() && keys[3].is_some());
    assert_ne!(keys[2], keys[3]);
    assert_eq!((requests[1].body.as_slice(), requests[2].body.as_slice()), (&b"{}"[..], &b""[..]));
    assert_eq!(requests[2].header("content-length"), Some("0"));
}

#[tokio::test]
async fn an_empty_response_is_a_success_if_no_value_is_expected() {
    let empty = Step::Respond(204, Vec::new(), Vec::new());
    let server = Server::start([
        empty.clone(),
        empty,
        Step::Respond(200, Vec::new(), b"<p>done</p>".to_vec()),
        Step::json(200, "false"),
    ]);
    let client = client(&server.url());
    assert!(client.delete("1").send().await.unwrap());
    client.upload().file("x").send().await.unwrap();
    client.upload().file("x").send().await.unwrap();
    assert!(!client.delete("1").send().await.unwrap());
}

#[tokio::test]
async fn all_servers_must_be_replaced_together() {
    let server = Server::start([]);
    let client = builder().base_url(server.url()).build().unwrap();
    let error = client.vault().send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("server_url(1"), "{error}");
    let vault = Server::start([]);
    let client = builder().base_url(server.url()).server_url(1, vault.url()).build().unwrap();
    client.vault().send().await.unwrap();
    client.retrieve("1").send().await.unwrap();
    assert_eq!((server.requests().len(), vault.requests().len()), (1, 1));
    let sandbox = Environment { name: "sandbox", servers: &["http://127.0.0.1:1", "http://127.0.0.1:1"] };
    let error =
        client.vault().with_options(CallOptions::new().environment(sandbox)).send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport);
}

#[test]
fn the_error_of_an_invalid_client_names_the_setting() {
    let error = |builder: ClientBuilder<Client>| builder.build().unwrap_err().to_string();
    assert!(error(ClientBuilder::new()).contains("SHOP_TEST_API_KEY"));
    assert!(error(ClientBuilder::from_env()).contains("SHOP_TEST_API_KEY"));
    assert!(error(ClientBuilder::from_env()).contains("(`CallOptions::bearer`), call `without_credentials`"));
    assert!(error(builder().base_url("https://a.test/{version}")).contains("a variable in braces"));
    assert!(error(builder().api_key("")).contains("empty"));
    assert!(error(builder().api_key("a b")).contains("copy it again"));
    assert!(error(builder().base_url("nowhere")).contains("base URL"));
    assert!(error(builder().header("a b", "c")).contains("`a b`"));
    assert!(error(builder().header("x", "c\r\nd")).contains("`x`"));
    assert!(error(builder().user_agent("c\r\nd")).contains("user-agent"));
    assert!(ClientBuilder::<Client>::new().without_credentials().build().is_ok());
}

#[tokio::test]
async fn the_user_agent_names_the_application() {
    let server = Server::start([]);
    let client =
        builder().base_url(server.url()).user_agent("my-shop/2.0").header("X-Team", "7").build().unwrap();
    client.retrieve("1").with_options(CallOptions::new().header("X-Team", "8")).send().await.unwrap();
    let requests = server.requests();
    assert!(requests[0].header("user-agent").unwrap().ends_with(" my-shop/2.0"));
    assert_eq!(requests[0].headers.iter().filter(|(name, _)| name == "x-team").count(), 1);
    assert_eq!(requests[0].header("x-team"), Some("8"));
}

struct Chunks(Vec<&'static [u8]>);

impl futures_core::Stream for Chunks {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        std::task::Poll::Ready(self.0.pop().map(|chunk| Ok(Bytes::from_static(chunk))))
    }
}

#[tokio::test]
async fn files_are_uploaded_from_bytes_and_streams() {
    let server = Server::start([Step::error(500), Step::ok(), Step::error(500)]);
    let client = client(&server.url());
    let file = FilePart::new("GIF89a").file_name("a.gif").content_type("image/gif");
    client.upload().note("n").file(file).send().await.unwrap();
    let requests = server.requests();
    assert_eq!(
        (requests.len(), &requests[0].body),
        (2, &requests[1].body),
        "expected a retry of a file in memory"
    );
    let media_type = requests[0].header("content-type").unwrap();
    let boundary = media_type.strip_prefix("multipart/form-data; boundary=").unwrap();
    let text = String::from_utf8(requests[0].body.clone()).unwrap();
    assert!(text.starts_with(&format!("--{boundary}\r\n")) && text.ends_with(&format!("--{boundary}--\r\n")));
    assert!(text.contains("filename=\"a.gif\"\r\nContent-Type: image/gif\r\n\r\nGIF89a\r\n"), "{text}");

    for length in [Some(6), None] {
        let server = Server::start([Step::error(500)]);
        let stream = Body::stream(Chunks(vec![b"9a", b"F8", b"GI"]), length);
        let error =
            builder().base_url(server.url()).build().unwrap().upload().file(stream).send().await.unwrap_err();
        assert_eq!(error.attempts(), 1, "expected no retry of a stream");
        let requests = server.requests();
        assert!(String::from_utf8_lossy(&requests[0].body).contains("\r\n\r\nGIF89a\r\n"));
        assert_eq!(requests[0].header("content-length").is_some(), length.is_some());
    }
}

#[tokio::test]
async fn a_response_body_can_be_streamed() {
    let body: Vec<u8> = (0..200_000_u32).map(|byte| byte as u8).collect();
    let pdf =
        |body: &[u8]| Step::Respond(200, vec![("content-type", "application/pdf".to_owned())], body.to_vec());
    let half = [b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n".as_slice(), &body[..50]].concat();
    let server =
        Server::start([pdf(&body), pdf(&body), Step::error(404), Step::Stall(half.clone()), Step::Raw(half)]);
    let client = builder().base_url(server.url()).max_response_bytes(10).build().unwrap();
    let stream = client.download("1").send().await.unwrap();
    assert_eq!(stream.length(), Some(200_000));
    assert_eq!(stream.collect(1_000_000).await.unwrap(), body, "expected no limit for streamed bodies");
    assert_eq!(server.requests()[0].header("accept"), Some("application/pdf"));
    let stream = client.download("1").send().await.unwrap();
    assert_eq!(stream.collect(1000).await.unwrap_err().kind(), ErrorKind::TooLarge);
    // The limit applies to the body of an error response.
    assert_eq!(client.download("1").send().await.unwrap_err().kind(), ErrorKind::TooLarge);
    for kind in [ErrorKind::Timeout, ErrorKind::Transport] {
        let options = CallOptions::new().timeout(Duration::from_millis(100));
        let mut stream = client.download("1").with_options(options).send().await.unwrap();
        assert_eq!(stream.try_next().await.unwrap().unwrap().len(), 50);
        let error = stream.try_next().await.unwrap_err();
        assert_eq!((error.kind(), error.operation()), (kind, "downloadReceipt"), "{error}");
    }
}

#[tokio::test]
async fn an_optional_body_is_sent_only_if_something_of_it_is_set() {
    static CAPTURE: rt::Operation = rt::Operation::new("capturePayment", rt::Method::Post, "/capture")
        .body(rt::BodyEncoding::Json)
        .optional_body();
    let server = Server::start([]);
    let client = client(&server.url());
    let request = || rt::Builder::<()>::new(&client.0, &CAPTURE);
    request().send::<rt::Value>().await.unwrap();
    request().body::<()>("amount", 5).send::<rt::Value>().await.unwrap();
    let options = CallOptions::new().body_field("note", "x");
    request().with_options(options).send::<rt::Value>().await.unwrap();
    let requests = server.requests();
    let sent: Vec<_> = requests.iter().map(|request| String::from_utf8_lossy(&request.body)).collect();
    assert_eq!(sent, ["", r#"{"amount":5}"#, r#"{"note":"x"}"#]);
    let headers = |name| requests.iter().map(|request| request.header(name)).collect::<Vec<_>>();
    assert_eq!(headers("content-type"), [None, Some("application/json"), Some("application/json")]);
    assert_eq!(headers("content-length"), [Some("0"), Some("12"), Some("12")]);
    assert!(requests.iter().all(|request| request.key().is_some()));
}
