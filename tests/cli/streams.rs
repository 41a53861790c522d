//! Pipes, full disks, signals and standard input.

use std::io::{Read as _, Write as _};
use std::process::{Command, Stdio};
use std::time::Duration;

use whop::mock::{members, payments};

use crate::{Run, Shop};

#[test]
fn all_pages_are_streamed_and_exact() {
    let shop = Shop::open();
    let list = ["payments", "list", "--account-id", "biz_1", "--first", "1"];
    let all = shop.run(&[&list[..], &["--all", "-o", "jsonl"]].concat()).succeeded();
    let lines: Vec<&str> = all.out.lines().collect();
    assert!(lines.len() > 1, "{all:?}");
    let requests = shop.server.calls(payments::list).len();
    assert!(requests >= lines.len(), "{requests} requests for {} items", lines.len());
    let one = shop.run(&[&list[..], &["--limit", "1", "-o", "jsonl"]].concat()).succeeded();
    assert_eq!(one.out.lines().collect::<Vec<_>>(), lines[..1]);
    let ids = shop.run(&[&list[..], &["--all", "-o", "jsonl", "--jq", ".id", "-r"]].concat()).succeeded();
    assert_eq!(ids.out.lines().count(), lines.len(), "{ids:?}");
    assert!(ids.out.lines().all(|id| id.starts_with("pay_")), "{ids:?}");
}

#[test]
fn numbers_keep_their_digits() {
    let shop = Shop::open();
    let body = r#"{"id":"pay_1","total":12.30,"big":12345678901234567890.10}"#;
    for format in ["json", "jsonl", "yaml"] {
        let headers = [("content-type", "application/json")];
        shop.server.when(payments::retrieve).then_return_raw(200, headers, body);
        let run = shop.run(&["payments", "retrieve", "pay_1", "-o", format]).succeeded();
        assert!(
            run.out.contains("12.30") && run.out.contains("12345678901234567890.10"),
            "{format}: {run:?}"
        );
    }
}

#[test]
fn a_body_comes_from_standard_input() {
    let shop = Shop::open();
    let mut child = shop
        .command(&["products", "create", "--body", "-", "--title", "From a flag"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(br#"{"account_id":"biz_1","title":"x"}"#).unwrap();
    Run::new(child.wait_with_output().unwrap()).succeeded();
    let sent = shop.server.requests()[0].json().unwrap();
    assert_eq!(sent, serde_json::json!({"account_id": "biz_1", "title": "From a flag"}));
}

/// `| head` ends the program without an error.
#[cfg(unix)]
#[test]
fn a_closed_pipe_is_no_error() {
    let shop = Shop::open();
    let mut child =
        shop.start(&["members", "list", "--account-id", "biz_1", "--first", "1", "--all", "-o", "jsonl"]);
    drop(child.stdout.take());
    let mut error = String::new();
    child.stderr.take().unwrap().read_to_string(&mut error).unwrap();
    let status = child.wait().unwrap();
    assert_eq!((status.code(), error.as_str()), (Some(0), ""));
    assert!(!shop.server.calls(members::list).is_empty());
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let shop = Shop::open();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output =
        shop.command(&["payments", "retrieve", "pay_1"]).stdout(full).stderr(Stdio::piped()).output();
    let run = Run::new(output.unwrap());
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.error.starts_with("error: "), "{run:?}");
}

/// The call may have been received: the person learns how to repeat it safely.
#[cfg(unix)]
#[test]
fn an_interrupted_call_says_how_to_repeat_it() {
    let shop = Shop::open();
    shop.server.when(payments::refund).then_respond_by_default().delay(Duration::from_secs(600));
    let mut child = shop.start(&["payments", "refund", "pay_1", "--yes"]);
    shop.server.wait_for_calls_blocking(payments::refund, 1).unwrap();
    let interrupted = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(interrupted.success());
    let status = child.wait().unwrap();
    let mut error = String::new();
    child.stderr.take().unwrap().read_to_string(&mut error).unwrap();
    let requests = shop.server.requests();
    let key = requests[0].header("idempotency-key").unwrap();
    assert_eq!(status.code(), Some(130), "{error}");
    assert!(error.contains(&format!("--idempotency-key {key}")), "{error}");
}
