//! A proxy of a server, which can fall silent: its connections stay open, and nothing passes any more.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
};

/// A running proxy. Its tasks end with the runtime of the test.
#[derive(Clone, Debug)]
pub(crate) struct Proxy {
    port: u16,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    accepted: AtomicU64,
    loses_commit: AtomicBool,
    /// How many of the first connections pass nothing to the server, and nothing from it.
    requests_dropped: AtomicU64,
    responses_dropped: AtomicU64,
}

impl Proxy {
    /// Starts a proxy of the server at this port of the loopback interface.
    pub(crate) async fn start(server: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let proxy = Self { port: listener.local_addr().unwrap().port(), shared: Arc::default() };
        let shared = Arc::clone(&proxy.shared);
        tokio::spawn(async move {
            loop {
                let (client, _) = listener.accept().await.unwrap();
                let number = shared.accepted.fetch_add(1, Ordering::SeqCst);
                let server = TcpStream::connect(("127.0.0.1", server)).await.unwrap();
                let ((from_client, to_client), (from_server, to_server)) =
                    (client.into_split(), server.into_split());
                let (requests, responses) = (Arc::clone(&shared), Arc::clone(&shared));
                let mut wrote_effect = false;
                tokio::spawn(pass(from_client, to_server, move |bytes| {
                    wrote_effect |= contains(bytes, b"INSERT INTO effects");
                    if wrote_effect && contains(bytes, b"COMMIT") {
                        requests.lose_response();
                    }
                    number < requests.requests_dropped.load(Ordering::SeqCst)
                }));
                tokio::spawn(pass(from_server, to_client, move |_| {
                    number < responses.responses_dropped.load(Ordering::SeqCst)
                }));
            }
        });
        proxy
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Drops everything that is sent through the connections that there are. New connections work.
    pub(crate) fn fall_silent(&self) {
        let accepted = self.shared.accepted.load(Ordering::SeqCst);
        self.shared.requests_dropped.store(accepted, Ordering::SeqCst);
        self.shared.responses_dropped.store(accepted, Ordering::SeqCst);
    }

    /// Drops the responses of the connections that there are once one that wrote an effect commits: its commit takes effect.
    pub(crate) fn fall_silent_at_commit(&self) {
        self.shared.loses_commit.store(true, Ordering::SeqCst);
    }
}

impl Shared {
    fn lose_response(&self) {
        if self.loses_commit.swap(false, Ordering::SeqCst) {
            self.responses_dropped.store(self.accepted.load(Ordering::SeqCst), Ordering::SeqCst);
        }
    }
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// Passes bytes until the sender closes the connection, which closes the other too.
async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut is_silent: impl FnMut(&[u8]) -> bool) {
    let mut buffer = vec![0; 16 * 1024];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        if !is_silent(&buffer[..read]) && to.write_all(&buffer[..read]).await.is_err() {
            break;
        }
    }
}
