//! A field that may be absent is an `Option`.

use whop::models::{BillingReasons, Payment};

fn is_first(payment: &Payment) -> bool {
    payment.billing_reason == BillingReasons::SubscriptionCreate
}

fn main() {}
