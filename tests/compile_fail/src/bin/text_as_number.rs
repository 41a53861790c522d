//! Text is not a number.

fn main() {
    let whop = whop::Client::new("key").unwrap();
    let _ = whop.payments().list().first("20");
}
