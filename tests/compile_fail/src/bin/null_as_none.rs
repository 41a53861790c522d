//! `null` is `Null`, since `None` could also mean that the field is absent.

fn main() {
    let whop = whop::Client::new("key").unwrap();
    let _ = whop.payments().refund("pay_1").partial_amount(None);
}
