//! A small shop and its tests, as a user of the crate would write them: each test starts a mock server of its own.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on should stop"
)]

mod idempotency;
mod inbox;
mod lists;
mod mistakes;
mod outages;
mod sales;
mod servers;
mod shop;
mod webhooks;

use whop::Decimal;
use whop::ids::PaymentId;
use whop::mock::{RecordedCall, Server, payments};
use whop::models::{Money, PlanCurrency};

use shop::{Order, Outcome, Shop};

/// The account that the shop belongs to.
const ACCOUNT: &str = "biz_shop";

/// A new shop without payments.
async fn new_shop() -> (Server, Shop) {
    let server = Server::builder().initial_items(0).start().await.unwrap();
    let shop = Shop::new(server.client(), ACCOUNT);
    (server, shop)
}

/// An order for 19.99.
fn order(number: u32) -> Order {
    Order {
        number,
        member: "mber_ada".into(),
        payment_method: "pmt_visa".into(),
        price: Decimal::new(1999, 2),
        currency: PlanCurrency::Usd,
    }
}

/// An amount as Whop sends it.
fn money(amount: Decimal) -> Money {
    let amount = amount.to_string();
    let money =
        serde_json::json!({"amount": amount, "currency": "usd", "decimals": 2, "display_decimals": 2});
    serde_json::from_value(money).unwrap()
}

/// The payment of a successful sale.
#[track_caller]
fn expect_charged(outcome: Outcome) -> PaymentId {
    match outcome {
        Outcome::Charged(payment) => payment,
        other => panic!("not charged: {other:?}"),
    }
}

/// The status of each attempt to charge; `None` if there was no response.
fn charge_statuses(server: &Server) -> Vec<Option<u16>> {
    server.calls(payments::create).iter().map(RecordedCall::status).collect()
}

/// Asserts that Whop made exactly one charge, regardless of the number of attempts, and has only this payment.
async fn assert_paid_once(server: &Server, shop: &Shop, payment: &PaymentId) {
    let calls = server.calls(payments::create);
    let processed = calls
        .iter()
        .filter(|call| !call.is_replayed() && call.status().is_none_or(|status| status < 300))
        .count();
    assert_eq!(processed, 1, "of {} attempts", calls.len());
    let key = calls[0].raw.header("idempotency-key").unwrap();
    assert!(calls.iter().all(|call| call.raw.header("idempotency-key") == Some(key)));
    let stored: Vec<PaymentId> =
        shop.payments().await.unwrap().into_iter().map(|payment| payment.id).collect();
    assert_eq!(stored.iter().collect::<Vec<_>>(), [payment]);
}
