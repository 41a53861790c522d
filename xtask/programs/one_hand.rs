//! One call, written by hand, and what came of it printed.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderValue};
use rustls::crypto::ring;
use rustls_platform_verifier::BuilderVerifierExt;
use serde::{Deserialize, Serialize};

#[derive(Serialize)]
struct CreateAccountLink<'a> {
    account_id: &'a str,
    refresh_url: &'a str,
    return_url: &'a str,
    use_case: &'a str,
}

#[derive(Deserialize)]
struct AccountLink {
    url: String,
    expires_at: chrono::DateTime<chrono::FixedOffset>,
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

fn client(key: &str) -> Result<reqwest::Client, Failure> {
    let mut headers = HeaderMap::new();
    let mut key = HeaderValue::from_str(&format!("Bearer {key}"))?;
    key.set_sensitive(true);
    headers.insert(AUTHORIZATION, key);
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert("api-version-date", HeaderValue::from_static("2026-10-15-1"));
    let mut tls = rustls::ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_platform_verifier()?
        .with_no_client_auth();
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let builder = reqwest::Client::builder()
        .default_headers(headers)
        .user_agent("hand/1.0")
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(Duration::from_secs(10))
        .timeout(Duration::from_secs(60))
        .tls_backend_preconfigured(tls);
    Ok(builder.build()?)
}

async fn run() -> Result<(), Failure> {
    let client = client(&std::env::var("WHOP_API_KEY")?)?;
    let body = CreateAccountLink {
        account_id: "biz_xxxxxxxxxxxxxx",
        refresh_url: "https://example.com/refresh",
        return_url: "https://example.com/return",
        use_case: "payouts_portal",
    };
    let key = uuid::Uuid::new_v4().to_string();
    let request = client.post("https://api.whop.com/api/v1/account_links").header("idempotency-key", key);
    let bytes = request.json(&body).send().await?.error_for_status()?.bytes().await?;
    let link: AccountLink = serde_json::from_str(std::str::from_utf8(&bytes)?)?;
    println!("{} until {}", link.url, link.expires_at);
    Ok(())
}

fn main() -> Result<(), Failure> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(run())
}
