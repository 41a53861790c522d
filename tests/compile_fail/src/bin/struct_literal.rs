//! A struct may get fields, so that it is built by its builder.

use whop::models::{PaymentInputPlan, PlanCurrency};

fn main() {
    let _ = PaymentInputPlan { currency: PlanCurrency::Usd };
}
