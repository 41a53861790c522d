//! A resource needs the feature of its tag.

fn main() {
    let whop = whop::Client::new("key").unwrap();
    let _ = whop.reviews().list();
}
