//! No order is paid twice: dropped responses, double clicks and cancelled calls.

use whop::Decimal;
use whop::mock::payments;

use crate::shop::Outcome;
use crate::{assert_paid_once, charge_statuses, expect_charged, new_shop, order};

#[tokio::test]
async fn a_dropped_response_pays_once() {
    let (server, shop) = new_shop().await;
    // Whop charges the card, and the connection closes before the response is sent.
    server.when(payments::create).drop_response().times(1);
    let payment = expect_charged(shop.sell(&order(1)).await);

    let calls = server.calls(payments::create);
    assert_eq!(calls.len(), 2);
    assert_eq!((calls[0].status(), calls[0].is_replayed()), (None, false));
    assert_eq!((calls[1].status(), calls[1].is_replayed()), (Some(201), true));
    assert_eq!(calls[0].request, calls[1].request);
    assert_paid_once(&server, &shop, &payment).await;
    server.verify().unwrap();
}

#[tokio::test]
async fn dropping_every_response_pays_once() {
    let (server, shop) = new_shop().await;
    server.when(payments::create).drop_response().times(3).then_respond_by_default();
    let outcome = shop.sell(&order(1)).await;
    assert!(matches!(outcome, Outcome::Unknown(_)), "{outcome:?}");
    assert_eq!(charge_statuses(&server), [None; 3]);

    let payment = expect_charged(shop.sell(&order(1)).await);
    assert_paid_once(&server, &shop, &payment).await;
    server.verify().unwrap();
}

#[tokio::test]
async fn a_double_click_pays_once() {
    let (server, shop) = new_shop().await;
    let order = order(1);
    let (first, second) = tokio::join!(shop.sell(&order), shop.sell(&order));
    let payment = expect_charged(first);
    assert_eq!(expect_charged(second), payment);
    assert_paid_once(&server, &shop, &payment).await;
    server.verify().unwrap();
}

#[tokio::test]
async fn a_cancelled_and_repeated_sale_pays_once() {
    let (server, shop) = new_shop().await;
    server.when(payments::create).delay(std::time::Duration::from_secs(60)).times(1);
    let sale = tokio::spawn({
        let shop = shop.clone();
        async move { shop.sell(&order(1)).await }
    });
    let calls = server.wait_for_calls(payments::create, 1).await.unwrap();
    assert_eq!(calls[0].status(), None, "the response is delayed");
    sale.abort();

    let payment = expect_charged(shop.sell(&order(1)).await);
    assert_paid_once(&server, &shop, &payment).await;
}

#[tokio::test]
async fn a_different_request_with_the_same_key_is_rejected() {
    let (server, shop) = new_shop().await;
    let payment = expect_charged(shop.sell(&order(1)).await);
    let changed_order = crate::shop::Order { price: Decimal::new(2999, 2), ..order(1) };
    let Outcome::Refused(message) = shop.sell(&changed_order).await else {
        panic!("the order was not refused")
    };
    assert!(message.contains("400") && message.contains("idempotency"), "{message}");
    assert_eq!(charge_statuses(&server), [Some(201), Some(400)]);
    let stored = shop.payments().await.unwrap();
    assert_eq!((stored.len(), &stored[0].id), (1, &payment));
    // This is a bug in the shop, so the verification reports it.
    let error = server.verify().unwrap_err().to_string();
    assert!(
        error.contains("createPayment: ")
            && error.contains("the key in Idempotency-Key was used for a different request"),
        "{error}"
    );
}
