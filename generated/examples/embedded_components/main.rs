//! Embedded components: a page with an account's balance, withdrawals and deposits, rendered by Whop's script.
//!
//! The script uses an access token, which it requests from this server and refreshes before it expires. The server creates
//! one token per account, with only the scopes that the components need, and shares it among visitors. While Whop cannot be
//! reached, the cached token is served until it expires.
//!
//! ```text
//! cargo run -p whop --features mock --example embedded_components -- --local
//! WHOP_API_KEY=… WHOP_ACCOUNT_ID=biz_… PUBLIC_URL=https://… \
//!     cargo run -p whop --features mock --example embedded_components
//! ```
//! `WHOP_ACCOUNT_ID` is an account connected to yours. `PUBLIC_URL` is the URL under which browsers reach this server. Whop
//! rejects `localhost` as a redirect URL, so use a tunnel. `WHOP_CURRENCY` is the currency of the amounts (USD). With `--local` the
//! example replaces Whop's script by its own, as it does with `WHOP_ELEMENTS=local`, and tokens are valid for one minute, or for
//! `LOCAL_TOKEN_SECONDS`.

#[path = "../support/mod.rs"]
mod support;

use std::env;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::json;
use whop::ids::AccountId;
use whop::token_source::TokenSourceMap;

/// Whop's script. It defines `WhopElements`.
const SCRIPT: &str = "https://apollo.elements.whop.com/release/elements.js";

/// What the page may load: code and requests to this server and Whop only. Nobody can put the page into a frame, where clicks
/// could be stolen.
const POLICY: &str = "script-src 'self' https://*.whop.com; connect-src 'self' https://*.whop.com; \
                      frame-src https://*.whop.com; object-src 'none'; base-uri 'none'; form-action 'self'; \
                      frame-ancestors 'none'";

/// The scopes that the components need. Without a list a token has every scope of the server's API key.
const SCOPES: [&str; 6] = [
    "company:balance:read",
    "stats:read",
    "payout:destination:read",
    "payout:withdrawal:read",
    "payout:create_destination",
    "payout:withdraw_funds",
];

struct App {
    tokens: TokenSourceMap<AccountId>,
    account: AccountId,
    page: String,
}

impl App {
    /// The account that a visitor may act for. This example has one. A production server looks it up from the visitor's
    /// session cookie. It must not read the account from the request: any visitor could then withdraw another account's
    /// money.
    fn account_of(&self, _visitor: &HeaderMap) -> Option<AccountId> {
        Some(self.account.clone())
    }
}

/// Returns a token for the script. The route accepts only POST and sends no CORS headers, so other origins cannot read it.
async fn create_token(State(app): State<Arc<App>>, visitor: HeaderMap) -> Response {
    let Some(account) = app.account_of(&visitor) else { return StatusCode::UNAUTHORIZED.into_response() };
    let response = match app.tokens.get(account.clone()).await {
        Ok(issued) => {
            println!("token    for {account}, valid until {}", issued.expires_at.format("%Y-%m-%d %H:%M:%S %:z"));
            let expires_at = issued.expires_at.to_rfc3339();
            Json(json!({"token": issued.token.expose(), "expires_at": expires_at})).into_response()
        }
        // The details are for the operator only. The script retries.
        Err(error) => {
            eprintln!("failed   {error}");
            StatusCode::BAD_GATEWAY.into_response()
        }
    };
    ([(CACHE_CONTROL, "no-store")], response).into_response()
}

async fn show_page(State(app): State<Arc<App>>) -> impl IntoResponse {
    ([(CONTENT_SECURITY_POLICY, POLICY)], Html(app.page.clone()))
}

fn asset(media_type: &'static str, text: &'static str) -> impl IntoResponse {
    ([(CONTENT_TYPE, media_type), (X_CONTENT_TYPE_OPTIONS, "nosniff")], text)
}

#[tokio::main]
async fn main() -> support::Result {
    let whop = support::Whop::start().await?;
    let account: AccountId = whop.setting("WHOP_ACCOUNT_ID", "biz_local")?.into();
    let (listener, url) = support::listen().await?;
    let public_url = env::var("PUBLIC_URL").unwrap_or_else(|_| url.clone());
    let currency = env::var("WHOP_CURRENCY").unwrap_or_else(|_| "USD".to_owned());
    let has_own_script = whop.local.is_some() || env::var("WHOP_ELEMENTS").is_ok_and(|name| name == "local");
    let environment = env::var("WHOP_ENVIRONMENT").unwrap_or_else(|_| "sandbox".to_owned());
    let lifetime = if whop.local.is_some() { Some(local_lifetime()?) } else { None };

    // One cache for the whole server. Tokens that Whop creates are valid for an hour by default.
    let tokens = whop.client.access_tokens().sources(SCOPES, move |request, account: &AccountId| {
        let request = request.account_id(account.clone());
        match lifetime {
            Some(lifetime) => request.expires_at(time_after(lifetime)),
            None => request,
        }
    });
    let values = [
        ("{{script}}", if has_own_script { "/elements.js" } else { SCRIPT }),
        ("{{environment}}", &environment),
        ("{{account}}", account.as_str()),
        ("{{currency}}", &currency),
        ("{{redirect_url}}", &format!("{public_url}/verified")),
    ];
    let page = include_str!("page.html").to_owned();
    let page = values.iter().fold(page, |page, (name, value)| page.replace(name, &escape_attribute(value)));

    let mut routes = Router::new()
        .route("/", get(show_page))
        .route("/page.css", get(async || asset("text/css", include_str!("page.css"))))
        .route("/page.js", get(async || asset("text/javascript", include_str!("page.js"))))
        .route("/api/token", post(create_token))
        // Whop redirects a user here after verifying their identity.
        .route("/verified", get(async || "Thank you: you are verified."));
    if has_own_script {
        let script = async || asset("text/javascript", include_str!("elements.js"));
        routes = routes.route("/elements.js", get(script));
    }
    println!("ready    {url} shows the components of {account}");
    axum::serve(listener, routes.with_state(Arc::new(App { tokens, account, page }))).await?;
    Ok(())
}

/// The lifetime of a token with `--local`.
fn local_lifetime() -> support::Result<Duration> {
    let seconds = env::var("LOCAL_TOKEN_SECONDS").map_or(Ok(60), |seconds| seconds.parse());
    Ok(Duration::from_secs(seconds.map_err(|error| format!("LOCAL_TOKEN_SECONDS is not a number: {error}"))?))
}

/// The current time plus a duration.
fn time_after(lifetime: Duration) -> whop::DateTime {
    let since = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
    // The default of `DateTime` is the Unix epoch.
    whop::DateTime::default() + since + lifetime
}

/// Escapes a text for an HTML attribute. Braces are escaped too, so that a value cannot contain a placeholder.
fn escape_attribute(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' | '<' | '>' | '"' | '\'' | '{' | '}' => safe.push_str(&format!("&#{};", u32::from(c))),
            c => safe.push(c),
        }
    }
    safe
}
