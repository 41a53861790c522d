//! What a test is told when the shop does something wrong: where, and what.

use std::panic::{AssertUnwindSafe, catch_unwind};

use whop::mock::{Server, payments, transfers};
use whop::models::Currencies;

use crate::shop::{Order, Outcome, Shop};
use crate::{charged, open, order};

/// What a panic says.
fn words(panic: Box<dyn std::any::Any + Send>) -> String {
    panic.downcast_ref::<String>().cloned().unwrap_or_default()
}

/// An order in a currency that somebody has mistyped.
fn mistyped(number: u32) -> Order {
    Order { currency: Currencies::from("dubloons"), ..order(number) }
}

#[tokio::test]
async fn a_wrong_request_names_the_operation_and_the_field() {
    let (server, shop) = open().await;
    let outcome = shop.sell(&mistyped(1)).await;
    let Outcome::Refused(said) = outcome else { panic!("{outcome:?}") };
    assert!(said.contains("dubloons"), "{said}");

    let complaint = server.verify().unwrap_err().to_string();
    let mut lines = complaint.lines();
    assert_eq!(lines.next(), Some("the mock server has 1 complaint:"));
    let second = lines.next().unwrap();
    assert!(second.starts_with("1. createPayment: body.plan.currency: must be one of `usd`, "), "{second}");
    assert!(second.contains("is `dubloons`"), "{second}");
    assert_eq!(lines.next(), Some("   POST /api/v1/payments, answered 422"));
    assert!(server.calls(payments::create).is_empty(), "what breaks the document is no call");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_test_that_forgets_to_ask_fails_at_its_end() {
    let (server, shop) = open().await;
    shop.sell(&mistyped(1)).await;
    let said = words(catch_unwind(AssertUnwindSafe(|| drop(server))).unwrap_err());
    assert!(said.contains("createPayment: body.plan.currency: "), "{said}");
}

#[tokio::test]
async fn what_was_expected_and_did_not_come_is_told_with_what_came() {
    let (server, shop) = open().await;
    server.when(transfers::create).times(1);
    server.when(payments::create).never();
    charged(shop.sell(&order(1)).await);
    let said = server.verify().unwrap_err();
    let [transfer, payment] = &said.iter().collect::<Vec<_>>()[..] else { panic!("{said}") };
    assert!(transfer.starts_with("the stub of createTransfer at tests/shop/mistakes.rs:"), "{transfer}");
    assert!(
        transfer.contains("it was to be called once, was called never; what came:\ncreatePayment: POST"),
        "{transfer}"
    );
    assert!(
        payment.contains("createPayment") && payment.contains("to be called never, was called once"),
        "{payment}"
    );
}

#[tokio::test]
async fn a_wrong_key_is_refused_and_never_shown() {
    let server = Server::builder().api_key("right_key").start().await.unwrap();
    let client = server.client_builder().api_key("another_key").build().unwrap();
    let outcome = Shop::new(client, "biz_1").sell(&order(1)).await;
    let Outcome::Refused(said) = outcome else { panic!("{outcome:?}") };
    let told = format!("{said} {} {server:?} {:?}", server.verify().unwrap_err(), server.requests());
    assert!(said.contains("401"), "{said}");
    assert!(!told.contains("another_key") && !told.contains("right_key"), "{told}");
}

#[tokio::test]
async fn what_does_not_come_is_not_waited_for_without_end() {
    let server = Server::builder().wait_timeout(std::time::Duration::from_millis(20)).start().await.unwrap();
    let error = server.wait_for_calls(payments::create, 1).await.unwrap_err().to_string();
    assert!(error.contains("createPayment came 0 of 1 times within 20ms"), "{error}");
}
