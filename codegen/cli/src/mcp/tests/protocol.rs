//! The protocol: exact numbers, concurrency, cancellation, the end of the streams.

use std::time::Duration;

use openapi_client_description::JsonValue;
use rmcp::model::CallToolRequestParams;
use serde_json::json;
use tokio::time::timeout;

use super::{KEY, Setup, page};
use crate::{
    mcp::{build_command, run},
    session::GlobalOptions,
    test_io::{TestFolder, TestIo},
    test_shop::{ShopServer, app, session},
};

const WAIT: Duration = Duration::from_secs(20);

#[tokio::test]
async fn a_slow_call_does_not_keep_others_waiting() {
    let setup = Setup::start(&[]).await;
    setup
        .api
        .when_any()
        .matching_raw(|request| request.path == "/v1/orders")
        .then_return_json(page(Vec::new(), None))
        .delay(Duration::from_secs(60));
    let slow = setup.call_operation("listOrders", json!({}));
    let fast = setup.call_operation("listEndpoints", json!({}));
    tokio::select! {
        biased;
        _ = slow => panic!("the slow call ended first"),
        result = timeout(WAIT, fast) => assert!(result.unwrap()["body"]["data"].is_array()),
    }
}

#[tokio::test]
async fn a_cancelled_request_ends_its_call() {
    let setup = Setup::start(&["--allow", "write"]).await;
    setup.api.when_any().then_return_status(200).delay(Duration::from_secs(60));
    let arguments = json!({"operation": "createEndpoint", "arguments": {"address": "http://a.invalid"}});
    let call = setup.client.call_tool(
        CallToolRequestParams::new("call_operation").with_arguments(arguments.as_object().unwrap().clone()),
    );
    // Dropping the request tells the server that it is cancelled.
    tokio::select! {
        _ = call => panic!("the call ended"),
        () = async { while setup.requests().is_empty() { tokio::time::sleep(Duration::from_millis(5)).await } } => {}
    }
    let logged = async {
        while setup.log().len() < 2 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(WAIT, logged).await.unwrap();
    let log = setup.log();
    assert_eq!(log[1].get("outcome").unwrap().to_text(), "cancelled");
    // The log has the key with which a repetition is safe.
    assert!(log[1].get("idempotency_key").is_some());
    // The server goes on.
    assert_eq!(setup.succeed("search_operations", json!({"query": "keys"})).await["total"], 1);
    setup.api.skip_verification_on_drop();
}

#[tokio::test]
async fn the_server_ends_with_its_client() {
    let setup = Setup::start(&[]).await;
    setup.client.cancel().await.unwrap();
    timeout(WAIT, setup.serving).await.unwrap().unwrap().unwrap();
}

/// Runs the command with these messages as standard input. Returns the messages of its standard output, and its notes.
async fn run_lines(
    api: &ShopServer,
    folder: &TestFolder,
    allow: &str,
    messages: &[&str],
) -> (Vec<JsonValue>, String) {
    let input: String = messages.iter().map(|message| format!("{message}\n")).collect();
    let io = TestIo::new().stdin(&input).config_folder(folder.0.clone()).variable("SHOP_API_KEY", KEY);
    let (mut io, captured) = io.build();
    let matches = build_command(app()).get_matches_from(["mcp", "--allow", allow]);
    let mut session = session(&mut io);
    session.globals = GlobalOptions { base_url: Some(api.base_url(0)), ..GlobalOptions::default() };
    timeout(WAIT, run(&mut session, &matches)).await.unwrap().unwrap();
    let printed = captured.stdout();
    (printed.lines().map(|line| JsonValue::parse(line).unwrap()).collect(), captured.stderr())
}

const INITIALIZE: &str = r#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}"#;
const INITIALIZED: &str = r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#;

#[tokio::test]
async fn numbers_keep_their_digits_over_the_streams() {
    let api = ShopServer::builder().api_key(KEY).start().await.unwrap();
    let folder = TestFolder::new();
    let body = r#"{"data":[{"id":"ord_1","status":"open","amount":12345678901234567890.10,"metadata":{"n":[1.0,-0]},"note":null}],"page_info":{"end_cursor":null,"start_cursor":null,"has_next_page":false,"has_previous_page":false}}"#;
    api.when_any().matching_raw(|request| request.path == "/v1/orders").then_return_raw(
        200,
        [("content-type", "application/json")],
        body,
    );
    let read = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"call_operation","arguments":{"operation":"listOrders"}}}"#;
    let pay = r#"{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"call_operation","arguments":{"operation":"payOrder","arguments":{"id":"ord_1","amount":99999999999999999.10}}}}"#;
    let (messages, notes) =
        run_lines(&api, &folder, "dangerous", &[INITIALIZE, INITIALIZED, read, pay]).await;
    assert_eq!(messages.len(), 3, "{messages:?}");
    let find = |id: &str| {
        let message = messages.iter().find(|message| message.get("id").unwrap().to_text() == id).unwrap();
        message.get("result").unwrap().clone()
    };
    assert!(find("0").get("serverInfo").unwrap().to_string().contains("\"shop\""));
    let result = find("1");
    let structured = result.get("structuredContent").unwrap().get("body").unwrap();
    assert_eq!(
        structured.get("data").unwrap().items()[0].get("amount").unwrap().to_string(),
        "12345678901234567890.10"
    );
    let shown = result.get("content").unwrap().items()[0].get("text").unwrap().to_text();
    assert!(shown.contains(body), "{shown}");
    let preview = find("2").get("structuredContent").unwrap().get("preview").unwrap().clone();
    assert_eq!(preview.get("body").unwrap().to_string(), r#"{"amount":99999999999999999.10}"#);
    assert!(
        notes.contains("8 operations")
            && notes.contains("--allow dangerous")
            && notes.contains("mcp-calls.jsonl"),
        "{notes}"
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let log = std::fs::metadata(folder.0.join("mcp-calls.jsonl")).unwrap();
        assert_eq!(log.permissions().mode() & 0o777, 0o600);
    }
}

#[tokio::test]
async fn malformed_messages_are_errors_of_the_protocol() {
    let api = ShopServer::builder().api_key(KEY).start().await.unwrap();
    let unknown = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"rm","arguments":{}}}"#;
    let twice = r#"{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"search_operations","arguments":{"limit":1.5,"limit":2.5}}}"#;
    let lines = [INITIALIZE, INITIALIZED, "no JSON", unknown, twice];
    let (messages, _) = run_lines(&api, &TestFolder::new(), "read", &lines).await;
    let with_id = |id: &str| {
        messages.iter().find(|message| message.get("id").is_some_and(|found| found.to_text() == id)).unwrap()
    };
    assert!(with_id("1").get("error").unwrap().to_string().contains("there is no tool `rm`"));
    assert!(with_id("2").to_string().contains("repeat a property"), "{messages:?}");
    // Nothing at all is no error either.
    assert!(run_lines(&api, &TestFolder::new(), "read", &[]).await.0.is_empty());
}
