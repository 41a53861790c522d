//! Requests that are shown and not sent.

use std::process::Command;

use super::{only_request, run_against, run_alone, run_words, start};
use crate::test_io::TestIo;

const CREATE: [&str; 8] =
    ["crates", "create", "--owner-id", "own_1", "--amount", "1.50", "--note", "it's $HOME `x` \"y\""];

#[test]
fn a_dry_run_shows_the_request_without_the_credential() {
    let words: Vec<&str> = CREATE.iter().copied().chain(["--dry-run"]).collect();
    // It needs no credential.
    for io in [TestIo::new(), TestIo::new().variable("DEPOT_API_KEY", "key_of_the_person")] {
        let ran = run_words(io, &words);
        assert_eq!(ran.exit, None, "{}", ran.stderr);
        assert!(ran.stdout.starts_with("POST https://depot.invalid/v1/crates\n"), "{}", ran.stdout);
        assert!(ran.stdout.contains("authorization: Bearer $DEPOT_API_KEY\n"), "{}", ran.stdout);
        assert!(ran.stdout.contains("\"amount\": 1.50") && !ran.stdout.contains("key_of_the_person"));
    }
    let json: Vec<&str> = words.iter().copied().chain(["-o", "json", "--sandbox"]).collect();
    let request: serde_json::Value = serde_json::from_str(&run_alone(&json).stdout).unwrap();
    assert_eq!(request["url"], "https://sandbox.invalid/v1/crates");
    assert_eq!(request["body"]["owner_id"], "own_1");
    let ran = run_alone(&["crates", "delete", "crt_1", "--dry-run"]);
    assert_eq!(ran.exit, None, "a request that is not sent needs no confirmation: {}", ran.stderr);
}

#[test]
fn a_curl_command_sends_the_same_request_from_a_shell() {
    if Command::new("curl").arg("--version").output().is_err() {
        return;
    }
    let upload = [
        "api",
        "POST",
        "/crates/crt_1/rate",
        "--input",
        "-",
        "--content-type",
        "application/x-www-form-urlencoded",
    ];
    for (words, stdin) in
        [(&CREATE[..], ""), (&["crates", "list", "--kind", "wood"], ""), (&upload, "stars=5\u{0}&x=\u{ff}'")]
    {
        let (server, other) = (start(), start());
        let run = |server: &crate::test_depot::DepotServer, more: &[&str]| {
            let words: Vec<&str> =
                words.iter().chain(more).copied().chain(["--idempotency-key", "key-1"]).collect();
            super::run_with(TestIo::new().stdin(stdin), server, &words)
        };
        run(&server, &["--yes"]);
        let curl = run(&other, &["--curl"]).stdout;
        assert!(!curl.contains(other.api_key()), "{curl}");
        let shell =
            Command::new("sh").args(["-c", &curl]).env("DEPOT_API_KEY", other.api_key()).output().unwrap();
        assert!(shell.status.success(), "{curl}: {shell:?}");
        let (sent, copied) = (only_request(&server), only_request(&other));
        assert_eq!(
            (&sent.method, &sent.path, &sent.query, &sent.body),
            (&copied.method, &copied.path, &copied.query, &copied.body),
            "{curl}"
        );
        for name in ["content-type", "depot-version", "idempotency-key", "accept"] {
            assert_eq!(sent.header(name), copied.header(name), "{name}");
        }
    }
}

#[test]
fn a_preview_is_what_is_sent() {
    let server = start();
    run_against(&server, &CREATE);
    let url = server.base_url(0);
    let words: Vec<&str> =
        CREATE.iter().copied().chain(["--dry-run", "-o", "json", "--base-url", &url]).collect();
    let preview: serde_json::Value = serde_json::from_str(&run_alone(&words).stdout).unwrap();
    let sent = only_request(&server);
    assert_eq!(preview["body"], sent.json().unwrap());
    for name in ["content-type", "accept", "depot-version", "user-agent"] {
        assert_eq!(preview["headers"][name].as_str(), sent.header(name), "{name}");
    }
}
