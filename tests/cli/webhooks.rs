//! Webhooks while developing: an event is made, signed and verified by the crate; the mock runs as a program.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;
use std::sync::{Arc, Mutex};

use axum::{Router, extract::State, http::HeaderMap, routing::post};
use whop::webhooks::{Event, WebhookVerifier};

use crate::{Run, Shop};

type Received = Arc<Mutex<Vec<(HeaderMap, axum::body::Bytes)>>>;

/// A consumer on a free port. Returns its URL and what it received.
fn start_consumer() -> (String, Received) {
    let received = Received::default();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("http://{}/webhooks", listener.local_addr().unwrap());
    let state = Arc::clone(&received);
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            let route = post(
                |State(received): State<Received>, headers: HeaderMap, body: axum::body::Bytes| async move {
                    received.lock().unwrap().push((headers, body));
                },
            );
            axum::serve(listener, Router::new().route("/webhooks", route).with_state(state)).await.unwrap();
        });
    });
    (url, received)
}

/// A file that only its owner can read: the program refuses any other.
fn write_secret(shop: &Shop, secret: &str) -> std::path::PathBuf {
    let path = shop.home.0.join("secret");
    std::fs::write(&path, secret).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    path
}

#[test]
fn a_triggered_event_is_genuine_for_the_crate() {
    let shop = Shop::open();
    let (url, received) = start_consumer();
    let trigger = ["trigger", "payment.succeeded", "--forward-to", &url, "--set", "data.metadata.order=17"];
    // Without a key and without the API.
    let mut command = shop.command(&trigger);
    command.arg("--secret-file").arg(write_secret(&shop, "a local secret"));
    command.env_remove("WHOP_API_KEY").env_remove("WHOP_BASE_URL");
    let run = Run::new(command.output().unwrap()).succeeded();
    let received = received.lock().unwrap();
    let [(headers, body)] = received.as_slice() else { panic!("{run:?}") };
    let verifier = WebhookVerifier::new("a local secret").unwrap();
    let delivery = verifier.verify(headers, body).unwrap();
    let Event::PaymentSucceeded(event) = &delivery.event else { panic!("{}", delivery.raw()) };
    let metadata = serde_json::to_value(&event.data.metadata).unwrap();
    assert_eq!(metadata["order"], 17, "{metadata}");
    assert!(shop.server.requests().is_empty());
}

#[test]
fn the_mock_runs_as_a_command() {
    let shop = Shop::open();
    let mut mock =
        shop.command(&["mock", "--port", "0"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(mock.stdout.take().unwrap()).lines();
    let ready = lines.by_ref().map(Result::unwrap).find(|line| line.contains("http://127.0.0.1:")).unwrap();
    let begin = ready.find("http://").unwrap();
    let url = ready[begin..].split(|c: char| c.is_whitespace() || c == ';' || c == ',').next().unwrap();
    let mut command = shop.command(&["payments", "retrieve", "pay_1"]);
    let run = Run::new(command.env("WHOP_BASE_URL", url).output().unwrap()).succeeded();
    assert_eq!(run.json()["id"], "pay_1");
    mock.kill().unwrap();
    mock.wait().unwrap();
}
