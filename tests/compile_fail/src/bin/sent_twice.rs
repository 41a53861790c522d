//! A request is sent once.

async fn send(whop: &whop::Client) -> whop::Result<()> {
    let request = whop.payments().retrieve("pay_1");
    request.send().await?;
    request.send().await?;
    Ok(())
}

fn main() {}
