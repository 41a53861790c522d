//! Waiting for a call on a thread without a runtime: a runtime of this crate's own carries it out.

use std::{
    sync::{OnceLock, mpsc},
    thread,
};

use tokio::runtime::{Builder, Handle};

use crate::{
    error::{Error, ErrorKind},
    wire::body::BoxFuture,
};

/// Carries out a call and waits for it.
pub(crate) fn wait<T: Send + 'static>(call: BoxFuture<'static, T>) -> Result<T, Error> {
    if Handle::try_current().is_ok() {
        // Waiting here would keep the runtime's thread from everything else, this call's own connection perhaps included.
        return Err(Error::new(
            ErrorKind::Config,
            "a blocking call inside an async runtime: await it, or make it in `spawn_blocking`'s stead on a thread of its own",
        ));
    }
    let (answer, answered) = mpsc::sync_channel(1);
    runtime()?.spawn(async move {
        // Nobody waits any more if the receiver is gone; then there is nobody to tell.
        let _ = answer.send(call.await);
    });
    answered.recv().map_err(|_| {
        Error::new(ErrorKind::Config, "the runtime of blocking calls broke: a transport or a hook panicked")
    })
}

/// One runtime for the whole process, on a thread that sleeps unless there is something to do.
fn runtime() -> Result<&'static Handle, Error> {
    static RUNTIME: OnceLock<Option<Handle>> = OnceLock::new();
    RUNTIME
        .get_or_init(|| {
            let runtime = Builder::new_current_thread().enable_all().build().ok()?;
            let handle = runtime.handle().clone();
            thread::Builder::new()
                .name("whop-blocking".to_owned())
                .spawn(move || runtime.block_on(std::future::pending::<()>()))
                .ok()?;
            Some(handle)
        })
        .as_ref()
        .ok_or_else(|| Error::new(ErrorKind::Config, "the runtime of blocking calls cannot be started"))
}
