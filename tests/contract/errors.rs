//! What the calls make of the documented errors.

use serde_json::{Value, json};
use whop::ErrorKind;
use whop_tests::{none, say};

use crate::{Bench, document, first_calls};

#[tokio::test]
async fn every_documented_error_is_told() {
    let (document, validators) = document();
    let bench = Bench::new().await;
    let calls = first_calls();
    let mut problems = Vec::new();
    let mut errors = 0;
    for operation in &document.operations {
        let call =
            calls.get(operation.id.as_str()).unwrap_or_else(|| panic!("{} is not called", operation.id));
        for (status, pointer, example) in &operation.errors {
            let own = json!({ "error": { "type": "of_its_own", "code": operation.id, "message": format!("No: {}.", operation.path),
                "param": operation.method, "tomorrow": 1 } });
            if *status == 400 {
                problems
                    .extend(validators.errors(pointer, &own).iter().map(|error| format!("{pointer}{error}")));
            }
            for body in [example, &own] {
                errors += 1;
                let (result, _) = bench.call(call, *status, body.to_string()).await;
                let place = format!("{} {status} {body}", operation.id);
                match result {
                    Ok(value) => problems.push(format!("{place}: became {value}")),
                    Err(error) => problems.extend(
                        wrong(&error, &operation.id, *status, body).map(|at| format!("{place}: {at}")),
                    ),
                }
            }
        }
    }
    none(&problems);
    say(&format!("contract: {errors} errors told as they came"));
}

/// What an error says that the server did not.
fn wrong(error: &whop::Error, operation: &str, status: u16, body: &Value) -> Option<String> {
    let part = |name: &str| body.pointer(&format!("/error/{name}")).and_then(Value::as_str);
    let parts = [
        ("type", error.error_type(), part("type")),
        ("code", error.code(), part("code")),
        ("message", error.message(), part("message")),
        ("param", error.param(), part("param")),
        ("operation", Some(error.operation()), Some(operation)),
        ("request id", error.request_id(), Some("req_test")),
    ];
    if error.kind() != ErrorKind::Api || error.status().map(|status| status.as_u16()) != Some(status) {
        return Some(format!("kind {:?}, status {:?}", error.kind(), error.status()));
    }
    if error.body() != body.to_string().as_bytes() {
        return Some("the body was lost".to_owned());
    }
    let wrong =
        parts.into_iter().find(|(name, got, sent)| got != sent && (*name != "message" || sent.is_some()));
    wrong.map(|(name, got, sent)| format!("{name} is {got:?}, sent was {sent:?}"))
}
