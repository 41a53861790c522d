//! A setter that is called before a form of the request is chosen names the forms.

fn main() {
    let whop = whop::Client::new("key").unwrap();
    let _ = whop.transfers().create().amount(10);
}
