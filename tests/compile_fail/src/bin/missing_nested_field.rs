//! The error names a missing field of an object inside a request.

use whop::models::{CreateCheckoutConfigurationPlan, Currencies};

fn main() {
    let whop = whop::Client::new("key").unwrap();
    let plan = CreateCheckoutConfigurationPlan::builder().currency(Currencies::Usd).build();
    let _ = whop.checkout_configurations().create().payment_with_plan().plan(plan).send();
}
