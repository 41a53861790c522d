//! A response has to be awaited.

async fn total(whop: &whop::Client) -> whop::Result<()> {
    let payment = whop.payments().retrieve("pay_1").send()?;
    println!("{:?}", payment.total);
    Ok(())
}

fn main() {}
