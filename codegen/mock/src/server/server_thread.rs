//! Runs a server on a thread with a tokio runtime of its own, so that it also responds while the runtime of a test is
//! blocked or its clock is paused.

use std::{
    io,
    net::SocketAddr,
    sync::Arc,
    thread::{self, JoinHandle},
};

use tokio::{net::TcpListener, runtime::Handle, sync::oneshot};

use crate::{server::connection::listener::accept_connections, server::server_state::ServerState};

/// The thread of a running server. Dropping it closes all connections, frees the port and waits for the thread to
/// end.
#[derive(Debug)]
pub(crate) struct ServerThread {
    pub(crate) address: SocketAddr,
    /// The runtime of the thread.
    pub(crate) runtime: Handle,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl ServerThread {
    /// Starts the thread with a socket that already listens.
    pub(crate) fn start(listener: std::net::TcpListener, state: Arc<ServerState>) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        let address = state.address;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let listener = {
            let _entered = runtime.enter();
            TcpListener::from_std(listener)?
        };
        let (stop, stopped) = oneshot::channel();
        let thread = thread::Builder::new().name("mock-server".to_owned()).spawn(move || {
            runtime.spawn(accept_connections(listener, state));
            // A message and a dropped sender both mean stop. All connections end with the runtime.
            let _ = runtime.block_on(stopped);
        })?;
        Ok(Self { address, runtime: handle, stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for ServerThread {
    fn drop(&mut self) {
        drop(self.stop.take());
        let Some(thread) = self.thread.take() else { return };
        // A closure of a stub runs on this thread and may own the server: a thread that joins itself never ends.
        if thread.thread().id() != thread::current().id() {
            // An error means that the thread panicked, and the panic was printed when it happened.
            let _ = thread.join();
        }
    }
}
