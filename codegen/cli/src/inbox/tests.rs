//! Tests of `inbox` with a database of SQLite.

use openapi_client_description::JsonValue;
use openapi_client_inbox::Inbox;
use openapi_client_runtime::webhooks::{WebhookSigner, WebhookVerifier};

use super::{build_command, run};
use crate::{
    error::{CliError, Exit},
    session::GlobalOptions,
    test_consumer::Consumer,
    test_io::{TestFolder, TestIo},
    test_shop::{Event, ShopServer, app, session},
};

/// Stores events with these ids, as a service would.
async fn store(folder: &TestFolder, ids: &[&str]) -> String {
    let url = format!("sqlite://{}", folder.0.join("shop.db").display());
    let verifier = WebhookVerifier::<Event>::new("secret").unwrap();
    let inbox = Inbox::builder(verifier).connect(&url).await.unwrap();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    for id in ids {
        let body = format!(r#"{{"id":"{id}","type":"order.paid"}}"#);
        let headers = WebhookSigner::<Event>::new("secret").unwrap().sign(id, now, body.as_bytes());
        assert!(inbox.receive(headers, body.as_bytes()).await.unwrap().new);
    }
    inbox.close().await;
    url
}

/// Runs the command. Returns its result, what it printed, and its notes.
async fn execute(
    url: &str,
    globals: GlobalOptions,
    arguments: &[&str],
) -> (Result<(), CliError>, String, String) {
    let builder = TestIo::new().variable("SHOP_INBOX_URL", url).variable("SHOP_API_KEY", "key");
    let (mut io, captured) = builder.build();
    let matches =
        build_command(app()).try_get_matches_from(std::iter::once(&"inbox").chain(arguments)).unwrap();
    let mut session = session(&mut io);
    session.globals = globals;
    let result = run(&mut session, &matches).await;
    (result, captured.stdout(), captured.stderr())
}

async fn count(url: &str, state: &str) -> String {
    let (result, printed, _) = execute(url, GlobalOptions::default(), &["counts"]).await;
    result.unwrap();
    JsonValue::parse(&printed).unwrap().get(state).unwrap().to_text()
}

#[tokio::test]
async fn events_are_counted_listed_discarded_and_made_ready() {
    let folder = TestFolder::new();
    let url = store(&folder, &["msg_1", "msg_2", "msg_3"]).await;
    let globals = GlobalOptions::default;
    assert_eq!(count(&url, "ready").await, "3");
    let (result, printed, _) = execute(&url, globals(), &["list", "--limit", "2"]).await;
    result.unwrap();
    let list = JsonValue::parse(&printed).unwrap();
    let ids: Vec<String> = list.items().iter().map(|event| event.get("id").unwrap().to_text()).collect();
    assert_eq!(ids, ["msg_1", "msg_2"]);
    assert!(list.items()[0].get("payload").is_none());
    assert!(list.items()[0].get("received_at").unwrap().to_text().starts_with("20"));
    let cursor = list.items()[1].get("cursor").unwrap().to_text();
    let (_, printed, _) = execute(&url, globals(), &["list", "--after", &cursor, "--payload"]).await;
    let list = JsonValue::parse(&printed).unwrap();
    assert_eq!(list.items()[0].get("payload").unwrap().get("id").unwrap().as_str(), Some("msg_3"));

    let (result, _, notes) = execute(&url, globals(), &["discard", "msg_1", "msg_none\u{1b}"]).await;
    let error = result.unwrap_err();
    assert_eq!(error.exit, Exit::NotFound);
    assert!(
        error.message.contains("`msg_none\\u{1b}`") && notes.contains("1 events were discarded"),
        "{error:?}"
    );
    assert_eq!(
        (count(&url, "ready").await, count(&url, "discarded").await),
        ("2".to_owned(), "1".to_owned())
    );
    let (result, _, notes) = execute(&url, globals(), &["retry", "msg_1"]).await;
    result.unwrap();
    assert!(notes.contains("1 events are ready again."), "{notes}");
    execute(&url, globals(), &["retry", "--dead", "--undecoded"]).await.0.unwrap();
}

#[tokio::test]
async fn a_purge_asks_first() {
    let folder = TestFolder::new();
    let url = store(&folder, &["msg_1"]).await;
    execute(&url, GlobalOptions::default(), &["discard", "msg_1"]).await.0.unwrap();
    let arguments = ["purge", "--older-than", "0s"];
    let error = execute(&url, GlobalOptions::default(), &arguments).await.0.unwrap_err();
    assert!(error.hint.unwrap().contains("--yes"), "{}", error.message);
    assert_eq!(count(&url, "discarded").await, "1");
    let yes = GlobalOptions { yes: true, ..GlobalOptions::default() };
    let (result, _, notes) = execute(&url, yes, &arguments).await;
    result.unwrap();
    assert!(notes.contains("1 events were deleted."), "{notes}");
}

#[tokio::test]
async fn what_was_missed_is_stored_once() {
    let folder = TestFolder::new();
    let url = store(&folder, &["msg_1"]).await;
    let api = ShopServer::builder().initial_items(0).start().await.unwrap();
    let receiver = Consumer::start(&[500]).await;
    for id in ["msg_1", "msg_2", "msg_3"] {
        let mut event = api.event("order.paid");
        event.0["id"] = serde_json::Value::from(id);
        api.deliver(&receiver.url, &event).await.unwrap();
    }
    for expected in ["3 deliveries, of which 2 were missing", "3 deliveries, of which 0 were missing"] {
        let globals = GlobalOptions { base_url: Some(api.base_url(0)), ..GlobalOptions::default() };
        let (result, _, notes) = execute(&url, globals, &["catch-up", "--since", "1h"]).await;
        result.unwrap();
        assert!(notes.contains(expected), "{notes}");
    }
    assert_eq!(count(&url, "ready").await, "3");
}

#[tokio::test]
async fn a_database_that_is_not_there_is_not_made() {
    let folder = TestFolder::new();
    let path = folder.0.join("none.db");
    let error =
        execute(&format!("sqlite://{}", path.display()), GlobalOptions::default(), &["counts"]).await.0;
    assert_eq!(error.unwrap_err().exit, Exit::NotFound);
    assert!(!path.exists());
    let error = execute("", GlobalOptions::default(), &["counts"]).await.0.unwrap_err();
    assert!(error.hint.unwrap().contains("SHOP_INBOX_URL"));
    let arguments = ["counts", "--database", "postgres://user:secret@host/shop"];
    let error = execute("", GlobalOptions::default(), &arguments).await.0.unwrap_err();
    assert!(error.message.contains("contains a password") && !error.message.contains("secret"), "{error:?}");
}
