//! One successful call.

use crate::support::{
    api::{KEY, client},
    server::{Server, Step},
};

#[tokio::test]
async fn a_call_sends_all_parts_of_the_request() {
    let server = Server::start([Step::ok()]);
    let payment = client(&server.url()).pay().note("a \"b\"").send().await.unwrap();
    assert_eq!((payment.id.as_str(), payment.amount.unwrap().to_string()), ("pay_1", "10.10".to_owned()));
    let request = server.requests().remove(0);
    assert_eq!(request.line, "POST /payments HTTP/1.1");
    assert_eq!(
        String::from_utf8(request.body.clone()).unwrap(),
        r#"{"amount":10.10,"currency":"usd","note":"a \"b\""}"#
    );
    assert_eq!(request.header("authorization").unwrap(), format!("Bearer {KEY}"));
    assert_eq!(request.header("api-version-date"), Some("2025-01-01"));
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(request.header("accept"), Some("application/json"));
    assert_eq!(
        request.header("user-agent"),
        Some(concat!("shop/1.2.3 openapi-client-runtime/", env!("CARGO_PKG_VERSION")))
    );
    assert_eq!(request.key().unwrap().len(), 36, "a UUID");
}
