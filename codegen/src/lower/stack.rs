//! Room for recursion: a document may be nested as deep as `document` allows, and the walk goes down with it.

use std::panic::resume_unwind;
use std::thread;

/// Far more than the deepest document takes in the least optimised build. Only what is used is ever given by the system.
const STACK: usize = 64 << 20;

/// Runs the work with room for recursion, whatever the caller has left of its own stack. `None` only if the work is.
pub(crate) fn deep<R: Send>(work: impl FnOnce() -> Option<R> + Send) -> Option<R> {
    // Kept outside of the thread, so that there is something left to run if the system has no thread to give.
    let mut work = Some(work);
    let mut result = None;
    thread::scope(|scope| {
        let (work, result) = (&mut work, &mut result);
        let run = move || *result = work.take().and_then(|work| work());
        if let Ok(thread) = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, run)
            && let Err(panic) = thread.join()
        {
            resume_unwind(panic);
        }
    });
    result.or_else(|| work.and_then(|work| work()))
}
