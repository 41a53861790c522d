//! A value of another enum is not accepted.

use whop::models::PlanCurrency;

fn main() {
    let whop = whop::Client::new("key").unwrap();
    let _ = whop.payments().list().status(PlanCurrency::Usd);
}
