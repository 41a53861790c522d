//! The loop of a worker: claims what is due while there are free slots, until it is told to stop.

use std::{
    future::poll_fn,
    pin::pin,
    sync::Arc,
    task::Poll,
    time::{Duration, Instant},
};

use openapi_client_runtime::webhooks::Events;
use tokio::{
    sync::watch,
    task::{AbortHandle, JoinSet},
    time::{sleep, timeout},
};

use super::{
    upkeep::keep_leases,
    worker::{Pauses, Worker},
};
use crate::{
    error::{InboxError, InboxErrorKind},
    handler::Handler,
    log::log_event,
    review::decode_again,
    scope::Unit,
    shared::Shared,
    state::State,
    store::{Claimed, Outcome},
};

/// How long tasks that were aborted may take to end: one that blocks its thread cannot be aborted.
const ABORT_TIMEOUT: Duration = Duration::from_secs(2);

/// How long a claim may go on after the end was asked for. What a claim took that is dropped waits for the end of its lease.
const CLAIM_TIMEOUT: Duration = Duration::from_secs(1);

/// How often events that were not decoded are decoded again, and the part of the time that it may take.
const DECODE_EVERY: Duration = Duration::from_secs(60);
const DECODE_SHARE: u32 = 20;

/// How long a free slot waits for others, so that they are claimed for together.
const GATHERING: Duration = Duration::from_millis(5);

/// Ends a task when the future that started it is dropped.
struct AbortOnDrop(AbortHandle);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Handles events until the inbox is shut down. If the future is dropped, its tasks are aborted, their transactions are
/// rolled back, and their leases end.
pub(crate) async fn run_worker<E, H>(shared: Arc<Shared<E>>, handler: H) -> Result<(), InboxError>
where
    E: Events + Send + Sync + 'static,
    H: Handler<E>,
{
    let mut stop = shared.stop.subscribe();
    let worker = Arc::new(Worker { shared, handler, active: Arc::default() });
    let _upkeep = AbortOnDrop(tokio::spawn(keep_leases(Arc::clone(&worker))).abort_handle());
    let _decoding = AbortOnDrop(tokio::spawn(decode_undecoded(Arc::clone(&worker))).abort_handle());
    let mut tasks = JoinSet::new();
    let result = claim_until_stopped(&worker, &mut tasks, &mut stop).await;
    finish_tasks(&worker, tasks).await;
    result
}

/// A newer version of the program may decode what the one before could not, and goes on to set aside while both run.
async fn decode_undecoded<E, H>(worker: Arc<Worker<E, H>>)
where
    E: Events + Send + Sync + 'static,
    H: Handler<E>,
{
    loop {
        let (mut began, mut pauses) = (Instant::now(), Pauses::default());
        while let Err(error) = decode_again(&worker.shared).await {
            if let Err(_error) = pauses.wait_after(error).await {
                log_event!(warn, "events that were not decoded before could not be checked: {_error}");
                break;
            }
            began = Instant::now();
        }
        sleep(DECODE_EVERY.max(began.elapsed().saturating_mul(DECODE_SHARE))).await;
    }
}

async fn claim_until_stopped<E, H>(
    worker: &Arc<Worker<E, H>>,
    tasks: &mut JoinSet<()>,
    stop: &mut watch::Receiver<bool>,
) -> Result<(), InboxError>
where
    E: Events + Send + Sync + 'static,
    H: Handler<E>,
{
    let settings = &worker.shared.settings;
    let mut pauses = Pauses::default();
    while !*stop.borrow_and_update() {
        while tasks.try_join_next().is_some() {}
        if tasks.len() >= settings.concurrency {
            finish_before(tasks.join_next(), stop.changed()).await;
            gather_slots(tasks, settings.concurrency).await;
            continue;
        }
        let free = settings.concurrency.saturating_sub(tasks.len());
        // A claim that waits for a handler's transaction in SQLite must not hold up the end.
        let stopped = async {
            let _ = stop.changed().await;
            sleep(CLAIM_TIMEOUT).await;
        };
        let Some(claim) = finish_before(claim_events(worker, free), stopped).await else { continue };
        match claim {
            Ok(claim) if claim.events.is_empty() => {
                let something_new = finish_before(worker.shared.stored.notified(), stop.changed());
                let _ = timeout(settings.poll_interval, something_new).await;
            }
            Ok(claim) => {
                pauses = Pauses::default();
                start_units(worker, tasks, claim, free);
            }
            Err(error) => {
                let pause = pauses.choose_pause(error)?;
                let _ = timeout(pause, stop.changed()).await;
            }
        }
    }
    Ok(())
}

/// After all slots were taken, waits a moment until half of them are free: a claim for each alone would be a statement for each.
async fn gather_slots(tasks: &mut JoinSet<()>, concurrency: usize) {
    let gathering = async { while tasks.len() > concurrency / 2 && tasks.join_next().await.is_some() {} };
    let _ = timeout(GATHERING, gathering).await;
}

/// The output of a future; `None` if the other one ends before.
async fn finish_before<T>(future: impl Future<Output = T>, end: impl Future) -> Option<T> {
    let (mut future, mut end) = (pin!(future), pin!(end));
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => end.as_mut().poll(context).map(|_| None),
    })
    .await
}

/// What one statement claimed.
struct Claim {
    token: Arc<str>,
    events: Vec<Claimed>,
    /// When the leases end.
    until: Instant,
}

/// Claims for all free slots.
async fn claim_events<E, H>(worker: &Worker<E, H>, free: usize) -> Result<Claim, InboxError> {
    let settings = &worker.shared.settings;
    let token: Arc<str> = uuid::Uuid::new_v4().to_string().into();
    let limit = free.saturating_mul(settings.batch);
    let ordered = settings.order_by.is_some();
    let active = worker.active.list_seqs();
    let until = Instant::now() + settings.lease;
    let claiming = worker.shared.store.claim(&token, settings.lease, limit, active, ordered);
    match timeout(settings.lease, claiming).await {
        Ok(events) => Ok(Claim { token, events: events?, until }),
        Err(_) => {
            Err(InboxError::new(InboxErrorKind::Unavailable, "the database did not respond to a claim"))
        }
    }
}

/// Spreads what was claimed over the free slots.
fn start_units<E, H>(worker: &Arc<Worker<E, H>>, tasks: &mut JoinSet<()>, claim: Claim, free: usize)
where
    E: Events + Send + Sync + 'static,
    H: Handler<E>,
{
    let Claim { token, mut events, until } = claim;
    let size = events.len().div_ceil(free.max(1)).max(1);
    while !events.is_empty() {
        let rest = events.split_off(size.min(events.len()));
        let unit = Unit { token: Arc::clone(&token), seqs: events.iter().map(|event| event.seq).collect() };
        let registration = worker.active.register(unit, until);
        let (worker, token) = (Arc::clone(worker), Arc::clone(&token));
        tasks.spawn(async move {
            worker.handle_unit(token, events).await;
            drop(registration);
            if worker.shared.settings.order_by.is_some() {
                // The next event of a key may be claimed now.
                worker.shared.stored.notify_one();
            }
        });
        events = rest;
    }
}

/// Waits for what runs; then gives back what is not finished.
async fn finish_tasks<E, H>(worker: &Arc<Worker<E, H>>, mut tasks: JoinSet<()>)
where
    E: Events + Send + Sync + 'static,
    H: Handler<E>,
{
    let finishing = async { while tasks.join_next().await.is_some() {} };
    if timeout(worker.shared.settings.shutdown_timeout, finishing).await.is_ok() {
        return;
    }
    let left = worker.active.list();
    tasks.abort_all();
    let aborting = async { while tasks.join_next().await.is_some() {} };
    let _ = timeout(ABORT_TIMEOUT, aborting).await;
    // A task that was aborted in its commit has committed or not: what is done does not run any more, and stays done.
    let outcome = Outcome { state: State::Ready, delay: Duration::ZERO, error: None, counts: false };
    let giving_back = async {
        for unit in &left {
            worker.settle(unit, &outcome).await;
        }
    };
    let _ = timeout(ABORT_TIMEOUT, giving_back).await;
}
