//! The example with embedded components: what its page says, which tokens it asks for and gives out, and how both go
//! together in a browser.

use std::time::{Duration, Instant, SystemTime};

use chrono::{DateTime, Utc};
use reqwest::Response;
use serde_json::Value;
use whop::mock::{self, ErrorResponse, Server};
use whop_tests::browser::Browser;
use whop_tests::program::Program;

use crate::servers::{address, visitor};
use crate::{against, local_program};

const NAME: &str = "embedded_components";

/// Starts the example for one company: its address, and the program, which ends when it is dropped.
fn start(server: &Server, company: &str) -> (String, Program) {
    let settings = [("WHOP_COMPANY_ID", company), ("PUBLIC_URL", "https://shop.example")];
    let mut program = against(server, NAME, &settings);
    (address(&program.line("ready")), program)
}

async fn ask(url: &str) -> Response {
    visitor().post(format!("{url}/api/token")).send().await.unwrap()
}

/// The token of an answer, and when it ends.
async fn token(answer: Response) -> (String, DateTime<Utc>) {
    assert_eq!(answer.status(), 200);
    let body: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    let ends = DateTime::parse_from_rfc3339(body["expires_at"].as_str().unwrap()).unwrap();
    (body["token"].as_str().unwrap().to_owned(), ends.to_utc())
}

#[tokio::test]
async fn the_page_loads_whops_script_and_says_nothing_else() {
    let server = Server::start().await;
    let (url, _program) = start(&server, "biz_1\"><script>alert('{{script}}')</script>&");
    let get = async |path: &str| visitor().get(format!("{url}{path}")).send().await.unwrap();
    let answer = get("/").await;
    assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("text/html"));
    let page = String::from_utf8(answer.bytes().await.unwrap().to_vec()).unwrap();
    assert!(page.contains(r#"<script src="https://apollo.elements.whop.com/release/elements.js"></script>"#));
    assert!(page.contains(r#"data-environment="sandbox""#), "{page}");
    assert!(page.contains(r#"data-redirect-url="https://shop.example/verified""#), "{page}");
    let company = "biz_1&#34;&#62;&#60;script&#62;alert(&#39;&#123;&#123;script&#125;&#125;&#39;)";
    assert!(page.contains(company) && !page.contains("alert('"), "{page}");
    assert!(!page.contains("{{"), "{page}");
    // The stand-in is for `--local` alone.
    assert_eq!(get("/elements.js").await.status(), 404);
    assert_eq!(get("/verified").await.status(), 200);
    assert_eq!(get("/api/token").await.status(), 405);
    assert_eq!(server.requests().len(), 0);
}

#[tokio::test]
async fn many_visitors_share_one_token_with_few_scopes() {
    let server = Server::start().await;
    let (url, _program) = start(&server, "biz_seller");
    let mut visits = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let url = url.clone();
        visits.spawn(async move { ask(&url).await });
    }
    let mut tokens = Vec::new();
    for answer in visits.join_all().await {
        assert_eq!(answer.headers()["cache-control"], "no-store");
        assert_eq!(answer.headers().get("access-control-allow-origin"), None);
        tokens.push(token(answer).await);
    }
    tokens.dedup();
    let [(_, ends)] = tokens.as_slice() else { panic!("{} tokens", tokens.len()) };
    assert!(*ends > DateTime::<Utc>::from(SystemTime::now() + Duration::from_secs(3_000)), "{ends}");

    let calls = server.calls(mock::access_tokens::create);
    assert_eq!(calls.len(), 1, "one call for all");
    let asked = &calls[0].request;
    assert_eq!(asked.company_id.clone().flatten().unwrap(), "biz_seller");
    let scopes = asked.scoped_actions.clone().flatten().unwrap();
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
async fn without_a_token_nothing_is_told() {
    let server = Server::start().await;
    server.when(mock::access_tokens::create).then_return_error(ErrorResponse::forbidden());
    let (url, mut program) = start(&server, "biz_seller");
    let answer = ask(&url).await;
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["cache-control"]),
        (502, &"no-store".parse().unwrap())
    );
    assert_eq!(answer.bytes().await.unwrap().len(), 0);
    // The owner of the server is told.
    let line = program.line("failed");
    assert!(line.contains("403") && !line.contains(server.api_key()), "{line}");
}

#[tokio::test]
async fn the_last_token_serves_while_whop_does_not() {
    let server = Server::start().await;
    let mut short = server.example(mock::access_tokens::create);
    let ends = DateTime::<Utc>::from(SystemTime::now() + Duration::from_secs(8));
    short.expires_at = ends.fixed_offset();
    let minting = server.when(mock::access_tokens::create);
    minting.then_return(short).times(1).then_return_error(ErrorResponse::forbidden());
    let (url, _program) = start(&server, "biz_seller");
    let (first, _) = token(ask(&url).await).await;

    // Renewed when half of its life is over, by the example's clock; it never is, and nobody notices before its end.
    let begun = Instant::now();
    let refused = || server.requests().iter().filter(|request| request.status == Some(403)).count();
    while refused() == 0 {
        assert!(begun.elapsed() < Duration::from_secs(30), "nothing is renewed");
        tokio::time::sleep(Duration::from_millis(50)).await;
        let answer = ask(&url).await;
        if DateTime::<Utc>::from(SystemTime::now()) < ends - Duration::from_secs(2) {
            assert_eq!(token(answer).await.0, first);
        }
    }
    assert!(DateTime::<Utc>::from(SystemTime::now()) < ends, "it was tried before the end");
    while ask(&url).await.status() == 200 {
        assert!(begun.elapsed() < Duration::from_secs(30), "a token is given out beyond its end");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(DateTime::<Utc>::from(SystemTime::now()) > ends - Duration::from_secs(2));
}

#[test]
fn a_browser_mounts_the_components_and_renews_their_tokens() {
    let Some(browser) = Browser::find(NAME) else { return };
    let local = || {
        let mut program = local_program(NAME, &[("LOCAL_TOKEN_SECONDS", "9")]);
        (address(&program.line("ready")), program)
    };

    let (url, _program) = local();
    let page = browser.dump(&url, Duration::from_secs(1));
    for (id, element) in [
        ("balance", "balance-element"),
        ("withdraw", "withdraw-button-element"),
        ("deposit", "deposit-element"),
    ] {
        let mounted = format!(r#"<div id="{id}">{element} of biz_local, token 1</div>"#);
        assert!(page.contains(&mounted), "{mounted} is not in\n{page}");
    }
    assert!(page.contains(": ready</p>"), "{page}");

    let (url, mut program) = local();
    let page = browser.open(&url);
    let mut ends = || {
        let line = program.line("token");
        let (_, time) = line.split_once("good until ").unwrap();
        DateTime::parse_from_rfc3339(time).unwrap()
    };
    let first = ends();
    let second = (0..100).map(|_| ends()).find(|end| *end != first).expect("another token");
    let now = DateTime::<Utc>::from(SystemTime::now());
    assert!(now < first, "the page had its token renewed at {now}, after its end at {first}");
    assert!(second > first);
    drop(page);
}
