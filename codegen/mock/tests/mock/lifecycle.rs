//! Starting, configuring and stopping a server, and its behaviour as an HTTP server.

use std::{net::TcpStream, time::Duration};

use openapi_client_runtime::{ClientBuilder, ErrorKind};

use crate::support::{Api, CREATE_THING, Client, LogLines, RETRIEVE_THING, Server, send_raw, thing};

#[test]
fn a_server_can_be_shared_between_threads() {
    fn assert_shareable<T: Send + Sync>() {}
    assert_shareable::<Server>();
    assert_shareable::<openapi_client_mock::ServerBuilder<Api>>();
}

#[tokio::test]
async fn a_created_thing_is_retrieved() {
    let server = Server::start().await;
    let client = server.client();
    let created = client.create().send().await.unwrap();
    assert_eq!((created.owner_id.as_str(), created.amount.to_string().as_str()), ("own_1", "10.10"));
    assert_eq!(client.retrieve(&created.id).send().await.unwrap(), created);
    server.verify().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_run_side_by_side_without_shared_state() {
    let servers: Vec<Server> = (0..8).map(|_| Server::start_blocking()).collect();
    let calls = servers.iter().enumerate().map(|(index, server)| {
        server.when(RETRIEVE_THING).then_return(thing("thing_own", index as i64));
        let client = server.client();
        tokio::spawn(async move { client.retrieve("thing_own").send().await.unwrap().amount })
    });
    for (index, call) in calls.collect::<Vec<_>>().into_iter().enumerate() {
        assert_eq!(call.await.unwrap(), thing("", index as i64).amount);
    }
    for server in &servers {
        assert_eq!(server.requests().len(), 1);
    }
}

#[test]
fn blocking_calls_work() {
    let server = Server::start_blocking();
    let created = server.client().create().send_blocking().unwrap();
    assert_eq!(server.client().retrieve(&created.id).send_blocking().unwrap(), created);
    assert_eq!(server.wait_for_calls_blocking(CREATE_THING, 1).unwrap().len(), 1);
}

#[tokio::test]
async fn dropping_a_server_frees_its_port() {
    let server = Server::start().await;
    let (url, client) = (server.url(), server.client());
    client.create().send().await.unwrap();
    drop(server);
    assert!(TcpStream::connect(url.replace("http://", "")).is_err());
    let error = client.create().send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport);
    let port = url.rsplit(':').next().unwrap().parse().unwrap();
    let second = Server::builder().port(port).start().await.unwrap();
    assert_eq!(second.url(), url);
    let error = Server::builder().port(port).start().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains(&format!("127.0.0.1:{port}")), "{error}");
}

#[tokio::test]
async fn each_server_of_the_api_has_its_own_base_path() {
    let server = Server::start().await;
    let url = server.url();
    assert_eq!(server.base_url(0), format!("{url}/api/v1"));
    assert_eq!(server.base_url(1), format!("{url}/files.invalid/api/v1"));
    server.client().picture("thing_1").send().await.unwrap();
    assert_eq!(server.requests()[0].path, "/files.invalid/api/v1/things/thing_1/picture");
    let moved = Server::builder().base_path("v2/").start().await.unwrap();
    assert_eq!(moved.base_url(0), format!("{}/v2", moved.url()));
    moved.client().retrieve("thing_1").send().await.unwrap();
    assert_eq!(moved.requests()[0].path, "/v2/things/thing_1");
}

#[tokio::test]
async fn only_the_configured_api_key_is_accepted() {
    let server = Server::builder().api_key("the_key").start().await.unwrap();
    server.client().create().send().await.unwrap();
    let other: Client = server.client_builder().api_key("another_key").build().unwrap();
    let error = other.create().send().await.unwrap_err();
    assert_eq!(error.status().unwrap(), 401);
    let printed = format!("{:?}{}{error:?}", server, server.verify().unwrap_err());
    assert!(
        printed.contains("createThing") && !printed.contains("another_key") && !printed.contains("the_key"),
        "{printed}"
    );
}

#[tokio::test]
async fn a_request_without_a_key_is_rejected() {
    let server = Server::start().await;
    let client: Client =
        ClientBuilder::new().without_credentials().base_url(server.base_url(0)).build().unwrap();
    assert_eq!(client.create().send().await.unwrap_err().status().unwrap(), 401);
    assert!(server.verify().is_err());
    let open = Server::builder().without_credentials().start().await.unwrap();
    let client: Client =
        ClientBuilder::new().without_credentials().base_url(open.base_url(0)).build().unwrap();
    client.create().send().await.unwrap();
}

#[tokio::test]
async fn each_request_is_logged() {
    let lines = LogLines::default();
    let log = lines.clone();
    let server = openapi_client_mock::Server::<Api>::builder();
    let server = server.log(move |line| log.push(line)).start().await.unwrap();
    server.when(RETRIEVE_THING).then_close_connection().times(1);
    server.client().create().send().await.unwrap();
    let client = server.client_builder().max_attempts(1).build().unwrap();
    client.retrieve("thing_1\u{1b}").send().await.unwrap_err();
    let lines = lines.collected();
    assert!(
        lines[0].starts_with("POST /api/v1/things 201 createThing ") && lines[0].ends_with(" ms"),
        "{lines:?}"
    );
    assert!(
        lines[1].starts_with("GET /api/v1/things/thing_1%1B connection closed retrieveThing "),
        "{lines:?}"
    );
    assert!(!lines.concat().contains(server.api_key()));
}

#[test]
fn raw_http_requests_work() {
    let server = Server::start_blocking();
    let request = |line: &str| {
        format!("{line} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer k\r\nconnection: close\r\n\r\n")
    };
    let response = send_raw(&server, &request("GET /api/v1/things/thing_1"));
    assert!(response.starts_with("HTTP/1.1 200 OK\r\n") && response.contains("\"thing_1\""), "{response}");
    assert!(response.contains("x-request-id: mock-1\r\n"), "{response}");
    let response = send_raw(&server, &request("HEAD /api/v1/things/thing_1"));
    let (head, body) = response.split_once("\r\n\r\n").unwrap();
    assert!(
        head.starts_with("HTTP/1.1 200 OK") && head.contains("content-length: ") && body.is_empty(),
        "{response}"
    );
    assert_eq!(server.requests()[1].operation.as_deref(), Some("retrieveThing"));
    server.verify().unwrap();
    let response = send_raw(&server, &request("GET /api/v2/things"));
    assert!(response.starts_with("HTTP/1.1 404"), "{response}");
    let error = server.verify().unwrap_err().to_string();
    assert!(error.contains("/api/v2/things") && error.contains("`/api/v1`"), "{error}");
    send_raw(&server, &request("GET /things/thing_1"));
    let error = server.verify().unwrap_err().to_string();
    assert!(error.contains("did you mean `/api/v1/things/thing_1`?"), "{error}");
    assert!(send_raw(&server, "nonsense\r\n\r\n").starts_with("HTTP/1.1 400"));
}

#[tokio::test]
async fn body_size_is_limited() {
    let server = Server::builder().max_request_bytes(100).start().await.unwrap();
    let error = server.client().create().field("note", "x".repeat(200)).send().await.unwrap_err();
    assert_eq!(error.status().unwrap(), 413);
    assert!(server.verify().unwrap_err().to_string().contains("100 bytes"));
}

#[tokio::test]
async fn concurrent_calls_all_receive_a_response() {
    let server = Server::builder().wait_timeout(Duration::from_secs(30)).start().await.unwrap();
    let client = server.client();
    let calls: Vec<_> = (0..200)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.create().send().await.unwrap().id })
        })
        .collect();
    let mut ids = std::collections::BTreeSet::new();
    for call in calls {
        ids.insert(call.await.unwrap());
    }
    assert_eq!(ids.len(), 200);
    assert_eq!(server.wait_for_calls(CREATE_THING, 200).await.unwrap().len(), 200);
}
