//! Examples that are servers themselves: visited as browsers and Whop visit them.

use whop::mock::{self, ErrorResponse, Server};
use whop::models::{AccessLevel, AccountLinkUseCases};
use whop_tests::program::Program;

use crate::{against, in_order, local};

/// A visitor who follows no redirect.
pub(crate) fn visitor() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

/// The first address in a line.
pub(crate) fn address(line: &str) -> String {
    let url = line.split_whitespace().find(|word| word.starts_with("http")).unwrap();
    let (scheme, rest) = url.split_once("://").unwrap();
    format!("{scheme}://{}", rest.split('/').next().unwrap())
}

#[tokio::test]
async fn the_hosted_portal_is_a_redirect_away() {
    let server = Server::start().await;
    let mut program = against(&server, "account_links", &[("WHOP_COMPANY_ID", "biz_seller")]);
    let url = address(&program.line("ready"));
    let visitor = visitor();
    let mut link = server.example(mock::account_links::create);
    link.url = "https://whop.com/payouts/biz_seller/abc".to_owned();
    server.when(mock::account_links::create).then_return(link.clone()).up_to_n_times(3);

    for (path, use_case) in [
        ("/portal", AccountLinkUseCases::PayoutsPortal),
        ("/onboarding", AccountLinkUseCases::AccountOnboarding),
        // Whop sends who comes too late back to where a new link is made.
        ("/refresh/account_onboarding", AccountLinkUseCases::AccountOnboarding),
    ] {
        let answer = visitor.get(format!("{url}{path}")).send().await.unwrap();
        assert!(answer.status().is_redirection(), "{path}: {}", answer.status());
        assert_eq!(answer.headers()["location"], link.url.as_str());
        let calls = server.calls(mock::account_links::create);
        let asked = &calls.last().unwrap().request;
        assert_eq!((asked.company_id.as_str(), &asked.use_case), ("biz_seller", &use_case));
        assert_eq!(asked.return_url, format!("{url}/return"));
        assert_eq!(asked.refresh_url, format!("{url}/refresh/{}", use_case.as_str()));
    }
    assert_eq!(visitor.get(format!("{url}/return")).send().await.unwrap().status(), 200);
    assert_eq!(visitor.get(format!("{url}/refresh/other")).send().await.unwrap().status(), 404);
    server.when(mock::account_links::create).then_return_error(ErrorResponse::forbidden());
    assert_eq!(visitor.get(format!("{url}/portal")).send().await.unwrap().status(), 502);
    server.verify().unwrap();
}

#[test]
fn a_webhook_is_answered_first_and_handled_once() {
    in_order(
        &local("webhook_endpoint"),
        &[
            "received",
            "payment.succeeded",
            "paid     pay_",
            "Some(204)",
            "again",
            "a forged one",
            "Some(401)",
        ],
    );
}

#[tokio::test]
async fn the_endpoint_takes_what_whop_signs() {
    let server = Server::start().await;
    let secret = [("WHOP_WEBHOOK_SECRET", server.webhook_secret())];
    let mut program = Program::start("webhook_endpoint", &[], &secret);
    let url = format!("{}/webhooks", address(&program.line("ready")));
    let event = server.event("payment.failed");
    assert!(server.deliver(&url, &event).await.unwrap().is_accepted());
    program.line("declined");
    for refused in [
        server.delivery(&event).tampered(),
        server.delivery(&event).stale(),
        server.delivery(&event).signed_with("another secret"),
    ] {
        let delivered = refused.to(&url).send().await.unwrap();
        assert_eq!(delivered.statuses(), [Some(401)]);
    }
}

#[tokio::test]
async fn a_route_is_open_to_customers_only() {
    in_order(&local("gated_route"), &["200 OK for user_customer", "402", "user_stranger", "401", "nobody"]);

    let server = Server::start().await;
    let keys = server.user_token_keys_url();
    let settings = [
        ("WHOP_APP_ID", "app_1"),
        ("WHOP_RESOURCE_ID", "exp_1"),
        ("WHOP_PLAN_ID", "plan_1"),
        ("WHOP_USER_TOKEN_JWKS_URL", keys.as_str()),
    ];
    let mut program = against(&server, "gated_route", &settings);
    let url = format!("{}/premium", address(&program.line("ready")));
    let header = whop::user_token::SCHEME.header;
    let visit =
        async |token: String| visitor().get(&url).header(header, token).send().await.unwrap().status();

    let mut answer = server.example(mock::users::check_access);
    (answer.has_access, answer.access_level) = (true, AccessLevel::Customer);
    server.when(mock::users::check_access).then_return(answer).times(1);
    assert_eq!(visit(server.user_token("user_1", "app_1")).await, 200);
    let asked = &server.calls(mock::users::check_access)[0].request;
    assert_eq!((asked.id.as_str(), asked.resource_id.as_str()), ("user_1", "exp_1"));

    let mut answer = server.example(mock::users::check_access);
    (answer.has_access, answer.access_level) = (false, AccessLevel::NoAccess);
    server.when(mock::users::check_access).then_return(answer).times(1);
    assert_eq!(visit(server.user_token("user_2", "app_1")).await, 402);
    let checkout = &server.calls(mock::checkout_configurations::create)[0].request;
    assert_eq!(checkout.plan_id.clone().unwrap(), "plan_1");
    let metadata = checkout.metadata.clone().flatten().unwrap();
    assert_eq!((&metadata["user_id"], &metadata["resource_id"]), (&"user_2".into(), &"exp_1".into()));

    assert_eq!(visit(server.forged_user_token("user_1", "app_1")).await, 401);
    assert_eq!(visit(server.user_token("user_1", "app_2")).await, 401);
    server.when(mock::users::check_access).then_return_status(500);
    assert_eq!(visit(server.user_token("user_1", "app_1")).await, 502, "a gate that fails open is none");
}

#[tokio::test]
async fn whop_is_played_for_other_languages() {
    let mut program = Program::start("mock_server", &["--port", "0", "--items", "1", "--seed", "7"], &[]);
    let url = address(&program.line("Whop is played at"));
    let get = |key: Option<&str>| {
        let request = visitor().get(format!("{url}/api/v1/payments"));
        key.into_iter().fold(request, |request, key| request.bearer_auth(key)).send()
    };
    assert_eq!(get(None).await.unwrap().status(), 401);
    let answer = get(Some("any")).await.unwrap();
    assert_eq!(answer.status(), 200);
    let page: serde_json::Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    assert_eq!(page["data"].as_array().unwrap().len(), 1);
    assert!(program.line("GET").contains("/payments"));
}
