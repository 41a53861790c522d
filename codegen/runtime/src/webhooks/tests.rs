//! The signature, against any bytes and by what signs.

use std::time::{Duration, UNIX_EPOCH};

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::{Error, ErrorKind};

const SCHEME: WebhookScheme = WebhookScheme {
    id_header: "x-id",
    timestamp_header: "x-time",
    signature_header: "x-signature",
    signature_version: "v1",
    tolerance_seconds: 300,
    retry_seconds: &[],
    id_prefix: "",
    secret_variable: "WHOP_RUNTIME_TEST_SECRET_THAT_NOBODY_SETS",
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
            Some(number) => {
                number.as_i64().map(Self::Seven).ok_or_else(|| D::Error::custom("seven is no number"))
            }
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
fn what_is_signed_is_accepted_with_any_of_several_secrets() {
    let body = br#"{"seven": 7}"#;
    let both = verifier("old").and_secret("new").unwrap();
    for secret in ["old", "new"] {
        let delivery = both.verify(signed(secret, body), body).unwrap();
        assert_eq!((delivery.event.clone(), delivery.timestamp), (Event::Seven(7), 1_000_000));
        assert_eq!((delivery.id.as_str(), delivery.raw().as_bytes()), ("msg_1", &body[..]));
        assert_eq!(delivery.mismatch, None);
    }
    assert_eq!(both.verify(signed("other", body), body), Err(WebhookError::NoMatchingSignature));
}

#[test]
fn raw_bytes_are_a_key_too() {
    let key = [0, 159, 146, 150];
    let verifier = WebhookVerifier::<Event>::from_bytes(key).unwrap();
    let headers = WebhookSigner::<Event>::from_bytes(key).unwrap().sign("a", 5, b"{}");
    assert!(verifier.verify_at(5, headers, b"{}").is_ok());
}

#[test]
fn headers_come_in_any_form() {
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
fn a_header_that_is_missing_is_named() {
    for gone in 0..3 {
        let mut headers = signed("s", b"{}");
        let name = headers[gone].0;
        headers[gone].1.clear();
        assert_eq!(verifier("s").verify(headers, b"{}"), Err(WebhookError::MissingHeader { name }));
    }
}

#[test]
fn the_time_has_to_fit_from_both_sides() {
    let check = |timestamp: &str, tolerance| {
        let mut headers = signed("s", b"{}");
        headers[1].1 = timestamp.to_owned();
        verifier("s").tolerance(Duration::from_secs(tolerance)).verify(headers, b"{}").unwrap_err()
    };
    assert_eq!(check("999989", 10), WebhookError::TooOld { seconds: 11 });
    assert_eq!(check("999990", 10), WebhookError::NoMatchingSignature);
    assert_eq!(check("1000010", 10), WebhookError::NoMatchingSignature);
    assert_eq!(check("1000011", 10), WebhookError::TooNew { seconds: 11 });
    for malformed in ["+1000000", "-1", "1e6", "1000000.0", "0x10", "99999999999999999999", "١"] {
        assert_eq!(check(malformed, 10), WebhookError::MalformedTimestamp { name: "x-time" }, "{malformed}");
    }
}

#[test]
fn a_genuine_body_is_an_event_or_no_json() {
    let read = |body: &[u8]| verifier("s").verify(signed("s", body), body);
    let unknown = read(br#"{"eight": 0.10}"#).unwrap();
    assert_eq!(unknown.event, Event::Unknown(json!({"eight": 0.10})));
    assert!(unknown.mismatch.is_some());
    let unfit = read(br#"{"seven": "x"}"#).unwrap();
    assert_eq!(unfit.event, Event::Unknown(json!({"seven": "x"})));
    assert!(unfit.mismatch.unwrap().message.contains("seven is no number"));
    for body in [&b""[..], b"[]", b"null", b"7", b"{", b"{} {}", b"<html>", b"\xff"] {
        assert!(matches!(read(body), Err(WebhookError::NotJson(_))), "{body:?}");
    }
}

#[test]
fn without_a_secret_there_is_no_verifier() {
    let expected = WebhookError::NoSecret { variable: SCHEME.secret_variable };
    assert_eq!(WebhookVerifier::<Event>::new("").unwrap_err(), expected);
    assert_eq!(WebhookVerifier::<Event>::from_env().unwrap_err(), expected);
    assert_eq!(WebhookSigner::<Event>::new("").unwrap_err(), expected);
    assert_eq!(verifier("s").and_secret("").unwrap_err(), expected);
    assert_eq!(Error::from(expected).kind(), ErrorKind::Config);
}

#[test]
fn an_error_keeps_its_reason_and_no_secret() {
    let error = Error::from(WebhookError::NoMatchingSignature);
    assert_eq!(error.kind(), ErrorKind::Webhook);
    let source = std::error::Error::source(&error).unwrap();
    assert_eq!(source.downcast_ref::<WebhookError>(), Some(&WebhookError::NoMatchingSignature));
    let signer = WebhookSigner::<Event>::new("hunter2").unwrap();
    assert!(!format!("{error:?} {:?} {signer:?}", verifier("hunter2")).contains("hunter2"));
}

proptest! {
    #[test]
    fn no_bytes_are_accepted_and_none_panic(
        id in any::<Vec<u8>>(),
        time in prop_oneof![any::<Vec<u8>>(), Just(b"1000000".to_vec())],
        signature in prop_oneof![any::<Vec<u8>>(), "(v1a?,[A-Za-z0-9+/=]{0,50} ?){0,4}".prop_map(String::into_bytes)],
        body in any::<Vec<u8>>(),
    ) {
        let headers = [("x-id", id), ("x-time", time), ("x-signature", signature)];
        prop_assert!(verifier("s").verify(headers, &body).is_err());
    }

    #[test]
    fn what_is_signed_is_genuine_and_nothing_beside_it(
        secret in ".+", id in "[!-~]{1,40}", body in any::<Vec<u8>>(), place in any::<prop::sample::Index>(),
    ) {
        let headers = signed_as(&secret, &id, &body);
        let result = verifier(&secret).verify(headers.clone(), &body);
        prop_assert!(matches!(result, Ok(_) | Err(WebhookError::NotJson(_))));
        let mut other = body.clone();
        match other.len() {
            0 => other.push(b'x'),
            length => other[place.index(length)] ^= 1,
        }
        prop_assert_eq!(verifier(&secret).verify(headers, &other), Err(WebhookError::NoMatchingSignature));
    }
}

/// What the extractor and the layer do with a request; both are asked the same.
#[cfg(all(feature = "axum", feature = "tower"))]
mod servers {
    use std::sync::{Arc, Mutex};

    use ::axum::{Router, body::Body, http::Request, routing::post};
    use http::StatusCode;
    use http_body_util::BodyExt as _;
    use tower::{Layer as _, ServiceExt as _};

    use super::{Event, WebhookVerifier, signed, verifier};
    use crate::webhooks::{Delivery, Verified, VerifyLayer};

    type Seen = Arc<Mutex<Vec<Event>>>;

    fn extractor(verifier: WebhookVerifier<Event>, seen: Seen) -> Router {
        let handler = move |Verified(delivery): Verified<Event>| {
            seen.lock().unwrap().push(delivery.event);
            std::future::ready(StatusCode::NO_CONTENT)
        };
        Router::new().route("/", post(handler)).with_state(verifier)
    }

    fn layer(verifier: WebhookVerifier<Event>, seen: Seen) -> Router {
        let handler = move |request: Request<Body>| {
            let delivery = request.extensions().get::<Arc<Delivery<Event>>>().unwrap();
            seen.lock().unwrap().push(delivery.event.clone());
            let raw = delivery.raw().as_bytes().to_vec();
            async move {
                assert_eq!(request.into_body().collect().await.unwrap().to_bytes(), raw);
                StatusCode::NO_CONTENT
            }
        };
        Router::new().route("/", post(handler)).layer(VerifyLayer::new(verifier))
    }

    async fn answers(secret: &str, body: impl Into<Body>) -> (StatusCode, String, usize) {
        let body = body.into().collect().await.unwrap().to_bytes();
        let mut all = Vec::new();
        for make in [extractor, layer] {
            let seen = Seen::default();
            let app = make(verifier("s").max_body_bytes(64), Arc::clone(&seen));
            let mut request = Request::post("/");
            for (name, value) in signed(secret, &body) {
                request = request.header(name, value);
            }
            let response = app.oneshot(request.body(Body::from(body.clone())).unwrap()).await.unwrap();
            let status = response.status();
            let text = response.into_body().collect().await.unwrap().to_bytes();
            let seen = seen.lock().unwrap().len();
            all.push((status, String::from_utf8(text.to_vec()).unwrap(), seen));
        }
        assert_eq!(all[0], all[1]);
        all.remove(0)
    }

    #[tokio::test]
    async fn only_what_is_genuine_reaches_the_handler() {
        let refused = |status, text: &str| (status, text.to_owned(), 0);
        assert_eq!(answers("s", r#"{"seven": 7}"#).await, (StatusCode::NO_CONTENT, String::new(), 1));
        assert_eq!(answers("s", r#"{"eight": 8}"#).await, (StatusCode::NO_CONTENT, String::new(), 1));
        assert_eq!(answers("t", "{}").await, refused(StatusCode::UNAUTHORIZED, "no signature matches"));
        assert_eq!(answers("s", "[]").await, refused(StatusCode::BAD_REQUEST, "the body is no JSON object"));
        let long = " ".repeat(65);
        assert_eq!(answers("s", long).await, refused(StatusCode::PAYLOAD_TOO_LARGE, "the body is too large"));
    }

    #[tokio::test]
    async fn a_body_that_breaks_off_is_refused() {
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
        for make in [extractor, layer] {
            let app = make(verifier("s"), Seen::default());
            let response = app.oneshot(Request::post("/").body(Body::new(Broken)).unwrap()).await.unwrap();
            assert_eq!(response.status(), StatusCode::BAD_REQUEST);
        }
    }

    #[tokio::test]
    async fn the_layer_needs_no_axum() {
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
