//! What people do with stored events: count, list, retry, discard, purge; encrypted and dropped payloads.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use openapi_client_inbox::{Job, JobError, State};
use serde_json::json;

use crate::support::{
    Event, Folder, add_effect, builder, find, open_effects, read_effects, send, send_number, start, stop,
    wait_until,
};

#[tokio::test]
async fn events_are_listed_in_pages() {
    let folder = Folder::new();
    let inbox = builder().order_by(Event::group).connect(folder.url()).await.unwrap();
    for number in 0..5 {
        send(&inbox, &format!("msg_{number}"), &json!({ "number": number, "group": "g" })).await.unwrap();
    }
    let first = inbox.list().limit(3).await.unwrap();
    let rest = inbox.list().after(first[2].cursor()).await.unwrap();
    let ids: Vec<&str> = first.iter().chain(&rest).map(|event| event.id.as_str()).collect();
    assert_eq!(ids, ["msg_0", "msg_1", "msg_2", "msg_3", "msg_4"]);
    let event = &first[1];
    assert_eq!((event.name.as_deref(), event.key.as_deref()), (Some("number"), Some("g")));
    assert_eq!((event.state, event.attempts, event.received_at), (State::Ready, 0, event.available_at));
    assert_eq!(inbox.list().state(State::Dead).await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dead_events_are_handled_when_they_are_retried() {
    let folder = Folder::new();
    let inbox = builder().connect(folder.url()).await.unwrap();
    for number in 0..3 {
        send_number(&inbox, number).await;
    }
    let running = start(&inbox, async |_: Job<Event>| Err(JobError::permanent("no")));
    wait_until("all are dead", async || inbox.counts().await.unwrap().dead == 3).await;
    stop(&inbox, running).await;
    assert!(inbox.retry("msg_0").await.unwrap());
    assert!(!inbox.retry("msg_9").await.unwrap());
    assert!(inbox.discard("msg_1").await.unwrap());
    assert_eq!(inbox.retry_dead().await.unwrap(), 1);
    let counts = inbox.counts().await.unwrap();
    assert_eq!((counts.ready, counts.discarded, counts.dead), (2, 1, 0));

    let inbox = builder().connect(folder.url()).await.unwrap();
    let running = start(&inbox, async |job: Job<Event>| {
        assert_eq!(job.attempt(), 1);
        Ok(())
    });
    wait_until("they are done", async || inbox.counts().await.unwrap().done == 2).await;
    for refused in [inbox.retry("msg_0").await.unwrap(), inbox.discard("msg_0").await.unwrap()] {
        assert!(!refused);
    }
    assert!(inbox.retry("msg_1").await.unwrap());
    wait_until("the discarded one too", async || inbox.counts().await.unwrap().done == 3).await;
    stop(&inbox, running).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_newer_version_can_decode_is_handled() {
    let folder = Folder::new();
    let inbox = builder().connect(folder.url()).await.unwrap();
    for id in ["msg_1", "msg_2", "msg_3"] {
        send(&inbox, id, &json!({ "type": "odd" })).await.unwrap();
    }
    assert_eq!(inbox.retry_undecoded().await.unwrap(), 0);
    assert!(!inbox.retry("msg_1").await.unwrap());
    // What decoding a payload depends on is the program; here the payload changes instead.
    let pool = open_effects(&folder).await;
    let change = "update webhook_inbox_events set payload = cast($1 as blob) where id <> 'msg_3'";
    sqlx::query(change).bind(r#"{"number": 5}"#).execute(&pool).await.unwrap();
    assert!(inbox.retry("msg_1").await.unwrap());
    // `run` decodes the others at its start.
    let running = start(&inbox, add_effect);
    wait_until("two are done", async || inbox.counts().await.unwrap().done == 2).await;
    stop(&inbox, running).await;
    assert_eq!(read_effects(&pool).await, [5, 5]);
    assert_eq!(inbox.counts().await.unwrap().undecoded, 1);
    assert_eq!(find(&inbox, "msg_2").await.name.as_deref(), Some("number"));
}

#[tokio::test]
async fn a_row_that_the_database_refuses_does_not_hold_up_the_others() {
    let folder = Folder::new();
    let inbox = builder().connect(folder.url()).await.unwrap();
    for id in ["msg_1", "msg_2", "msg_3"] {
        send(&inbox, id, &json!({ "type": "odd" })).await.unwrap();
    }
    let pool = open_effects(&folder).await;
    let change = "update webhook_inbox_events set payload = cast($1 as blob)";
    sqlx::query(change).bind(r#"{"number": 5}"#).execute(&pool).await.unwrap();
    let refuse = "create trigger refuse before update on webhook_inbox_events when new.id = 'msg_1' \
                  begin select raise(abort, 'no'); end";
    sqlx::query(refuse).execute(&pool).await.unwrap();
    assert_eq!(inbox.retry_undecoded().await.unwrap(), 2);
    let counts = inbox.counts().await.unwrap();
    assert_eq!((counts.undecoded, counts.ready), (1, 2));
}

/// It has a name and a place in the order only since it can be decoded.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_discarded_undecoded_is_decoded_when_it_is_retried() {
    let folder = Folder::new();
    let inbox = builder().order_by(Event::group).connect(folder.url()).await.unwrap();
    send(&inbox, "msg_1", &json!({ "type": "odd" })).await.unwrap();
    assert!(inbox.discard("msg_1").await.unwrap());
    assert!(!inbox.retry("msg_1").await.unwrap());
    assert_eq!(find(&inbox, "msg_1").await.state, State::Discarded);
    let pool = open_effects(&folder).await;
    let change = "update webhook_inbox_events set payload = cast($1 as blob)";
    sqlx::query(change).bind(r#"{"number": 5, "group": "g"}"#).execute(&pool).await.unwrap();
    assert!(inbox.retry("msg_1").await.unwrap());
    let event = find(&inbox, "msg_1").await;
    assert_eq!((event.name.as_deref(), event.key.as_deref()), (Some("number"), Some("g")));
    assert_eq!((event.state, event.last_error), (State::Ready, None));
    // It is not purged as if it were still discarded.
    tokio::time::sleep(Duration::from_millis(10)).await;
    assert_eq!(inbox.purge(Duration::ZERO).await.unwrap(), 0);
    let running = start(&inbox, add_effect);
    wait_until("it is done", async || inbox.counts().await.unwrap().done == 1).await;
    stop(&inbox, running).await;
    assert_eq!(read_effects(&pool).await, [5]);
}

/// An event that was stored decoded may be one that this version does not know, after a step back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_this_version_cannot_decode_is_set_aside() {
    let folder = Folder::new();
    let inbox = builder().connect(folder.url()).await.unwrap();
    send_number(&inbox, 1).await;
    let pool = open_effects(&folder).await;
    let change = "update webhook_inbox_events set payload = cast($1 as blob)";
    sqlx::query(change).bind(r#"{"type": "odd"}"#).execute(&pool).await.unwrap();
    let running = start(&inbox, add_effect);
    wait_until("it is set aside", async || inbox.counts().await.unwrap().undecoded == 1).await;
    assert_eq!(find(&inbox, "msg_1").await.attempts, 0);
    stop(&inbox, running).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn old_events_are_purged_and_new_ones_are_kept() {
    let folder = Folder::new();
    let inbox = builder().drop_payloads_when_done().connect(folder.url()).await.unwrap();
    for number in 0..3 {
        send_number(&inbox, number).await;
    }
    inbox.discard("msg_2").await.unwrap();
    let running = start(&inbox, async |_: Job<Event>| Ok(()));
    wait_until("two are done", async || inbox.counts().await.unwrap().done == 2).await;
    stop(&inbox, running).await;
    assert_eq!(find(&inbox, "msg_0").await.payload(), None);
    send_number(&inbox, 3).await;
    assert_eq!(inbox.purge(Duration::from_secs(60)).await.unwrap(), 0);
    tokio::time::sleep(Duration::from_millis(10)).await;
    assert_eq!(inbox.purge(Duration::ZERO).await.unwrap(), 3);
    let counts = inbox.counts().await.unwrap();
    assert_eq!((counts.ready, counts.done, counts.discarded), (1, 0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counts_are_reported() {
    let folder = Folder::new();
    let seen = Arc::new(AtomicU64::new(0));
    let gauge = Arc::clone(&seen);
    let inbox = builder()
        .gauge(Duration::from_millis(10), move |counts| gauge.store(counts.ready, Ordering::SeqCst))
        .connect(folder.url())
        .await
        .unwrap();
    send_number(&inbox, 1).await;
    wait_until("it is counted", async || seen.load(Ordering::SeqCst) == 1).await;
    tokio::time::sleep(Duration::from_millis(30)).await;
    assert!(inbox.counts().await.unwrap().oldest_ready.unwrap() >= Duration::from_millis(30));
}

#[tokio::test]
async fn what_another_version_sets_aside_is_decoded_while_this_one_runs() {
    let folder = Folder::new();
    let inbox = builder().poll_interval(Duration::from_secs(600)).connect(folder.url()).await.unwrap();
    let pool = open_effects(&folder).await;
    send_number(&inbox, 1).await;
    let running = start(&inbox, add_effect);
    wait_until("the first is done", async || inbox.counts().await.unwrap().done == 1).await;
    let statement = "insert into webhook_inbox_events (id, payload, sent_at, received_at, state, available_at) \
                     values ('msg_2', cast('{\"number\": 2}' as blob), 1, 1, 'undecoded', 1)";
    sqlx::query(statement).execute(&pool).await.unwrap();
    // Nothing runs but timers.
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(61)).await;
    tokio::time::resume();
    wait_until("the second is done", async || inbox.counts().await.unwrap().done == 2).await;
    stop(&inbox, running).await;
    assert_eq!(read_effects(&pool).await, [1, 2]);
}

#[cfg(feature = "encryption")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn payloads_are_encrypted_in_the_database() {
    let folder = Folder::new();
    let old = builder().encrypt(&[1; 32]).connect(folder.url()).await.unwrap();
    send(&old, "msg_1", &json!({ "number": 1, "card": "4242" })).await.unwrap();
    old.close().await;
    let pool = open_effects(&folder).await;
    let stored: Vec<u8> =
        sqlx::query_scalar("select payload from webhook_inbox_events").fetch_one(&pool).await.unwrap();
    assert!(!stored.windows(4).any(|part| part == b"4242"));

    // Without the key, it is kept, and says which key is missing.
    let without = builder().encrypt(&[2; 32]).connect(folder.url()).await.unwrap();
    assert_eq!(find(&without, "msg_1").await.payload(), None);
    let running = start(&without, add_effect);
    wait_until("it is given back", async || find(&without, "msg_1").await.last_error.is_some()).await;
    stop(&without, running).await;
    let kept = find(&without, "msg_1").await;
    assert_eq!((kept.state, kept.attempts), (State::Ready, 0));
    assert!(kept.last_error.as_ref().unwrap().contains("and_decrypt"), "{kept:?}");

    let both = builder().encrypt(&[2; 32]).and_decrypt(&[1; 32]).connect(folder.url()).await.unwrap();
    assert!(both.retry("msg_1").await.unwrap(), "it does not wait for its delay");
    let running = start(&both, add_effect);
    wait_until("it is done", async || both.counts().await.unwrap().done == 1).await;
    stop(&both, running).await;
    assert_eq!(read_effects(&pool).await, [1]);
}
