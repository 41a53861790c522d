//! Tests the `upload_file` example.

use whop::mock::{self, ErrorResponse, Server};

use crate::{assert_in_order, run_local, start_against};

#[test]
fn waiting_continues_after_a_timeout() {
    assert_in_order(
        &run_local("upload_file"),
        &[
            "sent     130 of 130 bytes",
            "waiting  file_",
            "processing",
            "uploaded file_",
            "is ready, 130 bytes",
        ],
    );
}

#[test]
fn the_file_is_sent_to_the_storage_unchanged() {
    let path = whop_tests::workspace_root().join("Cargo.toml");
    let content = std::fs::read(&path).unwrap();
    let server = Server::start_blocking();
    let (success, text) =
        start_against(&server, "upload_file", &[("WHOP_FILE", path.to_str().unwrap())]).wait_for_end();
    assert!(success, "{text}");
    let length = content.len();
    assert_in_order(
        &text,
        &[&format!("sent     {length} of {length} bytes"), "uploaded file_", &format!("{length} bytes")],
    );

    assert_eq!(server.calls(mock::files::create)[0].request.filename, "Cargo.toml");
    let requests = server.requests();
    let put = requests.iter().find(|request| request.method == "PUT").unwrap();
    assert!(put.body == content, "the bytes differ");
    // The signed URL of the storage is a credential, so it is not printed.
    let signature = put.query.as_deref().unwrap();
    assert!(!text.contains(signature) && !text.contains(server.api_key()), "{text}");
    server.verify().unwrap();
}

#[test]
fn a_failure_names_its_step() {
    let server = Server::start_blocking();
    let (success, text) =
        start_against(&server, "upload_file", &[("WHOP_FILE", "no/such/file.txt")]).wait_for_end();
    assert!(!success, "{text}");
    assert_in_order(&text, &["failed   cannot"]);
    assert_eq!(server.requests().len(), 0);

    server.when(mock::files::retrieve).then_return_error(ErrorResponse::forbidden());
    let (success, text) = start_against(&server, "upload_file", &[]).wait_for_end();
    assert!(!success, "{text}");
    assert_in_order(
        &text,
        &["sent     130 of 130 bytes", "failed   file file_", "the status request failed"],
    );
}
