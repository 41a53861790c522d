//! A consumer of webhooks for tests: it records what it receives, and responds with given statuses.

use std::sync::{Arc, Mutex};

use openapi_client_runtime::webhooks::WebhookVerifier;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinHandle,
};

use crate::test_shop::Event;

/// What a consumer received.
#[derive(Clone, Debug)]
pub(crate) struct ReceivedEvent {
    pub(crate) id: String,
    pub(crate) body: String,
    headers: Vec<(String, String)>,
}

impl ReceivedEvent {
    /// Whether a consumer with this secret accepts it.
    pub(crate) fn is_signed_by(&self, secret: &str) -> bool {
        let verifier = WebhookVerifier::<Event>::new(secret.trim()).unwrap();
        let headers = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        verifier.verify(headers, self.body.as_bytes()).is_ok()
    }
}

/// A consumer that listens until it is dropped.
pub(crate) struct Consumer {
    pub(crate) url: String,
    received: Arc<Mutex<Vec<ReceivedEvent>>>,
    count: watch::Receiver<usize>,
    task: JoinHandle<()>,
}

impl Consumer {
    /// Responds with these statuses, one after another, and then with the last.
    pub(crate) async fn start(statuses: &'static [u16]) -> Self {
        Self::start_at("127.0.0.1:0", statuses).await
    }

    /// Like `start`, at the address of one that ended.
    pub(crate) async fn start_at(address: &str, statuses: &'static [u16]) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let url = format!("http://{}/hooks", listener.local_addr().unwrap());
        let received = Arc::new(Mutex::new(Vec::new()));
        let (sender, count) = watch::channel(0);
        let log = Arc::clone(&received);
        let task = tokio::spawn(async move {
            // Connections without a response stay open until the consumer ends.
            let mut silent = Vec::new();
            while let Ok((mut stream, _)) = listener.accept().await {
                let Some(number) = read_request(&mut stream, &log).await else { continue };
                sender.send_modify(|count| *count += 1);
                match statuses[number.min(statuses.len() - 1)] {
                    0 => silent.push(stream),
                    status => drop(respond(stream, status).await),
                }
            }
        });
        Self { url, received, count, task }
    }

    /// Receives and never responds.
    pub(crate) async fn silent() -> Self {
        Self::start(&[0]).await
    }

    pub(crate) fn address(&self) -> String {
        self.url.trim_start_matches("http://").trim_end_matches("/hooks").to_owned()
    }

    pub(crate) fn received(&self) -> Vec<ReceivedEvent> {
        self.received.lock().unwrap().clone()
    }

    /// Waits until so many events were received.
    pub(crate) async fn wait_for(&self, count: usize) -> Vec<ReceivedEvent> {
        self.count.clone().wait_for(|received| *received >= count).await.unwrap();
        self.received()
    }
}

impl Consumer {
    /// Stops listening. Returns its address.
    pub(crate) async fn stop(mut self) -> String {
        self.task.abort();
        let _ = (&mut self.task).await;
        self.address()
    }
}

impl Drop for Consumer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Reads one request. Returns its number.
async fn read_request(stream: &mut TcpStream, received: &Mutex<Vec<ReceivedEvent>>) -> Option<usize> {
    let mut bytes = Vec::new();
    let (head, length) = loop {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, _)) = text.split_once("\r\n\r\n") {
            let lines = head.lines().filter_map(|line| line.split_once(": "));
            let headers: Vec<(String, String)> =
                lines.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
            let length =
                headers.iter().find(|(name, _)| name == "content-length")?.1.parse::<usize>().ok()?;
            break ((head.len() + 4, headers), length);
        }
    };
    let (start, headers) = head;
    while bytes.len() < start + length {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    let body = String::from_utf8_lossy(bytes.get(start..)?).into_owned();
    let id = headers.iter().find(|(name, _)| name == "hook-id")?.1.clone();
    let mut received = received.lock().unwrap();
    received.push(ReceivedEvent { id, body, headers });
    Some(received.len() - 1)
}

/// Responds, and closes the connection.
async fn respond(mut stream: TcpStream, status: u16) -> Option<()> {
    let text = "the consumer says \u{1b}[31mno";
    let length = text.len();
    let head = format!("HTTP/1.1 {status} X\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
    stream.write_all(format!("{head}{text}").as_bytes()).await.ok()?;
    stream.shutdown().await.ok()
}
