//! Tests the `embedded_components` example: its page, the access tokens it requests and serves, and both in a browser.

use std::time::{Duration, Instant, SystemTime};

use chrono::{DateTime, Utc};
use reqwest::Response;
use serde_json::Value;
use whop::mock::{self, ErrorResponse, Server};
use whop_tests::browser::Browser;
use whop_tests::program::Program;

use crate::servers::{first_origin, http_client};
use crate::{start_against, start_local};

const NAME: &str = "embedded_components";

/// Starts the example for one account. Returns its URL and the program, which is killed when dropped.
fn start_example(server: &Server, account: &str) -> (String, Program) {
    let settings = [("WHOP_ACCOUNT_ID", account), ("PUBLIC_URL", "https://shop.example")];
    let mut program = start_against(server, NAME, &settings);
    (first_origin(&program.wait_for_line("ready")), program)
}

async fn request_token(url: &str) -> Response {
    http_client().post(format!("{url}/api/token")).send().await.unwrap()
}

/// Decodes the token of a response and its expiry.
async fn decode_token(response: Response) -> (String, DateTime<Utc>) {
    assert_eq!(response.status(), 200);
    let body: Value = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
    let expires_at = DateTime::parse_from_rfc3339(body["expires_at"].as_str().unwrap()).unwrap();
    (body["token"].as_str().unwrap().to_owned(), expires_at.to_utc())
}

#[tokio::test]
async fn the_page_loads_whops_script_and_escapes_its_values() {
    let server = Server::start().await;
    let (url, _program) = start_example(&server, "biz_1\"><script>alert('{{script}}')</script>&");
    let get = async |path: &str| http_client().get(format!("{url}{path}")).send().await.unwrap();
    let response = get("/").await;
    assert!(response.headers()["content-type"].to_str().unwrap().starts_with("text/html"));
    let page = String::from_utf8(response.bytes().await.unwrap().to_vec()).unwrap();
    assert!(page.contains(r#"<script src="https://apollo.elements.whop.com/release/elements.js"></script>"#));
    assert!(page.contains(r#"data-environment="sandbox""#), "{page}");
    assert!(page.contains(r#"data-redirect-url="https://shop.example/verified""#), "{page}");
    let account = "biz_1&#34;&#62;&#60;script&#62;alert(&#39;&#123;&#123;script&#125;&#125;&#39;)";
    assert!(page.contains(account) && !page.contains("alert('"), "{page}");
    assert!(!page.contains("{{"), "{page}");
    // The replacement script is served with `--local` only.
    assert_eq!(get("/elements.js").await.status(), 404);
    assert_eq!(get("/verified").await.status(), 200);
    assert_eq!(get("/api/token").await.status(), 405);
    assert_eq!(server.requests().len(), 0);
}

#[tokio::test]
async fn many_visitors_share_one_token_with_few_scopes() {
    let server = Server::start().await;
    let (url, _program) = start_example(&server, "biz_seller");
    let mut requests = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let url = url.clone();
        requests.spawn(async move { request_token(&url).await });
    }
    let mut tokens = Vec::new();
    for response in requests.join_all().await {
        assert_eq!(response.headers()["cache-control"], "no-store");
        assert_eq!(response.headers().get("access-control-allow-origin"), None);
        tokens.push(decode_token(response).await);
    }
    tokens.dedup();
    let [(_, expires_at)] = tokens.as_slice() else { panic!("{} tokens", tokens.len()) };
    assert!(
        *expires_at > DateTime::<Utc>::from(SystemTime::now() + Duration::from_secs(3_000)),
        "{expires_at}"
    );

    let calls = server.calls(mock::access_tokens::create);
    assert_eq!(calls.len(), 1, "all visitors share one call");
    let request = &calls[0].request;
    assert_eq!(request.account_id.clone().flatten().unwrap(), "biz_seller");
    let scopes = request.scoped_actions.clone().flatten().unwrap();
    let expected = [
        "company:balance:read",
        "stats:read",
        "payout:destination:read",
        "payout:withdrawal:read",
        "payout:create_destination",
        "payout:withdraw_funds",
    ];
    assert_eq!(scopes, expected);
    server.verify().unwrap();
}

#[tokio::test]
async fn an_error_has_no_details_for_the_visitor() {
    let server = Server::start().await;
    server.when(mock::access_tokens::create).then_return_error(ErrorResponse::forbidden());
    let (url, mut program) = start_example(&server, "biz_seller");
    let response = request_token(&url).await;
    assert_eq!(
        (response.status().as_u16(), &response.headers()["cache-control"]),
        (502, &"no-store".parse().unwrap())
    );
    assert_eq!(response.bytes().await.unwrap().len(), 0);
    // The details are printed for the operator of the server.
    let line = program.wait_for_line("failed");
    assert!(line.contains("403") && !line.contains(server.api_key()), "{line}");
}

#[tokio::test]
async fn the_last_token_is_served_until_it_expires_while_whop_fails() {
    let server = Server::start().await;
    let mut short = server.example(mock::access_tokens::create);
    let expires_at = DateTime::<Utc>::from(SystemTime::now() + Duration::from_secs(8));
    short.expires_at = expires_at.fixed_offset();
    let minting = server.when(mock::access_tokens::create);
    minting.then_return(short).times(1).then_return_error(ErrorResponse::forbidden());
    let (url, _program) = start_example(&server, "biz_seller");
    let (first, _) = decode_token(request_token(&url).await).await;

    // The example tries to refresh the token after half of its lifetime. That fails, and visitors do not notice until the
    // token expires.
    let start = Instant::now();
    let failed_refreshes = || server.requests().iter().filter(|request| request.status == Some(403)).count();
    while failed_refreshes() == 0 {
        assert!(start.elapsed() < Duration::from_secs(30), "the token is not refreshed");
        tokio::time::sleep(Duration::from_millis(50)).await;
        let response = request_token(&url).await;
        if DateTime::<Utc>::from(SystemTime::now()) < expires_at - Duration::from_secs(2) {
            assert_eq!(decode_token(response).await.0, first);
        }
    }
    assert!(
        DateTime::<Utc>::from(SystemTime::now()) < expires_at,
        "the refresh is tried before the token expires"
    );
    while request_token(&url).await.status() == 200 {
        assert!(start.elapsed() < Duration::from_secs(30), "an expired token is served");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(DateTime::<Utc>::from(SystemTime::now()) > expires_at - Duration::from_secs(2));
}

#[test]
fn a_browser_mounts_the_components_and_refreshes_their_tokens() {
    let Some(browser) = Browser::find(NAME) else { return };
    let start_local_example = || {
        let mut program = start_local(NAME, &[("LOCAL_TOKEN_SECONDS", "9")]);
        (first_origin(&program.wait_for_line("ready")), program)
    };

    let (url, _program) = start_local_example();
    let page = browser.dump_page(&url, Duration::from_secs(1));
    for (id, element) in [
        ("balance", "balance-element"),
        ("withdraw", "withdraw-button-element"),
        ("deposit", "deposit-element"),
    ] {
        let mounted = format!(r#"<div id="{id}">{element} of biz_local, token 1</div>"#);
        assert!(page.contains(&mounted), "expected {mounted} in\n{page}");
    }
    assert!(page.contains(": ready</p>"), "{page}");

    let (url, mut program) = start_local_example();
    let page = browser.open_page(&url);
    let mut next_expiry = || {
        let line = program.wait_for_line("token");
        let (_, time) = line.split_once("valid until ").unwrap();
        DateTime::parse_from_rfc3339(time).unwrap()
    };
    let first = next_expiry();
    let second = (0..100).map(|_| next_expiry()).find(|expiry| *expiry != first).expect("another token");
    let now = DateTime::<Utc>::from(SystemTime::now());
    assert!(now < first, "the page refreshed its token at {now}, after it expired at {first}");
    assert!(second > first);
    drop(page);
}
