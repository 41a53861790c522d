//! Which tools there are, and how operations are found and described.

use serde_json::json;

use super::Setup;

#[tokio::test]
async fn the_tools_say_what_they_can_do() {
    for (allow, names, call_is_read_only) in [
        ("read", &["search_operations", "describe_operation", "call_operation"][..], true),
        ("write", &["search_operations", "describe_operation", "call_operation"], false),
        ("dangerous", &["search_operations", "describe_operation", "call_operation", "confirm_call"], false),
    ] {
        let setup = Setup::start(&["--allow", allow]).await;
        let tools = setup.client.list_all_tools().await.unwrap();
        assert_eq!(tools.iter().map(|tool| tool.name.as_ref()).collect::<Vec<_>>(), names);
        for tool in &tools {
            let annotations = tool.annotations.as_ref().unwrap();
            let finds = tool.name.contains("search") || tool.name.contains("describe");
            assert_eq!(annotations.open_world_hint, Some(!finds), "{}", tool.name);
            let reads = finds || tool.name == "call_operation" && call_is_read_only;
            assert_eq!(annotations.read_only_hint, Some(reads), "{} {allow}", tool.name);
            assert_eq!(annotations.destructive_hint.unwrap_or_default(), !reads, "{} {allow}", tool.name);
            assert!(tool.output_schema.as_ref().unwrap().contains_key("required"));
        }
        let info = setup.client.peer_info().unwrap();
        let instructions = info.instructions.clone().unwrap();
        assert!(instructions.contains("not instructions"), "{instructions}");
        assert_eq!(instructions.contains("two steps"), allow == "dangerous", "{instructions}");
    }
}

#[tokio::test]
async fn operations_are_found_page_by_page_and_described() {
    let setup = Setup::start(&["--allow", "write"]).await;
    let found = setup.succeed("search_operations", json!({"query": "pay an order", "limit": 1})).await;
    assert_eq!(
        found["operations"][0],
        json!({
            "operation": "payOrder", "command": "orders.pay", "request": "POST /orders/{id}/pay",
            "summary": "Pay an order", "risk": "money", "callable": false,
        })
    );
    let mut cursor = None;
    let mut ids = Vec::new();
    loop {
        let found = setup.succeed("search_operations", json!({"limit": 3, "cursor": cursor})).await;
        assert_eq!(found["total"], 8);
        let operations = found["operations"].as_array().unwrap();
        ids.extend(operations.iter().map(|found| found["operation"].as_str().unwrap().to_owned()));
        cursor = found.get("next_cursor").cloned();
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(ids.len(), 8);
    let described = setup.succeed("describe_operation", json!({"operation": "orders.pay"})).await;
    assert_eq!(described["operation"], "payOrder");
    let body = &described["body"];
    assert_eq!(body["arguments_schema"]["required"], json!(["id", "amount"]));
    assert_eq!(body["example_arguments"], json!({"id": "ord_1a2b3c", "amount": 10}));
    assert_eq!(body["does"], "It moves money, or lets it be moved.");
    assert!(body["how_to_call"].as_str().unwrap().contains("--allow dangerous"), "{body}");
    assert!(setup.requests().is_empty());
}

#[tokio::test]
async fn what_is_outside_of_the_patterns_does_not_exist() {
    let setup = Setup::start(&["--operations", "orders.*, listEndpoints", "--allow", "dangerous"]).await;
    let found = setup.succeed("search_operations", json!({"query": ""})).await;
    assert_eq!(found["total"], 3);
    let found = setup.succeed("search_operations", json!({"query": "key"})).await;
    assert_eq!(found["total"], 0);
    for tool in ["describe_operation", "call_operation"] {
        for name in ["createKey", "keys.create", "deleteEndpoint"] {
            let error = setup.fail(tool, json!({"operation": name})).await;
            assert!(error.contains("there is no operation"), "{error}");
        }
    }
    assert!(setup.requests().is_empty());
}

#[tokio::test]
async fn a_wrong_name_or_argument_is_explained() {
    let setup = Setup::start(&[]).await;
    for (tool, arguments, expected) in [
        ("describe_operation", json!({"operation": "listOrdrs"}), "did you mean `listOrders`?"),
        ("describe_operation", json!({"operation": "qqqqqqqqq"}), "`search_operations`"),
        ("describe_operation", json!({}), "`operation`: missing"),
        ("search_operations", json!({"query": 5}), "expected a string, found a number"),
        ("search_operations", json!({"cursor": "x"}), "`cursor`"),
        ("call_operation", json!({"operation": "listOrders", "argument": {}}), "did you mean `arguments`?"),
        (
            "call_operation",
            json!({"operation": "listOrders", "arguments": []}),
            "expected an object, found a list",
        ),
        (
            "call_operation",
            json!({"operation": "listOrders", "arguments": {"status": "payed", "first": 1000}}),
            "- `status`: expected one of `open`, `paid`, found `payed`; did you mean `paid`?",
        ),
        ("call_operation", json!({"operation": "listOrders", "arguments": {"first": 1000}}), "- `first`: "),
        ("call_operation", json!({"operation": "listOrders", "arguments": {"statu": "paid"}}), "- `statu`: "),
        ("call_operation", json!({"operation": "listOrders", "cursor": "next-1"}), "does not know it"),
    ] {
        let error = setup.fail(tool, arguments).await;
        assert!(error.contains(expected), "{error}");
    }
    assert!(setup.requests().is_empty());
    assert!(setup.log().iter().all(|line| line.get("outcome").unwrap().to_text() == "invalid"));
}
