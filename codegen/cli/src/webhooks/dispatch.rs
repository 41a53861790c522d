//! Forwards deliveries beside each other, each until the consumer accepts it or its tries are used up.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::{Semaphore, mpsc, watch},
    task::JoinSet,
};

use super::{
    forwarder::{Forwarder, Outcome},
    history::Delivery,
    pace::Pace,
};

/// The waits after each try that the consumer did not accept. After the last try, a delivery is given up.
pub(super) const RETRY_DELAYS: [Duration; 3] =
    [Duration::from_secs(1), Duration::from_secs(5), Duration::from_secs(15)];

/// How many deliveries are sent at the same time. A consumer that hangs must not hold up all others.
const CONCURRENCY: usize = 8;

/// One try to forward a delivery.
pub(super) struct Report {
    pub(super) delivery: Arc<Delivery>,
    pub(super) outcome: Outcome,
    /// Counted from 1.
    pub(super) attempt: usize,
    /// The wait before the next try; `None` if this was the last.
    pub(super) again: Option<Duration>,
}

/// The deliveries that are being forwarded.
pub(super) struct Dispatcher {
    forwarder: Forwarder,
    pace: Pace,
    permits: Arc<Semaphore>,
    stopping: watch::Sender<bool>,
    reports: mpsc::UnboundedSender<Report>,
    tasks: JoinSet<()>,
}

impl Dispatcher {
    /// A dispatcher, and where it reports each try.
    pub(super) fn new(forwarder: Forwarder, pace: Pace) -> (Self, mpsc::UnboundedReceiver<Report>) {
        let (reports, received) = mpsc::unbounded_channel();
        let dispatcher = Self {
            forwarder,
            pace,
            permits: Arc::new(Semaphore::new(CONCURRENCY)),
            stopping: watch::channel(false).0,
            reports,
            tasks: JoinSet::new(),
        };
        (dispatcher, received)
    }

    /// Starts to forward a delivery. Deliveries start in the order in which this is called.
    pub(super) fn start(&mut self, delivery: Delivery) {
        while self.tasks.try_join_next().is_some() {}
        let task = ForwardTask {
            delivery: Arc::new(delivery),
            forwarder: self.forwarder.clone(),
            pace: self.pace.clone(),
            permits: Arc::clone(&self.permits),
            stopping: self.stopping.subscribe(),
            reports: self.reports.clone(),
        };
        self.tasks.spawn(task.run());
    }

    /// Begins no further try. The reports end when those that run have ended; drop the tasks to break these off.
    pub(super) fn stop(self) -> JoinSet<()> {
        self.stopping.send_replace(true);
        self.tasks
    }
}

struct ForwardTask {
    delivery: Arc<Delivery>,
    forwarder: Forwarder,
    pace: Pace,
    permits: Arc<Semaphore>,
    stopping: watch::Receiver<bool>,
    reports: mpsc::UnboundedSender<Report>,
}

impl ForwardTask {
    async fn run(mut self) {
        let waits = RETRY_DELAYS.into_iter().map(Some).chain([None]);
        for (attempt, wait) in (1..).zip(waits) {
            let Ok(permit) = self.permits.acquire().await else { return };
            if *self.stopping.borrow() {
                return;
            }
            let outcome = self.forwarder.forward(&self.delivery.message_id, &self.delivery.body).await;
            drop(permit);
            let again = wait.filter(|_| !outcome.is_accepted());
            let report = Report { delivery: Arc::clone(&self.delivery), outcome, attempt, again };
            let is_over = again.is_none();
            if self.reports.send(report).is_err() || is_over {
                return;
            }
            tokio::select! {
                () = self.pace.wait(again.unwrap_or_default()) => {}
                _ = self.stopping.wait_for(|stopping| *stopping) => return,
            }
        }
    }
}
