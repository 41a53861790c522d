//! The first calls: an account link, the latest payments, and a payment that does not exist.

use whop::{Client, models::AccountLinkUseCases};

#[tokio::main]
async fn main() -> whop::Result<()> {
    let whop = Client::from_env()?;
    let account = "biz_xxxxxxxxxxxxxx";

    let link = whop
        .account_links()
        .create()
        .account_id(account)
        .refresh_url("https://example.com/refresh")
        .return_url("https://example.com/return")
        .use_case(AccountLinkUseCases::PayoutsPortal)
        .send()
        .await?;
    println!("portal   {} until {}", link.url, link.expires_at);

    let mut payments = whop.payments().list().account_id(account).stream();
    let mut count = 0;
    while let Some(payment) = payments.try_next().await? {
        println!("payment  {} is {}", payment.id, payment.status);
        count += 1;
        if count == 3 {
            break;
        }
    }

    match whop.payments().retrieve("pay_none").send().await {
        Ok(payment) => println!("found    {}", payment.id),
        Err(error) if error.is_not_found() => println!("missing  there is no payment pay_none"),
        Err(error) => return Err(error),
    }
    Ok(())
}
