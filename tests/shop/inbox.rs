//! The inbox of the shop: what Whop delivered while the shop was down is stored from Whop's own list, and each event is handled once.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use whop::Client;
use whop::inbox::sqlx::{self, SqlitePool};
use whop::inbox::{Inbox, InboxErrorKind, Job, JobError, State};
use whop::mock::Server;
use whop::webhooks::Event;

/// The number of folders that were made so far.
static FOLDERS: AtomicU32 = AtomicU32::new(0);

/// A database in a folder that is deleted at the end, with a table for what handlers did.
struct Database {
    folder: PathBuf,
    url: String,
    pool: Option<SqlitePool>,
}

impl Database {
    fn new() -> Self {
        let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("whop-shop-inbox-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let url = format!("sqlite://{}", folder.join("shop.db").display());
        Self { folder, url, pool: None }
    }

    async fn open_inbox(&mut self, server: &Server) -> Inbox {
        let builder = Inbox::builder(server.webhook_verifier()).poll_interval(Duration::from_millis(20));
        let inbox = builder.connect(&self.url).await.unwrap();
        let pool = SqlitePool::connect(&self.url).await.unwrap();
        // Not unique: a second effect would show.
        sqlx::raw_sql("CREATE TABLE IF NOT EXISTS paid (payment TEXT NOT NULL)")
            .execute(&pool)
            .await
            .unwrap();
        self.pool = Some(pool);
        inbox
    }

    async fn paid(&self) -> Vec<String> {
        let query = sqlx::query_scalar("SELECT payment FROM paid ORDER BY payment");
        query.fetch_all(self.pool.as_ref().unwrap()).await.unwrap()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

async fn record_payment(job: Job) -> Result<(), JobError> {
    let Event::PaymentSucceeded(event) = job.event() else { return Ok(()) };
    let mut transaction = job.sqlite().await?;
    let query = sqlx::query("INSERT INTO paid (payment) VALUES ($1)").bind(event.data.id.as_str());
    query.execute(&mut *transaction).await?;
    Ok(())
}

/// Handles events until a number of them is done.
async fn handle_until_done(inbox: &Inbox, done: u64) {
    let worker = inbox.clone();
    let working = tokio::spawn(async move { worker.run(record_payment).await });
    let all_done = async {
        while inbox.counts().await.unwrap().done < done {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), all_done).await.unwrap();
    inbox.shutdown();
    working.await.unwrap().unwrap();
}

/// Serves the endpoint. Returns its URL and the task, which ends when it is aborted.
async fn serve(inbox: &Inbox) -> (String, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/whop", listener.local_addr().unwrap());
    let routes = Router::new().route("/whop", inbox.axum_route());
    (url, tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() }))
}

fn paid_event(server: &Server, payment: &str) -> Event {
    server.event_about("payment.succeeded", payment)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_sent_during_an_outage_is_handled_once() {
    let server = Server::start().await;
    let whop = server.client();
    let mut database = Database::new();
    let inbox = database.open_inbox(&server).await;
    let (url, serving) = serve(&inbox).await;
    let endpoint = whop.webhooks().create().url(&url).send().await.unwrap().id;
    for payment in ["pay_1", "pay_2"] {
        let report = server.delivery(&paid_event(&server, payment)).to(&url).replayed().send().await.unwrap();
        assert_eq!(report.statuses(), [Some(204), Some(204)]);
    }

    // The shop is down for longer than Whop tries.
    serving.abort();
    let _ = serving.await;
    for payment in ["pay_3", "pay_4", "pay_5"] {
        let delivery = server.delivery(&paid_event(&server, payment)).to(&url);
        let report = delivery.with_retries().without_waiting().send().await.unwrap();
        assert_eq!(report.statuses(), [None; 4]);
    }
    inbox.close().await;

    // It starts again: two deliveries each of the first two payments, four of the others.
    let inbox = database.open_inbox(&server).await;
    let caught_up = inbox.catch_up(&whop).endpoint(&endpoint).await.unwrap();
    assert_eq!((caught_up.seen, caught_up.stored, caught_up.unreadable), (16, 3, 0));
    handle_until_done(&inbox, 5).await;
    assert_eq!(database.paid().await, ["pay_1", "pay_2", "pay_3", "pay_4", "pay_5"]);

    let again = inbox.catch_up(&whop).endpoint(&endpoint).await.unwrap();
    assert_eq!((again.seen, again.stored), (16, 0));
    let counts = inbox.counts().await.unwrap();
    assert_eq!((counts.done, counts.ready, counts.dead), (5, 0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_with_one_webhook_needs_no_choice() {
    let server = Server::builder().initial_items(0).start().await.unwrap();
    let whop = server.client();
    let mut database = Database::new();
    let inbox = database.open_inbox(&server).await;
    // There is no webhook yet, so that nothing was sent.
    assert_eq!(inbox.catch_up(&whop).await.unwrap().seen, 0);
    server.deliver("http://127.0.0.1:9/whop", &paid_event(&server, "pay_1")).await.unwrap();
    assert_eq!(inbox.catch_up(&whop).await.unwrap().stored, 1);

    server.deliver("http://127.0.0.1:9/staging", &paid_event(&server, "pay_2")).await.unwrap();
    let error = inbox.catch_up(&whop).await.unwrap_err();
    assert_eq!(error.kind(), InboxErrorKind::Endpoint);
    for webhook in whop.webhooks().list().send().await.unwrap().data {
        assert!(error.to_string().contains(webhook.id.as_str()), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_outage_of_whop_does_not_move_the_mark() {
    let server = Server::builder().initial_items(0).start().await.unwrap();
    let whop: Client = server.client();
    let mut database = Database::new();
    let inbox = database.open_inbox(&server).await;
    server.deliver("http://127.0.0.1:9/whop", &paid_event(&server, "pay_1")).await.unwrap();
    server.when(whop::mock::webhooks::list_deliveries).then_return_status(403).times(1);
    let error = inbox.catch_up(&whop).await.unwrap_err();
    assert_eq!(error.kind(), InboxErrorKind::History);
    assert!(error.to_string().contains("403"), "{error}");
    assert_eq!(inbox.catch_up(&whop).await.unwrap().stored, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_genuine_deliveries_are_stored_and_the_rest_waits_for_a_newer_release() {
    let server = Server::start().await;
    let mut database = Database::new();
    let inbox = database.open_inbox(&server).await;
    let (url, _serving) = serve(&inbox).await;
    let event = paid_event(&server, "pay_1");
    for forged in [
        server.delivery(&event).tampered(),
        server.delivery(&event).stale(),
        server.delivery(&event).signed_with("another secret"),
    ] {
        assert_eq!(forged.to(&url).send().await.unwrap().statuses(), [Some(401)]);
    }
    assert!(inbox.list().await.unwrap().is_empty());

    let unknown = serde_json::json!({"id": "msg_new", "type": "payment.teleported", "data": {}});
    let unknown: Event = serde_json::from_value(unknown).unwrap();
    assert!(server.deliver(&url, &unknown).await.unwrap().is_accepted());
    let listed = inbox.list().state(State::Undecoded).await.unwrap();
    assert_eq!((listed.len(), listed[0].name.as_deref()), (1, Some("payment.teleported")));
    assert!(listed[0].last_error.is_some());

    // While the database is away, Whop is told to try again.
    inbox.close().await;
    assert_eq!(server.deliver(&url, &event).await.unwrap().statuses(), [Some(503)]);
}
