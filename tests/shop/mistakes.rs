//! The messages of a failed test when the shop has a bug.

use std::panic::{AssertUnwindSafe, catch_unwind};

use whop::mock::{Server, payments, transfers};
use whop::models::PlanCurrency;

use crate::shop::{Order, Outcome, Shop};
use crate::{expect_charged, new_shop, order};

/// The message of a panic.
fn panic_message(panic: Box<dyn std::any::Any + Send>) -> String {
    panic.downcast_ref::<String>().cloned().unwrap_or_default()
}

/// An order with a misspelled currency.
fn order_with_invalid_currency(number: u32) -> Order {
    Order { currency: PlanCurrency::from("dubloons"), ..order(number) }
}

#[tokio::test]
async fn an_invalid_request_is_reported_with_operation_and_field() {
    let (server, shop) = new_shop().await;
    let outcome = shop.sell(&order_with_invalid_currency(1)).await;
    let Outcome::Refused(message) = outcome else { panic!("{outcome:?}") };
    assert!(message.contains("dubloons"), "{message}");

    let error = server.verify().unwrap_err().to_string();
    let mut lines = error.lines();
    assert_eq!(lines.next(), Some("the mock server found 1 problem:"));
    let second = lines.next().unwrap();
    assert!(second.starts_with("1. createPayment: body.plan.currency: expected one of `usd`, "), "{second}");
    assert!(second.contains("found `dubloons`"), "{second}");
    assert_eq!(lines.next(), Some("   request: POST /api/v1/payments (response: 422)"));
    assert!(server.calls(payments::create).is_empty(), "an invalid request is not a call");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_test_without_verify_fails_when_the_server_is_dropped() {
    let (server, shop) = new_shop().await;
    shop.sell(&order_with_invalid_currency(1)).await;
    let message = panic_message(catch_unwind(AssertUnwindSafe(|| drop(server))).unwrap_err());
    assert!(message.contains("createPayment: body.plan.currency: "), "{message}");
}

#[tokio::test]
async fn unmet_expectations_are_reported_with_the_received_requests() {
    let (server, shop) = new_shop().await;
    server.when(transfers::create).times(1);
    server.when(payments::create).never();
    expect_charged(shop.sell(&order(1)).await);
    let error = server.verify().unwrap_err();
    let [transfer, payment] = &error.iter().collect::<Vec<_>>()[..] else { panic!("{error}") };
    assert!(transfer.starts_with("stub for createTransfer (tests/shop/mistakes.rs:"), "{transfer}");
    assert!(
        transfer.contains("expected 1 call, received 0\nreceived requests:\n  createPayment: POST"),
        "{transfer}"
    );
    assert!(
        payment.contains("createPayment") && payment.contains("expected no calls, received 1"),
        "{payment}"
    );
}

#[tokio::test]
async fn a_wrong_api_key_is_rejected_and_never_printed() {
    let server = Server::builder().api_key("right_key").start().await.unwrap();
    let client = server.client_builder().api_key("another_key").build().unwrap();
    let outcome = Shop::new(client, "biz_1").sell(&order(1)).await;
    let Outcome::Refused(message) = outcome else { panic!("{outcome:?}") };
    let printed = format!("{message} {} {server:?} {:?}", server.verify().unwrap_err(), server.requests());
    assert!(message.contains("401"), "{message}");
    assert!(!printed.contains("another_key") && !printed.contains("right_key"), "{printed}");
}

#[tokio::test]
async fn waiting_for_a_missing_call_times_out() {
    let server = Server::builder().wait_timeout(std::time::Duration::from_millis(20)).start().await.unwrap();
    let error = server.wait_for_calls(payments::create, 1).await.unwrap_err().to_string();
    assert!(error.contains("createPayment: expected 1 call within 20ms, received 0"), "{error}");
}
