//! Tests of `deliveries` over HTTP.

use openapi_client_description::JsonValue;
use openapi_client_mock::RecordedRequest;

use super::{
    deliveries,
    history::MAX_PAGES,
    listen_tests::{Listening, run_local},
};
use crate::{
    error::{CliError, Exit},
    session::GlobalOptions,
    test_consumer::Consumer,
    test_io::{TestFolder, TestIo},
    test_shop::{ShopServer, app, session},
};

/// Runs the command. Returns its result, what it printed, and its notes.
async fn run(
    folder: &TestFolder,
    api: &ShopServer,
    arguments: &[&str],
) -> (Result<(), CliError>, String, String) {
    let (mut io, captured) =
        TestIo::new().config_folder(folder.0.clone()).variable("SHOP_API_KEY", "key").build();
    let matches = deliveries::build_command(app())
        .try_get_matches_from(std::iter::once(&"deliveries").chain(arguments));
    let mut session = session(&mut io);
    session.globals = GlobalOptions { base_url: Some(api.base_url(0)), ..GlobalOptions::default() };
    let result = deliveries::run(&mut session, &matches.unwrap()).await;
    (result, captured.stdout(), captured.stderr())
}

/// An API that delivered three events to one endpoint, which accepted the first.
async fn start_api() -> (ShopServer, Consumer) {
    let server = ShopServer::builder().without_credentials().initial_items(0).start().await.unwrap();
    let receiver = Consumer::start(&[204, 500, 500]).await;
    for (name, id) in [("order.paid", "msg_1"), ("order.opened", "msg_2"), ("order.paid", "msg_3")] {
        let mut event = server.event(name);
        event.0["id"] = serde_json::Value::from(id);
        server.deliver(&receiver.url, &event).await.unwrap();
    }
    (server, receiver)
}

fn message_ids(printed: &str) -> Vec<String> {
    let list = JsonValue::parse(printed).unwrap();
    list.items().iter().map(|item| item.get("message_id").unwrap().to_text()).collect()
}

#[tokio::test]
async fn deliveries_are_listed_with_what_became_of_them() {
    let (folder, (api, _receiver)) = (TestFolder::new(), start_api().await);
    for (arguments, expected) in [
        (&["list"][..], &["msg_3", "msg_2", "msg_1"][..]),
        (&["list", "--failed"], &["msg_3", "msg_2"]),
        (&["list", "--events", "order.op*"], &["msg_2"]),
        (&["list", "--limit", "1"], &["msg_3"]),
        (&["list", "--since", "1h"], &["msg_3", "msg_2", "msg_1"]),
    ] {
        let (result, printed, _) = run(&folder, &api, arguments).await;
        result.unwrap();
        assert_eq!(message_ids(&printed), expected, "{arguments:?}");
    }
}

#[tokio::test]
async fn a_delivery_is_sent_again_to_a_local_consumer_or_by_the_api() {
    let (folder, (api, receiver)) = (TestFolder::new(), start_api().await);
    let consumer = Consumer::start(&[204]).await;
    let (result, _, notes) =
        run(&folder, &api, &["replay", "msg_2", "msg_1", "--forward-to", &consumer.url]).await;
    result.unwrap();
    let received = consumer.received();
    assert_eq!(received.iter().map(|event| event.id.as_str()).collect::<Vec<_>>(), ["msg_2", "msg_1"]);
    let secret = std::fs::read_to_string(folder.0.join("webhook-secret")).unwrap();
    assert!(received.iter().all(|event| event.is_signed_by(&secret)));
    let same = receiver.received().into_iter().find(|event| event.id == "msg_2").unwrap();
    assert_eq!(JsonValue::parse(&received[0].body), JsonValue::parse(&same.body));
    assert!(notes.contains("order.opened  msg_2  204"), "{notes}");

    let (result, _, notes) = run(&folder, &api, &["replay", "msg_2"]).await;
    result.unwrap();
    assert!(notes.contains("msg_2  sent again by the API: 200"), "{notes}");
    let requests = api.requests();
    let replay = requests.iter().find(|request| request.path.ends_with("/replay")).unwrap();
    assert!(replay.path.contains("/attempts/att_"), "{}", replay.path);
}

/// An API whose list at this path has no end: its pages are empty, and each has a cursor of its own.
async fn start_endless(path_end: &'static str) -> ShopServer {
    let server = ShopServer::builder().without_credentials().initial_items(0).start().await.unwrap();
    server.skip_verification_on_drop();
    for number in 0..MAX_PAGES + 2 {
        let query = (number > 0).then(|| format!("after=c{number}"));
        let is_page = move |request: &RecordedRequest| {
            request.path.ends_with(path_end) && request.query.as_deref() == query.as_deref()
        };
        let page = serde_json::json!({
            "data": [],
            "page_info": {
                "start_cursor": null, "end_cursor": format!("c{}", number + 1),
                "has_next_page": true, "has_previous_page": false,
            },
        });
        server.when_any().matching_raw(is_page).then_return_json(page);
    }
    server
}

#[tokio::test]
async fn lists_without_an_end_end_with_an_error() {
    let deliveries = start_endless("/attempts").await;
    let endpoints = start_endless("/endpoints").await;
    let consumer = Consumer::start(&[204]).await;
    let cases: [(&ShopServer, &[&str]); 3] = [
        (&deliveries, &["list", "--endpoint", "end_1"]),
        (&deliveries, &["replay", "msg_1", "--endpoint", "end_1", "--forward-to", &consumer.url]),
        (&endpoints, &["list"]),
    ];
    for (api, arguments) in cases {
        let error = run(&TestFolder::new(), api, arguments).await.0.unwrap_err();
        let expected = "the list has more than 1000 pages; the rest was not read";
        assert_eq!((error.exit, error.message.as_str()), (Exit::Api, expected), "{arguments:?}");
    }
    assert_eq!(endpoints.requests().len(), MAX_PAGES + 1);
    assert!(consumer.received().is_empty());
    run_local(async {
        let arguments = ["--forward-to", consumer.url.as_str(), "--endpoint", "end_1"];
        let folder = TestFolder::new();
        let listening = Listening::start(&folder.0, &deliveries.base_url(0), &arguments);
        listening.wait_for("the list has more than 1000 pages").await;
        listening.stop().await.0.unwrap();
    })
    .await;
}

#[tokio::test]
async fn an_id_that_is_not_listed_sends_nothing() {
    let (folder, (api, _receiver)) = (TestFolder::new(), start_api().await);
    let consumer = Consumer::start(&[204]).await;
    let arguments = ["replay", "msg_1", "msg_\u{1b}none", "--forward-to", &consumer.url];
    let error = run(&folder, &api, &arguments).await.0.unwrap_err();
    assert_eq!(error.exit, Exit::NotFound);
    assert!(
        error.message.contains("`msg_\\u{1b}none`") && !error.message.contains("msg_1"),
        "{}",
        error.message
    );
    assert!(consumer.received().is_empty());
}
