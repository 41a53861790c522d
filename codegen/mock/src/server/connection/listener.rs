//! Accepts connections and serves HTTP/1.1 on them.

use std::{convert::Infallible, sync::Arc, time::Duration};

use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};

use crate::{server::connection::request_handler::handle_request, server::server_state::ServerState};

/// Accepts connections until the runtime shuts down.
pub(crate) async fn accept_connections(listener: TcpListener, state: Arc<ServerState>) -> Infallible {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => drop(tokio::spawn(serve_connection(stream, Arc::clone(&state)))),
            // Too many open files, for example: other connections may be closed in the meantime.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

async fn serve_connection(stream: TcpStream, state: Arc<ServerState>) {
    // Small responses should be sent immediately. Without this option they are only sent a little later.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| handle_request(&state, request));
    // An error is a client that disconnected, invalid HTTP (hyper has responded to it), or a connection that a stub
    // closes.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}
