//! Examples that move money.

use whop::mock::{self, Server};
use whop::models::{Currencies, FeeMarkupTypes, ReceiptStatus};

use crate::{against, in_order, local};

#[test]
fn payments_proves_that_nothing_is_paid_twice() {
    in_order(
        &local("payments"),
        &[
            "charged",
            "replayed: false",
            "replayed: true",
            "proved",
            "listed",
            "declined",
            "retried",
            "refunded",
        ],
    );
}

#[test]
fn payments_asks_whop_for_what_it_says() {
    let server = Server::start_blocking();
    let ids =
        [("WHOP_COMPANY_ID", "biz_1"), ("WHOP_MEMBER_ID", "mber_1"), ("WHOP_PAYMENT_METHOD_ID", "payt_1")];
    let (success, text) = against(&server, "payments", &ids).end();
    assert!(success, "{text}");

    let charges = server.calls(mock::payments::create);
    let keys: Vec<_> = charges.iter().map(|call| call.raw.header("idempotency-key").unwrap()).collect();
    assert_eq!(keys, ["charge-order-17", "charge-order-18"]);
    for charge in &charges {
        assert_eq!(charge.request.company_id, "biz_1");
        assert_eq!(charge.request.member_id, "mber_1");
        assert_eq!(charge.request.payment_method_id, "payt_1");
        let plan = charge.request.plan.as_ref().unwrap();
        assert_eq!(plan.currency, Currencies::Usd);
    }
    let list = &server.calls(mock::payments::list)[0].request;
    assert_eq!(list.company_id.clone().unwrap(), "biz_1");
    assert_eq!(list.statuses.clone().unwrap(), [ReceiptStatus::Paid]);
    let refund = &server.calls(mock::payments::refund)[0];
    assert_eq!(refund.request.partial_amount.flatten().unwrap().to_string(), "5.00");
    server.verify().unwrap();
}

#[test]
fn connected_accounts_walks_the_whole_way() {
    let server = Server::start_blocking();
    let (success, text) =
        against(&server, "connected_accounts", &[("WHOP_COMPANY_ID", "biz_platform")]).end();
    assert!(success, "{text}");
    in_order(&text, &["enrolled", "verify", "markup", "moved    12.50", "balance", "paid out 10.00"]);

    let enrolled = &server.calls(mock::companies::create)[0];
    assert_eq!(enrolled.request.parent_company_id.clone().flatten().unwrap(), "biz_platform");
    let markup = &server.calls(mock::fee_markups::create)[0];
    assert_eq!(markup.request.fee_type, FeeMarkupTypes::BankWireWithdrawalMarkup);
    assert_eq!(markup.request.percentage_fee.flatten().unwrap().to_string(), "1.5");
    let transfer = &server.calls(mock::transfers::create)[0];
    assert_eq!(transfer.request.origin_id, "biz_platform");
    assert_eq!(transfer.raw.header("idempotency-key"), Some("share-of-order-17"));
    let withdrawal = &server.calls(mock::withdrawals::create)[0];
    assert_eq!(withdrawal.request.company_id.as_str(), transfer.request.destination_id);
    assert_eq!(withdrawal.raw.header("idempotency-key"), Some("payout-of-week-47"));
    server.verify().unwrap();
}

#[test]
fn the_metadata_of_a_checkout_comes_back() {
    let text = local("checkout");
    in_order(
        &text,
        &["created  ch_", "stored", "exp_42", "paid     pay_", "credit   Some(\"100\")", "exp_42"],
    );

    let server = Server::start_blocking();
    let (success, text) = against(&server, "checkout", &[("WHOP_PLAN_ID", "plan_1")]).end();
    assert!(success && text.contains("webhook_endpoint"), "{text}");
    let created = &server.calls(mock::checkout_configurations::create)[0];
    assert_eq!(created.request.plan_id.clone().unwrap(), "plan_1");
    server.verify().unwrap();
}
