//! A route for customers only: the visitor is identified by a signed user token, and Whop's API tells whether they have
//! access. Other visitors get a checkout URL.
//!
//! Apps in Whop's iframe receive the header `x-whop-user-token` with every request. The extractor verifies the token before
//! the handler runs, so the handler can trust the user id and check access with `check_access`. The checkout has the ids as
//! metadata, which the webhook of the payment contains too (see `checkout`).
//!
//! ```text
//! cargo run -p whop --features mock,axum,user-token --example gated_route -- --local
//! WHOP_API_KEY=… WHOP_APP_ID=app_… WHOP_RESOURCE_ID=exp_… WHOP_PLAN_ID=plan_… \
//!     cargo run -p whop --features mock,axum,user-token --example gated_route
//! ```
//! With `--local` the example sends requests as a customer, as a user without access and without a token, and exits.
//! `WHOP_RESOURCE_ID` is a product (`prod_`), an experience (`exp_`) or an account (`biz_`).

mod support;

use axum::extract::{FromRef, State};
use axum::http::StatusCode;
use axum::{Router, routing::get};
use whop::Client;
use whop::ids::PlanId;
use whop::mock::{self, Server};
use whop::models::MemberAccessLevel;
use whop::user_token::{UserToken, UserTokenVerifier};

#[derive(Clone)]
struct App {
    whop: Client,
    verifier: UserTokenVerifier,
    resource: String,
    plan: PlanId,
}

/// The extractor takes the verifier from the state.
impl FromRef<App> for UserTokenVerifier {
    fn from_ref(app: &App) -> Self {
        app.verifier.clone()
    }
}

/// Called for verified users only.
async fn premium(State(app): State<App>, visitor: UserToken) -> Result<String, (StatusCode, String)> {
    let access = app.whop.users().check_access(visitor.user_id.as_str(), app.resource.as_str()).send().await;
    // If the check fails, access is denied: the route must not fail open.
    let access = access.map_err(unavailable)?;
    println!("visit    {}: {}", visitor.user_id, access.access_level);
    match access.access_level {
        MemberAccessLevel::Admin => Ok(format!("Hello {}, you run this place.", visitor.user_id)),
        _ if access.has_access => Ok(format!("Hello {}, this is for customers.", visitor.user_id)),
        _ => {
            let url = app.create_checkout(&visitor).await.map_err(unavailable)?;
            let offer = url.map(|url| format!(" Become one: {url}")).unwrap_or_default();
            Err((StatusCode::PAYMENT_REQUIRED, format!("This is for customers.{offer}")))
        }
    }
}

impl App {
    /// Creates a checkout with the user and the resource as metadata, and returns its URL.
    async fn create_checkout(&self, visitor: &UserToken) -> whop::Result<Option<String>> {
        let metadata = [("resource_id", self.resource.as_str()), ("user_id", visitor.user_id.as_str())];
        let create = self.whop.checkout_configurations().create();
        let configuration = create.plan_id(self.plan.clone()).metadata(metadata).send().await?;
        println!("checkout {} for {}", configuration.id, visitor.user_id);
        Ok(configuration.purchase_url)
    }
}

/// Prints the error for the operator; the visitor gets a generic message.
fn unavailable(error: whop::Error) -> (StatusCode, String) {
    eprintln!("failed   {error}");
    (StatusCode::BAD_GATEWAY, "Please try again in a moment.".to_owned())
}

#[tokio::main]
async fn main() -> support::Result {
    let whop = support::Whop::start().await?;
    let resource = whop.setting("WHOP_RESOURCE_ID", "exp_local")?;
    let plan = whop.setting("WHOP_PLAN_ID", "plan_local")?.into();
    let verifier = match &whop.local {
        Some(server) => server.user_token_verifier("app_local"),
        None => UserTokenVerifier::from_env(&whop.client)?,
    };
    let app = App { whop: whop.client, verifier, resource, plan };
    let routes = Router::new().route("/premium", get(premium)).with_state(app);
    let (listener, url) = support::listen().await?;
    println!("ready    {url}/premium is for customers");
    let Some(server) = whop.local else { return Ok(axum::serve(listener, routes).await?) };

    let serving = tokio::spawn(async move { axum::serve(listener, routes).await });
    send_requests(&server, &format!("{url}/premium")).await?;
    serving.abort();
    Ok(())
}

/// Sends requests as a customer, as a user without access, and without a token.
async fn send_requests(server: &Server, url: &str) -> support::Result {
    for (user, level) in [("user_customer", MemberAccessLevel::Customer), ("user_stranger", MemberAccessLevel::NoAccess)]
    {
        let mut access = server.example(mock::users::check_access);
        access.has_access = level != MemberAccessLevel::NoAccess;
        access.access_level = level;
        server
            .when(mock::users::check_access)
            .matching(move |request| request.id == user)
            .then_return(access);
    }
    // This HTTP client belongs to the visitor and needs a process-wide provider. The client of Whop has its own.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = reqwest::Client::new();
    for user in [Some("user_customer"), Some("user_stranger"), None] {
        let mut request = http.get(url);
        if let Some(user) = user {
            request = request.header(whop::user_token::SCHEME.header, server.user_token(user, "app_local"));
        }
        let response = request.send().await?;
        let status = response.status();
        println!("response {status} for {}: {}", user.unwrap_or("nobody"), response.text().await?);
    }
    Ok(())
}
