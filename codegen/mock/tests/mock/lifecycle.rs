//! How a server begins and ends, and what it is on the wire.

use std::{net::TcpStream, time::Duration};

use openapi_client_runtime::{ClientBuilder, ErrorKind};

use crate::support::{Api, CREATE_THING, Client, Lines, RETRIEVE_THING, Server, send, thing};

#[test]
fn it_can_be_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Server>();
    shared::<openapi_client_mock::ServerBuilder<Api>>();
}

#[tokio::test]
async fn what_was_created_is_retrieved() {
    let server = Server::start().await;
    let client = server.client();
    let made = client.create().send().await.unwrap();
    assert_eq!((made.owner_id.as_str(), made.amount.to_string().as_str()), ("own_1", "10.10"));
    assert_eq!(client.retrieve(&made.id).send().await.unwrap(), made);
    server.verify().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_stand_side_by_side_and_know_nothing_of_each_other() {
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
fn it_serves_blocking_calls() {
    let server = Server::start_blocking();
    let made = server.client().create().send_blocking().unwrap();
    assert_eq!(server.client().retrieve(&made.id).send_blocking().unwrap(), made);
    assert_eq!(server.wait_for_calls_blocking(CREATE_THING, 1).unwrap().len(), 1);
}

#[tokio::test]
async fn it_ends_when_it_is_dropped() {
    let server = Server::start().await;
    let (url, client) = (server.url(), server.client());
    client.create().send().await.unwrap();
    drop(server);
    assert!(TcpStream::connect(url.replace("http://", "")).is_err());
    let error = client.create().send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport);
    let port = url.rsplit(':').next().unwrap().parse().unwrap();
    let again = Server::builder().port(port).start().await.unwrap();
    assert_eq!(again.url(), url);
    let error = Server::builder().port(port).start().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains(&format!("127.0.0.1:{port}")), "{error}");
}

#[tokio::test]
async fn each_server_of_the_api_has_a_base_of_its_own() {
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
async fn a_key_can_be_asked_for() {
    let server = Server::builder().api_key("the_key").start().await.unwrap();
    server.client().create().send().await.unwrap();
    let other: Client = server.client_builder().api_key("another_key").build().unwrap();
    let error = other.create().send().await.unwrap_err();
    assert_eq!(error.status().unwrap(), 401);
    let said = format!("{:?}{}{error:?}", server, server.verify().unwrap_err());
    assert!(
        said.contains("createThing") && !said.contains("another_key") && !said.contains("the_key"),
        "{said}"
    );
}

#[tokio::test]
async fn a_request_without_a_key_is_refused() {
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
async fn a_line_is_written_for_each_request() {
    let lines = Lines::default();
    let log = lines.clone();
    let server = openapi_client_mock::Server::<Api>::builder();
    let server = server.log(move |line| log.push(line)).start().await.unwrap();
    server.when(RETRIEVE_THING).then_close_connection().times(1);
    server.client().create().send().await.unwrap();
    let once = server.client_builder().max_attempts(1).build().unwrap();
    once.retrieve("thing_1\u{1b}").send().await.unwrap_err();
    let lines = lines.all();
    assert!(
        lines[0].starts_with("POST /api/v1/things 201 createThing ") && lines[0].ends_with(" ms"),
        "{lines:?}"
    );
    assert!(lines[1].starts_with("GET /api/v1/things/thing_1%1B dropped retrieveThing "), "{lines:?}");
    assert!(!lines.concat().contains(server.api_key()));
}

#[test]
fn it_speaks_plain_http() {
    let server = Server::start_blocking();
    let request = |line: &str| {
        format!("{line} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer k\r\nconnection: close\r\n\r\n")
    };
    let answer = send(&server, &request("GET /api/v1/things/thing_1"));
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.contains("\"thing_1\""), "{answer}");
    assert!(answer.contains("x-request-id: mock-1\r\n"), "{answer}");
    let answer = send(&server, &request("HEAD /api/v1/things/thing_1"));
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(
        head.starts_with("HTTP/1.1 200 OK") && head.contains("content-length: ") && body.is_empty(),
        "{answer}"
    );
    assert_eq!(server.requests()[1].operation.as_deref(), Some("retrieveThing"));
    server.verify().unwrap();
    let answer = send(&server, &request("GET /api/v2/things"));
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
    let complaint = server.verify().unwrap_err().to_string();
    assert!(complaint.contains("/api/v2/things") && complaint.contains("`/api/v1`"), "{complaint}");
    assert!(send(&server, "nonsense\r\n\r\n").starts_with("HTTP/1.1 400"));
}

#[tokio::test]
async fn bodies_are_bounded() {
    let server = Server::builder().max_request_bytes(100).start().await.unwrap();
    let error = server.client().create().field("note", "x".repeat(200)).send().await.unwrap_err();
    assert_eq!(error.status().unwrap(), 413);
    assert!(server.verify().unwrap_err().to_string().contains("100 bytes"));
}

#[tokio::test]
async fn many_calls_at_once_are_all_answered() {
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
