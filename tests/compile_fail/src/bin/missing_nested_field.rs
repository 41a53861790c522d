//! The error names a missing field of an object inside a request.

use whop::models::PaymentInputPlan;

fn main() {
    let whop = whop::Client::new("key").unwrap();
    let plan = PaymentInputPlan::builder().internal_notes("Order 17").build();
    let _ = whop.payments().create().account_id("biz_1").plan(plan).send();
}
