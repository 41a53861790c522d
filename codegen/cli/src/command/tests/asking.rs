//! What is dangerous asks first.

use super::{only_request, run_against, run_alone, run_with, start};
use crate::{error::Exit, test_io::TestIo};

const SELL: [&str; 7] = ["crates", "sell", "crt_1", "--market", "m", "--price", "9.90"];
const DANGEROUS: [&[&str]; 5] = [
    &["crates", "delete", "crt_1"],
    &SELL,
    &["crates", "seal", "crt_1"],
    &["api", "POST", "/crates/crt_1/sell"],
    // A server reads `%65` as `e`.
    &["api", "POST", "/crat%65s/crt_1/s%65ll"],
];

#[test]
fn without_a_terminal_it_needs_yes() {
    for words in DANGEROUS {
        let server = start();
        let ran = run_against(&server, words);
        assert_eq!(ran.exit, Some(Exit::Usage), "{words:?}");
        assert!(ran.stderr.contains("--yes"), "{}", ran.stderr);
        assert!(server.requests().is_empty());
        let confirmed: Vec<&str> = words.iter().copied().chain(["--yes"]).collect();
        run_against(&server, &confirmed);
        assert_eq!(server.requests().len(), 1, "{words:?}");
    }
}

#[test]
fn on_a_terminal_it_shows_what_will_be_sent() {
    for (typed, is_sent) in [("y\n", true), ("yes\n", true), ("\n", false), ("no\n", false), ("", false)] {
        let server = start();
        let ran = run_with(TestIo::new().terminal(80).stdin(typed), &server, &SELL);
        assert!(ran.stderr.contains("POST ") && ran.stderr.contains("\"price\": 9.90"), "{}", ran.stderr);
        assert!(!ran.stderr.contains(server.api_key()));
        assert_eq!(server.requests().len(), usize::from(is_sent), "{typed:?}");
        assert_eq!(ran.exit.is_none(), is_sent, "{typed:?}: {}", ran.stderr);
    }
}

#[test]
fn what_only_reads_or_writes_does_not_ask() {
    for words in [
        &["crates", "list"][..],
        &["crates", "retrieve", "crt_1"],
        &["crates", "create", "--owner-id", "own_1", "--amount", "2"],
        &["api", "GET", "/crates"],
        &["api", "POST", "/crates", "-f", "owner_id=own_1", "-F", "amount=2"],
    ] {
        let server = start();
        let ran = run_against(&server, words);
        assert_eq!(ran.exit, None, "{words:?}: {}", ran.stderr);
    }
}

#[test]
fn a_key_is_printed_and_makes_a_second_try_safe() {
    let server = start();
    let create = ["crates", "create", "--owner-id", "own_1", "--amount", "2"];
    let ran = run_against(&server, &create);
    let key = ran.stderr.trim().strip_prefix("idempotency key: ").unwrap();
    assert_eq!(only_request(&server).header("idempotency-key"), Some(key));
    let again: Vec<&str> = create.iter().copied().chain(["--idempotency-key", key]).collect();
    let second = run_against(&server, &again);
    assert_eq!(second.stdout, ran.stdout);
    assert!(second.stderr.contains("had processed this idempotency key"), "{}", second.stderr);
    let server = start();
    let ran = run_against(&server, &["crates", "list"]);
    assert_eq!((ran.stderr.as_str(), only_request(&server).header("idempotency-key")), ("", None));
}

#[test]
fn options_before_a_command_within_a_command_hold() {
    let set = |words: &[&str]| run_alone(&[words, &["profile", "current"]].concat()).stdout;
    let behind = run_alone(&["profile", "current", "--profile", "work"]).stdout;
    assert!(behind.contains("work"), "{behind}");
    assert_eq!(set(&["--profile", "work"]), behind);
    assert_eq!(run_alone(&["profile", "--profile", "work", "current"]).stdout, behind);
    assert_eq!(
        set(&["--sandbox", "--profile=work"]),
        run_alone(&["profile", "current", "--profile", "work", "--sandbox"]).stdout
    );
}

/// Whoever asks for a preview must not find that the command acted.
#[test]
fn a_preview_is_refused_where_there_is_none() {
    for flag in ["--dry-run", "--curl"] {
        for words in [
            &["login"][..],
            &["logout"],
            &["profile", "set", "default", "account=own_1"],
            &["mcp", "--allow", "write"],
        ] {
            for line in [[words, &[flag]].concat(), [&[flag], words].concat()] {
                let ran = run_alone(&line);
                assert_eq!(ran.exit, Some(Exit::Usage), "{line:?}: {}", ran.stderr);
                assert!(ran.stderr.contains(flag), "{}", ran.stderr);
            }
        }
    }
}

/// An option after a key without a value would be sent as the value, and have no effect.
#[test]
fn an_option_is_no_value_of_a_map() {
    let server = start();
    for option in ["--dry-run", "--sandbox", "-y"] {
        let ran = run_against(
            &server,
            &["crates", "create", "--owner-id", "own_1", "--amount", "2", "--metadata.k", option],
        );
        assert_eq!(ran.exit, Some(Exit::Usage), "{}", ran.stderr);
        assert!(ran.stderr.contains("--metadata"), "{}", ran.stderr);
    }
    assert!(server.requests().is_empty());
    let number = [
        "crates",
        "create",
        "--owner-id",
        "own_1",
        "--amount",
        "2",
        "--labels.k",
        "-5",
        "--metadata.@x",
        "y",
    ];
    run_against(&server, &number);
    let body = only_request(&server).json().unwrap();
    assert_eq!((&body["labels"]["k"], &body["metadata"]["@x"]), (&(-5).into(), &"y".into()));
}
