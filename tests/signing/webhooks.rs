//! Webhook deliveries: the vectors, unknown events, and events that cannot be decoded.

use serde_json::{Value, json};
use whop::ErrorKind;
use whop::webhooks::{Delivery, Event, WebhookError, WebhookSigner, WebhookVerifier};

use super::{text, vectors};

const SECRET: &str = "ws_test";

#[test]
fn every_vector_has_the_expected_outcome() {
    let vectors = vectors();
    let webhooks = vectors["webhooks"].as_array().unwrap();
    assert_eq!(webhooks.len(), 16);
    for vector in webhooks {
        let name = text(vector, "name");
        let headers = vector["headers"].as_object().unwrap();
        let headers = headers.iter().map(|(name, value)| (name, value.as_str().unwrap()));
        let now = vector["now"].as_u64().unwrap();
        let body = text(vector, "body").as_bytes();
        let result = WebhookVerifier::new(text(vector, "secret"))
            .and_then(|verifier| verifier.verify_at(now, headers, body));
        let outcome = match &result {
            Ok(delivery) => {
                assert_eq!(delivery.raw().as_bytes(), body, "{name}");
                assert_eq!(delivery.event.id(), Some(delivery.id.as_str()), "{name}");
                let account = (name == "W7a").then_some("biz_1");
                assert_eq!(delivery.event.account_id(), account, "{name}");
                "ok"
            }
            Err(WebhookError::NoSecret { .. }) => "configuration error",
            Err(WebhookError::MissingHeader { .. }) => "missing headers",
            Err(WebhookError::MalformedTimestamp { .. }) => "invalid headers",
            Err(WebhookError::TooOld { .. }) => "timestamp too old",
            Err(WebhookError::TooNew { .. }) => "timestamp too new",
            Err(WebhookError::NoMatchingSignature) if name == "W6d" => "rejected",
            Err(WebhookError::NoMatchingSignature) => "no matching signature",
            Err(error) => panic!("{name}: {error}"),
        };
        assert_eq!(outcome, text(vector, "expect"), "{name}: {result:?}");
    }
}

#[test]
fn signing_gives_the_signatures_of_the_vectors() {
    for vector in vectors()["webhooks"].as_array().unwrap() {
        if vector["expect"] != "ok" || vector["name"] == "W2" {
            continue;
        }
        let header = |name: &str| vector["headers"][name].as_str().unwrap().to_owned();
        let signer = WebhookSigner::new(text(vector, "secret")).unwrap();
        let time = header("webhook-timestamp").parse().unwrap();
        let headers = signer.sign(&header("webhook-id"), time, text(vector, "body").as_bytes());
        for (name, value) in headers {
            assert_eq!(value, header(name));
        }
    }
}

fn deliver(body: &str) -> Result<Delivery, WebhookError> {
    let headers = WebhookSigner::new(SECRET).unwrap().sign("msg_1", 1_760_000_000, body.as_bytes());
    WebhookVerifier::new(SECRET).unwrap().verify_at(1_760_000_000, headers, body.as_bytes())
}

fn membership_event() -> Value {
    json!({
        "id": "msg_1",
        "api_version": "v1",
        "api_version_date": "2026-10-15-1",
        "type": "membership.activated",
        "timestamp": "2026-11-20T05:00:00.401Z",
        "account_id": "biz_1",
        "data": {},
    })
}

#[test]
fn an_undecodable_event_is_unknown_and_has_the_path_of_the_error() {
    let body = membership_event().to_string();
    let delivery = deliver(&body).unwrap();
    assert!(matches!(delivery.event, Event::Unknown(_)));
    assert_eq!(delivery.event.name(), "membership.activated");
    assert_eq!(delivery.event.account_id(), Some("biz_1"));
    assert_eq!(delivery.raw(), body);
    let error = delivery.decode_error.unwrap().to_string();
    assert!(error.contains("`data`"), "{error}");
}

#[test]
fn an_event_of_an_unknown_type_is_unknown() {
    let mut body = membership_event();
    body["type"] = json!("planet.discovered");
    let delivery = deliver(&body.to_string()).unwrap();
    assert_eq!(delivery.event, Event::Unknown(body));
    assert_eq!(delivery.event.name(), "planet.discovered");
    assert!(delivery.decode_error.is_some());
}

#[test]
fn a_known_event_is_typed() {
    let body = json!({
        "id": "msg_1",
        "api_version": "v1",
        "api_version_date": "2026-10-15-1",
        "type": "dispute.created",
        "timestamp": "2026-11-20T05:00:00.401Z",
        "data": {
            "id": "dspt_1", "acceptable": true, "account_id": null, "amount": "10.5", "currency": "usd",
            "buyer": { "email": null, "member_id": null, "name": null, "user_id": null, "username": null },
            "created_at": "2026-11-20T05:00:00Z", "updated_at": "2026-11-20T05:00:00Z",
            "evidence": {
                "access_activity_log": null, "billing_address": null, "cancellation_policy_attachment": null,
                "cancellation_policy_disclosure": null, "customer_communication_attachment": null,
                "customer_email_address": null, "customer_name": null, "documents": [], "notes": null,
                "product_description": null, "refund_policy_attachment": null, "refund_policy_disclosure": null,
                "refund_refusal_explanation": null, "service_date": null, "uncategorized_attachment": null,
            },
            "evidence_due_at": null, "evidence_editable": false, "evidence_locked_reason": "submitted",
            "evidence_submitted_at": "2026-11-20T05:00:00Z", "fee": null, "inquiry": false,
            "issuer_comments": [], "line_items": [],
            "payment": {
                "id": "pay_1", "amount": null, "card_brand": null, "card_last4": null,
                "created_at": "2026-11-01T05:00:00Z", "currency": null, "payment_instrument": null,
                "payment_method_type": null, "payment_processor": null,
            },
            "plan_id": null, "product_id": null, "reason": "duplicate", "reason_code": null, "status": "won",
        },
    });
    let delivery = deliver(&body.to_string()).unwrap();
    assert_eq!(delivery.decode_error, None);
    let Event::DisputeCreated(event) = &delivery.event else { panic!("{delivery:?}") };
    assert_eq!(event.data.id.as_str(), "dspt_1");
    assert_eq!(event.api_version_date.as_deref(), Some("2026-10-15-1"));
    assert_eq!((delivery.event.name(), delivery.event.id()), ("dispute.created", Some("msg_1")));
    assert_eq!(delivery.event.account_id(), None);
}

/// Events have the version that is stored with their endpoint.
#[test]
fn an_event_of_another_version_is_unknown_and_keeps_its_text() {
    let body = json!({
        "id": "msg_1",
        "api_version": "v1",
        "api_version_date": "2026-07-20",
        "type": "payment.succeeded",
        "timestamp": "2026-11-20T05:00:00.401Z",
        "company_id": "biz_1",
        "data": { "id": "pay_1", "total": 10.5, "user": { "id": "user_1" } },
    });
    let delivery = deliver(&body.to_string()).unwrap();
    assert_eq!(delivery.event, Event::Unknown(body.clone()));
    assert_eq!((delivery.event.name(), delivery.event.account_id()), ("payment.succeeded", None));
    assert_eq!(delivery.raw(), body.to_string());
    assert_eq!(delivery.api_version().as_deref(), Some("2026-07-20"));
    let error = delivery.decode_error.unwrap().to_string();
    assert!(error.contains("2026-07-20") && error.contains("2026-10-15-1"), "{error}");
}

#[test]
fn a_signed_body_that_is_not_an_object_is_an_error() {
    let error = whop::Error::from(deliver("[1]").unwrap_err());
    assert_eq!(error.kind(), ErrorKind::Webhook);
    assert!(error.to_string().contains("not a JSON object"), "{error}");
}
