//! Commands run in process, against a mock over real HTTP.

mod asking;
mod bodies;
mod errors;
mod helping;
mod other_requests;
mod paging;
mod parameters;
mod previews;
mod secrets;

use openapi_client_mock::RecordedRequest;

use super::run;
use crate::{
    error::Exit,
    test_depot::{DepotServer, app},
    test_io::TestIo,
};

/// What a command did.
pub(super) struct Ran {
    pub(super) exit: Option<Exit>,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

/// A mock that makes what requests name, and does not fail the test for invalid requests.
pub(super) fn start() -> DepotServer {
    let server = DepotServer::start_blocking();
    server.skip_verification_on_drop();
    server
}

/// Runs a command against the mock.
pub(super) fn run_against(server: &DepotServer, words: &[&str]) -> Ran {
    run_with(TestIo::new(), server, words)
}

pub(super) fn run_with(io: TestIo, server: &DepotServer, words: &[&str]) -> Ran {
    let url = server.base_url(0);
    let words: Vec<&str> = words.iter().copied().chain(["--base-url", &url]).collect();
    run_words(io.variable("DEPOT_API_KEY", server.api_key()), &words)
}

/// Runs a command without a server.
pub(super) fn run_alone(words: &[&str]) -> Ran {
    run_words(TestIo::new().variable("DEPOT_API_KEY", "key_of_the_person"), words)
}

pub(super) fn run_words(io: TestIo, words: &[&str]) -> Ran {
    let (mut io, captured) = io.build();
    let words = words.iter().map(|word| (*word).to_owned()).collect();
    let exit = run(app(), &mut io, words).err().map(|error| error.exit);
    Ran { exit, stdout: captured.stdout(), stderr: captured.stderr() }
}

/// The only request that was received.
pub(super) fn only_request(server: &DepotServer) -> RecordedRequest {
    let mut requests = server.requests();
    assert_eq!(requests.len(), 1, "{requests:?}");
    requests.remove(0)
}

/// Runs a command and returns the body that the mock received.
pub(super) fn sent_body(words: &[&str]) -> String {
    let server = start();
    let ran = run_against(&server, words);
    assert_eq!(ran.exit, None, "{words:?}: {}", ran.stderr);
    String::from_utf8(only_request(&server).body.to_vec()).unwrap()
}
