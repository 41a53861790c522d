//! A struct is passed by value.

use whop::models::{PaymentInputPlan, PlanCurrency};

fn main() {
    let whop = whop::Client::new("key").unwrap();
    let plan = PaymentInputPlan::builder().currency(PlanCurrency::Usd).build();
    let _ = whop.payments().create().plan(&plan);
}
