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
        let way = [way, &["--base-url", "https://shop.invalid/v1"]].concat();
        for more in [&["--dry-run"][..], &["--dry-run", "-o", "json"], &["--curl"]] {
            let ran = run_shop(TestIo::new(), &[&way, more].concat());
            assert_eq!(ran.exit, None, "{}", ran.stderr);
            assert!(!format!("{}{}", ran.stdout, ran.stderr).contains(PIN), "{}{}", ran.stdout, ran.stderr);
            assert!(ran.stdout.contains("\"***\""), "{}", ran.stdout);
            let note = "secrets were left out: put them in place of `***` (`pin`)\n";
            assert_eq!(ran.stderr, if more == ["--curl"] { note } else { "" });
        }
        let asked = run_shop(TestIo::new().terminal(80).stdin("no\n"), &way);
        assert!(asked.stderr.contains("\"pin\": \"***\""), "{}", asked.stderr);
        assert!(!format!("{}{}", asked.stdout, asked.stderr).contains(PIN), "{}", asked.stderr);
    }
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
