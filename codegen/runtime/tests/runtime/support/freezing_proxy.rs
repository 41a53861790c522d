//! A TCP proxy whose connections can be frozen: the kernel still acknowledges what is sent to them, and nothing comes back.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream, tcp},
};

#[derive(Default)]
struct State {
    connections: AtomicUsize,
    /// Connections with a lower number are frozen.
    first_alive: AtomicUsize,
}

/// The proxy. It runs in the runtime of the test.
pub(crate) struct FreezingProxy {
    pub(crate) url: String,
    state: Arc<State>,
}

impl FreezingProxy {
    /// Starts a proxy of the server at this URL.
    pub(crate) async fn start(server: &str) -> Self {
        let server = server.strip_prefix("http://").unwrap().to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let number = shared.connections.fetch_add(1, Ordering::SeqCst);
                let Ok(server) = TcpStream::connect(&server).await else { return };
                let (client_read, client_write) = client.into_split();
                let (server_read, server_write) = server.into_split();
                tokio::spawn(forward(client_read, server_write, number, Arc::clone(&shared)));
                tokio::spawn(forward(server_read, client_write, number, Arc::clone(&shared)));
            }
        });
        Self { url, state }
    }

    /// Freezes all connections that exist. Later ones work.
    pub(crate) fn freeze(&self) {
        self.state.first_alive.store(self.connections(), Ordering::SeqCst);
    }

    pub(crate) fn connections(&self) -> usize {
        self.state.connections.load(Ordering::SeqCst)
    }
}

async fn forward(
    mut from: tcp::OwnedReadHalf,
    mut to: tcp::OwnedWriteHalf,
    number: usize,
    state: Arc<State>,
) {
    let mut buffer = vec![0; 16 * 1024];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        if number < state.first_alive.load(Ordering::SeqCst) {
            continue;
        }
        if to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
    // A frozen connection stays open.
    while number < state.first_alive.load(Ordering::SeqCst) {
        std::future::pending::<()>().await;
    }
}
