//! Blocking calls: waits for a future that a background runtime drives.

use std::{
    sync::{OnceLock, mpsc},
    thread,
};

use tokio::runtime::{Builder, Handle};

use crate::{
    clock,
    error::{Error, ErrorKind},
    wire::body::BoxFuture,
};

/// Runs a future on the background runtime and waits for its output.
pub(crate) fn block_on<T: Send + 'static>(call: BoxFuture<'static, T>) -> Result<T, Error> {
    if clock::is_polling_tasks() {
        // Waiting here would block every task on this thread, possibly including the server that this call needs.
        return Err(Error::new(
            ErrorKind::Config,
            "blocking call inside an async task: await the call instead, or make it in `tokio::task::spawn_blocking`",
        ));
    }
    let (sender, receiver) = mpsc::sync_channel(1);
    background_runtime()?.spawn(async move {
        // Sending fails only if the waiting thread is gone.
        let _ = sender.send(call.await);
    });
    receiver.recv().map_err(|_| {
        Error::new(ErrorKind::Config, "the runtime of blocking calls stopped: a transport or a hook panicked")
    })
}

/// The runtime that all clients of the process share. Its thread sleeps while there are no calls.
fn background_runtime() -> Result<&'static Handle, Error> {
    static RUNTIME: OnceLock<Option<Handle>> = OnceLock::new();
    RUNTIME
        .get_or_init(|| {
            let runtime = Builder::new_current_thread().enable_all().build().ok()?;
            let handle = runtime.handle().clone();
            thread::Builder::new()
                // At most 15 characters, which is the limit of Linux.
                .name("client-blocking".to_owned())
                .spawn(move || runtime.block_on(std::future::pending::<()>()))
                .ok()?;
            Some(handle)
        })
        .as_ref()
        .ok_or_else(|| Error::new(ErrorKind::Config, "cannot start the runtime of blocking calls"))
}
