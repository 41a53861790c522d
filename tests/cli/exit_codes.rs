//! Each kind of failure has its exit code, one readable line, and nothing secret.

use whop::mock::{ErrorResponse, payments};

use crate::{Run, Shop, TemporaryFolder, program};

#[test]
fn each_kind_of_failure_has_its_code() {
    let shop = Shop::open();
    let fail = |status| shop.server.when(payments::retrieve).then_return_error(ErrorResponse::new(status));
    let read = ["payments", "retrieve", "pay_1"];
    shop.run(&read).succeeded();
    for (status, code) in [(400, 1), (401, 3), (402, 1), (403, 1), (404, 4), (422, 1)] {
        fail(status);
        let run = shop.run(&read);
        assert_eq!(run.code, Some(code), "{status}: {run:?}");
        assert!(run.error.starts_with("error: "), "{status}: {run:?}");
        assert!(run.out.is_empty() && !run.error.contains("test_key"), "{status}: {run:?}");
        shop.server.reset();
    }
    for (words, part) in [
        (vec!["payments", "retreive", "pay_1"], "retrieve"),
        (vec!["payment", "retrieve", "pay_1"], "payments"),
        (vec!["payments", "list", "--acount-id", "biz_1"], "--account-id"),
        (vec!["payments", "list", "--first", "many"], "--first"),
        (vec!["payments", "retrieve"], "ID"),
        (vec!["payments", "list", "--jq", ".data["], "--jq"),
    ] {
        let run = shop.run(&words);
        assert_eq!(run.code, Some(2), "{words:?}: {run:?}");
        assert!(run.error.contains(part), "{words:?}: {run:?}");
    }
    assert!(shop.server.requests().is_empty(), "what is wrong is not sent");
}

#[test]
fn errors_are_json_for_programs() {
    let shop = Shop::open();
    shop.server
        .when(payments::retrieve)
        .then_return_error(ErrorResponse::new(402).code("card_declined").message("The card was declined."));
    let run = shop.run(&["payments", "retrieve", "pay_1", "-o", "json"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    let error: serde_json::Value = serde_json::from_str(&run.error).unwrap();
    assert!(error.to_string().contains("card_declined") && error.to_string().contains("402"), "{error}");
}

#[test]
fn without_a_server_or_a_key_nothing_hangs() {
    let home = TemporaryFolder::new();
    let run = |key: bool| {
        let mut command = program(&home);
        command.args(["payments", "retrieve", "pay_1", "--timeout", "2"]);
        // A port on which nobody listens.
        command.env("WHOP_BASE_URL", "http://127.0.0.1:1/api/v1");
        if key {
            command.env("WHOP_API_KEY", "test_key");
        }
        Run::new(command.output().unwrap())
    };
    let no_key = run(false);
    assert_eq!(no_key.code, Some(3), "{no_key:?}");
    for way in ["WHOP_API_KEY", "login"] {
        assert!(no_key.error.contains(way), "{no_key:?}");
    }
    let no_server = run(true);
    assert_eq!(no_server.code, Some(5), "{no_server:?}");
}

#[test]
fn what_moves_money_is_not_sent_without_a_confirmation() {
    let shop = Shop::open();
    let refund = ["payments", "refund", "pay_1", "--partial-amount", "6.90"];
    let refused = shop.run(&refund);
    assert_eq!((refused.code, shop.server.requests().len()), (Some(2), 0), "{refused:?}");
    assert!(refused.error.contains("--yes"), "{refused:?}");

    let shown = shop.run(&[&refund[..], &["--dry-run"]].concat()).succeeded();
    assert!(shown.out.contains("/payments/pay_1/refund") && shown.out.contains("6.9"), "{shown:?}");
    let curl = shop.run(&[&refund[..], &["--curl"]].concat()).succeeded();
    assert!(curl.out.starts_with("curl") && curl.out.contains("${WHOP_API_KEY}"), "{curl:?}");
    assert!(!curl.out.contains("test_key") && !shown.out.contains("test_key"));
    assert!(shop.server.requests().is_empty());

    let sent = shop.run(&[&refund[..], &["--yes", "--idempotency-key", "refund-17"]].concat()).succeeded();
    let requests = shop.server.requests();
    assert_eq!(requests.len(), 1, "{sent:?}");
    assert_eq!(requests[0].header("idempotency-key"), Some("refund-17"));
    // The same command again is the same refund.
    shop.run(&[&refund[..], &["--yes", "--idempotency-key", "refund-17"]].concat()).succeeded();
    assert!(shop.server.requests()[1].replayed);
}

/// The printed command works in a real shell.
#[cfg(unix)]
#[test]
fn the_curl_command_sends_the_same_request() {
    let has_curl = std::process::Command::new("curl").arg("--version").output().is_ok();
    if !has_curl {
        return whop_tests::print_uncaptured("skipped: there is no curl");
    }
    let shop = Shop::open();
    let words = ["products", "create", "--account-id", "biz_1", "--title", "It's $HOME `x` \"y\""];
    let curl = shop.run(&[&words[..], &["--curl"]].concat()).succeeded();
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", &curl.out]).env("WHOP_API_KEY", "test_key");
    assert!(shell.output().unwrap().status.success(), "{}", curl.out);
    shop.run(&[&words[..], &["--yes"]].concat()).succeeded();
    let requests = shop.server.requests();
    let [pasted, own] = requests.as_slice() else { panic!("{} requests", requests.len()) };
    assert_eq!((&pasted.path, pasted.json()), (&own.path, own.json()));
    assert_eq!(pasted.header("api-version-date"), own.header("api-version-date"));
    assert_eq!(pasted.json().unwrap()["title"], "It's $HOME `x` \"y\"");
}
