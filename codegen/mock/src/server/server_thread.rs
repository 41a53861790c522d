//! The thread that a server runs on, with a runtime of its own: no test's runtime, be it blocked or its clock paused, has
//! a say in it.

use std::{
    io,
    net::SocketAddr,
    sync::Arc,
    thread::{self, JoinHandle},
};

use tokio::{net::TcpListener, runtime::Handle, sync::oneshot};

use crate::{server::connection::listener::serve, server::server_state::ServerState};

/// A running server. Dropped, it has ended: its connections are closed and its port is free.
#[derive(Debug)]
pub(crate) struct ServerThread {
    pub(crate) address: SocketAddr,
    pub(crate) handle: Handle,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl ServerThread {
    /// Serves on a socket that listens already.
    pub(crate) fn start(listener: std::net::TcpListener, shared: Arc<ServerState>) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        let address = shared.address;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let listener = {
            let _entered = runtime.enter();
            TcpListener::from_std(listener)?
        };
        let (stop, stopped) = oneshot::channel();
        let thread = thread::Builder::new().name("mock-server".to_owned()).spawn(move || {
            runtime.spawn(serve(listener, shared));
            // Whatever is said, the end is meant; all connections end with the runtime.
            let _ = runtime.block_on(stopped);
        })?;
        Ok(Self { address, handle, stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for ServerThread {
    fn drop(&mut self) {
        drop(self.stop.take());
        let Some(thread) = self.thread.take() else { return };
        // The test's own code on the server's thread may own the server; nobody can wait for himself.
        if thread.thread().id() != thread::current().id() {
            // It ends with the runtime, and its panics were told where they happened.
            let _ = thread.join();
        }
    }
}
