//! Outages, slow responses and broken connections: how the shop handles them, and what its customers pay.

use std::time::Duration;

use tokio::time::Instant;
use whop::mock::payments;

use crate::shop::{Outcome, Shop};
use crate::{ACCOUNT, assert_paid_once, charge_statuses, expect_charged, new_shop, order};

fn is_unknown(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Unknown(_))
}

#[tokio::test]
async fn a_short_outage_does_not_fail_a_sale() {
    let (server, shop) = new_shop().await;
    server.when(payments::create).then_return_status(503).times(2).then_respond_by_default();
    let payment = expect_charged(shop.sell(&order(1)).await);
    assert_eq!(charge_statuses(&server), [Some(503), Some(503), Some(201)]);
    assert_paid_once(&server, &shop, &payment).await;
    server.verify().unwrap();
}

#[tokio::test]
async fn a_long_outage_fails_a_sale_without_a_charge() {
    let (server, shop) = new_shop().await;
    server.when(payments::create).then_return_status(503);
    let outcome = shop.sell(&order(1)).await;
    assert!(is_unknown(&outcome), "{outcome:?}");
    assert_eq!(charge_statuses(&server), [Some(503); 3]);
    assert_eq!(shop.payments().await.unwrap(), []);

    // After the outage, a new attempt charges the customer once.
    server.when(payments::create).then_respond_by_default();
    let payment = expect_charged(shop.sell(&order(1)).await);
    assert_paid_once(&server, &shop, &payment).await;
}

#[tokio::test(start_paused = true)]
async fn a_slow_response_is_replayed_to_the_next_attempt() {
    let (server, shop) = new_shop().await;
    server.when(payments::create).delay(Duration::from_secs(3600)).times(1);
    let started = Instant::now();
    let payment = expect_charged(shop.sell(&order(1)).await);
    assert!(started.elapsed() < Duration::from_secs(120), "{:?}", started.elapsed());
    assert_eq!(charge_statuses(&server)[1], Some(201));
    assert_paid_once(&server, &shop, &payment).await;
}

#[tokio::test(start_paused = true)]
async fn a_timeout_is_returned_as_an_error() {
    let (server, _) = new_shop().await;
    let timeout = Duration::from_secs(5);
    let shop = Shop::new(server.client_builder().timeout(timeout).build().unwrap(), ACCOUNT);
    server.when(payments::list).delay(Duration::from_secs(6)).up_to_n_times(3);
    let started = Instant::now();
    let error = shop.payments().await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    assert_eq!(started.elapsed(), timeout * 3, "three attempts");
    assert_eq!(shop.payments().await.unwrap(), []);
}

#[tokio::test(start_paused = true)]
async fn the_client_waits_as_long_as_whop_asks() {
    let (server, shop) = new_shop().await;
    server.when(payments::create).then_rate_limit(Duration::from_secs(30)).then_respond_by_default();
    let (started, real_start) = (Instant::now(), std::time::Instant::now());
    let payment = expect_charged(shop.sell(&order(1)).await);
    let waited = started.elapsed();
    assert!((30..40).contains(&waited.as_secs()), "{waited:?}");
    assert!(real_start.elapsed() < Duration::from_secs(25), "the wait takes no real time");
    assert_eq!(charge_statuses(&server), [Some(429), Some(201)]);
    assert_paid_once(&server, &shop, &payment).await;
}

#[tokio::test]
async fn a_closed_connection_has_no_effect() {
    let (server, shop) = new_shop().await;
    server.when(payments::create).then_close_connection().times(2).then_respond_by_default();
    let payment = expect_charged(shop.sell(&order(1)).await);
    // Requests that were not read are part of `requests` only.
    let attempts = server.requests().iter().filter(|request| request.method == "POST").count();
    assert_eq!((attempts, charge_statuses(&server)), (3, vec![Some(201)]));
    assert_paid_once(&server, &shop, &payment).await;
    server.verify().unwrap();
}

#[tokio::test]
async fn a_truncated_response_is_requested_again() {
    let (server, shop) = new_shop().await;
    server.when(payments::create).truncate_body(40).times(1);
    let payment = expect_charged(shop.sell(&order(1)).await);
    assert_paid_once(&server, &shop, &payment).await;
    server.verify().unwrap();
}

#[tokio::test]
async fn a_response_that_is_not_json_is_not_a_payment() {
    let (server, shop) = new_shop().await;
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
