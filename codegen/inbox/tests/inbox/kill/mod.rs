//! The proof that nothing is lost and nothing happens twice: 10,000 deliveries, each sent one to four times in random order by
//! four senders, to three processes of which one is killed every second, with a database that is restarted twice.

mod processes;
mod senders;
mod verdict;
mod worker;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use fastrand::Rng;
use tokio::time::MissedTickBehavior;

use self::{
    processes::{PROCESSES, Processes},
    senders::Sending,
    verdict::Verdict,
};
use crate::support::{
    database::{Database, builder},
    postgres::PostgresServer,
    print_uncaptured,
};

/// The number of events.
pub(super) const EVENTS: u64 = 10_000;

/// A kill comes after this time, and another one after each further time.
const KILL_INTERVAL: Duration = Duration::from_secs(1);

/// The deliveries are sent in this many parts, each after another kill, so that a quick machine sees kills too.
const PARTS: usize = 9;

/// The database is restarted when these parts begin.
const RESTARTS: [usize; 2] = [3, 6];

/// The longest time that the proof may take. A busy machine takes a minute, and one that is busy eight times over several.
const DEADLINE: Duration = Duration::from_secs(1200);

/// The two proofs need both cores, so one waits for the other.
static ONE_AT_A_TIME: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

#[tokio::test]
async fn each_effect_happens_once_with_sqlite_though_processes_are_killed() {
    let _guard = ONE_AT_A_TIME.lock().await;
    let database = Database::sqlite("kill");
    prove(database, None).await;
}

#[tokio::test]
async fn each_effect_happens_once_with_postgres_though_processes_and_the_server_are_killed() {
    let _guard = ONE_AT_A_TIME.lock().await;
    let Some(server) = PostgresServer::start("kill") else { return };
    let database = Database::create(&server).await;
    prove(database, Some(server)).await;
}

async fn prove(database: Database, server: Option<PostgresServer>) {
    let seed =
        std::env::var("INBOX_TEST_SEED").map_or_else(|_| fastrand::u64(..), |seed| seed.parse().unwrap());
    let kind = if database.is_sqlite() { "SQLite" } else { "PostgreSQL" };
    print_uncaptured(&format!("kill proof with {kind}: INBOX_TEST_SEED={seed}"));
    database.create_effects().await;
    let start = Instant::now();
    let processes = Arc::new(Processes::start(&database));
    let sending = Sending::start(seed, Arc::clone(&processes), PARTS);
    let mut disturbance =
        Disturbance { processes: &processes, server, random: Rng::with_seed(seed), kills: 0, restarts: 0 };
    let proof = disturbance.go_on_until_all_is_done(&database, &sending);
    if tokio::time::timeout(DEADLINE, proof).await.is_err() {
        panic!("not done after {DEADLINE:?}: {}; {}", sending.describe(), describe_counts(&database).await);
    }
    let (kills, restarts) = (disturbance.kills, disturbance.restarts);
    processes.end_gracefully();
    let verdict = Verdict::read(&database, &processes).await;
    print_uncaptured(&format!(
        "kill proof with {kind}: {}; {kills} kills, {restarts} restarts of the database; {verdict}; {:.1} s",
        sending.describe(),
        start.elapsed().as_secs_f64(),
    ));
    verdict.check();
    assert_eq!(restarts, RESTARTS.len(), "the database was restarted");
    assert!(kills >= PARTS - 1, "only {kills} processes were killed");
}

/// What goes wrong while the deliveries are sent and handled.
struct Disturbance<'a> {
    processes: &'a Processes,
    server: Option<PostgresServer>,
    random: Rng,
    kills: usize,
    restarts: usize,
}

impl Disturbance<'_> {
    /// Kills a process every second, and restarts the database twice, until every event is handled.
    async fn go_on_until_all_is_done(&mut self, database: &Database, sending: &Sending) {
        let mut timer = tokio::time::interval(KILL_INTERVAL);
        timer.set_missed_tick_behavior(MissedTickBehavior::Delay);
        timer.tick().await;
        for part in 1.. {
            timer.tick().await;
            if sending.is_finished() && count_unfinished(database).await == 0 {
                return;
            }
            if RESTARTS.contains(&part) {
                self.restart_database().await;
            } else {
                self.kills += 1;
                self.processes.restart(self.random.usize(..PROCESSES));
            }
            sending.release_part();
        }
    }

    /// Restarts the server of the database, or for SQLite, which has none, kills all processes at once.
    async fn restart_database(&mut self) {
        self.restarts += 1;
        match self.server.take() {
            Some(server) => {
                let restart = move || {
                    server.stop_immediately();
                    server.start_again();
                    server
                };
                self.server = Some(tokio::task::spawn_blocking(restart).await.unwrap());
            }
            None => self.processes.restart_all(),
        }
    }
}

/// The number of events that were stored and are not done.
async fn count_unfinished(database: &Database) -> u64 {
    let inbox = builder().connect(database.url()).await.unwrap();
    let counts = inbox.counts().await.unwrap();
    inbox.close().await;
    counts.ready + counts.delayed + counts.running + counts.dead + counts.undecoded
}

async fn describe_counts(database: &Database) -> String {
    match builder().connect(database.url()).await {
        Ok(inbox) => format!("{:?}", inbox.counts().await),
        Err(error) => error.to_string(),
    }
}
