//! Whop is away, slow, or breaks off: what the shop makes of it, and what it costs its customers.

use std::time::Duration;

use tokio::time::Instant;
use whop::mock::payments;

use crate::shop::{Outcome, Shop};
use crate::{COMPANY, charged, open, order, paid_once, statuses};

fn is_unknown(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Unknown(_))
}

#[tokio::test]
async fn a_short_outage_is_not_felt() {
    let (server, shop) = open().await;
    server.when(payments::create).then_return_status(503).times(2).then_respond_by_default();
    let payment = charged(shop.sell(&order(1)).await);
    assert_eq!(statuses(&server), [Some(503), Some(503), Some(200)]);
    paid_once(&server, &shop, &payment).await;
    server.verify().unwrap();
}

#[tokio::test]
async fn an_outage_that_lasts_is_told_and_costs_nothing() {
    let (server, shop) = open().await;
    server.when(payments::create).then_return_status(503);
    let outcome = shop.sell(&order(1)).await;
    assert!(is_unknown(&outcome), "{outcome:?}");
    assert_eq!(statuses(&server), [Some(503); 3]);
    assert_eq!(shop.payments().await.unwrap(), []);

    // Whop is back. The customer tries again, and has an order of one payment.
    server.when(payments::create).then_respond_by_default();
    let payment = charged(shop.sell(&order(1)).await);
    paid_once(&server, &shop, &payment).await;
}

#[tokio::test(start_paused = true)]
async fn a_slow_answer_is_fetched_by_the_next_attempt() {
    let (server, shop) = open().await;
    server.when(payments::create).delay(Duration::from_secs(3600)).times(1);
    let begun = Instant::now();
    let payment = charged(shop.sell(&order(1)).await);
    assert!(begun.elapsed() < Duration::from_secs(120), "{:?}", begun.elapsed());
    assert_eq!(statuses(&server)[1], Some(200));
    paid_once(&server, &shop, &payment).await;
}

#[tokio::test(start_paused = true)]
async fn no_answer_in_time_is_told() {
    let (server, _) = open().await;
    let timeout = Duration::from_secs(5);
    let shop = Shop::new(server.client_builder().timeout(timeout).build().unwrap(), COMPANY);
    server.when(payments::list).delay(Duration::from_secs(6)).up_to_n_times(3);
    let begun = Instant::now();
    let error = shop.payments().await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    assert_eq!(begun.elapsed(), timeout * 3, "three attempts");
    assert_eq!(shop.payments().await.unwrap(), []);
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_whop_asks_for_is_kept() {
    let (server, shop) = open().await;
    server.when(payments::create).then_rate_limit(Duration::from_secs(30)).then_respond_by_default();
    let (begun, real) = (Instant::now(), std::time::Instant::now());
    let payment = charged(shop.sell(&order(1)).await);
    let waited = begun.elapsed();
    assert!((30..40).contains(&waited.as_secs()), "{waited:?}");
    assert!(real.elapsed() < Duration::from_secs(25), "nobody sleeps in a test");
    assert_eq!(statuses(&server), [Some(429), Some(200)]);
    paid_once(&server, &shop, &payment).await;
}

#[tokio::test]
async fn a_request_that_was_not_read_has_done_nothing() {
    let (server, shop) = open().await;
    server.when(payments::create).then_close_connection().times(2).then_respond_by_default();
    let payment = charged(shop.sell(&order(1)).await);
    // What was never read is among the raw requests only.
    let tried = server.requests().iter().filter(|request| request.method == "POST").count();
    assert_eq!((tried, statuses(&server)), (3, vec![Some(200)]));
    paid_once(&server, &shop, &payment).await;
    server.verify().unwrap();
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_fetched_again() {
    let (server, shop) = open().await;
    server.when(payments::create).truncate_body(40).times(1);
    let payment = charged(shop.sell(&order(1)).await);
    paid_once(&server, &shop, &payment).await;
    server.verify().unwrap();
}

#[tokio::test]
async fn an_answer_that_is_none_is_not_taken_for_a_payment() {
    let (server, shop) = open().await;
    server
        .when(payments::create)
        .then_return_raw(200, [("content-type", "text/html")], "<h1>Welcome</h1>")
        .times(1);
    let outcome = shop.sell(&order(1)).await;
    assert!(is_unknown(&outcome), "{outcome:?}");
    server.when(payments::list).then_return_raw(502, [("content-type", "text/html")], "<h1>Bad gateway</h1>");
    let error = shop.payments().await.unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 502);
}
