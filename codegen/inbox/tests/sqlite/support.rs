//! A database in a folder of the test, an event type, and a sender.

use std::{
    path::PathBuf,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use openapi_client_inbox::{
    Handler, Inbox, InboxBuilder, InboxError, Job, JobError, ReceiveError, Received, StoredEvent,
};
use openapi_client_runtime::{
    json::Decode,
    webhooks::{Events, WebhookScheme, WebhookSigner, WebhookVerifier},
};
use serde_json::{Value, json};

const SCHEME: WebhookScheme = WebhookScheme {
    id_header: "x-id",
    timestamp_header: "x-time",
    signature_header: "x-signature",
    signature_version: "v1",
    tolerance_seconds: 300,
    retry_seconds: &[10, 60],
    id_prefix: "",
    secret_variable: "INBOX_TEST_UNSET_SECRET",
    api_version: None,
    version_property: None,
};

/// `{"number": 7}`, and optionally `"group"`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Event {
    Number { number: i64, group: Option<String> },
    Unknown(Value),
}

impl Event {
    pub(crate) fn number(&self) -> i64 {
        match self {
            Self::Number { number, .. } => *number,
            Self::Unknown(_) => -1,
        }
    }

    pub(crate) fn group(&self) -> Option<String> {
        match self {
            Self::Number { group, .. } => group.clone(),
            Self::Unknown(_) => None,
        }
    }
}

impl Decode for Event {
    fn blank() -> Self {
        Self::Number { number: 0, group: None }
    }

    fn decode<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Deserialize;
        let value = Value::deserialize(deserializer)?;
        Ok(match value.get("number").and_then(Value::as_i64) {
            Some(number) => {
                Self::Number { number, group: value.get("group").and_then(Value::as_str).map(str::to_owned) }
            }
            None => Self::Unknown(value),
        })
    }
}

impl Events for Event {
    const SCHEME: &'static WebhookScheme = &SCHEME;

    fn unknown(value: Value) -> Self {
        Self::Unknown(value)
    }

    fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown(_))
    }

    fn event_name(&self) -> Option<&str> {
        match self {
            Self::Number { .. } => Some("number"),
            Self::Unknown(value) => value.get("type").and_then(Value::as_str),
        }
    }
}

/// A folder that is deleted at the end.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static LAST: AtomicU64 = AtomicU64::new(0);
        let number = LAST.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("inbox-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn url(&self) -> String {
        format!("sqlite://{}", self.file().display())
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.0.join("inbox.db")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn builder() -> InboxBuilder<Event> {
    Inbox::builder(WebhookVerifier::new("secret").unwrap())
        .poll_interval(Duration::from_millis(20))
        .backoff(Duration::from_millis(1), Duration::from_millis(10))
}

/// Sends one delivery.
pub(crate) async fn send(inbox: &Inbox<Event>, id: &str, body: &Value) -> Result<Received, ReceiveError> {
    send_late(inbox, id, body, 0).await
}

/// Sends one delivery that was signed some seconds ago.
pub(crate) async fn send_late(
    inbox: &Inbox<Event>,
    id: &str,
    body: &Value,
    age: u64,
) -> Result<Received, ReceiveError> {
    let body = body.to_string();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let headers = WebhookSigner::<Event>::new("secret").unwrap().sign(id, now - age, body.as_bytes());
    inbox.receive(headers, body.as_bytes()).await
}

/// Sends `{"number": …}` under an id made from the number.
pub(crate) async fn send_number(inbox: &Inbox<Event>, number: i64) -> Received {
    send(inbox, &format!("msg_{number}"), &json!({ "number": number })).await.unwrap()
}

/// Waits until a condition holds, for at most ten seconds.
pub(crate) async fn wait_until<F: Future<Output = bool>>(what: &str, condition: impl Fn() -> F) {
    for _ in 0..500 {
        if condition().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{what} did not happen");
}

/// Runs a worker in a task of its own.
pub(crate) fn start<H: Handler<Event>>(
    inbox: &Inbox<Event>,
    handler: H,
) -> tokio::task::JoinHandle<Result<(), InboxError>> {
    let inbox = inbox.clone();
    tokio::spawn(async move { inbox.run(handler).await })
}

/// Stops all workers of an inbox, and waits for one.
pub(crate) async fn stop(inbox: &Inbox<Event>, running: tokio::task::JoinHandle<Result<(), InboxError>>) {
    inbox.shutdown();
    running.await.unwrap().unwrap();
}

/// A pool of the application itself, with a table for effects.
pub(crate) async fn open_effects(folder: &Folder) -> sqlx::SqlitePool {
    let pool = sqlx::SqlitePool::connect(&format!("{}?mode=rwc", folder.url())).await.unwrap();
    sqlx::query("create table if not exists effects (number integer not null)").execute(&pool).await.unwrap();
    pool
}

pub(crate) async fn read_effects(pool: &sqlx::SqlitePool) -> Vec<i64> {
    sqlx::query_scalar("select number from effects order by number").fetch_all(pool).await.unwrap()
}

/// Writes the event's number in the job's transaction.
pub(crate) async fn add_effect(job: Job<Event>) -> Result<(), JobError> {
    let mut transaction = job.sqlite().await?;
    sqlx::query("insert into effects (number) values ($1)")
        .bind(job.event().number())
        .execute(&mut *transaction)
        .await?;
    Ok(())
}

/// The event with this id.
pub(crate) async fn find(inbox: &Inbox<Event>, id: &str) -> StoredEvent {
    inbox.list().await.unwrap().into_iter().find(|event| event.id == id).unwrap()
}
