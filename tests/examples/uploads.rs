//! The example that uploads a file.

use whop::mock::{self, ErrorResponse, Server};

use crate::{against, in_order, local};

#[test]
fn a_wait_that_was_too_short_is_taken_up_again() {
    in_order(
        &local("upload_file"),
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
fn a_file_goes_to_the_storage_as_it_is() {
    let path = whop_tests::root().join("Cargo.toml");
    let content = std::fs::read(&path).unwrap();
    let server = Server::start_blocking();
    let (success, text) = against(&server, "upload_file", &[("WHOP_FILE", path.to_str().unwrap())]).end();
    assert!(success, "{text}");
    let length = content.len();
    in_order(
        &text,
        &[&format!("sent     {length} of {length} bytes"), "uploaded file_", &format!("{length} bytes")],
    );

    assert_eq!(server.calls(mock::files::create)[0].request.filename, "Cargo.toml");
    let requests = server.requests();
    let put = requests.iter().find(|request| request.method == "PUT").unwrap();
    assert!(put.body == content, "the bytes are others");
    // The address of the storage is a credential.
    let signature = put.query.as_deref().unwrap();
    assert!(!text.contains(signature) && !text.contains(server.api_key()), "{text}");
    server.verify().unwrap();
}

#[test]
fn a_failure_names_its_step() {
    let server = Server::start_blocking();
    let (success, text) = against(&server, "upload_file", &[("WHOP_FILE", "no/such/file.txt")]).end();
    assert!(!success, "{text}");
    in_order(&text, &["failed   at the step Create, file None"]);
    assert_eq!(server.requests().len(), 0);

    server.when(mock::files::retrieve).then_return_error(ErrorResponse::forbidden());
    let (success, text) = against(&server, "upload_file", &[]).end();
    assert!(!success, "{text}");
    in_order(&text, &["sent     130 of 130 bytes", "failed   at the step Poll, file Some(\"file_"]);
}
