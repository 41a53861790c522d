//! A required member of an object inside a request is named.

use whop::models::{CreateCheckoutConfigurationPlan, Currencies};

fn main() {
    let whop = whop::Client::new("key").unwrap();
    let plan = CreateCheckoutConfigurationPlan::builder().currency(Currencies::Usd).build();
    let _ = whop.checkout_configurations().create().payment_with_plan().plan(plan).send();
}
