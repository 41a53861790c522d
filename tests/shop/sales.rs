//! Sales, refunds, transfers to sellers, and declined cards.

use whop::Decimal;
use whop::mock::{ErrorResponse, payments, transfers};
use whop::models::{CreateTransferResponse, PlanCurrency};

use crate::shop::Outcome;
use crate::{ACCOUNT, expect_charged, money, new_shop, order};

#[tokio::test]
async fn a_sale_sends_the_order_to_whop() {
    let (server, shop) = new_shop().await;
    let payment = expect_charged(shop.sell(&order(7)).await);

    let calls = server.calls(payments::create);
    let [call] = &calls[..] else { panic!("{} calls", calls.len()) };
    assert_eq!(call.request.account_id, ACCOUNT);
    assert_eq!(
        (call.request.member_id.clone().flatten(), call.request.payment_method_id.clone().flatten()),
        (Some(order(7).member), Some(order(7).payment_method))
    );
    assert_eq!(call.request.metadata.clone().flatten().unwrap()["order"].as_deref(), Some("7"));
    let plan = call.request.plan.as_ref().unwrap();
    assert_eq!((plan.initial_price, &plan.currency), (Some(Some(order(7).price)), &PlanCurrency::Usd));
    assert_eq!(call.request.plan_id, None);
    assert_eq!(call.raw.header("idempotency-key"), Some("order-7"));

    let payments = shop.payments().await.unwrap();
    assert_eq!(payments.len(), 1);
    assert_eq!((&payments[0].id, &payments[0].metadata.as_ref().unwrap()["order"]), (&payment, &"7".into()));
    server.verify().unwrap();
}

#[tokio::test]
async fn a_declined_card_shows_the_message_of_the_bank() {
    let (server, shop) = new_shop().await;
    let declined = ErrorResponse::new(402).code("card_declined").message("Your card has insufficient funds.");
    server.when(payments::create).then_return_error(declined).times(1);
    let expected = Outcome::Declined("Your card has insufficient funds.".to_owned());
    assert_eq!(shop.sell(&order(1)).await, expected);
    assert_eq!(server.calls(payments::create).len(), 1, "a decline is not retried");
    assert_eq!(shop.payments().await.unwrap(), []);

    // Whop stores the decline under the idempotency key. A new order has a new key.
    assert_eq!(shop.sell(&order(1)).await, expected);
    assert!(server.calls(payments::create)[1].is_replayed());
    expect_charged(shop.sell(&order(2)).await);
}

#[tokio::test]
async fn a_payment_with_a_failure_message_is_a_decline() {
    let (server, shop) = new_shop().await;
    let mut failed = server.example(payments::create);
    failed.failure_message = Some("The bank did not answer.".to_owned());
    server
        .when(payments::create)
        .matching(|call| call.member_id == Some(Some("mber_bad".into())))
        .then_return(failed)
        .times(1);
    let mut bad = order(1);
    bad.member = "mber_bad".into();
    expect_charged(shop.sell(&order(2)).await);
    assert_eq!(shop.sell(&bad).await, Outcome::Declined("The bank did not answer.".to_owned()));
    server.verify().unwrap();
}

#[tokio::test]
async fn a_payment_is_partially_refunded() {
    let (server, shop) = new_shop().await;
    let payment = expect_charged(shop.sell(&order(1)).await);
    let example = server.example(payments::refund);
    server.when(payments::refund).then_return_with(move |call| {
        let mut refunded = example.clone();
        refunded.id = call.id.clone();
        refunded.refunded_amount = call.partial_amount.flatten().map(money);
        refunded
    });
    assert_eq!(shop.refund(&payment, Decimal::new(500, 2)).await.unwrap(), Decimal::new(500, 2));

    server.when(payments::refund).matching(|call| call.id == "pay_old").then_return_error(
        ErrorResponse::unprocessable().code("not_refundable").message("This payment is too old.").param("id"),
    );
    let error = shop.refund(&"pay_old".into(), Decimal::ONE).await.unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), error.code()), (422, Some("not_refundable")));
    assert_eq!((error.message(), error.param()), (Some("This payment is too old."), Some("id")));
    assert_eq!(
        shop.refund(&payment, Decimal::ONE).await.unwrap(),
        Decimal::ONE,
        "the stub matches the old payment only"
    );
}

#[tokio::test]
async fn sellers_receive_their_share_once() {
    let (server, shop) = new_shop().await;
    let share = Decimal::new(1250, 2);
    let example = server.example(transfers::create);
    let CreateTransferResponse::Transfer(example) = example else { panic!("{example:?}") };
    server.when(transfers::create).then_return_with(move |call| {
        let mut transfer = example.clone();
        transfer.amount = Some(money(call.amount));
        CreateTransferResponse::Transfer(transfer)
    });
    assert_eq!(shop.share("biz_seller", 1, share).await.unwrap(), share);
    assert_eq!(shop.share("biz_seller", 1, share).await.unwrap(), share);
    let calls = server.calls(transfers::create);
    assert_eq!(calls.iter().map(|call| call.is_replayed()).collect::<Vec<_>>(), [false, true]);
    assert_eq!(
        (calls[0].request.origin_id.as_str(), calls[0].request.destination_id.as_deref()),
        (ACCOUNT, Some("biz_seller"))
    );
    server.verify().unwrap();
}
