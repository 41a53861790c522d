//! Text is not an amount: it has to be parsed, which may fail.

fn main() {
    let whop = whop::Client::new("key").unwrap();
    let _ = whop.payments().refund("pay_1").partial_amount("6.9");
}
