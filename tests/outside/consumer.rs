//! A program that depends on the client by path creates an account link over HTTP, and prints what a 400 says.

use std::path::Path;
use std::process::{Command, Output};

use whop::mock::{Server, account_links};
use whop_tests::document::Document;
use whop_tests::nested::{cargo, printed, target};
use whop_tests::schema::Validators;

const LINK: &str = r#"{"expires_at":"2026-02-01T00:00:00.000Z","url":"https://whop.com/payouts/biz_x"}"#;
const ERROR: &str = r#"{"error":{"type":"invalid_request_error","code":"parameter_invalid","message":"Not a connected company.","param":"company_id"}}"#;

/// Runs the program against this server.
async fn run(program: &Path, server: &Server) -> Output {
    let mut command = Command::new(program);
    command.env_clear().env("WHOP_API_KEY", "outside_key").env("WHOP_BASE_URL", server.base_url(0));
    tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_program_of_somebody_else_makes_the_first_call() {
    let built = cargo("consumer", "build").output().unwrap();
    assert!(built.status.success(), "{}", printed(&built));
    let program = target().join("debug").join(format!("consumer{}", std::env::consts::EXE_SUFFIX));

    let server = Server::start().await;
    server
        .when(account_links::create)
        .then_return_json(serde_json::from_str::<serde_json::Value>(LINK).unwrap())
        .then_return_raw(400, [("content-type", "application/json")], ERROR);

    let output = run(&program, &server).await;
    assert!(output.status.success(), "{}", printed(&output));
    assert_eq!(printed(&output), "https://whop.com/payouts/biz_x until 2026-02-01 00:00:00 +00:00\n");

    let output = run(&program, &server).await;
    assert_eq!(output.status.code(), Some(1));
    let text = printed(&output);
    let (first, rest) = text.split_once('\n').unwrap();
    assert!(first.contains("Not a connected company.") && first.contains("400"), "{first}");
    assert!(!text.contains("outside_key"), "{text}");
    assert_eq!(
        rest,
        "status  400\ntype    invalid_request_error\ncode    parameter_invalid\nmessage Not a connected company.\nparam   \
         company_id\n"
    );

    let document = Document::vendored();
    let validators = Validators::new(&document);
    server.verify().unwrap();
    let requests = server.requests();
    assert_eq!(requests.len(), 2, "a 400 is not sent again");
    for request in requests.iter() {
        assert_eq!(request.header("authorization"), Some("Bearer outside_key"));
        let (operation, _) =
            document.find(request.method.as_str(), request.path.strip_prefix("/api/v1").unwrap()).unwrap();
        assert_eq!(operation.id, "createAccountLink");
        let body = serde_json::from_slice(&request.body).unwrap();
        assert_eq!(validators.errors(operation.request.as_ref().unwrap(), &body), [""; 0]);
    }
}
