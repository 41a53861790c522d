//! Results that are too large.

use serde_json::{Value, json};

use super::{Setup, order, page, text};

#[tokio::test]
async fn a_cut_list_is_complete_by_its_cursors() {
    let setup = Setup::start(&["--max-result-bytes", "4000"]).await;
    let orders: Vec<Value> =
        (0..100).map(|index| order(&format!("ord_{index}"), &"n".repeat(index * 5))).collect();
    setup.api.when_any().then_return_json(page(orders.clone(), Some("c1")));
    let mut arguments = json!({"operation": "listOrders"});
    let mut collected = Vec::new();
    let mut results = 0;
    loop {
        let result = setup.call("call_operation", arguments).await;
        let shown = text(&result);
        assert!(shown.len() <= 4000, "{} {shown}", shown.len());
        let read: Value = serde_json::from_str(&shown).unwrap();
        results += 1;
        let list = if results == 1 { &read["body"]["data"] } else { &read["body"] };
        collected.extend(list.as_array().unwrap().iter().cloned());
        if results == 1 {
            assert_eq!(read["body"]["page_info"]["end_cursor"], "c1");
            assert!(read["next_page"]["cursor"].is_string());
            assert_eq!(read["left_out"][0]["path"], "data");
        }
        let Some(left_out) = read.get("left_out") else { break };
        assert_eq!(left_out.as_array().unwrap().len(), 1, "{left_out}");
        let remaining = orders.len() - collected.len();
        assert_eq!(left_out[0]["what"], format!("the next {remaining} items of the list"));
        arguments = json!({"operation": "listOrders", "cursor": left_out[0]["cursor"]});
    }
    assert_eq!(collected, orders);
    assert!(results > 5);
    assert_eq!(setup.requests().len(), 1);
}

#[tokio::test]
async fn large_parts_of_one_object_are_named_and_returned_for_their_cursors() {
    let setup = Setup::start(&["--max-result-bytes", "4000", "--allow", "write"]).await;
    let large: Value = (0..300)
        .map(|index| (format!("key_{index}"), json!("value")))
        .collect::<serde_json::Map<_, _>>()
        .into();
    let note = "text ".repeat(3000);
    setup
        .api
        .when_any()
        .then_return_json(json!({"id": "end_1", "address": "a", "large": large, "note": note}));
    let result = setup.call_operation("createEndpoint", json!({"address": "http://a.invalid"})).await;
    assert!(result.to_string().len() <= 4000);
    assert_eq!(result["body"]["id"], "end_1");
    let parts = result["left_out"].as_array().unwrap();
    let paths: Vec<&str> = parts.iter().map(|part| part["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["note", "large"]);
    let mut rest = parts[0].clone();
    let mut collected = result["body"]["note"].as_str().unwrap().to_owned();
    loop {
        let next = setup
            .succeed("call_operation", json!({"operation": "createEndpoint", "cursor": rest["cursor"]}))
            .await;
        assert_eq!(next["path"], "note");
        collected.push_str(next["body"].as_str().unwrap());
        match next.get("left_out") {
            Some(parts) => rest = parts[0].clone(),
            None => break,
        }
    }
    assert_eq!(collected, note);
    let next = setup
        .succeed("call_operation", json!({"operation": "createEndpoint", "cursor": parts[1]["cursor"]}))
        .await;
    assert_eq!(next["path"], "large");
    assert!(next["body"].as_object().unwrap().len() > 20 && next["left_out"][0]["cursor"].is_string());
    assert_eq!(setup.requests().len(), 1);
}
