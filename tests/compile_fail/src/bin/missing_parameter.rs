//! The error names a missing query parameter.

fn main() {
    let whop = whop::Client::new("key").unwrap();
    let _ = whop.checkout_configurations().list().first(10).stream();
}
