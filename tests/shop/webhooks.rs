//! Whop tells the shop what was paid: the shop believes what is genuine, once, in whatever order it comes.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use tower::ServiceExt as _;
use whop::Decimal;
use whop::mock::Server;
use whop::webhooks::Event;

use crate::open;
use crate::shop::{Account, Shop};

const PRICE: Decimal = Decimal::from_parts(1999, 0, 0, false, 2);

/// Puts a shop's endpoint on the network: its address.
async fn serve(routes: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, routes).await });
    format!("http://{address}/whop")
}

/// A shop whose endpoint Whop can reach.
async fn reachable() -> (Server, Shop, String) {
    let (server, shop) = open().await;
    let url = serve(shop.routes(server.webhook_secret()).unwrap()).await;
    (server, shop, url)
}

/// Whop's word that an order was paid.
fn paid(server: &Server, order: u32) -> Event {
    let mut event = server.event("payment.succeeded");
    let Event::PaymentSucceeded(told) = &mut event else { panic!("{event:?}") };
    told.id = format!("msg_paid_{order}");
    told.data.metadata = Some([("order".to_owned(), order.into())].into_iter().collect());
    told.data.total = Some(PRICE);
    event
}

/// Whop's word that an order is being paid.
fn pending(server: &Server, order: u32) -> Event {
    let mut event = server.event("payment.pending");
    let Event::PaymentPending(told) = &mut event else { panic!("{event:?}") };
    told.data.metadata = Some([("order".to_owned(), order.into())].into_iter().collect());
    event
}

#[tokio::test]
async fn what_was_paid_is_booked() {
    let (server, shop, url) = reachable().await;
    assert_eq!(shop.account(1), None);
    assert!(server.deliver(&url, &pending(&server, 1)).await.unwrap().is_accepted());
    assert_eq!(shop.account(1), Some(Account::Pending));
    assert!(server.deliver(&url, &paid(&server, 1)).await.unwrap().is_accepted());
    assert_eq!((shop.account(1), shop.account(2)), (Some(Account::Paid(PRICE)), None));
}

#[tokio::test]
async fn what_is_not_genuine_is_refused() {
    let (server, shop, url) = reachable().await;
    let event = paid(&server, 1);
    for delivery in [
        server.delivery(&event).tampered(),
        server.delivery(&event).stale(),
        server.delivery(&event).signed_with("the secret of somebody else"),
    ] {
        let shown = format!("{delivery:?}");
        let delivered = delivery.to(&url).send().await.unwrap();
        assert_eq!(delivered.statuses(), [Some(401)], "{shown}");
    }
    assert_eq!(shop.account(1), None);
}

#[tokio::test]
async fn what_comes_twice_is_booked_once() {
    let (server, shop, url) = reachable().await;
    let delivered = server.delivery(&paid(&server, 1)).replayed().to(&url).send().await.unwrap();
    assert_eq!(delivered.statuses(), [Some(204), Some(204)]);
    assert_eq!(shop.account(1), Some(Account::Paid(PRICE)));
}

#[tokio::test]
async fn what_comes_late_undoes_nothing() {
    let (server, shop, url) = reachable().await;
    server.deliver(&url, &paid(&server, 1)).await.unwrap();
    server.deliver(&url, &pending(&server, 1)).await.unwrap();
    assert_eq!(shop.account(1), Some(Account::Paid(PRICE)));
}

#[tokio::test]
async fn whop_comes_again_until_the_shop_is_up() {
    let (server, shop) = open().await;
    let routes = shop.routes(server.webhook_secret()).unwrap();
    let down = Arc::new(AtomicU32::new(2));
    let starting = Router::new().fallback(move |request: Request| async move {
        if down.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok() {
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
        routes.oneshot(request).await.into_response()
    });
    let url = serve(starting).await;
    let delivery = server.delivery(&paid(&server, 1)).with_retries().without_waiting();
    let delivered = delivery.to(&url).send().await.unwrap();
    assert_eq!(delivered.statuses(), [Some(503), Some(503), Some(204)]);
    let times: Vec<u64> = delivered.attempts.iter().map(|attempt| attempt.timestamp).collect();
    assert_eq!((times[1] - times[0], times[2] - times[1]), (10, 20), "the times of Whop's schedule");
    assert_eq!(shop.account(1), Some(Account::Paid(PRICE)));
}

#[tokio::test]
async fn a_shop_that_is_not_there_is_given_up() {
    let (server, shop) = open().await;
    let gone = "http://127.0.0.1:1/whop";
    let delivery = server.delivery(&paid(&server, 1)).with_retries().without_waiting();
    let delivered = delivery.to(gone).send().await.unwrap();
    assert_eq!((delivered.statuses(), delivered.is_accepted()), (vec![None; 4], false));
    assert_eq!(shop.account(1), None);
}
