//! What is wrong is reported before anything is sent, and what fails has its exit code.

use std::{net::TcpListener, time::Duration};

use super::{only_request, run_against, run_alone, run_words, start};
use crate::{command::run, error::Exit, interrupt::Interrupt, test_depot::app, test_io::TestIo};

#[test]
fn mistakes_are_named_by_flag_and_reason() {
    for (words, message, hint) in [
        (&["crate", "list"][..], "there is no command `crate`", "did you mean `depot crates`?"),
        (&["crates", "lst"], "`crates` has no command `lst`", "did you mean `depot crates list`?"),
        (&["crates", "list", "--knd", "wood"], "there is no option `--knd`", "did you mean `--kind`?"),
        (
            &["--profil", "x", "crates", "list"],
            "`--profil` is not an option of every command",
            "did you mean `--profile`?",
        ),
        (&["crates", "list", "wood"], "the argument `wood` is one too many", ""),
        (
            &["crates", "list", "--kind", "wod"],
            "`--kind`: expected one of `wood`, `steel`, `paper`, found `wod`; did you mean `wood`?",
            "",
        ),
        (&["crates", "list", "--first", "x"], "`--first`: expected an integer, found a string", ""),
        (&["crates", "list", "--first", "101"], "`--first`: expected at most 100, found 101", ""),
        (&["crates", "list", "--limit", "0"], "`--limit`: expected a number above 0, found `0`", ""),
        (&["crates", "retrieve"], "`<ID>`: missing; expected a string", ""),
        (&["crates", "create", "--amount", "2"], "`--owner-id`: missing; expected a string", ""),
        (
            &["crates", "create", "--owner-id", "o", "--amount", "2", "--place.zip", "1"],
            "`--place.street-name`: missing",
            "",
        ),
        (
            &["crates", "create", "--owner-id", "o", "--amount", "2", "--set", "itms=1"],
            "`itms`: the document has no such field; did you mean `items`?",
            "",
        ),
        (
            &[
                "crates",
                "create",
                "--owner-id",
                "o",
                "--amount",
                "2",
                "--items",
                r#"{"name":"n","price":"p"}"#,
            ],
            "`--items` (items[0].price): expected a number, found a string",
            "",
        ),
        (
            &["crates", "create"],
            "`--owner-id`: missing; expected a string; `--amount`: missing; expected a number",
            "",
        ),
        (
            &["crates", "sell", "crt_1", "--price", "1", "--market", "m", "--terms", "t", "--owner-id", "o"],
            "closest variant",
            "",
        ),
        (
            &["--environment", "moon", "crates", "list"],
            "there is no environment `moon`; the API has: production, sandbox",
            "",
        ),
        (&["--timeout", "0", "crates", "list"], "`--timeout`: expected a number of seconds above 0", ""),
        (&["-o", "xml", "crates", "list"], "`--output`: expected one of table, json", ""),
        (&["api", "GTE", "/x"], "`GTE` is no method of HTTP", "did you mean GET?"),
    ] {
        let ran = run_alone(words);
        assert_eq!(ran.exit, Some(Exit::Usage), "{words:?}: {}", ran.stdout);
        assert!(ran.stderr.contains(message) && ran.stderr.contains(hint), "{words:?}: {}", ran.stderr);
    }
}

#[test]
fn unchecked_arguments_are_sent() {
    let server = start();
    let ran = run_against(&server, &["crates", "list", "--kind", "wod", "--unchecked"]);
    assert_eq!(only_request(&server).query.as_deref(), Some("kind=wod"));
    assert_eq!(ran.exit, Some(Exit::Api));
    assert!(ran.stderr.contains("Invalid parameter kind"), "{}", ran.stderr);
}

#[test]
fn each_kind_of_failure_has_its_exit_code() {
    for (status, exit) in
        [(401, Exit::NotAuthenticated), (404, Exit::NotFound), (422, Exit::Api), (500, Exit::Api)]
    {
        let server = start();
        server.when_any().then_return_status(status);
        let ran = run_against(&server, &["crates", "retrieve", "crt_1"]);
        assert_eq!(ran.exit, Some(exit), "{status}: {}", ran.stderr);
        assert_eq!(ran.stdout, "");
        let ran = run_against(&server, &["crates", "retrieve", "crt_1", "-o", "json"]);
        let error: serde_json::Value = serde_json::from_str(&ran.stderr).unwrap();
        assert!(error.to_string().contains(&status.to_string()), "{error}");
    }
    // Nobody listens at the port of a listener that is gone.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("http://127.0.0.1:{port}");
    let ran = run_alone(&["crates", "retrieve", "crt_1", "--base-url", &url]);
    assert_eq!(ran.exit, Some(Exit::Network), "{}", ran.stderr);
    let server = start();
    server.when_any().delay(Duration::from_secs(20)).then_return_status(200);
    let ran = run_against(&server, &["crates", "retrieve", "crt_1", "--timeout", "0.2"]);
    assert_eq!(ran.exit, Some(Exit::Network), "{}", ran.stderr);
}

#[test]
fn without_a_credential_nothing_is_sent() {
    let ran = run_words(TestIo::new(), &["crates", "retrieve", "crt_1"]);
    assert_eq!(ran.exit, Some(Exit::NotAuthenticated), "{}", ran.stderr);
    let server = start();
    let url = server.base_url(0);
    let ran = run_words(TestIo::new(), &["ping", "--base-url", &url]);
    assert_eq!(ran.exit, None, "{}", ran.stderr);
    assert_eq!(only_request(&server).header("authorization"), None);
}

#[test]
fn an_interrupted_request_says_how_to_repeat_it() {
    let server = start();
    server.when_any().delay(Duration::from_secs(20)).then_return_status(200);
    let url = server.base_url(0);
    let (mut io, captured) = TestIo::new().variable("DEPOT_API_KEY", server.api_key()).build();
    let (fire, interrupt) = Interrupt::manual();
    io.interrupt = interrupt;
    let words = ["crates", "create", "--owner-id", "own_1", "--amount", "2", "--base-url", &url];
    let words = words.map(str::to_owned).to_vec();
    let exit = std::thread::scope(|scope| {
        let command = scope.spawn(move || run(app(), &mut io, words).unwrap_err().exit);
        while server.requests().is_empty() {
            std::thread::sleep(Duration::from_millis(5));
        }
        fire.send(true).unwrap();
        command.join().unwrap()
    });
    assert_eq!((exit, exit.code()), (Exit::Interrupted, 130));
    let key = only_request(&server).header("idempotency-key").unwrap().to_owned();
    assert!(captured.stderr().contains(&format!("add `--idempotency-key {key}`")), "{}", captured.stderr());
}
