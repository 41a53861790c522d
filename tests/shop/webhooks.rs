//! Webhooks about payments: the shop accepts only valid deliveries, books each once, and handles any order.

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

use crate::shop::{Account, Shop};
use crate::{money, new_shop};

const PRICE: Decimal = Decimal::from_parts(1999, 0, 0, false, 2);

/// Serves the webhook endpoint of a shop and returns its URL.
async fn serve(routes: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, routes).await });
    format!("http://{address}/whop")
}

/// A new shop with a webhook endpoint.
async fn new_shop_with_endpoint() -> (Server, Shop, String) {
    let (server, shop) = new_shop().await;
    let url = serve(shop.routes(server.webhook_secret()).unwrap()).await;
    (server, shop, url)
}

/// An event for an order that was paid.
fn paid_event(server: &Server, order: u32) -> Event {
    let mut event = server.event("payment.succeeded");
    let Event::PaymentSucceeded(payload) = &mut event else { panic!("{event:?}") };
    payload.id = format!("msg_paid_{order}").into();
    payload.data.metadata = Some([("order".to_owned(), order.to_string().into())].into_iter().collect());
    payload.data.total = Some(money(PRICE));
    event
}

/// An event for an order whose payment is pending.
fn pending_event(server: &Server, order: u32) -> Event {
    let mut event = server.event("payment.pending");
    let Event::PaymentPending(payload) = &mut event else { panic!("{event:?}") };
    payload.data.metadata = Some([("order".to_owned(), order.to_string().into())].into_iter().collect());
    event
}

#[tokio::test]
async fn a_paid_order_is_booked() {
    let (server, shop, url) = new_shop_with_endpoint().await;
    assert_eq!(shop.account(1), None);
    assert!(server.deliver(&url, &pending_event(&server, 1)).await.unwrap().is_accepted());
    assert_eq!(shop.account(1), Some(Account::Pending));
    assert!(server.deliver(&url, &paid_event(&server, 1)).await.unwrap().is_accepted());
    assert_eq!((shop.account(1), shop.account(2)), (Some(Account::Paid(PRICE)), None));
}

#[tokio::test]
async fn invalid_deliveries_are_rejected() {
    let (server, shop, url) = new_shop_with_endpoint().await;
    let event = paid_event(&server, 1);
    for delivery in [
        server.delivery(&event).tampered(),
        server.delivery(&event).stale(),
        server.delivery(&event).signed_with("another secret"),
    ] {
        let description = format!("{delivery:?}");
        let delivered = delivery.to(&url).send().await.unwrap();
        assert_eq!(delivered.statuses(), [Some(401)], "{description}");
    }
    assert_eq!(shop.account(1), None);
}

#[tokio::test]
async fn a_replayed_delivery_is_booked_once() {
    let (server, shop, url) = new_shop_with_endpoint().await;
    let delivered = server.delivery(&paid_event(&server, 1)).replayed().to(&url).send().await.unwrap();
    assert_eq!(delivered.statuses(), [Some(204), Some(204)]);
    assert_eq!(shop.account(1), Some(Account::Paid(PRICE)));
}

#[tokio::test]
async fn a_late_event_does_not_revert_a_payment() {
    let (server, shop, url) = new_shop_with_endpoint().await;
    server.deliver(&url, &paid_event(&server, 1)).await.unwrap();
    server.deliver(&url, &pending_event(&server, 1)).await.unwrap();
    assert_eq!(shop.account(1), Some(Account::Paid(PRICE)));
}

#[tokio::test]
async fn whop_retries_until_the_shop_is_available() {
    let (server, shop) = new_shop().await;
    let routes = shop.routes(server.webhook_secret()).unwrap();
    let failures_left = Arc::new(AtomicU32::new(2));
    let starting = Router::new().fallback(move |request: Request| async move {
        if failures_left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok()
        {
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
        routes.oneshot(request).await.into_response()
    });
    let url = serve(starting).await;
    let delivery = server.delivery(&paid_event(&server, 1)).with_retries().without_waiting();
    let delivered = delivery.to(&url).send().await.unwrap();
    assert_eq!(delivered.statuses(), [Some(503), Some(503), Some(204)]);
    let times: Vec<u64> = delivered.attempts.iter().map(|attempt| attempt.timestamp).collect();
    assert_eq!((times[1] - times[0], times[2] - times[1]), (10, 20), "the retry schedule of Whop");
    assert_eq!(shop.account(1), Some(Account::Paid(PRICE)));
}

#[tokio::test]
async fn delivery_to_an_unreachable_shop_fails() {
    let (server, shop) = new_shop().await;
    let unreachable = "http://127.0.0.1:1/whop";
    let delivery = server.delivery(&paid_event(&server, 1)).with_retries().without_waiting();
    let delivered = delivery.to(unreachable).send().await.unwrap();
    assert_eq!((delivered.statuses(), delivered.is_accepted()), (vec![None; 4], false));
    assert_eq!(shop.account(1), None);
}
