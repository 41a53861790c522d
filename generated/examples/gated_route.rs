//! A route for those who have access: the visitor comes as a signed token, and Whop says what they have bought. Who has not
//! gets the address of a checkout.
//!
//! Apps in Whop's iframe get `x-whop-user-token` with every request. The extractor verifies it before the handler is
//! called; the id in it can then be trusted, and `check_access` decides. The checkout carries the ids as metadata, which
//! comes back with the webhook of the payment (see `checkout`).
//!
//! ```text
//! cargo run -p whop --features mock,axum,user-token --example gated_route -- --local
//! WHOP_API_KEY=… WHOP_APP_ID=app_… WHOP_RESOURCE_ID=exp_… WHOP_PLAN_ID=plan_… \
//!     cargo run -p whop --features mock,axum,user-token --example gated_route
//! ```
//! With `--local` a customer, a stranger and somebody without a token visit, and the example ends. `WHOP_RESOURCE_ID` is a
//! product (`prod_`), an experience (`exp_`) or a company (`biz_`).

mod support;

use axum::extract::{FromRef, State};
use axum::http::StatusCode;
use axum::{Router, routing::get};
use whop::Client;
use whop::ids::PlanId;
use whop::mock::{self, Server};
use whop::models::AccessLevel;
use whop::user_token::{UserToken, UserTokenVerifier};

#[derive(Clone)]
struct App {
    whop: Client,
    verifier: UserTokenVerifier,
    resource: String,
    plan: PlanId,
}

/// Where the extractor finds the verifier.
impl FromRef<App> for UserTokenVerifier {
    fn from_ref(app: &App) -> Self {
        app.verifier.clone()
    }
}

/// Called for verified users only.
async fn premium(State(app): State<App>, visitor: UserToken) -> Result<String, (StatusCode, String)> {
    let access = app.whop.users().check_access(visitor.user_id.as_str(), app.resource.as_str()).send().await;
    // Without an answer from Whop nobody gets in: a gate that fails open is none.
    let access = access.map_err(unavailable)?;
    println!("visit    {} has access: {} ({:?})", visitor.user_id, access.has_access, access.access_level);
    match access.access_level {
        AccessLevel::Admin => Ok(format!("Hello {}, you run this place.", visitor.user_id)),
        _ if access.has_access => Ok(format!("Hello {}, this is for customers.", visitor.user_id)),
        _ => {
            let url = app.checkout(&visitor).await.map_err(unavailable)?;
            Err((StatusCode::PAYMENT_REQUIRED, format!("This is for customers. Become one: {url}")))
        }
    }
}

impl App {
    /// A checkout that knows who pays, and for what.
    async fn checkout(&self, visitor: &UserToken) -> whop::Result<String> {
        let metadata = [("resource_id", self.resource.as_str()), ("user_id", visitor.user_id.as_str())];
        let create = self.whop.checkout_configurations().create().payment_with_plan_id();
        let configuration = create.plan_id(self.plan.clone()).metadata(metadata).send().await?;
        println!("checkout {} for {}", configuration.id, visitor.user_id);
        Ok(configuration.purchase_url)
    }
}

/// What a visitor may know of a fault; the rest is the operator's.
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
    visit(&server, &format!("{url}/premium")).await?;
    serving.abort();
    Ok(())
}

/// A customer, a stranger, and somebody without a token.
async fn visit(server: &Server, url: &str) -> support::Result {
    for (user, level) in [("user_customer", AccessLevel::Customer), ("user_stranger", AccessLevel::NoAccess)]
    {
        let mut answer = server.example(mock::users::check_access);
        answer.has_access = level != AccessLevel::NoAccess;
        answer.access_level = level;
        server
            .when(mock::users::check_access)
            .matching(move |request| request.id == user)
            .then_return(answer);
    }
    // This client is the visitor's; that of Whop brings its cryptography itself.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = reqwest::Client::new();
    for user in [Some("user_customer"), Some("user_stranger"), None] {
        let mut request = http.get(url);
        if let Some(user) = user {
            request = request.header(whop::user_token::SCHEME.header, server.user_token(user, "app_local"));
        }
        let answer = request.send().await?;
        let status = answer.status();
        println!("answer   {status} for {}: {}", user.unwrap_or("nobody"), answer.text().await?);
    }
    Ok(())
}
