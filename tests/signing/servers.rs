//! An `axum` application with both extractors, whose verifiers are parts of the router's state.

use std::time::{Duration, UNIX_EPOCH};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::FromRef;
use axum::http::Request;
use axum::routing::{get, post};
use tower::ServiceExt;
use whop::user_token::{self, UserToken};
use whop::webhooks::{self, Event, Verified, VerifyLayer, WebhookSigner};

use super::{text, vectors};

const NOW: u64 = 1_760_000_000;
const BODY: &str = r#"{"id":"msg_1","type":"payment.succeeded","data":{"id":"pay_1"}}"#;

#[derive(Clone)]
struct State {
    webhooks: webhooks::WebhookVerifier,
    users: user_token::UserTokenVerifier,
}

impl FromRef<State> for webhooks::WebhookVerifier {
    fn from_ref(state: &State) -> Self {
        state.webhooks.clone()
    }
}

impl FromRef<State> for user_token::UserTokenVerifier {
    fn from_ref(state: &State) -> Self {
        state.users.clone()
    }
}

fn state() -> State {
    let keys = vectors()["jwks"].to_string();
    let now = || UNIX_EPOCH + Duration::from_secs(NOW);
    State {
        webhooks: webhooks::WebhookVerifier::new("ws_test").unwrap().clock(now),
        users: user_token::UserTokenVerifier::with_keys("app_test00000001", keys).unwrap().clock(now),
    }
}

fn delivery(secret: &str) -> Request<Body> {
    let headers = WebhookSigner::new(secret).unwrap().sign("msg_1", NOW, BODY.as_bytes());
    let request = headers
        .into_iter()
        .fold(Request::post("/webhooks"), |request, (name, value)| request.header(name, value));
    request.body(Body::from(BODY)).unwrap()
}

async fn respond(app: Router, request: Request<Body>) -> (u16, String) {
    let response = app.oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    (status, String::from_utf8(to_bytes(response.into_body(), 1024).await.unwrap().to_vec()).unwrap())
}

#[tokio::test]
async fn handlers_run_for_verified_requests_only() {
    async fn event(Verified(delivery): Verified<Event>) -> String {
        format!("{} {}", delivery.id, delivery.event.name())
    }
    async fn visitor(visitor: UserToken) -> String {
        visitor.user_id.into()
    }
    let app = Router::new().route("/webhooks", post(event)).route("/", get(visitor)).with_state(state());
    assert_eq!(respond(app.clone(), delivery("ws_test")).await, (200, "msg_1 payment.succeeded".to_owned()));
    assert_eq!(respond(app.clone(), delivery("ws_other")).await, (401, "no signature matches".to_owned()));
    let vectors = vectors();
    let visit =
        |token: &str| Request::get("/").header("X-Whop-User-Token", token).body(Body::empty()).unwrap();
    let response = respond(app.clone(), visit(text(&vectors["jwt"][0], "token"))).await;
    assert_eq!(response, (200, "user_test0000001".to_owned()));
    let without_token = Request::get("/").body(Body::empty()).unwrap();
    assert_eq!(respond(app.clone(), without_token).await, (401, "the user token is missing".to_owned()));
    assert_eq!(respond(app, visit("a.b.c")).await, (401, "the user token is not valid".to_owned()));
}

#[tokio::test]
async fn a_layer_verifies_the_requests_of_a_whole_router() {
    let app = || {
        Router::new()
            .route("/webhooks", post(async |body: String| body))
            .layer(VerifyLayer::new(state().webhooks))
    };
    assert_eq!(respond(app(), delivery("ws_test")).await, (200, BODY.to_owned()));
    assert_eq!(respond(app(), delivery("ws_other")).await.0, 401);
}
