//! One call with the official crate, and what came of it printed.

use whop_sdk::prelude::*;

type Failure = Box<dyn std::error::Error + Send + Sync>;

async fn run() -> Result<(), Failure> {
    let config = ClientConfig { token: Some(std::env::var("WHOP_API_KEY")?), ..ClientConfig::default() };
    let client = Whop::new(config)?;
    let request = CreateAccountLinksRequest {
        account_id: "biz_xxxxxxxxxxxxxx".to_owned(),
        refresh_url: "https://example.com/refresh".to_owned(),
        return_url: "https://example.com/return".to_owned(),
        use_case: AccountLinkUseCases::PayoutsPortal,
    };
    let link = client.account_links.create(&request, None).await?;
    println!("{} until {}", link.url, link.expires_at);
    Ok(())
}

fn main() -> Result<(), Failure> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(run())
}
