//! Programs that must not compile. The expected error of each is in the `.stderr` file next to it; set
//! `WHOP_TESTS_OVERWRITE` to rewrite these files.

use std::collections::BTreeMap;

use serde_json::Value;
use whop_tests::nested::{cargo_command, output_text};
use whop_tests::workspace_root;

/// The programs, and a part of the expected message.
const PROGRAMS: [(&str, &str); 28] = [
    ("borrowed_model", "`&PaymentInputPlan: Into<PaymentInputPlan>`"),
    ("closed_match", "`&_` not covered"),
    ("float_amount", "`{float}` is not an exact number"),
    ("forgotten_await", "the `?` operator"),
    ("missing_blocking", "`send_blocking`"),
    ("missing_feature", "`reviews`"),
    ("missing_field", "account_id"),
    ("missing_in_form", "destination_id"),
    ("missing_nested_field", "currency"),
    ("missing_parameter", "account_id"),
    ("null_as_none", "`Option<_>` is not an exact number"),
    ("number_as_text", "`{integer}` is not text"),
    ("optional_field", "mismatched types"),
    ("optional_text", "does not convert into `AccountId`"),
    ("sent_before_form", "`.balance()` or `.claim_link()`"),
    ("sent_twice", "use of moved value"),
    ("setter_before_form", "`.balance()` or `.claim_link()`"),
    ("stream_item", "mismatched types"),
    ("struct_literal", "non-exhaustive struct"),
    ("swapped_ids", "`UserId` does not convert into `AccountId`"),
    ("swapped_ids_in_list", "`&ProductId` does not convert into `PlanId`"),
    ("swapped_optional_id", "`UserId` does not convert into `MemberId`"),
    ("text_amount", "`&str` is not an exact number"),
    ("text_as_number", "mismatched types"),
    ("text_date", "`&str` is not a date and time"),
    ("wrong_enum", "`PlanCurrency` does not convert into `ListPaymentsStatus`"),
    ("wrong_literal", "`dec!(10.50)`"),
    ("wrong_state", "`AppState` has no `WebhookVerifier<Event>`"),
];

#[test]
fn the_programs_fail_with_the_expected_errors() {
    let checked = cargo_command("compile_fail", "check")
        .args(["--bins", "--keep-going", "--message-format", "json"])
        .output()
        .unwrap();
    let mut errors: BTreeMap<String, String> = BTreeMap::new();
    for line in String::from_utf8_lossy(&checked.stdout).lines() {
        let Ok(line) = serde_json::from_str::<Value>(line) else { continue };
        let target = line.pointer("/target/name").and_then(Value::as_str).unwrap_or_default();
        if let Some(text) = line.get("message").and_then(error_text) {
            errors.entry(target.to_owned()).or_default().push_str(&text);
        }
    }
    assert_eq!(errors.get("accepted"), None, "{}", output_text(&checked));
    assert_eq!(errors.len(), PROGRAMS.len(), "{}", output_text(&checked));
    for (name, part) in PROGRAMS {
        let text = errors.get(name).unwrap_or_else(|| panic!("{name} compiles"));
        let first = text.lines().next().unwrap_or_default();
        assert!(first.contains(part), "{name}: {first}");
        let path = workspace_root().join("tests/compile_fail/src/bin").join(format!("{name}.stderr"));
        if std::env::var_os("WHOP_TESTS_OVERWRITE").is_some() {
            std::fs::write(&path, text).unwrap();
        }
        assert_eq!(*text, std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n"), "{name}");
    }
}

/// The text and place of an error, without the parts that differ between compiler versions.
fn error_text(message: &Value) -> Option<String> {
    let text =
        |value: &Value, name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let code = message.pointer("/code/code").and_then(Value::as_str)?;
    if text(message, "level") != "error" {
        return None;
    }
    let mut rendered = format!("error[{code}]: {}\n", text(message, "message"));
    let spans = message.get("spans").and_then(Value::as_array).into_iter().flatten();
    for span in spans.filter(|span| span.get("is_primary") == Some(&Value::Bool(true))) {
        let file = text(span, "file_name").replace('\\', "/");
        let number = |name: &str| span.get(name).and_then(Value::as_u64).unwrap_or_default();
        let position = format!("{file}:{}:{}", number("line_start"), number("column_start"));
        rendered.push_str(&format!("  --> {position}\n      {}\n", text(span, "label")));
    }
    Some(rendered)
}
