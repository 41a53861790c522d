//! The hosted payout portal: a server that redirects a connected account to Whop and receives it when it returns.
//!
//! `/portal` (withdrawals, payout methods, verification) and `/onboarding` (verification only) create a link and redirect
//! to it. Whop sends a user whose link has expired to `/refresh/…`, which creates a new link, and every other user to
//! `/return`. A link is valid for one visit, so it is created for each visit and never stored.
//!
//! ```text
//! cargo run -p whop --features mock --example account_links -- --local
//! WHOP_API_KEY=… WHOP_ACCOUNT_ID=biz_… cargo run -p whop --features mock --example account_links
//! ```
//! `WHOP_ACCOUNT_ID` is an account connected to yours. `PUBLIC_URL` is the URL under which browsers reach this server, if it
//! differs from the address that the server listens on.

mod support;

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Redirect;
use axum::{Router, routing::get};
use whop::Client;
use whop::ids::AccountId;
use whop::models::AccountLinkUseCases;

struct Portal {
    whop: Client,
    account: AccountId,
    public_url: String,
}

impl Portal {
    /// Creates a link and redirects to it.
    async fn redirect_to_link(&self, use_case: AccountLinkUseCases) -> Result<Redirect, StatusCode> {
        let name = use_case.as_str().to_owned();
        let link = self
            .whop
            .account_links()
            .create()
            .account_id(self.account.clone())
            .refresh_url(format!("{}/refresh/{name}", self.public_url))
            .return_url(format!("{}/return", self.public_url))
            .use_case(use_case)
            .send()
            .await;
        match link {
            Ok(link) => {
                println!("link     {name} for {}, valid until {}", self.account, support::format_time(link.expires_at));
                Ok(Redirect::to(&link.url))
            }
            Err(error) => {
                eprintln!("failed   {error}");
                Err(StatusCode::BAD_GATEWAY)
            }
        }
    }
}

async fn refresh(
    State(portal): State<Arc<Portal>>,
    Path(name): Path<String>,
) -> Result<Redirect, StatusCode> {
    match AccountLinkUseCases::from(name) {
        AccountLinkUseCases::Unknown(_) => Err(StatusCode::NOT_FOUND),
        use_case => portal.redirect_to_link(use_case).await,
    }
}

#[tokio::main]
async fn main() -> support::Result {
    let whop = support::Whop::start().await?;
    let account = whop.setting("WHOP_ACCOUNT_ID", "biz_local")?.into();
    let (listener, url) = support::listen().await?;
    let public_url = std::env::var("PUBLIC_URL").unwrap_or_else(|_| url.clone());
    let portal = Arc::new(Portal { whop: whop.client.clone(), account, public_url });
    let routes = Router::new()
        .route(
            "/portal",
            get(async |portal: State<Arc<Portal>>| {
                portal.redirect_to_link(AccountLinkUseCases::PayoutsPortal).await
            }),
        )
        .route(
            "/onboarding",
            get(async |portal: State<Arc<Portal>>| {
                portal.redirect_to_link(AccountLinkUseCases::AccountOnboarding).await
            }),
        )
        .route("/refresh/{use_case}", get(refresh))
        .route("/return", get(async || "Welcome back."))
        .with_state(portal);
    println!("ready    {url}/portal and {url}/onboarding redirect to Whop");
    axum::serve(listener, routes).await?;
    Ok(())
}
