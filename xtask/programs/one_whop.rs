//! One call with the crate `whop`, and what came of it printed.

use whop::{Client, models::AccountLinkUseCases};

type Failure = Box<dyn std::error::Error + Send + Sync>;

async fn run() -> Result<(), Failure> {
    let whop = Client::from_env()?;
    let link = whop
        .account_links()
        .create()
        .account_id("biz_xxxxxxxxxxxxxx")
        .refresh_url("https://example.com/refresh")
        .return_url("https://example.com/return")
        .use_case(AccountLinkUseCases::PayoutsPortal)
        .send()
        .await?;
    println!("{} until {}", link.url, link.expires_at);
    Ok(())
}

fn main() -> Result<(), Failure> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(run())
}
