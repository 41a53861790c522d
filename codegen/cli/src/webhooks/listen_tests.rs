//! Tests of `listen` over HTTP, against a mock that delivers and a consumer that fails.

use std::{collections::BTreeMap, path::Path};

use tokio::sync::watch;

use super::{listen, pace::Pace};
use crate::{
    error::{CliError, Exit},
    interrupt::Interrupt,
    io::Io,
    program::App,
    session::GlobalOptions,
    test_consumer::Consumer,
    test_io::{Captured, TestFolder, TestIo},
    test_shop::{Event, Shop, ShopServer, app, session},
};

/// A `listen` that runs.
pub(super) struct Listening {
    task: tokio::task::JoinHandle<Result<(), CliError>>,
    fire: watch::Sender<bool>,
    captured: Captured,
}

impl Listening {
    /// Starts the command in the folder of a user.
    pub(super) fn start(folder: &Path, api: &str, arguments: &[&str]) -> Self {
        Self::start_as("key", folder, api, arguments)
    }

    /// Starts the command with this credential.
    pub(super) fn start_as(key: &str, folder: &Path, api: &str, arguments: &[&str]) -> Self {
        let (fire, interrupt) = Interrupt::manual();
        let builder = TestIo::new().config_folder(folder.to_owned()).interrupt(interrupt);
        let (io, captured) = builder.variable("SHOP_API_KEY", key).build();
        Self::start_with(io, captured, fire, api, arguments)
    }

    pub(super) fn start_with(
        mut io: Io,
        captured: Captured,
        fire: watch::Sender<bool>,
        api: &str,
        arguments: &[&str],
    ) -> Self {
        let arguments: Vec<String> =
            std::iter::once("listen").chain(arguments.iter().copied()).map(str::to_owned).collect();
        let globals = GlobalOptions { base_url: Some(api.to_owned()), ..GlobalOptions::default() };
        let task = tokio::task::spawn_local(async move {
            let matches = listen::build_command(app()).try_get_matches_from(arguments).unwrap();
            let mut session = session(&mut io);
            session.globals = globals;
            listen::listen_at(&mut session, &matches, Pace::immediate()).await
        });
        Self { task, fire, captured }
    }

    /// Waits until the command has printed a text.
    pub(super) async fn wait_for(&self, text: &str) {
        self.wait_for_count(text, 1).await;
    }

    /// Waits until the command has printed a text so often.
    pub(super) async fn wait_for_count(&self, text: &str, count: usize) {
        let shown = || self.captured.stderr() + &self.captured.stdout();
        while shown().matches(text).count() < count {
            assert!(!self.task.is_finished(), "the command ended:\n{}", shown());
            tokio::task::yield_now().await;
        }
    }

    /// Ends the command. Returns its result, what it printed, and its notes.
    pub(super) async fn stop(self) -> (Result<(), CliError>, String, String) {
        self.fire.send(true).unwrap();
        self.finish().await
    }

    pub(super) async fn finish(self) -> (Result<(), CliError>, String, String) {
        let result = self.task.await.unwrap();
        (result, self.captured.stdout(), self.captured.stderr())
    }
}

/// A mock with an endpoint, to which the API delivers.
pub(super) struct Delivering {
    server: ShopServer,
    /// Where the API delivers: a consumer of the tests, too.
    receiver: Consumer,
}

impl Delivering {
    pub(super) async fn start() -> Self {
        let server = ShopServer::builder().without_credentials().start().await.unwrap();
        Self { server, receiver: Consumer::start(&[500, 204]).await }
    }

    pub(super) fn url(&self) -> String {
        self.server.base_url(0)
    }

    /// Delivers an event with this id once.
    pub(super) async fn deliver(&self, name: &str, id: &str) {
        let mut event = self.server.event(name);
        event.0["id"] = serde_json::Value::from(id);
        self.deliver_event(&event).await;
    }

    async fn deliver_event(&self, event: &Event) {
        self.server.deliver(&self.receiver.url, event).await.unwrap();
    }
}

fn count_ids(consumer: &Consumer) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    consumer.received().into_iter().for_each(|event| *counts.entry(event.id).or_default() += 1);
    counts
}

pub(super) fn expect_counts(consumer: &Consumer, expected: &[(&str, usize)]) {
    let expected: BTreeMap<String, usize> =
        expected.iter().map(|(id, count)| ((*id).to_owned(), *count)).collect();
    assert_eq!(count_ids(consumer), expected);
}

/// Runs a test with tasks that need not be `Send`.
pub(super) async fn run_local(test: impl Future<Output = ()>) {
    tokio::task::LocalSet::new().run_until(test).await;
}

#[tokio::test]
async fn each_try_of_the_api_is_forwarded_once_and_signed() {
    run_local(async {
        let (folder, api, consumer) =
            (TestFolder::new(), Delivering::start().await, Consumer::start(&[204]).await);
        api.deliver("order.paid", "msg_before").await;
        let listening = Listening::start(&folder.0, &api.url(), &["--forward-to", &consumer.url]);
        listening.wait_for("Ready").await;
        api.deliver("order.paid", "msg_1").await;
        api.deliver("order.paid", "msg_1").await;
        api.deliver("order.opened", "msg_2").await;
        let received = consumer.wait_for(3).await;
        listening.wait_for_count("  204  ", 3).await;
        let secret = std::fs::read_to_string(folder.0.join("webhook-secret")).unwrap();
        assert!(received.iter().all(|event| event.is_signed_by(&secret)));
        let (result, printed, notes) = listening.stop().await;
        result.unwrap();
        expect_counts(&consumer, &[("msg_1", 2), ("msg_2", 1)]);
        assert_eq!(printed.lines().count(), 3, "{printed}");
        assert!(printed.contains("  order.paid  msg_1  204  ") && printed.contains(" ms"), "{printed}");
        assert!(notes.ends_with("Forwarded: 3 accepted, 0 given up.\n"), "{notes}");
        assert!(!printed.contains(secret.trim()));
    })
    .await;
}

#[tokio::test]
async fn a_restart_neither_loses_nor_repeats() {
    run_local(async {
        let (folder, api, consumer) =
            (TestFolder::new(), Delivering::start().await, Consumer::start(&[204]).await);
        let arguments = ["--forward-to", consumer.url.as_str()];
        let listening = Listening::start(&folder.0, &api.url(), &arguments);
        listening.wait_for("Ready").await;
        api.deliver("order.paid", "msg_1").await;
        listening.wait_for("msg_1  204").await;
        listening.stop().await.0.unwrap();
        // While nobody listens.
        api.deliver("order.paid", "msg_2").await;
        let listening = Listening::start(&folder.0, &api.url(), &arguments);
        listening.wait_for("msg_2").await;
        api.deliver("order.paid", "msg_3").await;
        listening.wait_for("msg_3").await;
        let (result, printed, _) = listening.stop().await;
        result.unwrap();
        assert!(!printed.contains("msg_1"), "{printed}");
        expect_counts(&consumer, &[("msg_1", 1), ("msg_2", 1), ("msg_3", 1)]);
    })
    .await;
}

#[tokio::test]
async fn a_consumer_that_fails_is_tried_again_and_holds_up_nothing() {
    run_local(async {
        let (folder, api) = (TestFolder::new(), Delivering::start().await);
        let consumer = Consumer::start(&[500, 500, 204]).await;
        let listening = Listening::start(&folder.0, &api.url(), &["--forward-to", &consumer.url]);
        listening.wait_for("Ready").await;
        api.deliver("order.paid", "msg_1").await;
        listening.wait_for("msg_1  204").await;
        // It ends, and starts again at the same address.
        let address = consumer.stop().await;
        api.deliver("order.paid", "msg_2").await;
        listening.wait_for("msg_2").await;
        let consumer = Consumer::start_at(&address, &[204]).await;
        api.deliver("order.paid", "msg_3").await;
        listening.wait_for("msg_3  204").await;
        let (result, printed, _) = listening.stop().await;
        result.unwrap();
        assert!(printed.contains("msg_1  500: the consumer says"), "{printed}");
        assert!(printed.contains("(try 1 of 4, again in 1 s)"), "{printed}");
        assert!(printed.contains("(try 2 of 4, again in 5 s)"), "{printed}");
        assert_eq!(count_ids(&consumer).get("msg_3"), Some(&1));
    })
    .await;
}

#[tokio::test]
async fn a_consumer_that_is_never_there_is_given_up_and_not_repeated() {
    run_local(async {
        let (folder, api) = (TestFolder::new(), Delivering::start().await);
        let url = Consumer::start(&[204]).await.stop().await;
        let url = format!("http://{url}/hooks");
        let listening = Listening::start(&folder.0, &api.url(), &["--forward-to", &url]);
        listening.wait_for("Ready").await;
        api.deliver("order.paid", "msg_1").await;
        listening.wait_for("given up").await;
        let (result, printed, notes) = listening.stop().await;
        result.unwrap();
        assert_eq!(printed.matches("msg_1").count(), 4, "{printed}");
        assert!(printed.to_lowercase().contains("refused"), "{printed}");
        assert!(notes.ends_with("Forwarded: 0 accepted, 1 given up.\n"), "{notes}");
    })
    .await;
}

#[tokio::test]
async fn only_the_events_of_the_patterns_are_forwarded() {
    run_local(async {
        let (folder, api, consumer) =
            (TestFolder::new(), Delivering::start().await, Consumer::start(&[204]).await);
        let arguments = ["--forward-to", &consumer.url, "--events", "order.op*,invoice.*"];
        let listening = Listening::start(&folder.0, &api.url(), &arguments);
        listening.wait_for("Ready").await;
        api.deliver("order.paid", "msg_1").await;
        api.deliver("order.opened", "msg_2").await;
        listening.wait_for("msg_2").await;
        let (_, _, notes) = listening.stop().await;
        expect_counts(&consumer, &[("msg_2", 1)]);
        assert!(notes.contains("--events: the API has no event `invoice.*`"), "{notes}");
    })
    .await;
}

#[tokio::test]
async fn since_forwards_what_was_sent_before() {
    run_local(async {
        let (folder, api, consumer) =
            (TestFolder::new(), Delivering::start().await, Consumer::start(&[204]).await);
        api.deliver("order.paid", "msg_1").await;
        let arguments = ["--forward-to", &consumer.url, "--since", "10m"];
        let listening = Listening::start(&folder.0, &api.url(), &arguments);
        listening.wait_for("msg_1").await;
        listening.stop().await.0.unwrap();
        // The same once more: it was forwarded.
        let listening = Listening::start(&folder.0, &api.url(), &arguments);
        listening.wait_for("Ready").await;
        api.deliver("order.paid", "msg_2").await;
        listening.wait_for("msg_2").await;
        listening.stop().await.0.unwrap();
        expect_counts(&consumer, &[("msg_1", 1), ("msg_2", 1)]);
    })
    .await;
}

#[tokio::test]
async fn errors_of_the_api_are_shown_and_the_polls_go_on() {
    run_local(async {
        let (folder, api, consumer) =
            (TestFolder::new(), Delivering::start().await, Consumer::start(&[204]).await);
        let list = openapi_client_mock::Endpoint::<Event, Event>::json("listAttempts");
        api.server.when(list).then_return_status(503).times(2).then_respond_by_default();
        api.deliver("order.paid", "msg_0").await;
        let listening = Listening::start(&folder.0, &api.url(), &["--forward-to", &consumer.url]);
        listening.wait_for("Ready").await;
        api.deliver("order.paid", "msg_1").await;
        listening.wait_for("msg_1  204").await;
        let (result, _, notes) = listening.stop().await;
        result.unwrap();
        assert_eq!(notes.matches("The API cannot be asked").count(), 2, "{notes}");
    })
    .await;
}

#[tokio::test]
async fn a_dead_network_is_no_end_and_a_refused_credential_is() {
    run_local(async {
        let (folder, consumer) = (TestFolder::new(), Consumer::start(&[204]).await);
        let arguments = ["--forward-to", consumer.url.as_str()];
        let dead = format!("http://{}", Consumer::start(&[204]).await.stop().await);
        let listening = Listening::start(&folder.0, &dead, &arguments);
        listening.wait_for("Next try in 4 s").await;
        let (result, _, notes) = listening.stop().await;
        result.unwrap();
        assert!(notes.contains("0 accepted"), "{notes}");

        let server = ShopServer::builder().api_key("another key").start().await.unwrap();
        server.skip_verification_on_drop();
        let listening = Listening::start(&folder.0, &server.base_url(0), &arguments);
        assert_eq!(listening.finish().await.0.unwrap_err().exit, Exit::NotAuthenticated);
    })
    .await;
}

#[tokio::test]
async fn hostile_deliveries_stay_on_their_lines() {
    run_local(async {
        let (folder, api, consumer) =
            (TestFolder::new(), Delivering::start().await, Consumer::start(&[204]).await);
        let listening = Listening::start(&folder.0, &api.url(), &["--forward-to", &consumer.url]);
        listening.wait_for("Ready").await;
        let mut event = api.server.event("order.paid");
        event.0["data"]["note"] = serde_json::Value::from("\u{1b}]0;title\u{7}\r\nHTTP/1.1 200");
        event.0["id"] = serde_json::Value::from("msg_\u{1b}[2J\u{202e}");
        // The API itself cannot send such an id in a header, so that the mock lists it without having sent it.
        api.deliver_event(&event).await;
        listening.wait_for("given up").await;
        api.deliver("order.paid", "msg_2").await;
        listening.wait_for("msg_2  204").await;
        let (result, printed, _) = listening.stop().await;
        result.unwrap();
        assert!(!printed.contains(['\u{1b}', '\u{202e}', '\r']), "{printed:?}");
        assert!(printed.contains("the id of the message cannot be in a header"), "{printed}");
        expect_counts(&consumer, &[("msg_2", 1)]);
    })
    .await;
}

#[tokio::test]
async fn an_interrupt_leaves_what_was_not_accepted_for_the_next_start() {
    run_local(async {
        let (folder, api, consumer) =
            (TestFolder::new(), Delivering::start().await, Consumer::silent().await);
        let url = consumer.url.clone();
        let arguments = ["--forward-to", url.as_str()];
        let listening = Listening::start(&folder.0, &api.url(), &arguments);
        listening.wait_for("Ready").await;
        api.deliver("order.paid", "msg_1").await;
        consumer.wait_for(1).await;
        let (result, printed, notes) = listening.stop().await;
        result.unwrap();
        assert!(printed.is_empty() && notes.contains("1 left for the next start"), "{printed}{notes}");
        let address = consumer.stop().await;
        let consumer = Consumer::start_at(&address, &[204]).await;
        let listening = Listening::start(&folder.0, &api.url(), &arguments);
        listening.wait_for("msg_1  204").await;
        listening.stop().await.0.unwrap();
        expect_counts(&consumer, &[("msg_1", 1)]);
    })
    .await;
}

#[tokio::test]
async fn an_api_without_a_history_says_so() {
    run_local(async {
        let webhooks = crate::program::Webhooks::new::<Shop>();
        let without: &'static App =
            Box::leak(Box::new(App { description: "{}", ..App::new::<Shop>(Some(webhooks)) }));
        let (mut io, _) = TestIo::new().build();
        let mut session = session(&mut io);
        session.app = without;
        let matches =
            listen::build_command(without).get_matches_from(["listen", "--forward-to", "http://localhost/"]);
        let error = listen::run(&mut session, &matches).await.unwrap_err();
        assert_eq!(error.exit, Exit::Usage);
        assert!(
            error.message.contains("no list of the deliveries") && error.hint.unwrap().contains("trigger")
        );
    })
    .await;
}
