//! An amount is a `Decimal`: floating point cannot hold most amounts.

fn main() {
    let whop = whop::Client::new("key").unwrap();
    let _ = whop.transfers().create().balance().amount(10.5);
}
