//! A `reqwest::Client` of the application as the transport.

use openapi_client_runtime::{CallOptions, ErrorKind, Outcome};

use crate::support::{
    api::{Client, builder},
    server::{Server, Step},
};

fn without_key() -> CallOptions {
    CallOptions::new().without_idempotency_key()
}

#[tokio::test]
async fn a_custom_http_client_sends_the_requests() {
    let server = Server::start([]);
    let http_client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let client = builder().base_url(server.url()).http_client(http_client);
    client.build().unwrap().pay().send().await.unwrap();
    assert_eq!(server.requests().len(), 1);
}

/// A client of `reqwest` with its default of following redirects.
fn following_client(url: String) -> Client {
    builder().base_url(url).http_client(reqwest::Client::new()).build().unwrap()
}

#[tokio::test]
async fn the_response_of_a_redirect_is_not_used() {
    for status in [301, 302, 303, 307, 308] {
        let target = Server::start([]);
        let redirect =
            Step::json(status, "").with("location", format!("{}/elsewhere?token=MARKER", target.url()));
        let server = Server::start(vec![redirect; 3]);
        let client = following_client(server.url());
        for error in [
            client.pay().send().await.unwrap_err(),
            client.refund("1").with_options(without_key()).send().await.unwrap_err(),
        ] {
            assert_eq!(error.attempts(), 1, "{status}: {error}");
            assert_ne!(error.outcome(), Outcome::Processed, "{status}: {error}");
            assert!(error.to_string().contains("redirect"), "{status}: {error}");
            assert!(!format!("{error} {error:?}").contains("MARKER"), "{status}: {error}");
        }
        assert!(target.requests().iter().all(|request| request.body.is_empty()), "{status}");

        let error = client.retrieve("1").send().await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Transport, Outcome::Unknown), "{error}");
        assert!(!error.is_retryable() && error.to_string().contains("Policy::none"), "{error}");
    }
}

#[tokio::test]
async fn a_redirect_to_another_path_of_the_server_is_found() {
    let server = Server::start([Step::json(302, "").with("location", "/elsewhere")]);
    let error = following_client(server.url()).pay().send().await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Transport, Outcome::Unknown), "{error}");
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn options_without_effect_are_rejected() {
    let builder = || builder().http_client(reqwest::Client::new());
    assert!(builder().build().is_ok());
    for builder in [builder().proxy("http://proxy.test"), builder().without_proxy()] {
        let error = builder.build().unwrap_err();
        assert!(error.to_string().contains("has no effect"), "{error}");
    }
}
