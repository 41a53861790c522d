//! The same calls with nothing missing. They compile, so the other programs fail only because of what they omit.

use whop::models::{AccountLinkUseCases, Company, CreateCheckoutConfigurationPlan, Currencies};

fn link(whop: &whop::Client, company: Company) {
    let _ = whop
        .account_links()
        .create()
        .use_case(AccountLinkUseCases::PayoutsPortal)
        .return_url("https://example.com/return")
        .refresh_url("https://example.com/refresh")
        .company_id(company.id.clone())
        .send();
    let plan = CreateCheckoutConfigurationPlan::builder()
        .currency(Currencies::Usd)
        .company_id(company.id.clone())
        .build();
    let _ = whop.checkout_configurations().create().payment_with_plan().plan(plan).send();
    let _ = whop.checkout_configurations().list().first(10).company_id(company.id).stream();
}

fn main() {
    let _ = link;
}
