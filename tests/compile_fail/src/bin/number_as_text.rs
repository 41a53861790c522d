//! A number is not text.

fn main() {
    let whop = whop::Client::new("key").unwrap();
    let _ = whop.transfers().create().balance().currency(840);
}
