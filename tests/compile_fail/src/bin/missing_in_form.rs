//! The error names a missing field of a form.

fn main() {
    let whop = whop::Client::new("key").unwrap();
    let request = whop.transfers().create().balance().amount(10).currency("usd").origin_id("biz_1");
    let _ = request.send();
}
