//! Past deliveries: what is missing is stored once, and the next run begins where the last one ended.

use std::{
    fmt,
    sync::Mutex,
    time::{Duration, SystemTime},
};

use openapi_client_inbox::{
    CaughtUp, DeliveryHistory, HistoryPage, Inbox, InboxErrorKind, Job, PastDelivery,
};

use crate::support::{Event, Folder, builder, send_number, start, stop, wait_until};

/// A source with deliveries of some ages in seconds, in pages of two.
struct History {
    ages: Vec<u64>,
    fails_at: Option<usize>,
    asked: Mutex<Vec<SystemTime>>,
}

#[derive(Debug)]
struct Broken;

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the source is broken")
    }
}

impl std::error::Error for Broken {}

impl History {
    fn new(ages: &[u64]) -> Self {
        Self { ages: ages.to_vec(), fails_at: None, asked: Mutex::default() }
    }
}

impl DeliveryHistory<Event> for History {
    type Error = Broken;

    async fn read_page(&self, since: SystemTime, cursor: Option<String>) -> Result<HistoryPage, Broken> {
        self.asked.lock().unwrap().push(since);
        let start: usize = cursor.map_or(0, |cursor| cursor.parse().unwrap());
        if self.fails_at == Some(start) {
            return Err(Broken);
        }
        let ages = self.ages.iter().enumerate().skip(start).take(2);
        let deliveries = ages.map(|(_, age)| {
            let sent_at = SystemTime::now() - Duration::from_secs(*age);
            PastDelivery::new(format!("msg_{age}"), sent_at, format!(r#"{{"number": {age}}}"#))
        });
        let next = (start + 2 < self.ages.len()).then(|| (start + 2).to_string());
        Ok(HistoryPage::new(deliveries.collect(), next))
    }
}

async fn catch_up(inbox: &Inbox<Event>, history: &History) -> (u64, u64) {
    let CaughtUp { seen, stored, .. } = inbox.catch_up(history).await.unwrap();
    (seen, stored)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_missing_is_stored_once() {
    let folder = Folder::new();
    let inbox = builder().connect(folder.url()).await.unwrap();
    send_number(&inbox, 100).await;
    // The last two are older than the ten minutes before the tables were created.
    let history = History::new(&[10, 100, 200, 300, 500, 700, 5_000]);
    assert_eq!(catch_up(&inbox, &history).await, (5, 4));
    assert_eq!(catch_up(&inbox, &history).await, (5, 0));
    let caught_up = inbox.catch_up(&history).since(SystemTime::UNIX_EPOCH).await.unwrap();
    assert_eq!((caught_up.seen, caught_up.stored), (7, 2));
    assert_eq!(inbox.counts().await.unwrap().ready, 7);
}

#[tokio::test]
async fn a_source_that_fails_does_not_move_the_mark() {
    let folder = Folder::new();
    let inbox = builder().connect(folder.url()).await.unwrap();
    let mut history = History::new(&[10, 20, 30, 40]);
    history.fails_at = Some(2);
    let error = inbox.catch_up(&history).await.unwrap_err();
    assert_eq!(error.kind(), InboxErrorKind::History);
    assert!(error.to_string().contains("the source is broken"), "{error}");
    history.fails_at = None;
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert_eq!(catch_up(&inbox, &history).await, (4, 2));
    assert_eq!(catch_up(&inbox, &history).await, (4, 0));
    let asked = history.asked.lock().unwrap();
    // Both pages of the first two runs have one start, and the third run begins later.
    assert!(asked[..4].iter().all(|since| *since == asked[0]) && asked[4] > asked[0], "{asked:?}");
}

/// A run that leaves out a part must not hide it from the next one.
#[tokio::test]
async fn a_later_start_does_not_move_the_mark() {
    let folder = Folder::new();
    let inbox = builder().connect(folder.url()).await.unwrap();
    let history = History::new(&[10, 200]);
    let since = SystemTime::now() - Duration::from_secs(100);
    let caught_up = inbox.catch_up(&history).since(since).await.unwrap();
    assert_eq!((caught_up.seen, caught_up.stored), (1, 1));
    assert_eq!(catch_up(&inbox, &history).await, (2, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_purged_is_not_stored_again() {
    let folder = Folder::new();
    let inbox = builder().connect(folder.url()).await.unwrap();
    let history = History::new(&[10, 20]);
    send_number(&inbox, 10).await;
    let running = start(&inbox, async |_: Job<Event>| Ok(()));
    wait_until("it is done", async || inbox.counts().await.unwrap().done == 1).await;
    tokio::time::sleep(Duration::from_millis(10)).await;
    assert_eq!(inbox.purge(Duration::ZERO).await.unwrap(), 1);
    assert_eq!(catch_up(&inbox, &history).await, (0, 0));
    // Once the history is asked for, what the next run looks at again is kept.
    send_number(&inbox, 11).await;
    wait_until("it is done", async || inbox.counts().await.unwrap().done == 1).await;
    stop(&inbox, running).await;
    tokio::time::sleep(Duration::from_millis(10)).await;
    assert_eq!(inbox.purge(Duration::ZERO).await.unwrap(), 0);
}
