//! Tests of fetched keys: how often they are fetched, and what a failed fetch causes.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use serde_json::{Value, json};

use super::{Issuer, SCHEME, TestTokens, at_1000, jwk_set};
use crate::{
    Body, BoxFuture, Error, ErrorKind, Transport, TransportError,
    user_token::{UserTokenError, UserTokenVerifier},
};

/// A transport that responds with a key set or another body, 100 ms after the request.
#[derive(Debug, Default)]
struct KeyServer {
    fetches: AtomicUsize,
    response: Mutex<Option<(u16, String)>>,
    /// Whether the next request fails.
    fails_next: AtomicBool,
}

impl KeyServer {
    fn with_keys(keys: &[Value]) -> Arc<Self> {
        let server = Self::default();
        server.set_response(200, jwk_set(keys));
        Arc::new(server)
    }

    fn set_response(&self, status: u16, body: String) {
        *self.response.lock().unwrap() = Some((status, body));
    }

    fn fail_next(&self) {
        self.fails_next.store(true, Ordering::SeqCst);
    }

    fn fetch_count(&self) -> usize {
        self.fetches.load(Ordering::SeqCst)
    }
}

impl Transport for KeyServer {
    fn send(
        &self,
        request: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        assert_eq!(request.uri(), SCHEME.keys_url);
        assert_eq!(request.headers()["accept"], "application/jwk-set+json, application/json");
        assert!(!request.headers().contains_key("authorization"));
        self.fetches.fetch_add(1, Ordering::SeqCst);
        let mut response = self.response.lock().unwrap().clone();
        if self.fails_next.swap(false, Ordering::SeqCst) {
            response = Some((502, String::new()));
        }
        Box::pin(async move {
            tokio::time::sleep(Duration::from_millis(100)).await;
            let Some((status, body)) = response else { return std::future::pending().await };
            Ok(http::Response::builder().status(status).body(Body::from(body)).unwrap())
        })
    }
}

fn fetching_verifier(server: &Arc<KeyServer>) -> UserTokenVerifier<TestTokens> {
    at_1000(UserTokenVerifier::with_transport(Arc::clone(server) as Arc<dyn Transport>, "app_1"))
}

#[tokio::test(start_paused = true)]
async fn the_named_key_is_used_and_without_a_name_each_key() {
    let (one, two, other) = (Issuer::new(), Issuer::new(), Issuer::new());
    let rsa = json!({"kty": "RSA", "kid": "k3", "n": "AQAB", "e": "AQAB"});
    let server = KeyServer::with_keys(&[rsa, one.jwk("k1"), two.jwk("k2")]);
    let verifier = fetching_verifier(&server);
    for token in [one.sign(Some("k1")), two.sign(Some("k2")), one.sign(None), two.sign(None)] {
        let token = verifier.verify(&token).await.unwrap();
        assert_eq!((token.user_id.as_str(), token.app_id.as_str()), ("user_1", "app_1"));
        assert_eq!((token.issued_at, token.expires_at), (Some(1_000), Some(2_000)));
    }
    for token in [two.sign(Some("k1")), other.sign(None)] {
        let error = verifier.verify(&token).await.unwrap_err();
        assert_eq!(error, UserTokenError::Invalid { reason: "its signature does not match" });
    }
    assert_eq!(server.fetch_count(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_unknown_key_causes_one_fetch_per_cool_down() {
    let (one, two) = (Issuer::new(), Issuer::new());
    let server = KeyServer::with_keys(&[one.jwk("k1")]);
    let verifier = fetching_verifier(&server);
    let fails = async |id| verifier.verify(&two.sign(Some(id))).await == Err(UserTokenError::NoMatchingKey);
    assert!(fails("k2").await && fails("k2").await && fails("k3").await);
    assert_eq!(server.fetch_count(), 1);
    tokio::time::advance(Duration::from_secs(30)).await;
    assert!(fails("k2").await && fails("k2").await);
    assert_eq!(server.fetch_count(), 2);
    server.set_response(200, jwk_set(&[one.jwk("k1"), two.jwk("k2")]));
    tokio::time::advance(Duration::from_secs(30)).await;
    assert!(verifier.verify(&two.sign(Some("k2"))).await.is_ok());
    assert_eq!(server.fetch_count(), 3);
    // While the key server is down, tokens with known keys are still verified.
    server.set_response(500, String::new());
    tokio::time::advance(Duration::from_secs(30)).await;
    let unavailable = verifier.verify(&two.sign(Some("k9"))).await.unwrap_err();
    assert!(matches!(unavailable, UserTokenError::KeysUnavailable { .. }));
    assert!(fails("k9").await);
    assert!(verifier.verify(&one.sign(Some("k1"))).await.is_ok());
    // The failed request was repeated once.
    assert_eq!(server.fetch_count(), 5);
}

#[tokio::test(start_paused = true)]
async fn keys_are_renewed_in_the_background_before_they_expire() {
    let (one, two) = (Issuer::new(), Issuer::new());
    let server = KeyServer::with_keys(&[one.jwk("k1")]);
    let verifier = fetching_verifier(&server);
    let token = one.sign(Some("k1"));
    assert!(verifier.verify(&token).await.is_ok());
    tokio::time::advance(Duration::from_secs(32_399)).await;
    assert!(verifier.clone().verify(&token).await.is_ok());
    assert_eq!(server.fetch_count(), 1);
    tokio::time::advance(Duration::from_secs(1)).await;
    server.set_response(200, jwk_set(&[two.jwk("k2")]));
    let started = tokio::time::Instant::now();
    for _ in 0..10 {
        assert!(verifier.clone().verify(&token).await.is_ok());
    }
    assert_eq!(started.elapsed(), Duration::ZERO, "no verification waits for the renewal");
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(server.fetch_count(), 2);
    assert!(verifier.verify(&two.sign(Some("k2"))).await.is_ok());
    assert_eq!(verifier.verify(&token).await, Err(UserTokenError::NoMatchingKey));
    assert_eq!(server.fetch_count(), 2);
    // Without a verification in between, the next one after the expiry waits for the keys.
    tokio::time::advance(Duration::from_secs(43_200)).await;
    server.set_response(200, jwk_set(&[one.jwk("k1")]));
    assert!(verifier.verify(&two.sign(Some("k2"))).await.is_err());
    assert!(verifier.verify(&token).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn keys_stay_in_use_for_a_bounded_time_while_the_key_server_is_down() {
    let one = Issuer::new();
    let server = KeyServer::with_keys(&[one.jwk("k1")]);
    let verifier = fetching_verifier(&server);
    let token = one.sign(Some("k1"));
    assert!(verifier.verify(&token).await.is_ok());
    server.set_response(503, String::new());
    tokio::time::advance(Duration::from_secs(43_200)).await;
    // Three tokens every 5 seconds, for 250 seconds.
    for _ in 0..50 {
        for _ in 0..3 {
            assert!(verifier.verify(&token).await.is_ok());
        }
        tokio::time::sleep(Duration::from_secs(5)).await;
    }
    let fetches = server.fetch_count();
    assert!((10..=40).contains(&fetches), "{fetches}");
    tokio::time::advance(Duration::from_secs(43_200 - 350)).await;
    assert!(verifier.verify(&token).await.is_ok());
    tokio::time::advance(Duration::from_secs(200)).await;
    let error = verifier.verify(&token).await.unwrap_err();
    assert!(matches!(error, UserTokenError::KeysUnavailable { .. }), "{error}");
    server.set_response(200, jwk_set(&[one.jwk("k1")]));
    tokio::time::advance(Duration::from_secs(30)).await;
    assert!(verifier.verify(&token).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_failed_request_is_repeated_once_and_followed_by_a_pause() {
    let one = Issuer::new();
    let server = KeyServer::with_keys(&[]);
    server.set_response(500, String::new());
    let verifier = fetching_verifier(&server);
    let token = one.sign(Some("k1"));
    for _ in 0..100 {
        let error = verifier.verify(&token).await.unwrap_err();
        assert!(matches!(error, UserTokenError::KeysUnavailable { .. }), "{error}");
    }
    assert_eq!(server.fetch_count(), 2);
    tokio::time::advance(Duration::from_secs(1)).await;
    server.set_response(200, jwk_set(&[one.jwk("k1")]));
    server.fail_next();
    assert!(verifier.verify(&token).await.is_ok(), "the repetition succeeds");
    assert_eq!(server.fetch_count(), 4);
}

#[tokio::test(start_paused = true)]
async fn concurrent_verifications_share_one_fetch_and_its_result() {
    let one = Issuer::new();
    let server = KeyServer::with_keys(&[one.jwk("k1")]);
    for (status, fetches) in [(500, 2), (200, 3)] {
        server.set_response(status, jwk_set(&[one.jwk("k1")]));
        let verifier = fetching_verifier(&server);
        let mut tasks = Vec::new();
        for _ in 0..20 {
            let (verifier, token) = (verifier.clone(), one.sign(Some("k1")));
            tasks.push(tokio::spawn(async move { verifier.verify(&token).await }));
        }
        for task in tasks {
            match task.await.unwrap() {
                Ok(_) => assert_eq!(status, 200),
                Err(UserTokenError::KeysUnavailable { reason }) => {
                    assert!(reason.contains("500"), "{reason}")
                }
                Err(error) => panic!("{error}"),
            }
        }
        assert_eq!(server.fetch_count(), fetches);
    }
}

#[tokio::test(start_paused = true)]
async fn after_a_cancelled_fetch_the_next_verification_fetches() {
    let one = Issuer::new();
    let server = KeyServer::with_keys(&[one.jwk("k1")]);
    let verifier = fetching_verifier(&server);
    let token = one.sign(Some("k1"));
    assert!(tokio::time::timeout(Duration::from_millis(10), verifier.verify(&token)).await.is_err());
    assert!(verifier.verify(&token).await.is_ok());
    assert_eq!(server.fetch_count(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_failed_fetch_is_keys_unavailable() {
    let one = Issuer::new();
    let token = one.sign(Some("k1"));
    let server = Arc::new(KeyServer::default());
    let verifier = fetching_verifier(&server);
    let started = tokio::time::Instant::now();
    assert!(verifier.verify(&token).await.unwrap_err().to_string().contains("did not respond within 10 s"));
    assert_eq!(started.elapsed(), Duration::from_secs(10));
    let long = format!("{{\"keys\": \"{}\"}}", " ".repeat(1024 * 1024));
    for (status, body) in [
        (404, jwk_set(&[one.jwk("k1")])),
        (204, String::new()),
        (200, "<html>".to_owned()),
        (200, jwk_set(&[])),
        (200, long),
    ] {
        server.set_response(status, body);
        tokio::time::advance(Duration::from_secs(30)).await;
        let fetches = server.fetch_count();
        let error = verifier.verify(&token).await.unwrap_err();
        assert!(matches!(error, UserTokenError::KeysUnavailable { .. }), "{error}");
        assert_eq!(server.fetch_count(), fetches + 2);
        assert_eq!(Error::from(error).kind(), ErrorKind::UserToken);
    }
    let error = fetching_verifier(&server).keys_url("ftp://keys.test").verify(&token).await.unwrap_err();
    assert!(error.to_string().contains("https://"), "{error}");
}

#[test]
fn without_a_runtime_the_error_is_config() {
    let server = KeyServer::with_keys(&[]);
    let (verifier, token) = (fetching_verifier(&server), Issuer::new().sign(None));
    let mut future = std::pin::pin!(verifier.verify(&token));
    let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
    let std::task::Poll::Ready(Err(UserTokenError::Config { .. })) = future.as_mut().poll(&mut cx) else {
        panic!("expected a configuration error");
    };
}
