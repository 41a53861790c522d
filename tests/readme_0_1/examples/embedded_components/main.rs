//! Embedded components: a page of your own with a company's balance, withdrawals and deposits, drawn by Whop's script.
//!
//! The script acts with an access token, which it asks this server for, and again before each expires. The server mints
//! them per company, with no more scopes than the components need; many visitors share one, and while Whop cannot be
//! reached the last one serves until its end.
//!
//! ```text
//! cargo run -p whop --features mock --example embedded_components -- --local
//! WHOP_API_KEY=… WHOP_COMPANY_ID=biz_… PUBLIC_URL=https://… \
//!     cargo run -p whop --features mock --example embedded_components
//! ```
//! `WHOP_COMPANY_ID` is a company connected to yours. `PUBLIC_URL` is the address under which browsers reach this server:
//! Whop takes no `localhost` to come back to, so put a tunnel before it. With `--local` a script of the example's own
//! stands in for Whop's, and tokens live for a minute, or `LOCAL_TOKEN_SECONDS`.

#[path = "../support/mod.rs"]
mod support;

use std::env;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::json;
use whop::ids::CompanyId;
use whop::token_source::TokenSources;

/// Whop's script. It puts `WhopElements` into the page.
const SCRIPT: &str = "https://apollo.elements.whop.com/release/elements.js";

/// What the components of the page do. Without a list a token may do all that the server's own key may.
const SCOPES: [&str; 6] = [
    "company:balance:read",
    "stats:read",
    "payout:destination:read",
    "payout:withdrawal:read",
    "payout:create_destination",
    "payout:withdraw_funds",
];

struct App {
    tokens: TokenSources<CompanyId>,
    company: CompanyId,
    page: String,
}

impl App {
    /// The company that a visitor acts for. Here there is one. A real server reads who is signed in from the session in
    /// the visitor's cookie, and looks up whose company that is: it takes no company from the request itself, or anybody
    /// could withdraw anybody's money.
    fn company_of(&self, _visitor: &HeaderMap) -> Option<CompanyId> {
        Some(self.company.clone())
    }
}

/// A token for the script in the page. POST, and no headers for other origins: no foreign page gets to read one.
async fn token(State(app): State<Arc<App>>, visitor: HeaderMap) -> Response {
    let Some(company) = app.company_of(&visitor) else { return StatusCode::UNAUTHORIZED.into_response() };
    let answer = match app.tokens.get(company.clone()).await {
        Ok(issued) => {
            let expires_at = issued.expires_at.to_rfc3339();
            println!("token    for {company}, good until {expires_at}");
            Json(json!({"token": issued.token.expose(), "expires_at": expires_at})).into_response()
        }
        // What went wrong is this server's business. The script asks again.
        Err(error) => {
            eprintln!("failed   {error}");
            StatusCode::BAD_GATEWAY.into_response()
        }
    };
    ([(CACHE_CONTROL, "no-store")], answer).into_response()
}

#[tokio::main]
async fn main() -> support::Result {
    let whop = support::Whop::start().await?;
    let company: CompanyId = whop.setting("WHOP_COMPANY_ID", "biz_local")?.into();
    let (listener, url) = support::listen().await?;
    let public_url = env::var("PUBLIC_URL").unwrap_or_else(|_| url.clone());
    let environment = env::var("WHOP_ENVIRONMENT").unwrap_or_else(|_| "sandbox".to_owned());
    let life = if whop.local.is_some() { Some(local_life()?) } else { None };

    // One for the whole server. With Whop itself tokens live for an hour.
    let tokens = whop.client.access_tokens().sources(SCOPES, move |request, company: &CompanyId| {
        let request = request.company_id(company.clone());
        match life {
            Some(life) => request.expires_at(after(life)),
            None => request,
        }
    });
    let values = [
        ("{{script}}", if whop.local.is_some() { "/elements.js" } else { SCRIPT }),
        ("{{environment}}", &environment),
        ("{{company}}", company.as_str()),
        ("{{redirect_url}}", &format!("{public_url}/verified")),
    ];
    let page = include_str!("page.html").to_owned();
    let page = values.iter().fold(page, |page, (name, value)| page.replace(name, &escaped(value)));

    let mut routes = Router::new()
        .route("/", get(async |State(app): State<Arc<App>>| Html(app.page.clone())))
        .route("/api/token", post(token))
        // Where Whop sends a user whose identity it has verified.
        .route("/verified", get(async || "Thank you: you are verified."));
    if whop.local.is_some() {
        let script = async || ([(CONTENT_TYPE, "text/javascript")], include_str!("elements.js"));
        routes = routes.route("/elements.js", get(script));
    }
    println!("ready    {url} shows the components of {company}");
    axum::serve(listener, routes.with_state(Arc::new(App { tokens, company, page }))).await?;
    Ok(())
}

/// How long a local token lives.
fn local_life() -> support::Result<Duration> {
    let seconds = env::var("LOCAL_TOKEN_SECONDS").map_or(Ok(60), |seconds| seconds.parse());
    Ok(Duration::from_secs(seconds.map_err(|error| format!("LOCAL_TOKEN_SECONDS is no number: {error}"))?))
}

/// The time so long from now.
fn after(life: Duration) -> whop::DateTime {
    let since = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
    // The default is the same beginning.
    whop::DateTime::default() + since + life
}

/// A text as it may stand in an attribute of the page, and names no other value there.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' | '<' | '>' | '"' | '\'' | '{' | '}' => safe.push_str(&format!("&#{};", u32::from(c))),
            c => safe.push(c),
        }
    }
    safe
}
