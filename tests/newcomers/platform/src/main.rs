//! A platform: a connected account, a link with which its owner verifies it, a transfer of its share, and a payout.

use std::error::Error;

use whop::models::{AccountLinkUseCases, CreateTransferResponse};
use whop::{CallOptions, Client, Decimal};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let whop = Client::from_env()?;
    let platform = std::env::var("PLATFORM_ACCOUNT")?;
    let mut arguments = std::env::args().skip(1);
    let order = arguments.next().ok_or("usage: platform ORDER [SELLER]")?;

    let accounts = whop.accounts();
    let seller = match arguments.next() {
        Some(id) => accounts.retrieve(id).send().await?,
        None => accounts.create().title("Watches of Basel").email("owner@example.com").send().await?,
    };
    println!("seller   {}", seller.id);

    let link = whop
        .account_links()
        .create()
        .account_id(&seller.id)
        .refresh_url("https://example.com/refresh")
        .return_url("https://example.com/return")
        .use_case(AccountLinkUseCases::AccountOnboarding)
        .send()
        .await?;
    println!("verify   {}", link.url);

    // The key is derived from the order, so that a second run for the same order and seller does not pay twice.
    let key = |purpose: &str| CallOptions::new().idempotency_key(format!("{purpose}-{order}"));
    let share: Decimal = "85.00".parse()?;
    let transfer = whop
        .transfers()
        .create()
        .balance()
        .origin_id(platform.as_str())
        .destination_id(seller.id.as_str())
        .amount(share)
        .currency("usd")
        .notes(format!("Share of order {order}"))
        .with_options(key("share"))
        .send()
        .await?;
    let CreateTransferResponse::Transfer(transfer) = transfer else {
        return Err("the transfer became a claim link".into());
    };
    println!("transfer {} is {}", transfer.id, transfer.status);

    let methods = whop.payouts().list_methods().account_id(&seller.id).send().await?.data;
    let Some(method) = methods.iter().find(|method| method.is_default).or(methods.first()) else {
        println!("payout   none: the seller has no payout method yet");
        return Ok(());
    };
    let payout = whop
        .payouts()
        .create()
        .account_id(&seller.id)
        .payout_method_id(&method.id)
        .amount(share)
        .with_options(key("payout"))
        .send()
        .await?;
    println!("payout   {} of {}", payout.id, payout.amount);
    Ok(())
}
