//! How long the default transport keeps a connection that no request uses.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    sync::mpsc::{UnboundedReceiver, unbounded_channel},
};

use crate::support::{api::builder, server::encode_response};

/// What the server saw of a connection, which it numbers.
#[derive(Debug, PartialEq)]
enum Seen {
    Request(usize),
    End(usize),
}

/// Starts a server that responds to each request and tells of the end of each connection.
async fn start_server() -> (String, UnboundedReceiver<Seen>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (sender, seen) = unbounded_channel();
    tokio::spawn(async move {
        for number in 1.. {
            let (mut socket, _) = listener.accept().await.unwrap();
            let sender = sender.clone();
            tokio::spawn(async move {
                let mut request = Vec::new();
                while socket.read_buf(&mut request).await.is_ok_and(|length| length > 0) {
                    // The end of the JSON of a payment.
                    if request.ends_with(b"}") {
                        request.clear();
                        let json = [("content-type", "application/json".to_owned())];
                        sender.send(Seen::Request(number)).unwrap();
                        let response = encode_response(200, &json, br#"{"id":"pay_1"}"#);
                        socket.write_all(&response).await.unwrap();
                    }
                }
                // The test may have ended.
                let _ = sender.send(Seen::End(number));
            });
        }
    });
    (url, seen)
}

#[tokio::test]
async fn connections_that_are_not_used_are_closed_after_90_seconds() {
    let (url, mut seen) = start_server().await;
    let client = builder().base_url(&url).build().unwrap();
    client.pay().send().await.unwrap();
    assert_eq!(seen.recv().await, Some(Seen::Request(1)));

    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(60)).await;
    tokio::time::resume();
    client.pay().send().await.unwrap();
    assert_eq!(seen.recv().await, Some(Seen::Request(1)));

    // The clock is moved whenever all tasks wait, so that the server sees the end at once.
    tokio::time::pause();
    let begin = tokio::time::Instant::now();
    assert_eq!(seen.recv().await, Some(Seen::End(1)));
    assert!(begin.elapsed() >= Duration::from_secs(90), "{:?}", begin.elapsed());
    tokio::time::resume();
    client.pay().send().await.unwrap();
    assert_eq!(seen.recv().await, Some(Seen::Request(2)));
}
