//! Extends the leases of what is being handled, and mends what a wrong clock wrote.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use super::worker::Worker;
use crate::log::log_event;

/// How often the times are mended.
const MEND_EVERY: Duration = Duration::from_secs(10);

/// Runs until it is dropped.
pub(super) async fn keep_leases<E, H>(worker: Arc<Worker<E, H>>) {
    let mut mended = None;
    let pause = worker.shared.settings.lease / 3;
    loop {
        let began = Instant::now();
        renew_leases(&worker).await;
        if mended.is_none_or(|mended: Instant| mended.elapsed() >= MEND_EVERY) {
            mended = Some(Instant::now());
            let mending = tokio::time::timeout(pause, worker.shared.store.mend_times());
            if let Ok(Err(_error)) = mending.await {
                log_event!(warn, "the times of delayed events could not be checked: {_error}");
            }
        }
        // A renewal that fails is repeated in time, also if it waited for a connection that died without a word.
        tokio::time::sleep(pause.saturating_sub(began.elapsed())).await;
    }
}

async fn renew_leases<E, H>(worker: &Worker<E, H>) {
    let units = worker.active.list();
    if units.is_empty() {
        return;
    }
    let tokens = units.iter().map(|unit| unit.token.to_string()).collect();
    let seqs = units.into_iter().flat_map(|unit| unit.seqs).collect();
    // What is not renewed was taken over, or is locked by its handler's transaction.
    let _ = worker.renew(tokens, seqs).await;
}
