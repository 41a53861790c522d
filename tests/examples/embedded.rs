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
    // Code comes from this server and from Whop only, and a token goes nowhere else.
    let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
    for rule in [
        "script-src 'self' https://*.whop.com;",
        "connect-src 'self' https://*.whop.com;",
        "frame-ancestors 'none'",
    ] {
        assert!(policy.contains(rule), "{policy}");
    }
    for (path, media_type) in [("/page.css", "text/css"), ("/page.js", "text/javascript")] {
        assert_eq!(get(path).await.headers()["content-type"], media_type);
    }
    assert!(response.headers()["content-type"].to_str().unwrap().starts_with("text/html"));
    let page = String::from_utf8(response.bytes().await.unwrap().to_vec()).unwrap();
    assert!(
        page.contains(
            r#"<script src="https://apollo.elements.whop.com/release/elements.js" defer></script>"#
        )
    );
    assert!(page.contains(r#"data-currency="USD""#), "{page}");
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
    let (url, _program) = start_example(&server, "biz_seller");
    let mut short = server.example(mock::access_tokens::create);
    let expires_at = DateTime::<Utc>::from(SystemTime::now() + Duration::from_secs(16));
    short.expires_at = expires_at.fixed_offset();
    let minting = server.when(mock::access_tokens::create);
    minting.then_return(short).times(1).then_return_error(ErrorResponse::forbidden());
    let (first, _) = decode_token(request_token(&url).await).await;

    // The example tries to refresh the token after half of its lifetime. That fails, and visitors do not notice until the
    // token expires.
    let start = Instant::now();
    let failed_refreshes = || server.requests().iter().filter(|request| request.status == Some(403)).count();
    while failed_refreshes() == 0 {
        assert!(start.elapsed() < Duration::from_secs(120), "the token is not refreshed");
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
        assert!(start.elapsed() < Duration::from_secs(120), "an expired token is served");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(DateTime::<Utc>::from(SystemTime::now()) > expires_at - Duration::from_secs(2));
}

/// Starts the example with its own mock server and script.
fn start_local_example(seconds: &str) -> (String, Program) {
    let mut program = start_local(NAME, &[("LOCAL_TOKEN_SECONDS", seconds)]);
    (first_origin(&program.wait_for_line("ready")), program)
}

/// Whether the page is in a state, and whether the button shows that starts it again.
fn assert_state(page: &str, state: &str, button: Option<&str>) {
    assert!(page.contains(&format!(r#"<body data-state="{state}""#)), "not {state}:\n{page}");
    let role = if button.is_some() { "alert" } else { "status" };
    assert!(page.contains(&format!(r#"<div id="notice" role="{role}">"#)), "{page}");
    let shown = r#"<button id="retry" type="button">"#;
    match button {
        Some(text) => assert!(page.contains(&format!("{shown}{text}</button>")), "{page}"),
        None => assert!(!page.contains(shown), "{page}"),
    }
}

#[test]
fn a_browser_mounts_the_components() {
    let Some(browser) = Browser::find(NAME) else { return };
    let (url, _program) = start_local_example("60");
    let page = browser.dump_page(&url, Duration::from_secs(1));
    assert_state(&page, "ready", None);
    for (id, element) in [
        ("balance", "balance-element"),
        ("withdraw", "withdraw-button-element"),
        ("deposit", "deposit-element"),
    ] {
        let mounted = format!(r#"data-element="{element} of biz_local, token 1, USD""#);
        let place = page.split_once(&format!(r#"<div id="{id}""#)).unwrap().1;
        assert!(place.contains(&mounted), "expected {mounted} in\n{page}");
    }
    assert!(!page.contains("data-modal"), "{page}");

    // Other pages can link to the modals.
    for (address, title) in [("#change-country", "Change country"), ("#reset-account", "Reset account")] {
        let page = browser.dump_page(&format!("{url}/{address}"), Duration::from_secs(1));
        assert!(page.contains(&format!(r#"data-modal="{title}""#)), "{page}");
    }
}

#[test]
fn a_browser_shows_that_the_session_expired() {
    let Some(browser) = Browser::find(NAME) else { return };
    // The page's clock runs fast, so its token expires before the server, whose clock does not, has a reason to renew it.
    let (url, _program) = start_local_example("60");
    let page = browser.dump_page(&url, Duration::from_secs(70));
    assert_state(&page, "expired", Some("Refresh"));
    assert!(page.contains(r#"inert="""#), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_shows_that_there_is_no_token() {
    let Some(browser) = Browser::find(NAME) else { return };
    let server = Server::start().await;
    server.when(mock::access_tokens::create).then_return_error(ErrorResponse::forbidden());
    let settings = [("WHOP_ACCOUNT_ID", "biz_seller"), ("WHOP_ELEMENTS", "local")];
    let mut program = start_against(&server, NAME, &settings);
    let url = first_origin(&program.wait_for_line("ready"));
    let page = browser.dump_page(&url, Duration::from_secs(1));
    assert_state(&page, "error", Some("Try again"));
    assert!(page.contains("We could not open your account") && !page.contains("403"), "{page}");

    // Whop's own script cannot be reached from a browser without a network.
    let (url, _program) = start_example(&server, "biz_seller");
    let page = browser.dump_page(&url, Duration::from_secs(1));
    assert_state(&page, "unavailable", Some("Try again"));
}

#[test]
fn a_browser_refreshes_the_tokens_of_the_components() {
    let Some(browser) = Browser::find(NAME) else { return };
    let (url, mut program) = start_local_example("20");
    let page = browser.open_page(&url);
    let mut next_expiry = || {
        let line = program.wait_for_line("token");
        let (_, time) = line.split_once("valid until ").unwrap();
        DateTime::parse_from_str(time, "%Y-%m-%d %H:%M:%S %:z").unwrap()
    };
    let first = next_expiry();
    let second = (0..100).map(|_| next_expiry()).find(|expiry| *expiry != first).expect("another token");
    assert!(second > first);
    drop(page);
}
