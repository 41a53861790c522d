//! The endpoint over a real connection: what is refused, and that only what is stored is accepted.

use axum::Router;
use openapi_client_inbox::Inbox;
use tokio::net::TcpListener;

use crate::support::{
    database::Database,
    events::{Event, SignedDelivery, new_verifier, unix_seconds},
    http::{Connection, format_head},
    wait_until,
};

/// A server with the endpoint, and the inbox behind it.
async fn serve(database: &Database) -> (Inbox<Event>, u16) {
    let verifier = new_verifier().max_body_bytes(1000);
    let inbox = Inbox::builder(verifier).connect(database.url()).await.unwrap();
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let app = Router::new().route("/webhooks", inbox.axum_route());
    tokio::spawn(async move { axum::serve(listener, app).await });
    (inbox, port)
}

async fn count_ready(inbox: &Inbox<Event>) -> u64 {
    inbox.counts().await.unwrap().ready
}

#[tokio::test]
async fn a_delivery_is_stored_before_it_is_accepted_and_once() {
    let database = Database::sqlite("endpoint");
    let (inbox, port) = serve(&database).await;
    let mut connection = Connection::open(port).await.unwrap();
    let delivery = SignedDelivery::paid(1, None);
    for _ in 0..3 {
        assert!((200..300).contains(&connection.send(&delivery).await.unwrap()));
        // Another process sees it already.
        assert_eq!(database.number("SELECT COUNT(*) FROM webhook_inbox_events").await, 1);
    }
    assert_eq!(count_ready(&inbox).await, 1);
}

#[tokio::test]
async fn what_is_forged_malformed_or_too_long_is_refused_and_not_stored() {
    let database = Database::sqlite("endpoint-refused");
    let (inbox, port) = serve(&database).await;
    let mut forged = SignedDelivery::paid(1, None);
    forged.body.push(b' ');
    let old = SignedDelivery::at(unix_seconds() - 3600, "msg_2", b"{}");
    let mut unsigned = SignedDelivery::paid(4, None);
    unsigned.headers[2].1.clear();
    let long = SignedDelivery::new("msg_5", &[b' '; 1001]);
    for (delivery, expected) in [(forged, 401), (old, 401), (unsigned, 400), (long, 413)] {
        let status = Connection::open(port).await.unwrap().send(&delivery).await.unwrap();
        assert_eq!(status, expected, "{}", delivery.id);
    }
    assert_eq!(count_ready(&inbox).await, 0);
}

#[tokio::test]
async fn what_is_signed_is_accepted_though_it_is_no_json_object() {
    let database = Database::sqlite("endpoint-odd");
    let (inbox, port) = serve(&database).await;
    let mut connection = Connection::open(port).await.unwrap();
    for _ in 0..2 {
        assert_eq!(connection.send(&SignedDelivery::new("msg_1", b"[")).await.unwrap(), 204);
    }
    assert_eq!(inbox.counts().await.unwrap().undecoded, 1);
}

#[tokio::test]
async fn only_post_is_allowed() {
    let database = Database::sqlite("endpoint-methods");
    let (inbox, port) = serve(&database).await;
    let delivery = SignedDelivery::paid(1, None);
    for method in ["GET", "PUT", "DELETE"] {
        let mut connection = Connection::open(port).await.unwrap();
        let request =
            [format_head(method, &delivery, delivery.body.len()).as_bytes(), &delivery.body].concat();
        connection.write(&request).await.unwrap();
        assert_eq!(connection.read_response().await.unwrap().0, 405, "{method}");
    }
    assert_eq!(count_ready(&inbox).await, 0);
}

#[tokio::test]
async fn a_body_that_breaks_off_is_not_stored() {
    let database = Database::sqlite("endpoint-cut");
    let (inbox, port) = serve(&database).await;
    let delivery = SignedDelivery::paid(1, None);
    let head = format_head("POST", &delivery, delivery.body.len());
    let half = &delivery.body[..delivery.body.len() / 2];
    let mut connection = Connection::open(port).await.unwrap();
    connection.write(&[head.as_bytes(), half].concat()).await.unwrap();
    connection.finish_sending().await.unwrap();
    // The server may send a refusal or close the connection, but accepts nothing.
    if let Ok((status, _)) = connection.read_response().await {
        assert_eq!(status, 400);
    }
    assert_eq!(count_ready(&inbox).await, 0);
    // The same delivery is accepted when all of it comes.
    assert!((200..300).contains(&Connection::open(port).await.unwrap().send(&delivery).await.unwrap()));
    assert_eq!(count_ready(&inbox).await, 1);
}

#[tokio::test]
async fn a_refusal_says_nothing_of_the_database() {
    let database = Database::sqlite("endpoint-broken");
    let (inbox, port) = serve(&database).await;
    database.execute("DROP TABLE webhook_inbox_events").await;
    let delivery = SignedDelivery::paid(1, None);
    let mut connection = Connection::open(port).await.unwrap();
    let request = [format_head("POST", &delivery, delivery.body.len()).as_bytes(), &delivery.body].concat();
    connection.write(&request).await.unwrap();
    let (status, body) = connection.read_response().await.unwrap();
    assert_eq!(status, 503);
    assert!(!body.contains("webhook_inbox") && !body.contains("table"), "{body}");
    wait_until("the inbox says what is wrong", async || match inbox.counts().await {
        Ok(counts) => Err(format!("{counts:?}")),
        Err(_) => Ok(()),
    })
    .await;
}
