//! Calls the handler; a panic of it is an error.

use std::{
    any::Any,
    future::poll_fn,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    task::Poll,
};

use crate::{
    handler::{Handler, JobError},
    job::Job,
};

pub(super) async fn call_handler<E, H: Handler<E>>(handler: &H, job: Job<E>) -> Result<(), JobError> {
    // The function may panic before it returns a future: it is called within the first poll.
    let mut future = pin!(async move { handler.handle(job).await });
    poll_fn(|context| {
        // After a panic the future is dropped and not polled again. What it shares with others are the guard of the
        // transaction, which unwinding drops, and what the handler itself shares.
        match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
            Ok(poll) => poll,
            Err(panic) => {
                Poll::Ready(Err(JobError::new(format!("the handler panicked: {}", read_panic(&*panic)))))
            }
        }
    })
    .await
}

fn read_panic(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message")
}
