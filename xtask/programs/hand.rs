//! What a person would write for two calls with `reqwest` and `serde`, with care: one client, a timeout, the key marked
//! as sensitive, a key of idempotency, headers made once, answers read in place.

mod choices;
mod measure;
mod payments;

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use rustls::crypto::ring;
use rustls_platform_verifier::BuilderVerifierExt;
use serde::{Deserialize, Serialize};

use payments::PaymentPage;

const VERSION: HeaderName = HeaderName::from_static("api-version-date");
const KEY: HeaderName = HeaderName::from_static("idempotency-key");

#[derive(Clone)]
struct Client {
    http: reqwest::Client,
    url: Arc<str>,
}

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

impl Client {
    fn new(url: &str) -> Result<Self, Failure> {
        let mut headers = HeaderMap::new();
        let mut key = HeaderValue::from_str("Bearer bench-key")?;
        key.set_sensitive(true);
        headers.insert(AUTHORIZATION, key);
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(VERSION, HeaderValue::from_static("2026-10-15-1"));
        let mut tls = rustls::ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_platform_verifier()?
            .with_no_client_auth();
        tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let http = reqwest::Client::builder()
            .default_headers(headers)
            .user_agent("hand/1.0")
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(10))
            .timeout(Duration::from_secs(60))
            .tls_backend_preconfigured(tls)
            .build()?;
        Ok(Self { http, url: url.into() })
    }

    async fn payments(&self) -> Result<PaymentPage, Failure> {
        let request = self.http.get(format!("{}/payments", self.url)).query(&[
            ("account_id", "biz_xxxxxxxxxxxxxx"),
            ("first", "50"),
        ]);
        let bytes = request.send().await?.error_for_status()?.bytes().await?;
        Ok(serde_json::from_str(std::str::from_utf8(&bytes)?)?)
    }

    async fn account_link(&self, body: &CreateAccountLink<'_>) -> Result<AccountLink, Failure> {
        let key = uuid::Uuid::new_v4().to_string();
        let request = self.http.post(format!("{}/account_links", self.url)).header(KEY, key).json(body);
        let bytes = request.send().await?.error_for_status()?.bytes().await?;
        Ok(serde_json::from_str(std::str::from_utf8(&bytes)?)?)
    }
}

impl measure::Contender for Client {
    fn build(url: &str) -> Self {
        Self::new(url).expect("a client")
    }

    async fn list(&self) -> usize {
        self.payments().await.expect("a page").data.len()
    }

    async fn link(&self) -> usize {
        let body = CreateAccountLink {
            account_id: "biz_xxxxxxxxxxxxxx",
            refresh_url: "https://example.com/refresh",
            return_url: "https://example.com/return",
            use_case: "payouts_portal",
        };
        let link = self.account_link(&body).await.expect("a link");
        link.url.len() + usize::from(link.expires_at.timestamp() < 0)
    }

    type Page = PaymentPage;

    fn read(bytes: &[u8]) -> Option<PaymentPage> {
        serde_json::from_str(std::str::from_utf8(bytes).expect("text")).ok()
    }

    fn read_slice(bytes: &[u8]) -> Option<PaymentPage> {
        serde_json::from_slice(bytes).ok()
    }

    fn items(page: &PaymentPage) -> usize {
        page.data.len()
    }

    fn write(page: &PaymentPage) -> Option<Vec<u8>> {
        serde_json::to_vec(&page.data).ok()
    }
}

fn main() {
    measure::main::<Client>();
}
