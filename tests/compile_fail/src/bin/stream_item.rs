//! An item of a stream is a `Result`.

async fn print(whop: &whop::Client) -> whop::Result<()> {
    let mut payments = whop.payments().list().stream();
    while let Some(payment) = payments.try_next().await {
        println!("{}", payment.id);
    }
    Ok(())
}

fn main() {}
