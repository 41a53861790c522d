//! Documented error responses become errors with the same content.

use serde_json::{Value, json};
use whop::ErrorKind;
use whop_tests::{assert_none, print_uncaptured};

use crate::{Bench, first_calls, load_document};

#[tokio::test]
async fn every_documented_error_is_reported() {
    let (document, validators) = load_document();
    let bench = Bench::new().await;
    let calls = first_calls();
    let mut problems = Vec::new();
    let mut errors = 0;
    for operation in &document.operations {
        let call = calls
            .get(operation.id.as_str())
            .unwrap_or_else(|| panic!("there is no call of {}", operation.id));
        for (status, pointer, example) in &operation.errors {
            let generated = json!({ "error": { "type": "of_its_own", "code": operation.id, "message": format!("No: {}.", operation.path),
                "param": operation.method, "tomorrow": 1 } });
            if *status == 400 {
                problems.extend(
                    validators.errors(pointer, &generated).iter().map(|error| format!("{pointer}{error}")),
                );
            }
            for body in [example, &generated] {
                errors += 1;
                let (result, _) = bench.run_call(call, *status, body.to_string()).await;
                let label = format!("{} {status} {body}", operation.id);
                match result {
                    Ok(value) => problems.push(format!("{label}: the call succeeded with {value}")),
                    Err(error) => problems.extend(
                        find_difference(&error, &operation.id, *status, body)
                            .map(|problem| format!("{label}: {problem}")),
                    ),
                }
            }
        }
    }
    assert_none(&problems);
    print_uncaptured(&format!("contract: {errors} errors reported with their content"));
}

/// Describes the first difference between an error and the response.
fn find_difference(error: &whop::Error, operation: &str, status: u16, body: &Value) -> Option<String> {
    let property = |name: &str| body.pointer(&format!("/error/{name}")).and_then(Value::as_str);
    let parts = [
        ("type", error.error_type(), property("type")),
        ("code", error.code(), property("code")),
        ("message", error.message(), property("message")),
        ("param", error.param(), property("param")),
        ("operation", Some(error.operation()), Some(operation)),
        ("request id", error.request_id(), Some("req_test")),
    ];
    if error.kind() != ErrorKind::Api || error.status().map(|status| status.as_u16()) != Some(status) {
        return Some(format!("kind {:?}, status {:?}", error.kind(), error.status()));
    }
    if error.body() != body.to_string().as_bytes() {
        return Some("the body differs".to_owned());
    }
    let first =
        parts.into_iter().find(|(name, got, sent)| got != sent && (*name != "message" || sent.is_some()));
    first.map(|(name, got, sent)| format!("{name}: expected {sent:?}, found {got:?}"))
}
