//! A required parameter of a query is named.

fn main() {
    let whop = whop::Client::new("key").unwrap();
    let _ = whop.checkout_configurations().list().first(10).stream();
}
