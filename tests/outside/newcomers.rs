//! Runs the programs of `tests/newcomers` against the mock: what a newcomer writes from the README and the guides works.

use std::process::Output;
use std::sync::OnceLock;

use whop::mock::{Server, UnknownIds, account_links, checkout_configurations, payments, transfers, users};
use whop_tests::nested::{cargo_command, output_text};
use whop_tests::program::Program;

use crate::{built_program, program_command, run_command};

/// Builds all four programs, once per process.
fn build_programs() {
    static BUILT: OnceLock<()> = OnceLock::new();
    BUILT.get_or_init(|| {
        let built = cargo_command("newcomers", "build").arg("--workspace").output().unwrap();
        assert!(built.status.success(), "{}", output_text(&built));
    });
}

/// Runs a program with a key for this server until it exits.
async fn run_program(name: &str, arguments: &[&str], server: &Server) -> Output {
    build_programs();
    let mut command = program_command(name, "newcomer_key", server);
    command.args(arguments).env("PLATFORM_ACCOUNT", "biz_platform");
    run_command(command).await
}

/// The standard output of a program that succeeded.
fn printed_text(output: &Output) -> String {
    assert!(output.status.success(), "{}", output_text(output));
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// The rest of the first line that begins with this word.
fn line_after<'a>(text: &'a str, word: &str) -> &'a str {
    let line = text.lines().find_map(|line| line.strip_prefix(word));
    line.unwrap_or_else(|| panic!("no line begins with `{word}`:\n{text}")).trim()
}

#[tokio::test]
async fn the_quick_start_makes_its_first_calls() {
    let server = Server::builder().unknown_ids(UnknownIds::NotFound).start().await.unwrap();
    let text = printed_text(&run_program("quick_start", &[], &server).await);
    assert!(line_after(&text, "portal").contains(" until "), "{text}");
    assert!(line_after(&text, "payment").starts_with("pay_"), "{text}");
    assert_eq!(line_after(&text, "missing"), "there is no payment pay_none");
    assert_eq!(server.calls(account_links::create)[0].request.account_id.as_str(), "biz_xxxxxxxxxxxxxx");
    server.verify().unwrap();
}

#[tokio::test]
async fn the_tool_prints_a_row_for_each_payment() {
    let server = Server::start().await;
    let text = printed_text(&run_program("blocking_tool", &["biz_1"], &server).await);
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("id,created_at,status,total,currency,email"));
    let rows: Vec<&str> = lines.collect();
    assert!(!rows.is_empty() && rows.iter().all(|row| row.starts_with("pay_")), "{text}");
    let calls = server.calls(payments::list);
    assert!(
        calls.iter().all(|call| call.request.account_id.as_ref().is_some_and(|id| id.as_str() == "biz_1"))
    );
    assert!(!run_program("blocking_tool", &[], &server).await.status.success(), "the account is missing");
    server.verify().unwrap();
}

#[tokio::test]
async fn the_platform_pays_a_seller_once() {
    let server = Server::start().await;
    let text = printed_text(&run_program("platform", &["order_17"], &server).await);
    let seller = line_after(&text, "seller");
    assert!(seller.starts_with("biz_"), "{text}");
    assert!(line_after(&text, "verify").starts_with("https://"), "{text}");
    line_after(&text, "transfer");
    line_after(&text, "payout");

    let again = printed_text(&run_program("platform", &["order_17", seller], &server).await);
    assert_eq!(line_after(&again, "transfer"), line_after(&text, "transfer"));
    let transfers = server.calls(transfers::create);
    let replayed: Vec<bool> = transfers.iter().map(|call| call.is_replayed()).collect();
    assert_eq!(replayed, [false, true]);
    assert_eq!(transfers[0].request.destination_id.as_deref(), Some(seller));
    server.verify().unwrap();
}

#[tokio::test]
async fn the_shop_sells_and_lets_customers_in() {
    let server = Server::start().await;
    let (base_url, keys) = (server.base_url(0), server.user_token_keys_url());
    let folder = std::env::temp_dir().join(format!("whop-newcomers-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let database = format!("sqlite://{}", folder.join("shop.db").display());
    let settings = [
        ("SHOP_DATABASE", database.as_str()),
        ("WHOP_API_KEY", "newcomer_key"),
        ("WHOP_BASE_URL", base_url.as_str()),
        ("WHOP_WEBHOOK_SECRET", server.webhook_secret()),
        ("WHOP_APP_ID", "app_1"),
        ("WHOP_USER_TOKEN_JWKS_URL", keys.as_str()),
        ("SHOP_PLAN", "plan_1"),
        ("SHOP_PRODUCT", "prod_1"),
    ];
    build_programs();
    let mut shop = Program::start_at(&built_program("shop_backend"), &[], &settings);
    let url = shop.wait_for_line("ready");
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();

    let response = http.get(format!("{url}/buy")).send().await.unwrap();
    assert!(response.status().is_redirection(), "{}", response.status());
    assert!(response.headers()["location"].to_str().unwrap().starts_with("https://"));
    let checkout = &server.calls(checkout_configurations::create)[0].request;
    assert_eq!(checkout.plan_id.clone().flatten().unwrap(), "plan_1");

    let event = server.event("payment.succeeded");
    let webhooks = format!("{url}/webhooks");
    let first = server.delivery(&event).to(&webhooks).send().await.unwrap();
    assert_eq!(first.statuses(), [Some(204)]);
    assert!(shop.wait_for_line("paid").contains("pay_"));
    // A second row for the payment would be an error, and the event would not be done.
    let repeated = server.delivery(&event).to(&webhooks).send().await.unwrap();
    assert_eq!(repeated.statuses(), [Some(204)]);
    let forged = server.delivery(&event).tampered().to(&webhooks).send().await.unwrap();
    assert_eq!(forged.statuses(), [Some(401)]);

    let mut access = server.example(users::check_access);
    access.has_access = true;
    server.when(users::check_access).then_return(access.clone()).times(1);
    access.has_access = false;
    let visit = async |token: String| {
        let request = http.get(format!("{url}/members")).header(whop::user_token::SCHEME.header, token);
        request.send().await.unwrap().status()
    };
    assert_eq!(visit(server.user_token("user_1", "app_1")).await, 200);
    server.when(users::check_access).then_return(access).times(1);
    assert_eq!(visit(server.user_token("user_2", "app_1")).await, 402);
    assert_eq!(visit(server.forged_user_token("user_1", "app_1")).await, 401);
    server.verify().unwrap();
    drop(shop);
    std::fs::remove_dir_all(&folder).unwrap();
}
