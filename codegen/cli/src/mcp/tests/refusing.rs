//! What the level of a server refuses.

use serde_json::json;

use super::Setup;

#[tokio::test]
async fn each_level_refuses_what_is_above_it() {
    let calls = [
        ("listOrders", json!({}), "read"),
        ("createEndpoint", json!({"address": "http://a.invalid"}), "write"),
        ("payOrder", json!({"id": "ord_1", "amount": 1}), "dangerous"),
        ("deleteEndpoint", json!({"id": "end_1"}), "dangerous"),
        ("createKey", json!({"name": "a"}), "dangerous"),
        // It is not classified.
        ("replayAttempt", json!({"id": "end_1", "attempt": "att_1"}), "dangerous"),
    ];
    let levels = ["read", "write", "dangerous"];
    for (rank, level) in levels.iter().enumerate() {
        let setup = Setup::start(&["--allow", level]).await;
        for (operation, arguments, needed) in &calls {
            let sent = setup.requests().len();
            if levels.iter().position(|level| level == needed) > Some(rank) {
                let error = setup.refuse_operation(operation, arguments.clone()).await;
                assert!(error.contains(&format!("`shop mcp --allow {needed}`")), "{error}");
                assert_eq!(setup.requests().len(), sent, "{operation} {level}");
                continue;
            }
            let result = setup.call_operation(operation, arguments.clone()).await;
            let is_preview = result.get("preview").is_some();
            assert_eq!(is_preview, *needed == "dangerous", "{result}");
            assert_eq!(setup.requests().len(), sent + usize::from(!is_preview), "{operation} {level}");
        }
        let refused = setup
            .log()
            .iter()
            .filter(|line| line.get("outcome").is_some_and(|word| word.to_text() == "refused"))
            .count();
        assert_eq!(refused, [5, 4, 0][rank]);
    }
}

#[tokio::test]
async fn the_second_step_needs_the_level_too() {
    for level in ["read", "write"] {
        let setup = Setup::start(&["--allow", level]).await;
        let error = setup.fail("confirm_call", json!({"token": "confirm-1"})).await;
        assert!(error.contains("not allowed"), "{error}");
        assert!(setup.requests().is_empty());
    }
}

#[tokio::test]
async fn what_cannot_be_logged_is_not_changed() {
    let setup = Setup::start(&["--allow", "write", "--log", "/dev/full"]).await;
    let error = setup.refuse_operation("createEndpoint", json!({"address": "http://a.invalid"})).await;
    assert!(error.contains("cannot be logged") && error.contains("/dev/full"), "{error}");
    assert!(setup.requests().is_empty());
    let result = setup.call("call_operation", json!({"operation": "listOrders"})).await;
    assert_eq!(result.is_error, Some(false));
    assert!(result.content[1].as_text().unwrap().text.contains("not in the log"));
}
