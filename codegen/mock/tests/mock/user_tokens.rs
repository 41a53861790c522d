//! User tokens, verified as an app verifies them.

use std::time::{Duration, SystemTime};

use openapi_client_mock::MockedTokens;
use openapi_client_runtime::user_token::{UserTokenError, UserTokenScheme, UserTokenVerifier, UserTokens};

use crate::support::{Api, Server};

/// The user tokens of the API.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Visitors;

static SCHEME: UserTokenScheme = UserTokenScheme {
    header: "x-user",
    issuer: "urn:issuer",
    keys_url: "https://keys.invalid/.well-known/keys.json",
    keys_seconds: 43_200,
    cool_down_seconds: 30,
    timeout_seconds: 10,
    app_variable: "SHOP_TEST_APP_THAT_NOBODY_SETS",
    keys_url_variable: "SHOP_TEST_URL_THAT_NOBODY_SETS",
};

impl UserTokens for Visitors {
    const SCHEME: &'static UserTokenScheme = &SCHEME;
    type UserId = String;
    type AppId = String;
}

impl MockedTokens for Api {
    type Tokens = Visitors;
}

#[tokio::test]
async fn a_token_identifies_its_user() {
    let server = Server::start().await;
    assert!(server.user_token_keys_url().ends_with("/.well-known/keys.json"));
    let token = server.user_token("user_1", "app_1");
    let verifier = server.user_token_verifier("app_1");
    let visitor = verifier.verify_headers([("X-User", token.as_str())]).await.unwrap();
    assert_eq!((visitor.user_id.as_str(), visitor.app_id.as_str()), ("user_1", "app_1"));
    // A verifier can also use the transport of a client.
    let verifier = UserTokenVerifier::<Visitors>::new(&server.client(), "app_1").unwrap();
    verifier.keys_url(server.user_token_keys_url()).verify(&token).await.unwrap();
    server.verify().unwrap();
}

#[tokio::test]
async fn other_tokens_are_rejected() {
    let server = Server::start().await;
    let verifier = server.user_token_verifier("app_1");
    let verify_error = async |token: String| verifier.verify(&token).await.unwrap_err();
    assert_eq!(verify_error(server.user_token("user_1", "app_2")).await, UserTokenError::WrongApp);
    let before = SystemTime::now() - Duration::from_secs(7200);
    assert_eq!(verify_error(server.user_token_at(before, "user_1", "app_1")).await, UserTokenError::Expired);
    let forged = verify_error(server.forged_user_token("user_1", "app_1")).await;
    assert_eq!(forged, UserTokenError::Invalid { reason: "its signature does not match" });
    let another = Server::start().await.user_token("user_1", "app_1");
    assert!(matches!(verify_error(another).await, UserTokenError::Invalid { .. }));
}
