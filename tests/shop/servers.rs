//! Several servers at the same time, seeds, and a test without async code.

use std::collections::HashSet;

use whop::mock::{Server, payments};

use crate::shop::Shop;
use crate::{expect_charged, order};

#[tokio::test]
async fn servers_share_no_state() {
    let (first_server, second_server) = (
        Server::builder().initial_items(0).seed(1).start().await.unwrap(),
        Server::builder().initial_items(0).seed(2).start().await.unwrap(),
    );
    assert_ne!(first_server.url(), second_server.url());
    first_server.when(payments::create).then_return_status(500);
    let (first, second) =
        (Shop::new(first_server.client(), "biz_1"), Shop::new(second_server.client(), "biz_2"));
    let (failed, sold) =
        tokio::join!(async { first.sell(&order(1)).await }, async { second.sell(&order(1)).await });
    assert!(matches!(failed, crate::shop::Outcome::Unknown(_)), "{failed:?}");
    let payment = expect_charged(sold);
    assert_eq!(
        (first_server.calls(payments::create).len(), second_server.calls(payments::create).len()),
        (3, 1)
    );
    assert_eq!(first.payments().await.unwrap(), []);
    assert_eq!(second.payments().await.unwrap()[0].id, payment);
}

#[tokio::test]
async fn twenty_servers_run_concurrently() {
    let shops = (1..=20).map(|seed| {
        tokio::spawn(async move {
            let server = Server::builder().initial_items(0).seed(seed).start().await.unwrap();
            let shop = Shop::new(server.client(), "biz_1");
            let payment = expect_charged(shop.sell(&order(1)).await);
            crate::assert_paid_once(&server, &shop, &payment).await;
            server.verify().unwrap();
            payment
        })
    });
    let mut payments = HashSet::new();
    for shop in shops.collect::<Vec<_>>() {
        payments.insert(shop.await.unwrap());
    }
    assert_eq!(payments.len(), 20, "each seed generates different ids");
}

#[tokio::test]
async fn the_same_seed_gives_the_same_payment() {
    let mut ids = Vec::new();
    for _ in 0..2 {
        let server = Server::builder().seed(42).start().await.unwrap();
        ids.push(expect_charged(Shop::new(server.client(), "biz_1").sell(&order(1)).await));
    }
    assert_eq!(ids[0], ids[1]);
}

#[test]
fn a_receipt_with_blocking_calls() {
    let server = Server::start_blocking();
    let shop = Shop::new(server.client(), "biz_1");
    let mut payment = server.example(payments::retrieve);
    payment.id = "pay_1".into();
    payment.total = Some(crate::money("19.99".parse().unwrap()));
    payment.currency = whop::models::Currencies::Eur;
    server.when(payments::retrieve).then_return(payment).times(1);
    assert_eq!(shop.receipt(&"pay_1".into()).unwrap(), "pay_1: 19.99 eur");
    assert_eq!(server.wait_for_calls_blocking(payments::retrieve, 1).unwrap()[0].request.id, "pay_1");
    server.verify().unwrap();
}
