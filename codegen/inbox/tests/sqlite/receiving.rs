//! Receiving: what is stored, what is refused, what a sender that goes away changes.

use http::StatusCode;
use openapi_client_inbox::{ReceiveError, State};
use openapi_client_runtime::webhooks::WebhookSigner;
use serde_json::json;

use crate::support::{Event, Folder, builder, find, open_effects, send, send_number};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_received_at_the_same_time_is_stored_once_each() {
    let folder = Folder::new();
    let inbox = builder().connect(folder.url()).await.unwrap();
    let mut tasks = Vec::new();
    for number in (0..200).chain(0..200).chain(0..200) {
        let inbox = inbox.clone();
        tasks.push(tokio::spawn(async move { send_number(&inbox, number).await.new }));
    }
    let mut new = 0;
    for task in tasks {
        new += u32::from(task.await.unwrap());
    }
    assert_eq!((new, inbox.counts().await.unwrap().ready), (200, 200));
}

#[tokio::test]
async fn forged_deliveries_are_refused() {
    let folder = Folder::new();
    let inbox = builder().connect(folder.url()).await.unwrap();
    let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
    let body = br#"{"number": 1}"#;
    let forged = WebhookSigner::<Event>::new("other").unwrap().sign("msg_1", now, body);
    let error = inbox.receive(forged, body).await.unwrap_err();
    assert_eq!((error.status(), error.reason()), (StatusCode::UNAUTHORIZED, "no signature matches"));
    let signer = WebhookSigner::<Event>::new("secret").unwrap();
    let old = inbox.receive(signer.sign("msg_1", now - 1_000, body), body).await.unwrap_err();
    assert_eq!(old.status(), StatusCode::UNAUTHORIZED);
    let not_json = inbox.receive(signer.sign("msg_1", now, b"x"), b"y").await.unwrap_err();
    assert_eq!(not_json.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(inbox.list().await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signed_bodies_that_are_no_json_objects_are_kept() {
    let folder = Folder::new();
    let inbox = builder().order_by(Event::group).connect(folder.url()).await.unwrap();
    let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
    let signer = WebhookSigner::<Event>::new("secret").unwrap();
    let bodies: [&[u8]; 6] =
        [b"x", b"", b"[1]", b"null", br#"{"number": 1, "text": "\ud83d"}"#, b"{\"text\": \"\xff\"}"];
    for (number, body) in bodies.into_iter().enumerate() {
        let id = format!("msg_{number}");
        for new in [true, false] {
            let received = inbox.receive(signer.sign(&id, now, body), body).await.unwrap();
            assert_eq!((received.new, received.state), (new, State::Undecoded), "{id}");
        }
        let event = find(&inbox, &id).await;
        assert_eq!(event.payload(), std::str::from_utf8(body).ok());
        let reason = event.last_error.unwrap();
        assert!(reason.starts_with("the body is not a JSON object: "), "{reason}");
        assert!(!inbox.retry(&id).await.unwrap());
    }
    assert_eq!(inbox.retry_undecoded().await.unwrap(), 0);
    assert_eq!(inbox.counts().await.unwrap().undecoded, 6);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn receivers_that_are_dropped_do_not_lose_those_of_others() {
    let folder = Folder::new();
    let inbox = builder().connect(folder.url()).await.unwrap();
    let pool = open_effects(&folder).await;
    // The lock of another process: everything below waits for the same commit.
    let lock = pool.begin_with("begin immediate").await.unwrap();
    let mut dropped = Vec::new();
    let mut kept = Vec::new();
    for number in 0..100 {
        let inbox = inbox.clone();
        let task = tokio::spawn(async move { send_number(&inbox, number).await });
        if number % 2 == 0 { dropped.push(task) } else { kept.push(task) }
    }
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    dropped.iter().for_each(tokio::task::JoinHandle::abort);
    lock.rollback().await.unwrap();
    for task in kept {
        assert!(task.await.unwrap().new);
    }
    for number in (1..100).step_by(2) {
        assert!(!send_number(&inbox, number).await.new);
    }
}

#[tokio::test]
async fn a_database_that_fails_is_503() {
    let folder = Folder::new();
    let inbox = builder().connect(folder.url()).await.unwrap();
    inbox.close().await;
    let error = send(&inbox, "msg_1", &json!({ "number": 1 })).await.unwrap_err();
    assert!(matches!(error, ReceiveError::Storage(_)), "{error:?}");
    assert_eq!(error.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(!error.reason().contains("sqlite"), "{}", error.reason());
}

#[tokio::test]
async fn what_cannot_be_decoded_is_stored_as_it_was_received() {
    let folder = Folder::new();
    let inbox = builder().connect(folder.url()).await.unwrap();
    let body = json!({ "type": "odd", "text": "a\u{0}b" });
    let received = send(&inbox, "msg_1", &body).await.unwrap();
    assert_eq!((received.new, received.state), (true, State::Undecoded));
    let again = send(&inbox, "msg_1", &body).await.unwrap();
    assert_eq!((again.new, again.state), (false, State::Undecoded));
    let event = find(&inbox, "msg_1").await;
    assert_eq!(event.payload(), Some(body.to_string().as_str()));
    assert_eq!(event.name.as_deref(), Some("odd"));
    assert_eq!(event.last_error.as_deref(), Some("this version of the crate does not know the event"));
    assert!(!format!("{event:?}").contains("text"), "{event:?}");
}
