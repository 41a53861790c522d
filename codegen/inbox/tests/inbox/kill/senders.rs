//! The senders of the kill proof: each sends its deliveries again until they are accepted, as Whop does, but without a limit.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use fastrand::Rng;
use tokio::{sync::Semaphore, task::JoinSet};

use super::{
    EVENTS,
    processes::{PROCESSES, Processes},
};
use crate::support::{events::SignedDelivery, http::Connection};

const SENDERS: usize = 4;

/// The connections of a sender, each with one delivery under way.
const CONNECTIONS: usize = 12;

/// Of the events, these many have a key, for which the order matters.
const KEYS: u64 = 500;

/// What the senders share.
#[derive(Debug)]
struct Shared {
    processes: Arc<Processes>,
    /// A permit for each delivery that may be sent already.
    released: Semaphore,
    accepted: AtomicUsize,
    refused: AtomicUsize,
    unavailable: AtomicUsize,
}

/// The deliveries under way.
#[derive(Debug)]
pub(super) struct Sending {
    shared: Arc<Shared>,
    total: usize,
    part: usize,
    _tasks: JoinSet<()>,
}

impl Sending {
    /// Starts the senders with the first part of all deliveries.
    pub(super) fn start(seed: u64, processes: Arc<Processes>, parts: usize) -> Self {
        let mut random = Rng::with_seed(seed);
        let mut numbers: Vec<u64> =
            (0..EVENTS).flat_map(|number| vec![number; random.usize(1..=4)]).collect();
        random.shuffle(&mut numbers);
        let shared = Shared {
            processes,
            released: Semaphore::new(0),
            accepted: AtomicUsize::new(0),
            refused: AtomicUsize::new(0),
            unavailable: AtomicUsize::new(0),
        };
        let (total, shared) = (numbers.len(), Arc::new(shared));
        let mut tasks = JoinSet::new();
        for share in numbers.chunks(total.div_ceil(SENDERS)) {
            let share = Arc::new(Mutex::new(share.to_vec()));
            for _ in 0..CONNECTIONS {
                let random = random.fork();
                tasks.spawn(send_share(Arc::clone(&share), Arc::clone(&shared), random));
            }
        }
        let sending = Self { shared, total, part: total.div_ceil(parts), _tasks: tasks };
        sending.release_part();
        sending
    }

    /// Lets the senders send another part.
    pub(super) fn release_part(&self) {
        self.shared.released.add_permits(self.part);
    }

    pub(super) fn is_finished(&self) -> bool {
        self.shared.accepted.load(Ordering::Relaxed) == self.total
    }

    pub(super) fn describe(&self) -> String {
        let count = |counter: &AtomicUsize| counter.load(Ordering::Relaxed);
        format!(
            "{} of {} deliveries accepted, {} connections broken, {} times 503",
            count(&self.shared.accepted),
            self.total,
            count(&self.shared.refused),
            count(&self.shared.unavailable),
        )
    }
}

/// Sends the deliveries of a sender, over one connection at a time.
async fn send_share(share: Arc<Mutex<Vec<u64>>>, shared: Arc<Shared>, mut random: Rng) {
    let mut open = None;
    loop {
        shared.released.acquire().await.unwrap().forget();
        let Some(number) = share.lock().unwrap().pop() else { return };
        let key = (number % 2 == 0).then(|| format!("key_{}", number % KEYS));
        let delivery = SignedDelivery::paid(number, key.as_deref());
        loop {
            match send_once(&mut open, &shared.processes, &mut random, &delivery).await {
                Ok(200..=299) => break,
                Ok(503) => shared.unavailable.fetch_add(1, Ordering::Relaxed),
                Ok(status) => panic!("{} was refused with {status}", delivery.id),
                Err(_) => shared.refused.fetch_add(1, Ordering::Relaxed),
            };
            open = None;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        shared.accepted.fetch_add(1, Ordering::Relaxed);
    }
}

/// Sends a delivery over the open connection, or over a new one to a process chosen at random.
async fn send_once(
    open: &mut Option<Connection>,
    processes: &Processes,
    random: &mut Rng,
    delivery: &SignedDelivery,
) -> std::io::Result<u16> {
    // A sender that stayed with one connection would send everything to the process that lives longest.
    let is_kept = random.u8(..) < 200;
    let mut connection = match open.take().filter(|_| is_kept) {
        Some(connection) => connection,
        None => Connection::open(processes.port(random.usize(..PROCESSES))).await?,
    };
    let status = connection.send(delivery).await?;
    *open = Some(connection);
    Ok(status)
}
