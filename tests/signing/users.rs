//! User tokens: the vectors, verified with given keys and with keys fetched over HTTP.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use axum::Router;
use axum::http::StatusCode;
use serde_json::Value;
use whop::user_token::{UserToken, UserTokenError, UserTokenVerifier};

use super::{text, vectors};

/// Starts a server that always sends this status and body. Returns its address.
async fn serve(
    respond: impl Fn() -> (StatusCode, String) + Clone + Send + Sync + 'static,
) -> std::net::SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let routes = Router::new().fallback(async move || respond());
    tokio::spawn(async move { axum::serve(listener, routes).await });
    address
}

/// Verifies a vector's token at the vector's time.
async fn verify(verifier: UserTokenVerifier, vector: &Value) -> Result<UserToken, UserTokenError> {
    let verifier = match vector["now"].as_u64() {
        Some(now) => verifier.clock(move || UNIX_EPOCH + Duration::from_secs(now)),
        None => verifier,
    };
    verifier.verify_headers([("X-Whop-User-Token", text(vector, "token"))]).await
}

fn outcome(result: &Result<UserToken, UserTokenError>) -> Value {
    match result {
        Ok(token) => serde_json::json!({"user_id": token.user_id.as_str(), "app_id": token.app_id.as_str()}),
        Err(UserTokenError::WrongApp) => "wrong app id".into(),
        Err(UserTokenError::Expired) => "expired".into(),
        Err(UserTokenError::Invalid { .. }) => "invalid".into(),
        Err(UserTokenError::NoMatchingKey) => "no matching key".into(),
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn every_vector_is_verified_with_fetched_keys() {
    let vectors = vectors();
    let keys = vectors["jwks"].to_string();
    let fetches = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&fetches);
    let address = serve(move || {
        counter.fetch_add(1, Ordering::SeqCst);
        (StatusCode::OK, keys.clone())
    })
    .await;
    let client = whop::Client::new("key").unwrap();
    let tokens = vectors["jwt"].as_array().unwrap();
    assert_eq!(tokens.len(), 14);
    let mut shared = None;
    for vector in tokens {
        let verifier = UserTokenVerifier::new(&client, text(vector, "app_id"))
            .unwrap()
            .keys_url(format!("http://{address}/jwks"));
        // Clones of a verifier share the fetched keys.
        let verifier = if text(vector, "app_id") == "app_test00000001" {
            shared.get_or_insert(verifier).clone()
        } else {
            verifier
        };
        let result = verify(verifier, vector).await;
        assert_eq!(outcome(&result), vector["expect"], "{}", text(vector, "name"));
    }
    assert_eq!(fetches.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn every_vector_is_verified_with_a_given_key_set() {
    let vectors = vectors();
    for vector in vectors["jwt"].as_array().unwrap() {
        let verifier =
            UserTokenVerifier::with_keys(text(vector, "app_id"), vectors["jwks"].to_string()).unwrap();
        let result = verify(verifier, vector).await;
        assert_eq!(outcome(&result), vector["expect"], "{}", text(vector, "name"));
    }
}

#[tokio::test]
async fn a_single_given_key_verifies_whatever_key_id_a_token_has() {
    let vectors = vectors();
    let pem = text(&vectors, "public_key_pem").to_owned();
    let jwk = vectors["jwks"]["keys"][0].to_string();
    for key in [pem, jwk] {
        for vector in vectors["jwt"].as_array().unwrap() {
            let verifier = UserTokenVerifier::with_keys(text(vector, "app_id"), &key).unwrap();
            let accepted = verify(verifier, vector).await.is_ok();
            let name = text(vector, "name");
            assert_eq!(accepted, ["J1", "J1b", "J5b", "J6d"].contains(&name), "{name}");
        }
    }
}

#[tokio::test]
async fn unavailable_keys_are_an_error_of_their_own() {
    let address = serve(|| (StatusCode::BAD_GATEWAY, String::new())).await;
    let client = whop::Client::new("key").unwrap();
    let verifier = UserTokenVerifier::new(&client, "app_1").unwrap().keys_url(format!("http://{address}/"));
    let error = verifier.verify(text(&vectors()["jwt"][0], "token")).await.unwrap_err();
    assert_eq!(error.status().as_u16(), 503);
    assert!(error.to_string().contains("502"), "{error}");
    assert_eq!(whop::Error::from(error).kind(), whop::ErrorKind::UserToken);
}
