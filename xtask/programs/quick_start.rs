//! The first call of the README.

use whop::{Client, models::AccountLinkUseCases};

#[tokio::main]
async fn main() -> whop::Result<()> {
    let whop = Client::from_env()?; // reads WHOP_API_KEY; Client::builder() sets everything else
    let link = whop
        .account_links()
        .create()
        .account_id("biz_xxxxxxxxxxxxxx")
        .refresh_url("https://example.com/refresh")
        .return_url("https://example.com/return")
        .use_case(AccountLinkUseCases::PayoutsPortal)
        .send()
        .await?;
    println!("{} (expires at {})", link.url, link.expires_at);
    Ok(())
}
