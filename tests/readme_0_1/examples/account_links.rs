//! The hosted payout portal: sends a connected company to Whop and takes it back, as a server of your own would.
//!
//! `/portal` (withdrawals, payout methods, verification) and `/onboarding` (verification alone) make a link and redirect
//! to it. Whop sends a user whose link has expired to `/refresh/…`, which makes a new one, and everybody else to
//! `/return`. A link is good for one visit: it is made when it is asked for, and never kept.
//!
//! ```text
//! cargo run -p whop --features mock --example account_links -- --local
//! WHOP_API_KEY=… WHOP_COMPANY_ID=biz_… cargo run -p whop --features mock --example account_links
//! ```
//! `WHOP_COMPANY_ID` is a company connected to yours, `PUBLIC_URL` the address under which browsers reach this server,
//! if it is not the one it listens on.

mod support;

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Redirect;
use axum::{Router, routing::get};
use whop::Client;
use whop::ids::CompanyId;
use whop::models::AccountLinkUseCases;

struct Portal {
    whop: Client,
    company: CompanyId,
    public_url: String,
}

impl Portal {
    /// Makes a link and redirects to it.
    async fn visit(&self, use_case: AccountLinkUseCases) -> Result<Redirect, StatusCode> {
        let name = use_case.as_str().to_owned();
        let link = self
            .whop
            .account_links()
            .create()
            .company_id(self.company.clone())
            .refresh_url(format!("{}/refresh/{name}", self.public_url))
            .return_url(format!("{}/return", self.public_url))
            .use_case(use_case)
            .send()
            .await;
        match link {
            Ok(link) => {
                println!("link     {name} for {}, good until {}", self.company, link.expires_at);
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
        known => portal.visit(known).await,
    }
}

#[tokio::main]
async fn main() -> support::Result {
    let whop = support::Whop::start().await?;
    let company = whop.setting("WHOP_COMPANY_ID", "biz_local")?.into();
    let (listener, url) = support::listen().await?;
    let public_url = std::env::var("PUBLIC_URL").unwrap_or_else(|_| url.clone());
    let portal = Arc::new(Portal { whop: whop.client.clone(), company, public_url });
    let routes = Router::new()
        .route(
            "/portal",
            get(async |portal: State<Arc<Portal>>| portal.visit(AccountLinkUseCases::PayoutsPortal).await),
        )
        .route(
            "/onboarding",
            get(async |portal: State<Arc<Portal>>| {
                portal.visit(AccountLinkUseCases::AccountOnboarding).await
            }),
        )
        .route("/refresh/{use_case}", get(refresh))
        .route("/return", get(async || "Welcome back."))
        .with_state(portal);
    println!("ready    {url}/portal and {url}/onboarding redirect to Whop");
    axum::serve(listener, routes).await?;
    Ok(())
}
