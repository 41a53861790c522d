//! Access tokens that the server mints: each is new, valid from now on, and a readable JWT.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use openapi_client_runtime::{__private as rt, TokenProvider as _};
use serde_json::Value;

use crate::support::{Client, Server};

static CREATE: rt::Operation =
    rt::Operation::new("createPass", rt::Method::Post, "/passes").body(rt::BodyEncoding::Json);
static SOURCE: rt::TokenFlow =
    rt::TokenFlow { token: "value", expires: "until", scopes: None, margin_ms: 300_000 };

/// A source of passes, optionally with a requested expiry time.
fn token_source(client: &Client, until: Option<rt::DateTime>) -> rt::TokenSource {
    let core: rt::Core = client.as_ref().clone();
    rt::TokenSource::new(&SOURCE, Vec::new(), move || {
        let request = rt::Builder::<()>::new(&core, &CREATE);
        match until {
            Some(until) => request.body::<()>("until", until),
            None => request,
        }
    })
}

/// The time that is this many seconds from now.
fn from_now(seconds: i64) -> rt::DateTime {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() as i64;
    rt::DateTime::from(chrono::DateTime::from_timestamp(now + seconds, 0).unwrap())
}

/// The claims of a token.
fn claims(token: &str) -> Value {
    let parts: Vec<&str> = token.split('.').collect();
    assert_eq!(parts.len(), 3, "{token}");
    assert!(parts.iter().all(|part| !part.is_empty()), "{token}");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts[1]).unwrap()).unwrap()
}

#[tokio::test]
async fn a_token_is_valid_for_an_hour() {
    let server = Server::start().await;
    let client = server.client();
    let first = token_source(&client, None).get().await.unwrap();
    let remaining = first.expires_in();
    assert!((3_590..=3_600).contains(&remaining.as_secs()), "{remaining:?}");
    let claims_of_first = claims(first.token.expose());
    assert_eq!(claims_of_first["exp"], first.expires_at.timestamp());
    assert_eq!(claims_of_first["exp"].as_i64().unwrap() - claims_of_first["iat"].as_i64().unwrap(), 3_600);

    let second = token_source(&client, None).get().await.unwrap();
    assert_ne!(first.token.expose(), second.token.expose());
    assert_ne!(claims_of_first["jti"], claims(second.token.expose())["jti"]);
    server.verify().unwrap();
}

#[tokio::test]
async fn a_token_expires_at_the_requested_time() {
    let server = Server::start().await;
    let client = server.client();
    let until = from_now(60);
    let pass = token_source(&client, Some(until)).get().await.unwrap();
    assert_eq!(pass.expires_at, until);
    assert_eq!(claims(pass.token.expose())["exp"], until.timestamp());
    // A requested time in the past is ignored.
    let past = token_source(&client, Some(from_now(-60))).get().await.unwrap();
    assert!(past.expires_in() > Duration::from_secs(3_500), "{past:?}");
    server.verify().unwrap();
}

#[tokio::test]
async fn the_server_accepts_tokens_that_it_minted() {
    let server = Server::start().await;
    let tokens = token_source(&server.client(), None);
    let token = tokens.token().await.unwrap();
    let client: Client = server.client_builder().api_key(token).build().unwrap();
    client.create().send().await.unwrap();
    let header = server.requests().last().unwrap().header("authorization").unwrap().to_owned();
    assert_eq!(claims(header.strip_prefix("Bearer ").unwrap())["iat"].as_i64().map(|at| at > 0), Some(true));
}
