//! Keys from a server: how often it is asked, and what becomes of its failures.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use serde_json::{Value, json};

use super::{Issuer, Mine, SCHEME, at_1000, set};
use crate::{
    Body, BoxFuture, Error, ErrorKind, Transport, TransportError,
    user_token::{UserTokenError, UserTokenVerifier},
};

/// Serves keys, or what else is put in.
#[derive(Debug, Default)]
struct Server {
    fetches: AtomicUsize,
    answer: Mutex<Option<(u16, String)>>,
}

impl Server {
    fn of(keys: &[Value]) -> Arc<Self> {
        let server = Self::default();
        server.answers(200, set(keys));
        Arc::new(server)
    }

    fn answers(&self, status: u16, body: String) {
        *self.answer.lock().unwrap() = Some((status, body));
    }

    fn count(&self) -> usize {
        self.fetches.load(Ordering::SeqCst)
    }
}

impl Transport for Server {
    fn send(
        &self,
        request: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        assert_eq!(request.uri(), SCHEME.keys_url);
        assert_eq!(request.headers()["accept"], "application/jwk-set+json, application/json");
        assert!(!request.headers().contains_key("authorization"));
        self.fetches.fetch_add(1, Ordering::SeqCst);
        let answer = self.answer.lock().unwrap().clone();
        Box::pin(async move {
            tokio::time::sleep(Duration::from_millis(100)).await;
            let Some((status, body)) = answer else { return std::future::pending().await };
            Ok(http::Response::builder().status(status).body(Body::from(body)).unwrap())
        })
    }
}

fn remote(server: &Arc<Server>) -> UserTokenVerifier<Mine> {
    at_1000(UserTokenVerifier::with_transport(Arc::clone(server) as Arc<dyn Transport>, "app_1"))
}

#[tokio::test(start_paused = true)]
async fn the_named_key_or_each_key_is_tried() {
    let (one, two, other) = (Issuer::new(), Issuer::new(), Issuer::new());
    let rsa = json!({"kty": "RSA", "kid": "k3", "n": "AQAB", "e": "AQAB"});
    let server = Server::of(&[rsa, one.jwk("k1"), two.jwk("k2")]);
    let verifier = remote(&server);
    for token in [one.sign(Some("k1")), two.sign(Some("k2")), one.sign(None), two.sign(None)] {
        let token = verifier.verify(&token).await.unwrap();
        assert_eq!((token.user_id.as_str(), token.app_id.as_str()), ("user_1", "app_1"));
        assert_eq!((token.issued_at, token.expires_at), (Some(1_000), Some(2_000)));
    }
    for token in [two.sign(Some("k1")), other.sign(None)] {
        let error = verifier.verify(&token).await.unwrap_err();
        assert_eq!(error, UserTokenError::Invalid { reason: "its signature does not match" });
    }
    assert_eq!(server.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_unknown_key_is_asked_for_but_not_too_often() {
    let (one, two) = (Issuer::new(), Issuer::new());
    let server = Server::of(&[one.jwk("k1")]);
    let verifier = remote(&server);
    let fails = async |id| verifier.verify(&two.sign(Some(id))).await == Err(UserTokenError::NoMatchingKey);
    assert!(fails("k2").await && fails("k2").await && fails("k3").await);
    assert_eq!(server.count(), 1);
    tokio::time::advance(Duration::from_secs(30)).await;
    assert!(fails("k2").await && fails("k2").await);
    assert_eq!(server.count(), 2);
    server.answers(200, set(&[one.jwk("k1"), two.jwk("k2")]));
    tokio::time::advance(Duration::from_secs(30)).await;
    assert!(verifier.verify(&two.sign(Some("k2"))).await.is_ok());
    assert_eq!(server.count(), 3);
    // A server that is down takes nothing from those whose keys are known.
    server.answers(500, String::new());
    tokio::time::advance(Duration::from_secs(30)).await;
    let unavailable = verifier.verify(&two.sign(Some("k9"))).await.unwrap_err();
    assert!(matches!(unavailable, UserTokenError::KeysUnavailable { .. }));
    assert!(fails("k9").await);
    assert!(verifier.verify(&one.sign(Some("k1"))).await.is_ok());
    assert_eq!(server.count(), 4);
}

#[tokio::test(start_paused = true)]
async fn keys_are_kept_for_a_while() {
    let one = Issuer::new();
    let server = Server::of(&[one.jwk("k1")]);
    let verifier = remote(&server);
    let token = one.sign(Some("k1"));
    assert!(verifier.verify(&token).await.is_ok());
    tokio::time::advance(Duration::from_secs(43_199)).await;
    assert!(verifier.clone().verify(&token).await.is_ok());
    assert_eq!(server.count(), 1);
    tokio::time::advance(Duration::from_secs(1)).await;
    assert!(verifier.verify(&token).await.is_ok());
    assert_eq!(server.count(), 2);
}

#[tokio::test(start_paused = true)]
async fn all_that_wait_share_one_fetch_and_what_comes_of_it() {
    let one = Issuer::new();
    let server = Server::of(&[one.jwk("k1")]);
    for (status, fetches) in [(500, 1), (200, 2)] {
        server.answers(status, set(&[one.jwk("k1")]));
        let verifier = remote(&server);
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
        assert_eq!(server.count(), fetches);
    }
}

#[tokio::test(start_paused = true)]
async fn one_that_gives_up_leaves_the_fetch_to_the_next() {
    let one = Issuer::new();
    let server = Server::of(&[one.jwk("k1")]);
    let verifier = remote(&server);
    let token = one.sign(Some("k1"));
    assert!(tokio::time::timeout(Duration::from_millis(10), verifier.verify(&token)).await.is_err());
    assert!(verifier.verify(&token).await.is_ok());
    assert_eq!(server.count(), 2);
}

#[tokio::test(start_paused = true)]
async fn keys_that_do_not_come_are_an_error_of_their_own() {
    let one = Issuer::new();
    let token = one.sign(Some("k1"));
    let server = Arc::new(Server::default());
    let verifier = remote(&server);
    let started = tokio::time::Instant::now();
    assert!(verifier.verify(&token).await.unwrap_err().to_string().contains("no answer within 10 s"));
    assert_eq!(started.elapsed(), Duration::from_secs(10));
    let long = format!("{{\"keys\": \"{}\"}}", " ".repeat(1024 * 1024));
    for (status, body) in [
        (404, set(&[one.jwk("k1")])),
        (204, String::new()),
        (200, "<html>".to_owned()),
        (200, set(&[])),
        (200, long),
    ] {
        server.answers(status, body);
        let error = verifier.verify(&token).await.unwrap_err();
        assert!(matches!(error, UserTokenError::KeysUnavailable { .. }), "{error}");
        assert_eq!(Error::from(error).kind(), ErrorKind::UserToken);
    }
    let error = remote(&server).keys_url("ftp://keys.test").verify(&token).await.unwrap_err();
    assert!(error.to_string().contains("https://"), "{error}");
}

#[test]
fn without_a_runtime_nothing_panics() {
    let server = Server::of(&[]);
    let (verifier, token) = (remote(&server), Issuer::new().sign(None));
    let mut future = std::pin::pin!(verifier.verify(&token));
    let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
    let std::task::Poll::Ready(Err(UserTokenError::Config { .. })) = future.as_mut().poll(&mut cx) else {
        panic!("it waits for what never comes");
    };
}
