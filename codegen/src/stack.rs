//! Runs recursive work on a thread with a large stack.

use std::panic::resume_unwind;
use std::thread;

/// Far more than the deepest allowed document needs in a debug build. The system allocates only the pages that are used.
const STACK: usize = 64 << 20;

/// Runs the work with a large stack, however much of its own stack the caller has left.
pub(crate) fn run_with_large_stack<R: Send>(work: impl FnOnce() -> Option<R> + Send) -> Option<R> {
    // The work is kept outside the thread, so that it can still run here if no thread can be started.
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
