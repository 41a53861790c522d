//! Tests of signing and verification, of the `axum` extractor and of the `tower` layer.

use std::time::{Duration, UNIX_EPOCH};

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::{Error, ErrorKind, json::Decode};

const SCHEME: WebhookScheme = WebhookScheme {
    id_header: "x-id",
    timestamp_header: "x-time",
    signature_header: "x-signature",
    signature_version: "v1",
    tolerance_seconds: 300,
    retry_seconds: &[],
    id_prefix: "",
    secret_variable: "SHOP_TEST_UNSET_SECRET",
    api_version: Some("2026-10-15-1"),
    version_property: Some("version"),
};

#[derive(Clone, Debug, PartialEq)]
enum Event {
    Seven(i64),
    Unknown(Value),
}

impl Decode for Event {
    fn blank() -> Self {
        Self::Seven(0)
    }

    fn decode<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::{Deserialize, Error};
        let value = Value::deserialize(deserializer)?;
        match value.get("seven") {
            None => Ok(Self::Unknown(value)),
            Some(number) => number
                .as_i64()
                .map(Self::Seven)
                .ok_or_else(|| D::Error::custom("expected a number in `seven`")),
        }
    }
}

impl Events for Event {
    const SCHEME: &'static WebhookScheme = &SCHEME;

    fn unknown(value: Value) -> Self {
        Self::Unknown(value)
    }

    fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown(_))
    }
}

fn verifier(secret: &str) -> WebhookVerifier<Event> {
    WebhookVerifier::new(secret).unwrap().clock(|| UNIX_EPOCH + Duration::from_secs(1_000_000))
}

fn signed(secret: &str, body: &[u8]) -> [(&'static str, String); 3] {
    WebhookSigner::<Event>::new(secret).unwrap().sign("msg_1", 1_000_000, body)
}

#[test]
fn a_delivery_signed_with_any_of_several_secrets_is_accepted() {
    let body = br#"{"seven": 7}"#;
    let both = verifier("old").and_secret("new").unwrap();
    for secret in ["old", "new"] {
        let delivery = both.verify(signed(secret, body), body).unwrap();
        assert_eq!((delivery.event.clone(), delivery.timestamp), (Event::Seven(7), 1_000_000));
        assert_eq!((delivery.id.as_str(), delivery.raw().as_bytes()), ("msg_1", &body[..]));
        assert_eq!(delivery.decode_error, None);
    }
    assert_eq!(both.verify(signed("other", body), body), Err(WebhookError::NoMatchingSignature));
}

#[test]
fn a_key_may_be_raw_bytes() {
    let key = [0, 159, 146, 150];
    let verifier = WebhookVerifier::<Event>::from_bytes(key).unwrap();
    let headers = WebhookSigner::<Event>::from_bytes(key).unwrap().sign("a", 5, b"{}");
    assert!(verifier.verify_at(5, headers, b"{}").is_ok());
}

#[test]
fn headers_may_be_a_header_map_or_any_pairs() {
    let body = b"{}";
    let headers = signed("s", body);
    let map: http::HeaderMap = headers
        .iter()
        .map(|(name, value)| (http::HeaderName::from_static(name), value.parse().unwrap()))
        .collect();
    assert!(verifier("s").verify(&map, body).is_ok());
    let upper: Vec<(String, Vec<u8>)> =
        headers.iter().map(|(name, value)| (name.to_uppercase(), value.clone().into_bytes())).collect();
    assert!(verifier("s").verify(upper, body).is_ok());
    let sorted: std::collections::HashMap<&str, String> = headers.into_iter().collect();
    assert!(verifier("s").verify(&sorted, body).is_ok());
}

#[test]
fn signatures_may_be_split_over_headers_or_joined_into_one() {
    let [id, time, (name, signature)] = signed("s", b"{}");
    let other = signed("other", b"{}")[2].1.clone();
    let verify = |signatures: &[String]| {
        let signatures = signatures.iter().map(|signature| (name, signature.clone()));
        verifier("s").verify([id.clone(), time.clone()].into_iter().chain(signatures), b"{}").map(|_| ())
    };
    for signatures in [
        vec![signature.clone(), other.clone()],
        vec![other.clone(), signature.clone()],
        vec![String::new(), other.clone(), format!("v2,x {signature}")],
        vec![format!("{other} {signature}")],
        vec![format!("{other}, {signature}")],
        vec![format!("{other},{signature}")],
        vec![format!("v1a,{},v1,v1,, {signature}\t{other}", "x".repeat(40))],
    ] {
        assert_eq!(verify(&signatures), Ok(()), "{signatures:?}");
    }
    for signatures in [
        vec![other.clone(), other.clone()],
        vec![signature.replace("v1", "v1a")],
        vec![signature.replace("v1,", "")],
        vec!["v1".to_owned(), signature.replace("v1,", "")],
    ] {
        assert_eq!(verify(&signatures), Err(WebhookError::NoMatchingSignature), "{signatures:?}");
    }
    assert_eq!(verify(&[]), Err(WebhookError::MissingHeader { name }));
    assert_eq!(verify(&[String::new()]), Err(WebhookError::MissingHeader { name }));
}

#[test]
fn the_error_names_the_missing_header() {
    for missing in 0..3 {
        let mut headers = signed("s", b"{}");
        let name = headers[missing].0;
        headers[missing].1.clear();
        assert_eq!(verifier("s").verify(headers, b"{}"), Err(WebhookError::MissingHeader { name }));
    }
}

#[test]
fn timestamps_outside_the_tolerance_are_rejected() {
    let error_at = |timestamp: &str, tolerance| {
        let mut headers = signed("s", b"{}");
        headers[1].1 = timestamp.to_owned();
        verifier("s").tolerance(Duration::from_secs(tolerance)).verify(headers, b"{}").unwrap_err()
    };
    assert_eq!(error_at("999989", 10), WebhookError::TooOld { seconds: 11 });
    assert_eq!(error_at("999990", 10), WebhookError::NoMatchingSignature);
    assert_eq!(error_at("1000010", 10), WebhookError::NoMatchingSignature);
    assert_eq!(error_at("1000011", 10), WebhookError::TooNew { seconds: 11 });
    for malformed in ["+1000000", "-1", "1e6", "1000000.0", "0x10", "99999999999999999999", "١"] {
        assert_eq!(
            error_at(malformed, 10),
            WebhookError::MalformedTimestamp { name: "x-time" },
            "{malformed}"
        );
    }
}

#[test]
fn a_verified_body_decodes_to_an_event_or_is_not_json() {
    let verify = |body: &[u8]| verifier("s").verify(signed("s", body), body);
    let unknown = verify(br#"{"eight": 0.10}"#).unwrap();
    assert_eq!(unknown.event, Event::Unknown(json!({"eight": 0.10})));
    assert!(unknown.decode_error.is_some());
    let undecodable = verify(br#"{"seven": "x"}"#).unwrap();
    assert_eq!(undecodable.event, Event::Unknown(json!({"seven": "x"})));
    assert!(undecodable.decode_error.unwrap().message.contains("expected a number in `seven`"));
    for body in [&b""[..], b"[]", b"null", b"7", b"{", b"{} {}", b"<html>", b"\xff"] {
        assert!(matches!(verify(body), Err(WebhookError::NotJson(_))), "{body:?}");
    }
}

#[test]
fn an_event_of_another_version_is_an_error_only_if_it_cannot_be_decoded() {
    let verify = |body: &str| verifier("s").verify(signed("s", body.as_bytes()), body.as_bytes()).unwrap();
    let message = |body: &str| verify(body).decode_error.map(|error| error.to_string()).unwrap_or_default();
    let difference = "event version 2026-06-08 differs from this crate's 2026-10-15-1";
    for (body, version) in [
        (r#"{"seven": 7, "version": "2026-06-08"}"#, Some("2026-06-08")),
        (r#"{"seven": 7, "version": "2026-10-15-1"}"#, Some("2026-10-15-1")),
        (r#"{"seven": 7, "version": null}"#, None),
        (r#"{"seven": 7, "version": ""}"#, None),
        (r#"{"seven": 7, "version": 5}"#, None),
        (r#"{"seven": 7}"#, None),
    ] {
        assert_eq!(verify(body).api_version().as_deref(), version, "{body}");
        assert_eq!((verify(body).event, message(body)), (Event::Seven(7), String::new()), "{body}");
    }
    for (body, reason) in [
        (r#"{"seven": "x", "version": "2026-06-08"}"#, "expected a number in `seven`"),
        (r#"{"eight": 8, "version": "2026-06-08"}"#, "this version of the crate does not know the event"),
    ] {
        let text = message(body);
        assert!(text.contains(reason) && text.ends_with(difference), "{text}");
        assert_eq!((verify(body).raw(), verify(body).api_version().as_deref()), (body, Some("2026-06-08")));
        let same = message(&body.replace("2026-06-08", "2026-10-15-1"));
        assert!(same.contains(reason) && !same.contains("differs"), "{same}");
        assert!(!message(&body.replace("\"2026-06-08\"", "null")).contains("differs"));
    }
    let hostile = message(r#"{"seven": "x", "version": "1\n\u001b[31m"}"#);
    assert!(hostile.contains("differs") && !hostile.contains(char::is_control), "{hostile:?}");
}

#[test]
fn an_empty_or_blank_secret_is_rejected() {
    let expected = WebhookError::NoSecret { variable: SCHEME.secret_variable };
    assert_eq!(WebhookVerifier::<Event>::from_env().unwrap_err(), expected);
    for blank in ["", " ", "\n", "\r\n", "\t \u{a0}", "\u{feff}", "\0"] {
        assert_eq!(WebhookVerifier::<Event>::new(blank).unwrap_err(), expected, "{blank:?}");
        assert_eq!(WebhookVerifier::<Event>::from_bytes(blank).unwrap_err(), expected, "{blank:?}");
        assert_eq!(WebhookSigner::<Event>::new(blank).unwrap_err(), expected, "{blank:?}");
        assert_eq!(verifier("s").and_secret(blank).unwrap_err(), expected, "{blank:?}");
        assert_eq!(verifier("s").and_bytes(blank).unwrap_err(), expected, "{blank:?}");
    }
    assert_eq!(Error::from(expected).kind(), ErrorKind::Config);
}

/// Runs itself in processes that have the variable, because a process must not change its own.
#[test]
fn the_secret_of_the_environment_is_trimmed() {
    if std::env::var_os(SCHEME.secret_variable).is_some() {
        let verifier = WebhookVerifier::<Event>::from_env().unwrap().clock(|| UNIX_EPOCH);
        let headers = WebhookSigner::<Event>::new("s e c").unwrap().sign("a", 5, b"{}");
        assert!(verifier.verify(headers, b"{}").is_ok());
        return;
    }
    for (secret, is_accepted) in [
        ("s e c", true),
        ("s e c\n", true),
        ("\u{feff} s e c\r\n", true),
        ("other", false),
        ("", false),
        ("\n", false),
    ] {
        let test = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "webhooks::tests::the_secret_of_the_environment_is_trimmed"])
            .env(SCHEME.secret_variable, secret)
            .output()
            .unwrap();
        assert!(String::from_utf8_lossy(&test.stdout).contains("running 1 test"));
        assert_eq!(test.status.success(), is_accepted, "{secret:?}");
    }
}

#[test]
fn an_error_keeps_its_source_and_debug_hides_the_secret() {
    let error = Error::from(WebhookError::NoMatchingSignature);
    assert_eq!(error.kind(), ErrorKind::Webhook);
    assert!(error.to_string().contains("libraries expect it in base64"), "{error}");
    let source = std::error::Error::source(&error).unwrap();
    assert_eq!(source.downcast_ref::<WebhookError>(), Some(&WebhookError::NoMatchingSignature));
    let signer = WebhookSigner::<Event>::new("hunter2").unwrap();
    assert!(!format!("{error:?} {:?} {signer:?}", verifier("hunter2")).contains("hunter2"));
}

proptest! {
    #[test]
    fn unsigned_bytes_are_rejected_without_panic(
        id in any::<Vec<u8>>(),
        time in prop_oneof![any::<Vec<u8>>(), Just(b"1000000".to_vec())],
        signature in prop_oneof![any::<Vec<u8>>(), "(v1a?,[A-Za-z0-9+/=]{0,50} ?){0,4}".prop_map(String::into_bytes)],
        body in any::<Vec<u8>>(),
    ) {
        let headers = [("x-id", id), ("x-time", time), ("x-signature", signature)];
        prop_assert!(verifier("s").verify(headers, &body).is_err());
    }

    #[test]
    fn a_signed_body_is_accepted_and_a_changed_one_is_not(
        secret in ".*[!-~].*", id in "[!-~]{1,40}", body in any::<Vec<u8>>(), index in any::<prop::sample::Index>(),
    ) {
        let headers = signed_as(&secret, &id, &body);
        let result = verifier(&secret).verify(headers.clone(), &body);
        prop_assert!(matches!(result, Ok(_) | Err(WebhookError::NotJson(_))));
        let mut changed = body.clone();
        match changed.len() {
            0 => changed.push(b'x'),
            length => changed[index.index(length)] ^= 1,
        }
        prop_assert_eq!(verifier(&secret).verify(headers, &changed), Err(WebhookError::NoMatchingSignature));
    }
}

/// Every request is sent to the extractor and to the layer, which must respond alike.
#[cfg(all(feature = "axum", feature = "tower"))]
mod servers {
    use std::sync::{Arc, Mutex};

    use ::axum::{Router, body::Body, http::Request, routing::post};
    use http::StatusCode;
    use http_body_util::BodyExt as _;
    use tower::{Layer as _, ServiceExt as _};

    use super::{Event, WebhookVerifier, signed, verifier};
    use crate::webhooks::{Delivery, Verified, VerifyLayer};

    type Received = Arc<Mutex<Vec<Event>>>;

    fn extractor(verifier: WebhookVerifier<Event>, received: Received) -> Router {
        let handler = move |Verified(delivery): Verified<Event>| {
            received.lock().unwrap().push(delivery.event);
            std::future::ready(StatusCode::NO_CONTENT)
        };
        Router::new().route("/", post(handler)).with_state(verifier)
    }

    fn layer(verifier: WebhookVerifier<Event>, received: Received) -> Router {
        let handler = move |request: Request<Body>| {
            let delivery = request.extensions().get::<Arc<Delivery<Event>>>().unwrap();
            received.lock().unwrap().push(delivery.event.clone());
            let raw = delivery.raw().as_bytes().to_vec();
            async move {
                assert_eq!(request.into_body().collect().await.unwrap().to_bytes(), raw);
                StatusCode::NO_CONTENT
            }
        };
        Router::new().route("/", post(handler)).layer(VerifyLayer::new(verifier))
    }

    async fn respond(secret: &str, body: impl Into<Body>) -> (StatusCode, String, usize) {
        let body = body.into().collect().await.unwrap().to_bytes();
        let mut responses = Vec::new();
        for build in [extractor, layer] {
            let received = Received::default();
            let app = build(verifier("s").max_body_bytes(64), Arc::clone(&received));
            let mut request = Request::post("/");
            for (name, value) in signed(secret, &body) {
                request = request.header(name, value);
            }
            let response = app.oneshot(request.body(Body::from(body.clone())).unwrap()).await.unwrap();
            let status = response.status();
            let text = response.into_body().collect().await.unwrap().to_bytes();
            let received = received.lock().unwrap().len();
            responses.push((status, String::from_utf8(text.to_vec()).unwrap(), received));
        }
        assert_eq!(responses[0], responses[1]);
        responses.remove(0)
    }

    #[tokio::test]
    async fn only_verified_deliveries_reach_the_handler() {
        let rejected = |status, text: &str| (status, text.to_owned(), 0);
        assert_eq!(respond("s", r#"{"seven": 7}"#).await, (StatusCode::NO_CONTENT, String::new(), 1));
        assert_eq!(respond("s", r#"{"eight": 8}"#).await, (StatusCode::NO_CONTENT, String::new(), 1));
        assert_eq!(respond("t", "{}").await, rejected(StatusCode::UNAUTHORIZED, "no signature matches"));
        assert_eq!(
            respond("s", "[]").await,
            rejected(StatusCode::BAD_REQUEST, "the body is not a JSON object")
        );
        let long = " ".repeat(65);
        assert_eq!(
            respond("s", long).await,
            rejected(StatusCode::PAYLOAD_TOO_LARGE, "the body is too large")
        );
    }

    #[tokio::test]
    async fn an_incomplete_body_is_rejected() {
        struct Broken;
        impl http_body::Body for Broken {
            type Data = bytes::Bytes;
            type Error = std::io::Error;
            fn poll_frame(
                self: std::pin::Pin<&mut Self>,
                _: &mut std::task::Context<'_>,
            ) -> std::task::Poll<Option<Result<http_body::Frame<bytes::Bytes>, std::io::Error>>> {
                std::task::Poll::Ready(Some(Err(std::io::ErrorKind::ConnectionReset.into())))
            }
        }
        for build in [extractor, layer] {
            let app = build(verifier("s"), Received::default());
            let response = app.oneshot(Request::post("/").body(Body::new(Broken)).unwrap()).await.unwrap();
            assert_eq!(response.status(), StatusCode::BAD_REQUEST);
        }
    }

    #[tokio::test]
    async fn the_layer_works_without_axum() {
        let inner = tower::service_fn(async |_: http::Request<http_body_util::Full<bytes::Bytes>>| {
            Ok::<_, std::convert::Infallible>(http::Response::new(http_body_util::Full::default()))
        });
        let service = VerifyLayer::new(verifier("s")).layer(inner);
        let request = http::Request::new(http_body_util::Full::<bytes::Bytes>::from("{}"));
        let response: http::Response<http_body_util::Full<bytes::Bytes>> =
            service.oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    }
}

fn signed_as(secret: &str, id: &str, body: &[u8]) -> [(&'static str, String); 3] {
    WebhookSigner::<Event>::new(secret).unwrap().sign(id, 1_000_000, body)
}
