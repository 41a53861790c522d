//! What goes over the wire keeps its shape, whatever the values are.

use std::time::Duration;

use bytes::Bytes;
use openapi_client_runtime::{Body, BoxError, CallOptions, ClientBuilder, Environment, ErrorKind, FilePart};
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

/// Texts that are likely to break out of where they belong.
fn hostile() -> impl Strategy<Value = String> {
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
    fn an_id_stays_in_its_segment(id in hostile()) {
        let server = Server::start([]);
        let client = client(&server.url());
        let result = runtime().block_on(client.refund(id.clone()).send());
        let seen = server.seen();
        if matches!(id.as_str(), "" | "." | "..") {
            prop_assert_eq!(result.unwrap_err().kind(), ErrorKind::Request);
            prop_assert!(seen.is_empty());
        } else {
            result.unwrap();
            let segments: Vec<_> = seen[0].target().split('/').collect();
            prop_assert_eq!(segments.len(), 4);
            prop_assert_eq!((segments[0], segments[1], segments[3]), ("", "payments", "refund"));
            prop_assert_eq!(decoded(segments[2]), id);
            prop_assert!(seen[0].line.starts_with("POST /payments/") && seen[0].line.ends_with(" HTTP/1.1"));
        }
    }

    #[test]
    fn a_value_stays_in_its_parameter_header_and_field(value in hostile()) {
        let server = Server::start([Step::json(200, r#"{"data":[],"page_info":{"has_next_page":false,"has_previous_page":false}}"#)]);
        let client = client(&server.url());
        let options = CallOptions::new().query("extra", value.clone());
        runtime().block_on(client.list().search(value.clone()).with_options(options).send()).unwrap();
        let target = server.seen()[0].target().to_owned();
        let query = target.strip_prefix("/payments?").unwrap();
        let pairs: Vec<_> = query.split('&').map(|pair| pair.split_once('=').unwrap()).collect();
        prop_assert_eq!(pairs.iter().map(|pair| pair.0).collect::<Vec<_>>(), ["search", "extra"]);
        prop_assert!(pairs.iter().all(|pair| decoded(pair.1) == value));

        runtime().block_on(client.pay().note(value.clone()).send()).unwrap();
        let body: serde_json::Value = serde_json::from_slice(&server.seen()[1].body).unwrap();
        prop_assert_eq!(&body["note"], &serde_json::Value::from(value.clone()));

        let before = server.seen().len();
        let result = runtime().block_on(client.list().trace(value.clone()).send());
        let seen = server.seen();
        if value.chars().any(|letter| letter != '\t' && !(' '..='~').contains(&letter)) {
            prop_assert_eq!(result.unwrap_err().kind(), ErrorKind::Request);
            prop_assert_eq!(seen.len(), before);
        } else {
            prop_assert_eq!(seen[before].header("x-trace").unwrap_or_default().trim(), value.trim());
            prop_assert!(seen[before].headers.iter().all(|(name, _)| name != "pay_1"));
        }
    }
}

#[tokio::test]
async fn what_cannot_be_sent_is_not_sent() {
    let server = Server::start([]);
    let client = client(&server.url());
    let note = |error: openapi_client_runtime::Error, part: &str| {
        assert_eq!(error.kind(), ErrorKind::Request, "{error}");
        assert!(error.to_string().contains(part), "{error}");
        assert_eq!(error.attempts(), 0);
    };
    note(client.pay().rate(f64::NAN).send().await.unwrap_err(), "`rate`");
    note(client.pay().rate(f64::INFINITY).send().await.unwrap_err(), "`rate`");
    let with = |options: CallOptions| client.pay().with_options(options).send();
    note(with(CallOptions::new().idempotency_key("")).await.unwrap_err(), "idempotency key");
    note(with(CallOptions::new().idempotency_key("a b")).await.unwrap_err(), "idempotency key");
    note(with(CallOptions::new().idempotency_key("k".repeat(256))).await.unwrap_err(), "1 to 255");
    note(with(CallOptions::new().header("X\r\nY", "z")).await.unwrap_err(), "header");
    note(with(CallOptions::new().header("X", "a\r\nY: z")).await.unwrap_err(), "`X`");
    note(with(CallOptions::new().header("Host", "evil.test")).await.unwrap_err(), "`Host`");
    note(with(CallOptions::new().header("Content-Length", "0")).await.unwrap_err(), "`Content-Length`");
    note(with(CallOptions::new().api_version("2025\r\nX: y")).await.unwrap_err(), "header");
    note(client.retrieve("x".repeat(70_000)).send().await.unwrap_err(), "URL");
    for url in ["evil", "https://user:pw@evil.test", "ftp://evil.test"] {
        assert_eq!(with(CallOptions::new().base_url(url)).await.unwrap_err().kind(), ErrorKind::Config);
    }
    assert_eq!(with(CallOptions::new().bearer("a\r\nb")).await.unwrap_err().kind(), ErrorKind::Config);
    with(CallOptions::new().idempotency_key("k".repeat(255))).await.unwrap();
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_key_given_as_a_header_is_the_key() {
    let server = Server::start([Step::error(500)]);
    let options = CallOptions::new().header("idempotency-key", "mine");
    let answer = client(&server.url()).pay().with_options(options).send_raw().await.unwrap();
    assert_eq!((answer.idempotency_key.as_deref(), answer.attempts), (Some("mine"), 2));
    assert!(server.seen().iter().all(|seen| seen.key() == Some("mine")));
}

#[tokio::test]
async fn keys_go_with_posts_only_and_differ() {
    let server = Server::start([]);
    let client = client(&server.url());
    client.retrieve("1").send().await.unwrap();
    client.update("1").send().await.unwrap();
    client.refund("1").send().await.unwrap();
    client.refund("1").send().await.unwrap();
    let seen = server.seen();
    let keys: Vec<_> = seen.iter().map(|seen| seen.key()).collect();
    assert!(keys[0].is_none() && keys[1].is_none() && keys[2].is_some() && keys[3].is_some());
    assert_ne!(keys[2], keys[3]);
    assert_eq!((seen[1].body.as_slice(), seen[2].body.as_slice()), (&b"{}"[..], &b""[..]));
    assert_eq!(seen[2].header("content-length"), Some("0"));
}

#[tokio::test]
async fn an_empty_success_is_a_success_where_nothing_is_expected() {
    let empty = Step::Answer(204, Vec::new(), Vec::new());
    let server = Server::start([
        empty.clone(),
        empty,
        Step::Answer(200, Vec::new(), b"<p>done</p>".to_vec()),
        Step::json(200, "false"),
    ]);
    let client = client(&server.url());
    assert!(client.delete("1").send().await.unwrap());
    client.upload().file("x").send().await.unwrap();
    client.upload().file("x").send().await.unwrap();
    assert!(!client.delete("1").send().await.unwrap());
}

#[tokio::test]
async fn hosts_are_switched_together() {
    let server = Server::start([]);
    let client = builder().base_url(server.url()).build().unwrap();
    let error = client.vault().send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("server_url(1"), "{error}");
    let vault = Server::start([]);
    let client = builder().base_url(server.url()).server_url(1, vault.url()).build().unwrap();
    client.vault().send().await.unwrap();
    client.retrieve("1").send().await.unwrap();
    assert_eq!((server.seen().len(), vault.seen().len()), (1, 1));
    let sandbox = Environment { name: "sandbox", servers: &["http://127.0.0.1:1", "http://127.0.0.1:1"] };
    let error =
        client.vault().with_options(CallOptions::new().environment(sandbox)).send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport);
}

#[test]
fn a_client_that_is_not_set_up_right_says_what_is_missing() {
    let error = |builder: ClientBuilder<Client>| builder.build().unwrap_err().to_string();
    assert!(error(ClientBuilder::new()).contains("WHOP_RUNTIME_TEST_KEY"));
    assert!(error(ClientBuilder::from_env()).contains("WHOP_RUNTIME_TEST_KEY"));
    assert!(error(builder().api_key("")).contains("empty"));
    assert!(error(builder().api_key("a b")).contains("not copied right"));
    assert!(error(builder().base_url("nowhere")).contains("base URL"));
    assert!(error(builder().header("a b", "c")).contains("`a b`"));
    assert!(error(builder().header("x", "c\r\nd")).contains("`x`"));
    assert!(error(builder().user_agent("c\r\nd")).contains("user-agent"));
    assert!(ClientBuilder::<Client>::new().without_credentials().build().is_ok());
}

#[tokio::test]
async fn a_client_says_who_it_is() {
    let server = Server::start([]);
    let client =
        builder().base_url(server.url()).user_agent("my-shop/2.0").header("X-Team", "7").build().unwrap();
    client.retrieve("1").with_options(CallOptions::new().header("X-Team", "8")).send().await.unwrap();
    let seen = server.seen();
    assert!(seen[0].header("user-agent").unwrap().ends_with(" my-shop/2.0"));
    assert_eq!(seen[0].headers.iter().filter(|(name, _)| name == "x-team").count(), 1);
    assert_eq!(seen[0].header("x-team"), Some("8"));
}

struct Pieces(Vec<&'static [u8]>);

impl futures_core::Stream for Pieces {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        std::task::Poll::Ready(self.0.pop().map(|piece| Ok(Bytes::from_static(piece))))
    }
}

#[tokio::test]
async fn files_are_sent_from_bytes_and_streams() {
    let server = Server::start([Step::error(500), Step::ok(), Step::error(500)]);
    let client = client(&server.url());
    let file = FilePart::new("GIF89a").file_name("a.gif").content_type("image/gif");
    client.upload().note("n").file(file).send().await.unwrap();
    let seen = server.seen();
    assert_eq!((seen.len(), &seen[0].body), (2, &seen[1].body), "bytes can be sent again");
    let media_type = seen[0].header("content-type").unwrap();
    let boundary = media_type.strip_prefix("multipart/form-data; boundary=").unwrap();
    let text = String::from_utf8(seen[0].body.clone()).unwrap();
    assert!(text.starts_with(&format!("--{boundary}\r\n")) && text.ends_with(&format!("--{boundary}--\r\n")));
    assert!(text.contains("filename=\"a.gif\"\r\nContent-Type: image/gif\r\n\r\nGIF89a\r\n"), "{text}");

    for length in [Some(6), None] {
        let server = Server::start([Step::error(500)]);
        let stream = Body::stream(Pieces(vec![b"9a", b"F8", b"GI"]), length);
        let error =
            builder().base_url(server.url()).build().unwrap().upload().file(stream).send().await.unwrap_err();
        assert_eq!(error.attempts(), 1, "a stream is sent once");
        let seen = server.seen();
        assert!(String::from_utf8_lossy(&seen[0].body).contains("\r\n\r\nGIF89a\r\n"));
        assert_eq!(seen[0].header("content-length").is_some(), length.is_some());
    }
}

#[tokio::test]
async fn a_body_is_handed_over_while_it_comes() {
    let body: Vec<u8> = (0..200_000_u32).map(|byte| byte as u8).collect();
    let pdf =
        |body: &[u8]| Step::Answer(200, vec![("content-type", "application/pdf".to_owned())], body.to_vec());
    let half = [b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n".as_slice(), &body[..50]].concat();
    let server =
        Server::start([pdf(&body), pdf(&body), Step::error(404), Step::Stall(half.clone()), Step::Raw(half)]);
    let client = builder().base_url(server.url()).max_response_bytes(10).build().unwrap();
    let stream = client.download("1").send().await.unwrap();
    assert_eq!(stream.length(), Some(200_000));
    assert_eq!(stream.collect(1_000_000).await.unwrap(), body, "the bound is for bodies that are held");
    assert_eq!(server.seen()[0].header("accept"), Some("application/pdf"));
    let stream = client.download("1").send().await.unwrap();
    assert_eq!(stream.collect(1000).await.unwrap_err().kind(), ErrorKind::TooLarge);
    // The error's own body is longer than the bound, which is told.
    assert_eq!(client.download("1").send().await.unwrap_err().kind(), ErrorKind::TooLarge);
    for kind in [ErrorKind::Timeout, ErrorKind::Transport] {
        let options = CallOptions::new().timeout(Duration::from_millis(100));
        let mut stream = client.download("1").with_options(options).send().await.unwrap();
        assert_eq!(stream.try_next().await.unwrap().unwrap().len(), 50);
        let error = stream.try_next().await.unwrap_err();
        assert_eq!((error.kind(), error.operation()), (kind, "downloadReceipt"), "{error}");
    }
}
