//! Examples that move money.

use whop::mock::{self, Server};
use whop::models::{FeeMarkupTypes, ListPaymentsStatus, PlanCurrency};

use crate::{assert_in_order, run_local, start_against};

#[test]
fn payments_charges_once_when_the_response_is_lost() {
    assert_in_order(
        &run_local("payments"),
        &[
            "charged  pay_",
            "for 19.99 USD: paid",
            "charge-order-17: processed",
            "charge-order-17: replayed",
            "proved",
            "listed",
            "declined",
            "retried  pay_",
            ": paid",
            "refunded 5.00 USD of pay_",
        ],
    );
}

#[test]
fn payments_sends_the_expected_requests() {
    let server = Server::start_blocking();
    let ids =
        [("WHOP_ACCOUNT_ID", "biz_1"), ("WHOP_MEMBER_ID", "mber_1"), ("WHOP_PAYMENT_METHOD_ID", "payt_1")];
    let (success, text) = start_against(&server, "payments", &ids).wait_for_end();
    assert!(success, "{text}");

    let charges = server.calls(mock::payments::create);
    let keys: Vec<_> = charges.iter().map(|call| call.raw.header("idempotency-key").unwrap()).collect();
    assert_eq!(keys, ["charge-order-17", "charge-order-18"]);
    for charge in &charges {
        assert_eq!(charge.request.account_id, "biz_1");
        assert_eq!(charge.request.member_id.clone().flatten().unwrap(), "mber_1");
        assert_eq!(charge.request.payment_method_id.clone().flatten().unwrap(), "payt_1");
        let plan = charge.request.plan.as_ref().unwrap();
        assert_eq!(plan.currency, PlanCurrency::Usd);
    }
    let list = &server.calls(mock::payments::list)[0].request;
    assert_eq!(list.account_id.clone().unwrap(), "biz_1");
    assert_eq!(list.status.clone().unwrap(), ListPaymentsStatus::Paid);
    let refund = &server.calls(mock::payments::refund)[0];
    assert_eq!(refund.request.partial_amount.flatten().unwrap().to_string(), "5.00");
    server.verify().unwrap();
}

#[test]
fn connected_accounts_runs_every_step() {
    let server = Server::start_blocking();
    let (success, text) =
        start_against(&server, "connected_accounts", &[("WHOP_ACCOUNT_ID", "biz_platform")]).wait_for_end();
    assert!(success, "{text}");
    assert_in_order(
        &text,
        &[
            "enrolled",
            "verify",
            "markup",
            "moved    12.50 USD",
            "balance  10012.5 USD",
            "paid out 10.00 USD",
            "fee      0.30 USD; arrives",
        ],
    );

    let enrolled = &server.calls(mock::accounts::create)[0];
    assert_eq!(enrolled.request.email.as_deref(), Some("owner@example.com"));
    let markup = &server.calls(mock::fee_markups::create)[0];
    assert_eq!(markup.request.fee_type, FeeMarkupTypes::BankWireWithdrawalMarkup);
    assert_eq!(markup.request.percentage_fee.flatten().unwrap().to_string(), "1.5");
    let transfer = &server.calls(mock::transfers::create)[0];
    assert_eq!(transfer.request.origin_id, "biz_platform");
    assert_eq!(transfer.request.amount.to_string(), "12.50");
    let seller = transfer.request.destination_id.as_deref().unwrap();
    let key = |purpose: &str| Some(format!("{purpose}-{seller}"));
    assert_eq!(transfer.raw.header("idempotency-key").map(str::to_owned), key("share-of-order-17"));
    let payout = &server.calls(mock::payouts::create)[0];
    assert_eq!(
        payout.request.account_id.as_ref().map(AsRef::as_ref),
        transfer.request.destination_id.as_deref()
    );
    assert_eq!(payout.request.amount.to_string(), "10.00");
    assert_eq!(payout.raw.header("idempotency-key").map(str::to_owned), key("payout-of-2026-w47"));
    assert_eq!(enrolled.raw.header("idempotency-key"), Some("seller-17"));
    server.verify().unwrap();
}

#[test]
fn the_metadata_of_a_checkout_is_in_the_webhook() {
    let text = run_local("checkout");
    assert_in_order(
        &text,
        &["created  ch_", "stored", "exp_42", "paid     pay_", "by checkout ch_", "credit   100 for exp_42"],
    );

    let server = Server::start_blocking();
    let (success, text) = start_against(&server, "checkout", &[("WHOP_PLAN_ID", "plan_1")]).wait_for_end();
    assert!(success && text.contains("webhook_endpoint"), "{text}");
    let created = &server.calls(mock::checkout_configurations::create)[0];
    assert_eq!(created.request.plan_id.clone().flatten().unwrap(), "plan_1");
    server.verify().unwrap();
}
