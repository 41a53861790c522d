//! An inbox that works on its events in the background of a test.

use std::time::Duration;

use openapi_client_inbox::{Counts, Handler, Inbox, InboxBuilder, InboxError, Received, State, StoredEvent};
use tokio::{runtime::Runtime, task::JoinHandle};

use super::{
    events::{Event, SignedDelivery},
    wait_until,
};

/// A task that runs an inbox.
#[derive(Debug)]
pub(crate) struct Running {
    inbox: Inbox<Event>,
    task: JoinHandle<Result<(), InboxError>>,
}

impl Running {
    pub(crate) fn start(inbox: &Inbox<Event>, handler: impl Handler<Event>) -> Self {
        let running = inbox.clone();
        Self { inbox: inbox.clone(), task: tokio::spawn(async move { running.run(handler).await }) }
    }

    /// Asks the inbox to stop, and waits until it has.
    pub(crate) async fn stop(self) {
        self.inbox.shutdown();
        self.wait().await;
    }

    /// Waits until the inbox has stopped.
    pub(crate) async fn wait(self) {
        let ended = tokio::time::timeout(Duration::from_secs(60), self.task).await;
        ended.expect("the inbox does not stop").unwrap().unwrap();
    }

    pub(crate) fn is_finished(&self) -> bool {
        self.task.is_finished()
    }
}

/// An inbox in a runtime of its own, which can be ended as if its process were killed: nothing is given back.
#[derive(Debug)]
pub(crate) struct Killable(Option<Runtime>);

impl Killable {
    pub(crate) fn start(builder: InboxBuilder<Event>, url: &str, handler: impl Handler<Event>) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let url = url.to_owned();
        runtime.spawn(async move { builder.connect(&url).await.unwrap().run(handler).await.unwrap() });
        Self(Some(runtime))
    }
}

/// Ends the runtime where its tasks are: none of them goes on.
impl Drop for Killable {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// Stores a delivery, which must be accepted.
pub(crate) async fn receive(inbox: &Inbox<Event>, delivery: &SignedDelivery) -> Received {
    inbox.receive(delivery.headers(), &delivery.body).await.unwrap()
}

/// Stores an event with each of these numbers, without a key.
pub(crate) async fn receive_numbers(inbox: &Inbox<Event>, numbers: std::ops::Range<u64>) {
    for number in numbers {
        receive(inbox, &SignedDelivery::paid(number, None)).await;
    }
}

/// Waits until the counts are as they should be.
pub(crate) async fn wait_for_counts(inbox: &Inbox<Event>, what: &str, condition: impl Fn(&Counts) -> bool) {
    wait_until(what, async || {
        let counts = inbox.counts().await.map_err(|error| error.to_string())?;
        if condition(&counts) { Ok(()) } else { Err(format!("{counts:?}")) }
    })
    .await;
}

/// Waits until this many events are done.
pub(crate) async fn wait_for_done(inbox: &Inbox<Event>, count: u64) {
    wait_for_counts(inbox, &format!("{count} events are done"), |counts| counts.done == count).await;
}

/// The events in a state, in the order of their arrival.
pub(crate) async fn list(inbox: &Inbox<Event>, state: State) -> Vec<StoredEvent> {
    inbox.list().state(state).limit(1000).await.unwrap()
}
