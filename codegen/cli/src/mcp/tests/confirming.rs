//! The two steps of a dangerous call.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Setup, order};

fn payment() -> Value {
    json!({"id": "ord_1", "amount": 12.5, "pin": "1234567", "note": "thanks"})
}

#[tokio::test]
async fn a_preview_sends_nothing_and_its_token_calls_once() {
    let setup = Setup::start(&["--allow", "dangerous"]).await;
    setup.api.when_any().then_return_json(order("ord_1", "paid"));
    let preview = setup.call_operation("payOrder", payment()).await;
    assert!(setup.requests().is_empty());
    let shown = &preview["preview"];
    assert_eq!(shown["method"], "POST");
    assert!(shown["url"].as_str().unwrap().ends_with("/orders/ord_1/pay"), "{shown}");
    assert_eq!(shown["body"], json!({"amount": 12.5, "pin": "[secret removed]", "note": "thanks"}));
    assert_eq!(shown["does"], "Pay an order. It moves money, or lets it be moved.");
    assert!(shown["environment"].as_str().unwrap().contains("production"), "{shown}");
    let result = setup.succeed("confirm_call", json!({"token": preview["token"]})).await;
    assert_eq!((&result["status"], &result["body"]["note"]), (&json!(200), &json!("paid")));
    assert_eq!(result["idempotency_key"], preview["idempotency_key"]);
    let requests = setup.api.requests();
    assert_eq!(requests.len(), 1);
    let sent: Value = serde_json::from_slice(&requests[0].body).unwrap();
    assert_eq!(sent, json!({"amount": 12.5, "pin": "1234567", "note": "thanks"}));
    let error = setup.fail("confirm_call", json!({"token": preview["token"]})).await;
    assert!(error.contains("used already") && error.contains("Nothing was sent"), "{error}");
    assert_eq!(setup.requests().len(), 1);
    let log = setup.log();
    let events: Vec<String> = log.iter().map(|line| line.get("event").unwrap().to_text()).collect();
    // The preview; the call before it is sent, and after it; the second try.
    assert_eq!(events, ["end", "start", "end", "end"]);
    assert!(log.iter().all(|line| !line.to_string().contains("1234567")), "{log:?}");
    assert_eq!(log[1].get("operation").unwrap().to_text(), "payOrder");
}

#[tokio::test]
async fn a_token_that_is_expired_or_of_another_call_sends_nothing() {
    let setup = Setup::start(&["--allow", "dangerous"]).await;
    let preview = setup.call_operation("payOrder", payment()).await;
    let token = preview["token"].as_str().unwrap();
    let mut other = payment();
    other["amount"] = json!(125);
    for (arguments, expected) in [
        (json!({"token": format!("{token}0")}), "not one of this server"),
        (json!({"token": token.to_uppercase()}), "not one of this server"),
        (json!({"token": token, "operation": "createKey"}), "another operation"),
        (json!({"token": token, "arguments": other}), "other arguments"),
        (json!({"token": token, "idempotency_key": ""}), "`idempotency_key`"),
        (json!({"token": token, "idempotency_key": "a b"}), "`idempotency_key`"),
        (json!({}), "`token`: missing"),
    ] {
        let error = setup.fail("confirm_call", arguments).await;
        assert!(error.contains(expected), "{error}");
    }
    setup.advance(Duration::from_secs(601));
    let error = setup.fail("confirm_call", json!({"token": token})).await;
    assert!(error.contains("expired"), "{error}");
    assert!(setup.requests().is_empty());
}

#[tokio::test]
async fn a_repetition_after_a_lost_response_is_done_once() {
    let setup = Setup::start(&["--allow", "dangerous"]).await;
    setup.api.when_any().then_respond_by_default().drop_response().up_to_n_times(1);
    let payment = payment();
    let preview = setup.call_operation("payOrder", payment.clone()).await;
    let error = setup.fail("confirm_call", json!({"token": preview["token"]})).await;
    let key = preview["idempotency_key"].as_str().unwrap();
    assert!(error.contains(&format!("`idempotency_key` \"{key}\"")), "{error}");
    // With the key at either step.
    for step in ["call_operation", "confirm_call"] {
        let mut first = json!({"operation": "payOrder", "arguments": payment});
        let mut second = json!({});
        let with_key = if step == "call_operation" { &mut first } else { &mut second };
        with_key["idempotency_key"] = json!(key);
        let preview = setup.succeed("call_operation", first).await;
        second["token"] = preview["token"].clone();
        let result = setup.succeed("confirm_call", second).await;
        assert_eq!(
            (&result["replayed"], &result["idempotency_key"]),
            (&json!(true), &json!(key)),
            "{result}"
        );
    }
    let keys: Vec<String> = setup
        .api
        .requests()
        .iter()
        .filter(|request| request.path.ends_with("/pay"))
        .map(|request| request.headers["idempotency-key"].to_str().unwrap().to_owned())
        .collect();
    assert_eq!(keys, [key, key, key]);
}
