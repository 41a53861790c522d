//! Tests the examples that are servers: sends them requests as browsers and Whop do.

use whop::mock::{self, ErrorResponse, Server};
use whop::models::{AccountLinkUseCases, MemberAccessLevel};
use whop_tests::program::Program;

use crate::{assert_in_order, run_local, start_against};

/// An HTTP client that does not follow redirects.
pub(crate) fn http_client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

/// The scheme and host of the first URL in a line.
pub(crate) fn first_origin(line: &str) -> String {
    let url = line.split_whitespace().find(|word| word.starts_with("http")).unwrap();
    let (scheme, rest) = url.split_once("://").unwrap();
    format!("{scheme}://{}", rest.split('/').next().unwrap())
}

#[tokio::test]
async fn account_links_redirects_to_the_hosted_portal() {
    let server = Server::start().await;
    let mut program = start_against(&server, "account_links", &[("WHOP_ACCOUNT_ID", "biz_seller")]);
    let url = first_origin(&program.wait_for_line("ready"));
    let client = http_client();
    let mut link = server.example(mock::account_links::create);
    link.url = "https://whop.com/payouts/biz_seller/abc".to_owned();
    server.when(mock::account_links::create).then_return(link.clone()).up_to_n_times(3);

    for (path, use_case) in [
        ("/portal", AccountLinkUseCases::PayoutsPortal),
        ("/onboarding", AccountLinkUseCases::AccountOnboarding),
        // Whop sends a visitor with an expired link here, to get a new one.
        ("/refresh/account_onboarding", AccountLinkUseCases::AccountOnboarding),
    ] {
        let response = client.get(format!("{url}{path}")).send().await.unwrap();
        assert!(response.status().is_redirection(), "{path}: {}", response.status());
        assert_eq!(response.headers()["location"], link.url.as_str());
        let calls = server.calls(mock::account_links::create);
        let request = &calls.last().unwrap().request;
        assert_eq!((request.account_id.as_str(), &request.use_case), ("biz_seller", &use_case));
        assert_eq!(request.return_url, format!("{url}/return"));
        assert_eq!(request.refresh_url, format!("{url}/refresh/{}", use_case.as_str()));
    }
    assert_eq!(client.get(format!("{url}/return")).send().await.unwrap().status(), 200);
    assert_eq!(client.get(format!("{url}/refresh/other")).send().await.unwrap().status(), 404);
    server.when(mock::account_links::create).then_return_error(ErrorResponse::forbidden());
    assert_eq!(client.get(format!("{url}/portal")).send().await.unwrap().status(), 502);
    server.verify().unwrap();
}

#[tokio::test]
async fn a_route_is_open_to_customers_only() {
    assert_in_order(
        &run_local("gated_route"),
        &["200 OK for user_customer", "402", "user_stranger", "401", "nobody"],
    );

    let server = Server::start().await;
    let keys = server.user_token_keys_url();
    let settings = [
        ("WHOP_APP_ID", "app_1"),
        ("WHOP_RESOURCE_ID", "exp_1"),
        ("WHOP_PLAN_ID", "plan_1"),
        ("WHOP_USER_TOKEN_JWKS_URL", keys.as_str()),
    ];
    let mut program = start_against(&server, "gated_route", &settings);
    let url = format!("{}/premium", first_origin(&program.wait_for_line("ready")));
    let header = whop::user_token::SCHEME.header;
    let visit =
        async |token: String| http_client().get(&url).header(header, token).send().await.unwrap().status();

    let mut response = server.example(mock::users::check_access);
    (response.has_access, response.access_level) = (true, MemberAccessLevel::Customer);
    server.when(mock::users::check_access).then_return(response).times(1);
    assert_eq!(visit(server.user_token("user_1", "app_1")).await, 200);
    let request = &server.calls(mock::users::check_access)[0].request;
    assert_eq!((request.id.as_str(), request.resource_id.as_str()), ("user_1", "exp_1"));

    let mut response = server.example(mock::users::check_access);
    (response.has_access, response.access_level) = (false, MemberAccessLevel::NoAccess);
    server.when(mock::users::check_access).then_return(response).times(1);
    assert_eq!(visit(server.user_token("user_2", "app_1")).await, 402);
    let checkout = &server.calls(mock::checkout_configurations::create)[0].request;
    assert_eq!(checkout.plan_id.clone().flatten().unwrap(), "plan_1");
    let metadata = checkout.metadata.clone().flatten().unwrap();
    assert_eq!((&metadata["user_id"], &metadata["resource_id"]), (&"user_2".into(), &"exp_1".into()));

    assert_eq!(visit(server.forged_user_token("user_1", "app_1")).await, 401);
    assert_eq!(visit(server.user_token("user_1", "app_2")).await, 401);
    server.when(mock::users::check_access).then_return_status(500);
    assert_eq!(visit(server.user_token("user_1", "app_1")).await, 502, "an error does not open the route");
}

#[tokio::test]
async fn mock_server_serves_programs_in_other_languages() {
    let mut program = Program::start("mock_server", &["--port", "0", "--items", "1", "--seed", "7"], &[]);
    let url = first_origin(&program.wait_for_line("ready"));
    let get = |key: Option<&str>| {
        let request = http_client().get(format!("{url}/api/v1/payments"));
        key.into_iter().fold(request, |request, key| request.bearer_auth(key)).send()
    };
    assert_eq!(get(None).await.unwrap().status(), 401);
    let response = get(Some("any")).await.unwrap();
    assert_eq!(response.status(), 200);
    let page: serde_json::Value = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
    assert_eq!(page["data"].as_array().unwrap().len(), 1);
    assert!(program.wait_for_line("GET").contains("/payments"));
    let invalid = http_client().get(format!("{url}/api/v1/payments?first=x")).bearer_auth("any");
    assert_eq!(invalid.send().await.unwrap().status(), 422);
    let mut lines = std::iter::repeat_with(|| program.wait_for_line("GET"));
    let line = lines.find(|line| line.contains(" 422 ")).unwrap();
    assert!(line.contains(": query.first: expected an integer, found a string"), "{line}");
}
