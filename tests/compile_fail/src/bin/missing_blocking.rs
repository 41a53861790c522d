//! The blocking methods need the feature `blocking`.

fn main() {
    let whop = whop::Client::new("key").unwrap();
    let _ = whop.payments().retrieve("pay_1").send_blocking();
}
