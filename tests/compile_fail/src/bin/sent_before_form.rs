//! A request that is sent before its form is chosen names the forms.

async fn send(whop: &whop::Client) -> whop::Result<()> {
    whop.transfers().create().send().await
}

fn main() {}
