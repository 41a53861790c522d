//! What is known about a request whose connection fails or is not made, and the options of connections.

use std::{
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use openapi_client_runtime::{CallOptions, ClientBuilder, ErrorKind, Outcome};

use crate::support::{
    api::{Client, builder},
    server::{Server, Step},
    wait_until,
};

const SHORT: Duration = Duration::from_millis(300);

fn without_key() -> CallOptions {
    CallOptions::new().without_idempotency_key()
}

/// A server that accepts connections and never says anything, as in a TLS handshake that hangs.
#[cfg_attr(not(any(feature = "rustls", feature = "native-tls")), allow(dead_code))]
fn start_mute_server() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let connections = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&connections);
    std::thread::spawn(move || {
        let mut open = Vec::new();
        for stream in listener.incoming() {
            open.push(stream);
            count.fetch_add(1, Ordering::SeqCst);
        }
    });
    (address, connections)
}

#[cfg(any(feature = "rustls", feature = "native-tls"))]
#[tokio::test]
async fn a_timeout_before_the_request_is_sent_is_retried_without_a_key() {
    let (address, connections) = start_mute_server();
    let client = builder().base_url(format!("https://{address}")).timeout(SHORT).build().unwrap();
    let errors = [
        client.pay().with_options(without_key()).send().await.unwrap_err(),
        client.refund("1").with_options(without_key()).send().await.unwrap_err(),
    ];
    for error in errors {
        let facts = (error.kind(), error.attempts(), error.outcome());
        assert_eq!(facts, (ErrorKind::Timeout, 3, Outcome::NotProcessed), "{error}");
        assert!(error.to_string().contains("not sent"), "{error}");
    }
    wait_until(|| connections.load(Ordering::SeqCst) == 6, "expected six connections").await;
}

#[tokio::test]
async fn a_timeout_after_the_request_is_sent_is_not_retried_without_a_key() {
    let server = Server::start([Step::Stall(Vec::new()), Step::Stall(Vec::new())]);
    let client = builder().base_url(server.url()).timeout(SHORT).build().unwrap();
    let errors = [
        client.pay().with_options(without_key()).send().await.unwrap_err(),
        client.refund("1").with_options(without_key()).send().await.unwrap_err(),
    ];
    for error in errors {
        let facts = (error.kind(), error.attempts(), error.outcome());
        assert_eq!(facts, (ErrorKind::Timeout, 1, Outcome::Unknown), "{error}");
    }
}

#[tokio::test]
async fn bodies_have_the_same_framing_as_before() {
    let server = Server::start([]);
    let client = builder().base_url(server.url()).build().unwrap();
    client.retrieve("1").send().await.unwrap();
    client.delete("1").send().await.ok();
    client.refund("1").send().await.unwrap();
    client.pay().send().await.unwrap();
    let requests = server.requests();
    let lengths: Vec<_> = requests.iter().map(|request| request.header("content-length")).collect();
    assert_eq!(lengths[..3], [None, None, Some("0")]);
    assert_eq!(lengths[3], Some(requests[3].body.len().to_string().as_str()));
    assert!(requests.iter().all(|request| request.header("transfer-encoding").is_none()));
}

#[tokio::test]
async fn credentials_pass_no_network_unencrypted() {
    let message = |builder: ClientBuilder<Client>| builder.build().unwrap_err().to_string();
    for url in ["http://api.test", "http://10.1.2.3:80/v1", "HTTP://api.test"] {
        let text = message(builder().base_url(url));
        assert!(text.contains("allow_insecure_http") && text.contains("unencrypted"), "{text}");
        assert!(message(builder().base_url("https://api.test").server_url(1, url)).contains("unencrypted"));
        assert!(builder().base_url(url).allow_insecure_http().build().is_ok());
        let anonymous = ClientBuilder::<Client>::new().without_credentials().base_url(url);
        assert!(message(anonymous.header("Authorization", "Bearer x")).contains("unencrypted"));
        let anonymous = ClientBuilder::<Client>::new().without_credentials().base_url(url).build().unwrap();
        let with = |options: CallOptions| anonymous.pay().with_options(options.max_attempts(1)).send();
        assert_eq!(with(CallOptions::new().bearer("x")).await.unwrap_err().kind(), ErrorKind::Config);
        let header = CallOptions::new().header("authorization", "x");
        assert_eq!(with(header).await.unwrap_err().kind(), ErrorKind::Config);

        let client = builder().base_url("https://api.test").build().unwrap();
        let error = client.pay().with_options(CallOptions::new().base_url(url)).send().await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Config, 0), "{error}");
    }
    for url in ["http://localhost:1", "http://127.1.2.3:1", "http://[::1]:1", "http://shop.localhost:1"] {
        assert!(builder().base_url(url).build().is_ok(), "{url}");
    }
}

#[tokio::test]
async fn requests_pass_the_proxy() {
    let (proxy, server) = (Server::start([]), Server::start([]));
    let client = |builder: ClientBuilder<Client>| builder.base_url(server.url()).build().unwrap();
    let url = proxy.url().replace("http://", "http://user:pass@");
    client(builder().proxy(url.clone())).pay().send().await.unwrap();
    assert_eq!((proxy.requests().len(), server.requests().len()), (1, 0));
    let request = proxy.requests().remove(0);
    assert!(request.line.starts_with(&format!("POST {}/payments ", server.url())), "{}", request.line);
    assert_eq!(request.header("proxy-authorization"), Some("Basic dXNlcjpwYXNz"));

    client(builder().proxy(url.clone()).proxy_exceptions("127.0.0.1")).pay().send().await.unwrap();
    client(builder().proxy(url).without_proxy()).pay().send().await.unwrap();
    assert_eq!((proxy.requests().len(), server.requests().len()), (1, 2));

    for url in ["nowhere://user:MARKER@proxy", "socks5://user:MARKER@proxy", "user:MARKER@proxy", "MARKER"] {
        let error = builder().proxy(url).build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        let text = format!("{error} {error:?} {:?}", builder().proxy(url));
        assert!(text.contains("proxy") && !text.contains("MARKER"), "{text}");
    }
}

/// Set in the process whose environment names a proxy.
const CHILD: &str = "OPENAPI_CLIENT_TEST_PROXY_CHILD";

#[test]
fn the_proxy_of_the_environment_is_used() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    if let Some(url) = std::env::var_os(CHILD) {
        let client = builder().base_url(url.into_string().unwrap()).build().unwrap();
        return runtime.block_on(async { drop(client.pay().send().await.unwrap()) });
    }
    let (proxy, server) = (Server::start([]), Server::start([]));
    let counts = |exceptions: &str| {
        let mut command = std::process::Command::new(std::env::current_exe().unwrap());
        for name in [
            "HTTP_PROXY",
            "https_proxy",
            "HTTPS_PROXY",
            "all_proxy",
            "ALL_PROXY",
            "no_proxy",
            "REQUEST_METHOD",
        ] {
            command.env_remove(name);
        }
        let output = command
            .args(["--exact", "connections::the_proxy_of_the_environment_is_used", "--nocapture"])
            .env(CHILD, server.url())
            .env("http_proxy", proxy.url())
            .env("NO_PROXY", exceptions)
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && text.contains("1 passed"), "{text}");
        (proxy.requests().len(), server.requests().len())
    };
    assert_eq!(counts(""), (1, 0));
    assert_eq!(counts("127.0.0.1"), (1, 1));
    assert_eq!(counts("other.test"), (2, 1));
}

#[tokio::test]
async fn the_number_of_concurrent_requests_is_limited() {
    let server = Server::start(vec![Step::Drip(slow_response(), Duration::from_millis(1)); 100]);
    let client = builder().base_url(server.url()).timeout(Duration::from_secs(60)).max_concurrent_requests(3);
    let client = client.build().unwrap();
    let calls: Vec<_> = (0..30).map(|_| tokio::spawn(client.pay().send())).collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert!(server.connections() <= 3, "{}", server.connections());
}

fn slow_response() -> Vec<u8> {
    let json = [("content-type", "application/json".to_owned())];
    crate::support::server::encode_response(200, &json, br#"{"id":"pay_1"}"#)
}

#[tokio::test]
async fn a_call_that_waits_for_others_times_out_without_a_request() {
    let server = Server::start(vec![Step::Stall(Vec::new()); 2]);
    let client =
        builder().base_url(server.url()).timeout(None).total_timeout(None).max_concurrent_requests(1);
    let client = client.build().unwrap();
    let first = tokio::spawn(client.pay().send());
    wait_until(|| server.started_requests() == 1, "the request did not arrive").await;
    let options = without_key().total_timeout(SHORT);
    let error = client.pay().with_options(options).send().await.unwrap_err();
    let facts = (error.kind(), error.attempts(), error.outcome());
    assert_eq!(facts, (ErrorKind::Timeout, 0, Outcome::NotProcessed), "{error}");
    assert!(error.to_string().contains("max_concurrent_requests"), "{error}");
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    // The permit of the cancelled call is free again.
    let options = without_key().timeout(SHORT);
    assert_eq!(client.pay().with_options(options).send().await.unwrap_err().attempts(), 1);
}

#[tokio::test]
async fn waiting_between_attempts_needs_no_permit() {
    let server = Server::start([Step::error(429).with("retry-after", "3600"), Step::ok()]);
    let client = builder().base_url(server.url()).total_timeout(None).max_concurrent_requests(1);
    let client = client.build().unwrap();
    let waiting = tokio::spawn(client.pay().send());
    wait_until(|| server.requests().len() == 1, "the request did not arrive").await;
    client.pay().send().await.unwrap();
    assert!(!waiting.is_finished());
    waiting.abort();
}
