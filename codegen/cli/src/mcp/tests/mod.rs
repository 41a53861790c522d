//! Tests of the server with a client of the SDK, against a mock of an API over HTTP.

mod confirming;
mod finding;
mod protocol;
mod reading;
mod refusing;
mod sizes;

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use openapi_client_description::JsonValue;
use rmcp::{
    RoleClient, ServiceExt as _,
    model::{CallToolRequestParams, CallToolResult},
    service::RunningService,
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, duplex},
    sync::mpsc,
    task::JoinHandle,
};

use super::{build_command, build_state, server::Server, streams::serve};
use crate::{
    error::CliError,
    interrupt::Interrupt,
    session::GlobalOptions,
    test_io::{TestFolder, TestIo},
    test_shop::{ShopServer, app, session},
};

/// The credential of the server.
const KEY: &str = "key_of_the_server_1234";

/// A server of the protocol with a client, and the API behind it.
struct Setup {
    api: ShopServer,
    folder: TestFolder,
    client: RunningService<RoleClient, ()>,
    serving: JoinHandle<Result<(), CliError>>,
    now: Arc<Mutex<Instant>>,
}

impl Setup {
    /// A server with these options, and an API with three items in each list.
    async fn start(arguments: &[&str]) -> Self {
        Self::start_with(ShopServer::builder().api_key(KEY).start().await.unwrap(), Some(KEY), arguments)
            .await
    }

    async fn start_with(api: ShopServer, key: Option<&str>, arguments: &[&str]) -> Self {
        let url = api.base_url(0);
        Self::connect(api, &url, key, arguments).await
    }

    async fn connect(api: ShopServer, url: &str, key: Option<&str>, arguments: &[&str]) -> Self {
        let folder = TestFolder::new();
        let mut io = TestIo::new().config_folder(folder.0.clone());
        if let Some(key) = key {
            io = io.variable("SHOP_API_KEY", key);
        }
        let (mut io, _) = io.build();
        let matches = build_command(app()).get_matches_from(std::iter::once(&"mcp").chain(arguments));
        let mut session = session(&mut io);
        session.globals = GlobalOptions { base_url: Some(url.to_owned()), ..GlobalOptions::default() };
        let now = Arc::new(Mutex::new(Instant::now()));
        let clock = Arc::clone(&now);
        let state = build_state(&mut session, &matches, Arc::new(move || *clock.lock().unwrap())).unwrap();
        let (near, far) = duplex(1 << 20);
        let (mut from_client, mut to_client) = tokio::io::split(far);
        let (to_server, input) = mpsc::channel(16);
        let (output, mut from_server) = mpsc::channel::<String>(16);
        tokio::spawn(async move {
            let mut buffer = vec![0; 1000];
            while let Ok(count @ 1..) = from_client.read(&mut buffer).await {
                to_server.send(buffer[..count].to_vec()).await.unwrap();
            }
        });
        tokio::spawn(async move {
            while let Some(message) = from_server.recv().await {
                to_client.write_all(format!("{message}\n").as_bytes()).await.unwrap();
            }
        });
        let serving = tokio::spawn(async move {
            serve(Server(Arc::new(state)), input, output, &Interrupt::manual().1).await
        });
        let client = ().serve(near).await.unwrap();
        Self { api, folder, client, serving, now }
    }

    async fn call(&self, tool: &'static str, arguments: Value) -> CallToolResult {
        let Value::Object(arguments) = arguments else { panic!("{arguments}") };
        self.client.call_tool(CallToolRequestParams::new(tool).with_arguments(arguments)).await.unwrap()
    }

    /// The result of a call that must succeed.
    async fn succeed(&self, tool: &'static str, arguments: Value) -> Value {
        let result = self.call(tool, arguments).await;
        assert_ne!(result.is_error, Some(true), "{}", text(&result));
        let structured = result.structured_content.clone().unwrap();
        assert_eq!(serde_json::from_str::<Value>(&text(&result)).unwrap(), structured);
        structured
    }

    /// The text of a call that must fail.
    async fn fail(&self, tool: &'static str, arguments: Value) -> String {
        let result = self.call(tool, arguments).await;
        assert_eq!(result.is_error, Some(true), "{}", text(&result));
        text(&result)
    }

    async fn call_operation(&self, operation: &str, arguments: Value) -> Value {
        self.succeed("call_operation", json!({"operation": operation, "arguments": arguments})).await
    }

    async fn refuse_operation(&self, operation: &str, arguments: Value) -> String {
        self.fail("call_operation", json!({"operation": operation, "arguments": arguments})).await
    }

    /// The methods and paths of the requests that the API received.
    fn requests(&self) -> Vec<String> {
        self.api.requests().iter().map(|request| format!("{} {}", request.method, request.path)).collect()
    }

    fn log(&self) -> Vec<JsonValue> {
        let text = std::fs::read_to_string(self.folder.0.join(super::LOG_NAME)).unwrap();
        text.lines().map(|line| JsonValue::parse(line).unwrap()).collect()
    }

    fn advance(&self, duration: Duration) {
        *self.now.lock().unwrap() += duration;
    }
}

fn text(result: &CallToolResult) -> String {
    result.content[0].as_text().unwrap().text.clone()
}

/// A page with these orders.
fn page(orders: Vec<Value>, end_cursor: Option<&str>) -> Value {
    json!({
        "data": orders,
        "page_info": {
            "start_cursor": null, "end_cursor": end_cursor,
            "has_next_page": end_cursor.is_some(), "has_previous_page": false,
        },
    })
}

fn order(id: &str, note: &str) -> Value {
    json!({"id": id, "status": "open", "amount": 12.5, "metadata": null, "note": note})
}
