//! Storing what the API sent while nobody received it.

use std::{
    collections::VecDeque,
    pin::Pin,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    sync::{Arc, Mutex},
    task::{Context, Poll},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use futures_core::Stream;
use openapi_client_inbox::{CaughtUp, DeliveryHistory, InboxErrorKind, Job, PastDeliveries, PastDelivery};
use openapi_client_runtime::{Error, ErrorKind};

use crate::support::{Event, Folder, builder, find, open_effects, send_number, start, stop, wait_until};

/// What an API lists, and how many items were read.
#[derive(Clone, Default)]
struct History {
    endpoints: Option<Vec<String>>,
    items: Vec<Result<PastDelivery, &'static str>>,
    read: Arc<AtomicUsize>,
    asked: Arc<Mutex<Vec<String>>>,
}

struct List(VecDeque<Result<PastDelivery, &'static str>>, Arc<AtomicUsize>);

impl Stream for List {
    type Item = Result<PastDelivery, Error>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let item = self.0.pop_front();
        self.1.fetch_add(usize::from(item.is_some()), Ordering::Relaxed);
        Poll::Ready(item.map(|item| item.map_err(|text| Error::new(ErrorKind::Transport, text))))
    }
}

impl DeliveryHistory<Event> for History {
    async fn endpoints(&self) -> Result<Option<Vec<String>>, Error> {
        Ok(self.endpoints.clone())
    }

    fn deliveries(&self, endpoint: &str) -> PastDeliveries {
        self.asked.lock().unwrap().push(endpoint.to_owned());
        PastDeliveries::new(List(self.items.iter().cloned().collect(), Arc::clone(&self.read)))
    }
}

impl History {
    fn of_one_endpoint(items: impl IntoIterator<Item = PastDelivery>) -> Self {
        let endpoints = Some(vec!["end_1".to_owned()]);
        Self { endpoints, items: items.into_iter().map(Ok).collect(), ..Self::default() }
    }
}

/// The delivery of `{"number": …}`, some time ago.
fn past(number: i64, seconds_ago: u64) -> PastDelivery {
    let body = format!(r#"{{"number":{number}}}"#);
    PastDelivery::new(Some(format!("msg_{number}")), seconds_before(seconds_ago), body)
}

fn seconds_before(seconds: u64) -> SystemTime {
    SystemTime::now() - Duration::from_secs(seconds)
}

fn expect(caught_up: CaughtUp, seen: u64, stored: u64, unreadable: u64) {
    assert_eq!((caught_up.seen, caught_up.stored, caught_up.unreadable), (seen, stored, unreadable));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_missing_is_stored_once_and_handled() {
    let folder = Folder::new();
    let inbox = builder().connect(folder.url()).await.unwrap();
    send_number(&inbox, 2).await;
    // The API lists every attempt.
    let history = History::of_one_endpoint([past(4, 1), past(3, 2), past(3, 12), past(2, 20), past(1, 30)]);
    expect(inbox.catch_up(&history).await.unwrap(), 5, 3, 0);
    expect(inbox.catch_up(&history).await.unwrap(), 5, 0, 0);
    assert_eq!(*history.asked.lock().unwrap(), ["end_1", "end_1"]);

    // The oldest of what was missing comes first.
    let listed = inbox.list().await.unwrap();
    let ids: Vec<&str> = listed.iter().map(|event| event.id.as_str()).collect();
    assert_eq!(ids, ["msg_2", "msg_1", "msg_3", "msg_4"]);
    let worker = inbox.clone();
    let running = tokio::spawn(async move { worker.run(async |_| Ok(())).await });
    wait_until("everything is done", async || inbox.counts().await.unwrap().done == 4).await;
    expect(inbox.catch_up(&history).await.unwrap(), 5, 0, 0);
    inbox.shutdown();
    running.await.unwrap().unwrap();
    assert_eq!(inbox.counts().await.unwrap().done, 4);
}

#[tokio::test]
async fn a_list_is_read_to_what_was_asked_for_before() {
    let folder = Folder::new();
    let inbox = builder().connect(folder.url()).await.unwrap();
    let old = 3600;
    let history = History::of_one_endpoint([past(3, 1), past(2, old), past(1, old + 1)]);
    expect(inbox.catch_up(&history).await.unwrap(), 1, 1, 0);
    assert_eq!(history.read.load(Ordering::Relaxed), 2, "the first that is too old ends it");
    // A caller may ask for more.
    expect(inbox.catch_up(&history).since(seconds_before(2 * old)).await.unwrap(), 3, 2, 0);
}

/// The endpoint would refuse its delivery, so the API listing it must not store it.
#[tokio::test]
async fn an_id_that_is_too_long_is_not_stored() {
    let folder = Folder::new();
    let inbox = builder().connect(folder.url()).await.unwrap();
    let body = r#"{"number":1}"#;
    let long = PastDelivery::new(Some("x".repeat(256)), seconds_before(2), body);
    let longest = PastDelivery::new(Some("x".repeat(255)), seconds_before(3), body);
    expect(inbox.catch_up(&History::of_one_endpoint([long, longest])).await.unwrap(), 2, 1, 1);
}

#[tokio::test]
async fn a_list_in_another_order_is_read_to_its_end() {
    let folder = Folder::new();
    let inbox = builder().connect(folder.url()).await.unwrap();
    // It begins with what is new, so that the order shows.
    let history = History::of_one_endpoint([past(1, 900), past(2, 3), past(3, 3600), past(4, 2), past(5, 1)]);
    expect(inbox.catch_up(&history).since(seconds_before(1000)).await.unwrap(), 4, 4, 0);
    assert_eq!(history.read.load(Ordering::Relaxed), 5);
}

#[tokio::test]
async fn one_of_several_endpoints_must_be_chosen() {
    let folder = Folder::new();
    let inbox = builder().connect(folder.url()).await.unwrap();
    let mut history = History::of_one_endpoint([past(1, 1)]);
    history.endpoints = Some(vec!["end_1".to_owned(), "end_2".to_owned()]);
    let error = inbox.catch_up(&history).await.unwrap_err();
    assert_eq!(error.kind(), InboxErrorKind::Endpoint);
    let text = error.to_string();
    assert!(text.contains("end_1, end_2") && text.contains("`.endpoint(id)`"), "{text}");
    expect(inbox.catch_up(&history).endpoint("end_2").await.unwrap(), 1, 1, 0);
    assert_eq!(*history.asked.lock().unwrap(), ["end_2"]);

    history.endpoints = None;
    assert_eq!(inbox.catch_up(&history).await.unwrap_err().kind(), InboxErrorKind::Endpoint);
    history.endpoints = Some(Vec::new());
    expect(inbox.catch_up(&history).await.unwrap(), 0, 0, 0);
}

#[tokio::test]
async fn what_cannot_be_stored_is_counted() {
    let folder = Folder::new();
    let inbox = builder().connect(folder.url()).await.unwrap();
    let without_id = PastDelivery::new(None, SystemTime::now(), r#"{"number":1}"#);
    let without_time = PastDelivery::new(Some("msg_2".to_owned()), None, r#"{"number":2}"#);
    let surrogate = r#"{"number":3,"text":"\ud83d"}"#;
    let not_unicode = PastDelivery::new(Some("msg_3".to_owned()), SystemTime::now(), surrogate);
    let mut history =
        History::of_one_endpoint([without_time.clone(), not_unicode, without_id, past(4, 1), past(5, 3600)]);
    expect(inbox.catch_up(&history).await.unwrap(), 4, 2, 2);
    let counts = inbox.counts().await.unwrap();
    assert_eq!((counts.ready, counts.undecoded), (1, 1));
    assert_eq!(find(&inbox, "msg_3").await.payload(), Some(surrogate));

    // If nothing has a time, the list is not what it should be.
    history.items = vec![Ok(without_time.clone()), Ok(without_time)];
    let error = inbox.catch_up(&history).await.unwrap_err();
    assert_eq!(error.kind(), InboxErrorKind::History);
    assert!(error.to_string().contains("has a time"), "{error}");
}

#[tokio::test]
async fn after_an_error_the_next_run_begins_at_the_same_time() {
    let folder = Folder::new();
    let now = Arc::new(Mutex::new(SystemTime::now()));
    let clock = Arc::clone(&now);
    let inbox = builder().clock(move || *clock.lock().unwrap()).connect(folder.url()).await.unwrap();
    let mut history = History::of_one_endpoint([past(2, 0)]);
    history.items.push(Err("connection refused"));
    history.items.push(Ok(past(1, 1)));
    // It is asked again after a day.
    *now.lock().unwrap() += Duration::from_secs(86_400);
    let error = inbox.catch_up(&history).await.unwrap_err();
    assert_eq!(error.kind(), InboxErrorKind::History);
    assert!(error.to_string().contains("connection refused"), "{error}");

    history.items.retain(Result::is_ok);
    expect(inbox.catch_up(&history).await.unwrap(), 2, 2, 0);
    // Everything before is known now.
    expect(inbox.catch_up(&history).await.unwrap(), 0, 0, 0);
}

/// A run that leaves out a part must not hide it from the next one.
#[tokio::test]
async fn a_later_start_does_not_move_the_mark() {
    let folder = Folder::new();
    let inbox = builder().connect(folder.url()).await.unwrap();
    let history = History::of_one_endpoint([past(2, 10), past(1, 200)]);
    expect(inbox.catch_up(&history).since(seconds_before(100)).await.unwrap(), 1, 1, 0);
    expect(inbox.catch_up(&history).await.unwrap(), 2, 1, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_purged_is_not_stored_again() {
    let folder = Folder::new();
    let inbox = builder().connect(folder.url()).await.unwrap();
    let history = History::of_one_endpoint([past(2, 10), past(1, 20)]);
    send_number(&inbox, 2).await;
    let running = start(&inbox, async |_: Job<Event>| Ok(()));
    wait_until("it is done", async || inbox.counts().await.unwrap().done == 1).await;
    tokio::time::sleep(Duration::from_millis(10)).await;
    assert_eq!(inbox.purge(Duration::ZERO).await.unwrap(), 1);
    expect(inbox.catch_up(&history).await.unwrap(), 0, 0, 0);
    // A caller cannot ask for it again either.
    expect(inbox.catch_up(&history).since(seconds_before(3600)).await.unwrap(), 0, 0, 0);
    // That the history was asked for long ago does not keep what is done.
    send_number(&inbox, 3).await;
    wait_until("it is done", async || inbox.counts().await.unwrap().done == 1).await;
    stop(&inbox, running).await;
    tokio::time::sleep(Duration::from_millis(10)).await;
    assert_eq!(inbox.purge(Duration::ZERO).await.unwrap(), 1);
}

/// What is purged does not hide what was sent after it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_sent_after_what_was_purged_is_stored() {
    const DAY: u64 = 86_400;
    let folder = Folder::new();
    let now = Arc::new(Mutex::new(seconds_before(90 * DAY)));
    let clock = Arc::clone(&now);
    let inbox = builder().clock(move || *clock.lock().unwrap()).connect(folder.url()).await.unwrap();
    expect(inbox.catch_up(&History::of_one_endpoint([])).await.unwrap(), 0, 0, 0);
    *now.lock().unwrap() = seconds_before(60 * DAY);
    inbox.catch_up(&History::of_one_endpoint([past(1, 60 * DAY)])).await.unwrap();
    assert!(inbox.discard("msg_1").await.unwrap());
    *now.lock().unwrap() = SystemTime::now();
    assert_eq!(inbox.purge(Duration::from_secs(30 * DAY)).await.unwrap(), 1);
    let history = History::of_one_endpoint([past(2, 59 * DAY), past(1, 60 * DAY)]);
    expect(inbox.catch_up(&history).since(seconds_before(80 * DAY)).await.unwrap(), 1, 1, 0);
}

/// The marks that a clock wrote which was ahead do not hide what is missing, and are corrected.
#[tokio::test]
async fn marks_in_the_future_are_not_used() {
    const YEAR: u64 = 366 * 86_400;
    let folder = Folder::new();
    let ahead = Arc::new(AtomicBool::new(false));
    let clock = Arc::clone(&ahead);
    let clock =
        move || SystemTime::now() + Duration::from_secs(YEAR * u64::from(clock.load(Ordering::SeqCst)));
    let inbox = builder().clock(clock.clone()).connect(folder.url()).await.unwrap();
    ahead.store(true, Ordering::SeqCst);
    expect(inbox.catch_up(&History::of_one_endpoint([past(1, 0)])).await.unwrap(), 1, 1, 0);
    ahead.store(false, Ordering::SeqCst);
    // The time of the creation is right, and the mark is set again.
    let history = History::of_one_endpoint([past(4, 0), past(1, 0), past(2, 3600)]);
    expect(inbox.catch_up(&history).await.unwrap(), 2, 1, 0);
    let pool = open_effects(&folder).await;
    let marks = "select count(*) from webhook_inbox_meta where value > $1";
    let limit = i64::try_from(UNIX_EPOCH.elapsed().unwrap().as_millis()).unwrap() + 3_600_000;
    let count: i64 = sqlx::query_scalar(marks).bind(limit).fetch_one(&pool).await.unwrap();
    assert_eq!(count, 0);

    // Neither is the mark of a purge; what was sent before it is known is left out.
    ahead.store(true, Ordering::SeqCst);
    assert!(inbox.discard("msg_1").await.unwrap());
    send_number(&inbox, 3).await;
    assert!(inbox.discard("msg_3").await.unwrap());
    tokio::time::sleep(Duration::from_millis(10)).await;
    assert_eq!(inbox.purge(Duration::ZERO).await.unwrap(), 2);
    ahead.store(false, Ordering::SeqCst);
    expect(inbox.catch_up(&history).await.unwrap(), 0, 0, 0);
    let count: i64 = sqlx::query_scalar(marks).bind(limit).fetch_one(&pool).await.unwrap();
    assert_eq!(count, 0);

    // If the tables were created with the wrong clock, nothing is known: everything is asked for.
    ahead.store(true, Ordering::SeqCst);
    let inbox = builder().prefix("other").clock(clock).connect(folder.url()).await.unwrap();
    ahead.store(false, Ordering::SeqCst);
    expect(inbox.catch_up(&history).await.unwrap(), 3, 3, 0);
}
