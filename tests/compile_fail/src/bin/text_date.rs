//! A date and time is not text.

fn main() {
    let whop = whop::Client::new("key").unwrap();
    let _ = whop.transfers().list().created_after("2026-10-01");
}
