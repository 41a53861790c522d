//! Secrets among the arguments are not shown.

use std::fs;

use super::Ran;
use crate::{
    command::run,
    test_io::{TestFolder, TestIo},
    test_shop::{ShopServer, app},
};

const PIN: &str = "7429-hidden";

fn run_shop(io: TestIo, words: &[&str]) -> Ran {
    let (mut io, captured) = io.variable("SHOP_API_KEY", "key").build();
    let words = words.iter().map(|word| (*word).to_owned()).collect();
    let exit = run(app(), &mut io, words).err().map(|error| error.exit);
    Ran { exit, stdout: captured.stdout(), stderr: captured.stderr() }
}

/// The words of a command, sent to nowhere.
fn with_url<'a>(way: &[&'a str]) -> Vec<&'a str> {
    [way, &["--base-url", "https://shop.invalid/v1"]].concat()
}

/// What a command shows in place of sending, by the option that asks for it. None of it has the secret.
fn preview(way: &[&str]) -> Vec<(&'static str, Ran)> {
    let run = |more: &[&'static str]| {
        let ran = run_shop(TestIo::new(), &[&with_url(way), more].concat());
        assert_eq!(ran.exit, None, "{}", ran.stderr);
        assert!(!format!("{}{}", ran.stdout, ran.stderr).contains(PIN), "{}{}", ran.stdout, ran.stderr);
        (more[0], ran)
    };
    [&["--dry-run"][..], &["--dry-run", "-o", "json"], &["--curl"]].map(run).into()
}

#[test]
fn secrets_are_shown_neither_before_sending_nor_instead_of_it() {
    let body = format!(r#"{{"amount":5,"pin":"{PIN}"}}"#);
    let field = format!("pin={PIN}");
    let ways: [&[&str]; 4] = [
        &["orders", "pay", "ord_1", "--amount", "5", "--pin", PIN],
        &["orders", "pay", "ord_1", "--body", &body],
        &["orders", "pay", "ord_1", "--amount", "5", "--set", &field],
        &["api", "POST", "/orders/ord_1/pay", "-F", "amount=5", "-f", &field],
    ];
    for way in ways {
        for (more, ran) in preview(way) {
            assert!(ran.stdout.contains("\"***\""), "{}", ran.stdout);
            let note = "secrets were left out: put them in place of `***` (`pin`)\n";
            assert_eq!(ran.stderr, if more == "--curl" { note } else { "" });
        }
        let asked = run_shop(TestIo::new().terminal(80).stdin("no\n"), &with_url(way));
        assert!(asked.stderr.contains("\"pin\": \"***\""), "{}", asked.stderr);
        assert!(!format!("{}{}", asked.stdout, asked.stderr).contains(PIN), "{}", asked.stderr);
    }
}

#[test]
fn credentials_of_requests_to_any_path_are_not_shown() {
    let folder = TestFolder::new();
    let form = folder.0.join("form");
    fs::write(&form, format!("user=me&client_secret={PIN}")).unwrap();
    let parts = folder.0.join("parts");
    let part = |name: &str, value: &str| {
        format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    fs::write(&parts, format!("{}{}--b--\r\n", part("user", "me"), part("password", PIN))).unwrap();
    let (form, parts) = (form.display().to_string(), parts.display().to_string());
    let authorization = format!("Authorization: Bearer {PIN}");
    let cookie = format!("Cookie: session={PIN}");
    let key = format!("X-Api-Key: {PIN}");
    let query = format!("access_token={PIN}");
    let field = format!("nested.password={PIN}");
    let url_form = "application/x-www-form-urlencoded";
    let ways: [&[&str]; 7] = [
        &["api", "GET", "/x", "-H", &authorization],
        &["api", "GET", "/x", "-H", &cookie],
        &["api", "GET", "/x", "-H", &key],
        &["api", "GET", "/x", "--query", &query],
        &["api", "POST", "/x", "-f", &field],
        &["api", "POST", "/x", "--input", &form, "--content-type", url_form],
        &["api", "POST", "/x", "--input", &parts, "--content-type", "multipart/form-data; boundary=b"],
    ];
    for way in ways {
        for (_, ran) in preview(way) {
            assert!(ran.stdout.replace("%2A", "*").contains("***"), "{}", ran.stdout);
        }
        let asked = run_shop(TestIo::new().terminal(80).stdin("no\n"), &with_url(way));
        assert!(!format!("{}{}", asked.stdout, asked.stderr).contains(PIN), "{}", asked.stderr);
    }
    // What is sent is whole.
    let server = ShopServer::start_blocking();
    server.skip_verification_on_drop();
    let url = server.base_url(0);
    run_shop(TestIo::new(), &["api", "GET", "/x", "-H", &key, "--query", &query, "--base-url", &url]);
    let requests = server.requests();
    assert_eq!(requests[0].headers["x-api-key"], PIN);
    assert_eq!(requests[0].query.as_deref(), Some(query.as_str()));
    // Neither do errors quote what was given.
    for wrong in [&["-H", PIN][..], &["-f", PIN], &["--query", PIN]] {
        let ran = run_shop(TestIo::new(), &[&["api", "POST", "/x"], wrong].concat());
        assert!(ran.stderr.contains("expected") && !ran.stderr.contains(PIN), "{}", ran.stderr);
    }
    let ran = run_shop(TestIo::new(), &["orders", "pay", "ord_1", "--set", PIN]);
    assert!(ran.stderr.contains("expected PATH=VALUE") && !ran.stderr.contains(PIN), "{}", ran.stderr);
}

#[test]
fn a_secret_is_read_from_a_file_or_standard_input_and_sent() {
    let folder = TestFolder::new();
    let path = folder.0.join("pin.txt");
    fs::write(&path, format!("{PIN}\r\nanother line\n")).unwrap();
    let file = format!("@{}", path.display());
    for (pin, stdin) in [(file.as_str(), ""), ("-", "7429-hidden\nrest"), (PIN, "")] {
        let server = ShopServer::start_blocking();
        server.skip_verification_on_drop();
        let url = server.base_url(0);
        let words = ["orders", "pay", "ord_1", "--amount", "5", "--pin", pin, "--yes", "--base-url", &url];
        let ran = run_shop(TestIo::new().stdin(stdin), &words);
        let requests = server.requests();
        assert_eq!(requests.len(), 1, "{}", ran.stderr);
        assert_eq!(requests[0].json().unwrap()["pin"], PIN);
        assert!(!ran.stderr.contains(PIN), "{}", ran.stderr);
    }
    fs::write(&path, "\n").unwrap();
    let ran = run_shop(TestIo::new(), &["orders", "pay", "ord_1", "--amount", "5", "--pin", &file, "--yes"]);
    assert!(ran.stderr.contains("the first line of"), "{}", ran.stderr);
    let help = run_shop(TestIo::new(), &["orders", "pay", "--help"]).stdout;
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        help.contains("`@FILE` takes the first line of a file, and `-` that of standard input."),
        "{help}"
    );
}
