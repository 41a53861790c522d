//! The same calls with nothing missing. They compile, so the other programs fail only because of what they omit.

use whop::models::{Account, AccountLinkUseCases, PlanCurrency, PaymentInputPlan};

fn link(whop: &whop::Client, account: Account) {
    let _ = whop
        .account_links()
        .create()
        .use_case(AccountLinkUseCases::PayoutsPortal)
        .return_url("https://example.com/return")
        .refresh_url("https://example.com/refresh")
        .account_id(account.id.clone())
        .send();
    let plan = PaymentInputPlan::builder().currency(PlanCurrency::Usd).build();
    let _ = whop.payments().create().plan(plan).account_id(account.id.clone()).send();
    let _ = whop.checkout_configurations().list().first(10).account_id(&account.id).stream();
    let date: whop::DateTime = "2026-10-01T00:00:00Z".parse().unwrap();
    let _ = whop.transfers().list().created_after(date).destination_id(&account.id).stream();
    let transfer = whop.transfers().create().balance().amount(whop::dec!(10.50)).currency(PlanCurrency::Usd);
    let _ = transfer.origin_id(&account.id).destination_id("user_1").send();
    let _ = whop.payments().refund("pay_1").partial_amount(whop::Null).send();
}

fn main() {
    let _ = link;
}
