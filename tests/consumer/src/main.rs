//! The first example of the README as a program. The API key and the base URL come from the environment.

use std::process::ExitCode;

use whop::{Client, models::AccountLinkUseCases};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("{error}");
            println!("status  {}", error.status().map_or(0, |status| status.as_u16()));
            println!("type    {}", error.error_type().unwrap_or("none"));
            println!("code    {}", error.code().unwrap_or("none"));
            println!("message {}", error.message().unwrap_or("none"));
            println!("param   {}", error.param().unwrap_or("none"));
            ExitCode::FAILURE
        }
    }
}

async fn run() -> whop::Result<()> {
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
