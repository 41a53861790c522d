//! The version of the API: the tables of the documentation, the header of each request, and responses that announce its end.

use std::sync::{Arc, Mutex};

use whop::mock::{ErrorResponse, Server, payments};
use whop_tests::workspace_root;

/// The link leads to another server, which must not receive a request.
#[tokio::test]
async fn deprecations_are_surfaced_and_successors_are_not_followed() {
    let (server, other) = (Server::start().await, Server::start().await);
    let successor = format!("{}/api/v2/payments", other.url());
    let link = format!("<https://docs.invalid/>; rel=deprecation, <{successor}>; rel=\"successor-version\"");
    let retrieve =
        server.when(payments::retrieve).with_header("Deprecation", "@1792022400").with_header("Link", &link);
    retrieve
        .then_return_error(ErrorResponse::new(410))
        .with_header("Sunset", "Sat, 31 Dec 2033 23:59:59 GMT")
        .then_respond_by_default();
    let notices = Arc::new(Mutex::new(Vec::new()));
    let collected = Arc::clone(&notices);
    let builder = server.client_builder();
    let whop = builder
        .on_deprecation(move |notice| collected.lock().unwrap().push(notice.to_string()))
        .build()
        .unwrap();

    let response = whop.payments().retrieve("pay_1").send_raw().await.unwrap();
    let deprecation = response.deprecation().unwrap();
    assert_eq!(deprecation.successor.as_deref(), Some(successor.as_str()));
    let error = whop.payments().retrieve("pay_1").send().await.unwrap_err();
    assert!(error.deprecation().unwrap().sunset.is_some());
    assert_eq!(whop.payments().retrieve("pay_1").send_raw().await.unwrap().deprecation(), None);

    let prefix = "retrievePayment (GET /payments/{id}): ";
    let expected = [
        format!("{prefix}deprecated as of 2026-10-15T00:00:00Z; successor: {successor}"),
        format!("{prefix}expected to stop working at 2033-12-31T23:59:59Z"),
    ];
    assert_eq!(*notices.lock().unwrap(), expected);
    assert_eq!(server.requests().len(), 3);
    assert!(other.requests().is_empty());
}

#[tokio::test]
async fn each_request_states_the_version_of_the_crate_unless_the_caller_chooses_another() {
    let server = Server::start().await;
    let version = whop::SPEC.api_version.unwrap();
    server.client().payments().retrieve("pay_1").send().await.unwrap();
    assert_eq!(server.requests()[0].header("api-version-date"), Some(version));
    let other = server.client_builder().api_version("2024-02-29").build().unwrap();
    let error = other.payments().retrieve("pay_1").send().await.unwrap_err();
    assert_eq!(error.status().unwrap(), 400);
    let message = error.message().unwrap();
    assert!(message.contains("2024-02-29") && message.contains(version), "{message}");
    server.skip_verification_on_drop();
}

#[test]
fn the_tables_of_versions_name_this_release() {
    let read = |path: &str| std::fs::read_to_string(workspace_root().join(path)).unwrap();
    let manifest = read("generated/Cargo.toml");
    let release =
        manifest.lines().find_map(|line| line.strip_prefix("version = \"")?.strip_suffix('"')).unwrap();
    // A release with another minor number may have another version.
    let minor: Vec<&str> = release.splitn(3, '.').take(2).collect();
    let row = format!("| {} | `{}` |", minor.join("."), whop::SPEC.api_version.unwrap());
    for path in ["README.md", "docs/versions.md"] {
        assert!(read(path).lines().any(|line| line.starts_with(&row)), "{path}: expected a row `{row}`");
    }
}

/// Without a configured property, nothing is sent and nothing is compared.
#[tokio::test]
async fn endpoints_and_events_have_the_version_of_the_crate() {
    let version = whop::SPEC.api_version.unwrap();
    let property = whop::webhooks::SCHEME.version_property;
    let expected = property.map(|_| version);
    let stated = |text: &[u8]| {
        let value: serde_json::Value = serde_json::from_slice(text).unwrap();
        property.and_then(|name| value.get(name)?.as_str().map(str::to_owned))
    };
    let server = Server::start().await;
    server.client().webhooks().create().url("https://example.com/webhooks").send().await.unwrap();
    assert_eq!(stated(&server.requests()[0].body).as_deref(), expected);

    let event = server.event("payment.succeeded");
    assert_eq!(stated(&whop::json::to_vec(&event).unwrap()).as_deref(), expected);

    let other = format!(r#"{{"type":"payment.succeeded","{}":"2024-02-29"}}"#, property.unwrap_or("none"));
    let signer = whop::webhooks::WebhookSigner::new("secret").unwrap();
    let headers = signer.sign("msg_1", 1_700_000_000, other.as_bytes());
    let verifier = whop::webhooks::WebhookVerifier::new("secret").unwrap();
    let delivery = verifier.verify_at(1_700_000_000, headers, other.as_bytes()).unwrap();
    assert_eq!(
        (delivery.raw(), delivery.api_version().as_deref()),
        (&*other, property.map(|_| "2024-02-29"))
    );
    let error = delivery.decode_error.unwrap().to_string();
    let difference = format!("event version 2024-02-29 differs from this crate's {version}");
    assert_eq!(error.contains(&difference), property.is_some(), "{error}");
}
