//! The endpoint as a route of `axum` and as a `tower` service.

use std::time::{SystemTime, UNIX_EPOCH};

use axum::{Router, body::Body};
use http::{Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use openapi_client_inbox::Inbox;
use openapi_client_runtime::webhooks::{WebhookSigner, WebhookVerifier};
use tower::ServiceExt as _;

use crate::support::{Event, Folder, builder};

fn request(secret: &str, method: &str, body: &'static [u8]) -> Request<Full<bytes::Bytes>> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let mut request = Request::builder().method(method).uri("/webhooks");
    for (name, value) in WebhookSigner::<Event>::new(secret).unwrap().sign("msg_1", now, body) {
        request = request.header(name, value);
    }
    request.body(Full::new(bytes::Bytes::from_static(body))).unwrap()
}

async fn call_both(
    inbox: &Inbox<Event>,
    secret: &str,
    method: &str,
    body: &'static [u8],
) -> (StatusCode, String) {
    let router: Router = Router::new().route("/webhooks", inbox.axum_route());
    let response = router.oneshot(request(secret, method, body).map(Body::new)).await.unwrap();
    let status = response.status();
    let text = response.into_body().collect().await.unwrap().to_bytes();
    let response = inbox.service().oneshot(request(secret, method, body)).await.unwrap();
    assert_eq!(response.status(), status);
    (status, String::from_utf8(text.to_vec()).unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_status_tells_the_sender_what_to_do() {
    let folder = Folder::new();
    let inbox = builder().connect(folder.url()).await.unwrap();
    let body = br#"{"number": 1}"#;
    assert_eq!(call_both(&inbox, "secret", "POST", body).await, (StatusCode::NO_CONTENT, String::new()));
    assert_eq!(inbox.counts().await.unwrap().ready, 1);
    let forged = call_both(&inbox, "other", "POST", body).await;
    assert_eq!(forged, (StatusCode::UNAUTHORIZED, "no signature matches".to_owned()));
    assert_eq!(call_both(&inbox, "secret", "GET", body).await.0, StatusCode::METHOD_NOT_ALLOWED);
    inbox.close().await;
    assert_eq!(call_both(&inbox, "secret", "POST", body).await.0, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn a_body_that_is_too_long_is_not_read() {
    let folder = Folder::new();
    let verifier = WebhookVerifier::new("secret").unwrap().max_body_bytes(5);
    let inbox = Inbox::<Event>::builder(verifier).connect(folder.url()).await.unwrap();
    let refused = call_both(&inbox, "secret", "POST", br#"{"number": 1}"#).await;
    assert_eq!(refused, (StatusCode::PAYLOAD_TOO_LARGE, "the body is too large".to_owned()));
}
