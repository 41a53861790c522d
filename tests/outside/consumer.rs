//! A program that depends on the client by path creates an account link over HTTP and prints the content of a 400 error.

use whop::mock::{Server, account_links};
use whop_tests::document::Document;
use whop_tests::nested::{cargo_command, output_text};
use whop_tests::schema::Validators;
use whop_tests::workspace_root;

use crate::{program_command, run_command};

const LINK: &str = r#"{"expires_at":"2026-02-01T00:00:00.000Z","url":"https://whop.com/payouts/biz_x"}"#;
const ERROR: &str = r#"{"error":{"type":"invalid_request_error","code":"parameter_invalid","message":"Not a connected account.","param":"account_id"}}"#;

#[test]
fn the_program_depends_on_the_client_as_the_readme_says() {
    let features = r#"default-features = false, features = ["account-links", "rustls"] }"#;
    let manifest = std::fs::read_to_string(workspace_root().join("tests/consumer/Cargo.toml")).unwrap();
    let readme = std::fs::read_to_string(workspace_root().join("README.md")).unwrap();
    assert!(manifest.contains(features) && readme.contains(features), "{manifest}");
}

#[tokio::test]
async fn a_program_outside_the_workspace_makes_a_call() {
    let built = cargo_command("consumer", "build").output().unwrap();
    assert!(built.status.success(), "{}", output_text(&built));

    let server = Server::start().await;
    server
        .when(account_links::create)
        .then_return_json(serde_json::from_str::<serde_json::Value>(LINK).unwrap())
        .then_return_raw(400, [("content-type", "application/json")], ERROR);

    let run_program = || run_command(program_command("consumer", "outside_key", &server));
    let output = run_program().await;
    assert!(output.status.success(), "{}", output_text(&output));
    assert_eq!(output_text(&output), "https://whop.com/payouts/biz_x until 2026-02-01 00:00:00 +00:00\n");

    let output = run_program().await;
    assert_eq!(output.status.code(), Some(1));
    let text = output_text(&output);
    let (first, rest) = text.split_once('\n').unwrap();
    assert!(first.contains("Not a connected account.") && first.contains("400"), "{first}");
    assert!(!text.contains("outside_key"), "{text}");
    assert_eq!(
        rest,
        "status  400\ntype    invalid_request_error\ncode    parameter_invalid\nmessage Not a connected account.\nparam   \
         account_id\n"
    );

    let document = Document::vendored();
    let validators = Validators::new(&document);
    server.verify().unwrap();
    let requests = server.requests();
    assert_eq!(requests.len(), 2, "a 400 is not retried");
    for request in requests.iter() {
        assert_eq!(request.header("authorization"), Some("Bearer outside_key"));
        let (operation, _) = document
            .find_operation(request.method.as_str(), request.path.strip_prefix("/api/v1").unwrap())
            .unwrap();
        assert_eq!(operation.id, "createAccountLink");
        let body = serde_json::from_slice(&request.body).unwrap();
        assert_eq!(validators.errors(operation.request.as_ref().unwrap(), &body), [""; 0]);
    }
}
