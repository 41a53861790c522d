//! Programs that the compiler must refuse, and what it says of each: the file beside it, written anew where
//! `WHOP_TESTS_OVERWRITE` is set.

use std::collections::BTreeMap;

use serde_json::Value;
use whop_tests::nested::{cargo, printed};
use whop_tests::root;

/// What each program is refused for: a word that the message has to hold.
const REFUSED: [(&str, &str); 4] = [
    ("missing_field", "company_id"),
    ("missing_member", "company_id"),
    ("missing_parameter", "company_id"),
    ("swapped_ids", "`CompanyId: From<UserId>`"),
];

#[test]
fn the_compiler_refuses_and_says_why() {
    let checked = cargo("refusals", "check")
        .args(["--bins", "--keep-going", "--message-format", "json"])
        .output()
        .unwrap();
    let mut said: BTreeMap<String, String> = BTreeMap::new();
    for line in String::from_utf8_lossy(&checked.stdout).lines() {
        let Ok(line) = serde_json::from_str::<Value>(line) else { continue };
        let target = line.pointer("/target/name").and_then(Value::as_str).unwrap_or_default();
        if let Some(text) = line.get("message").and_then(error) {
            said.entry(target.to_owned()).or_default().push_str(&text);
        }
    }
    assert_eq!(said.get("accepted"), None, "{}", printed(&checked));
    assert_eq!(said.len(), REFUSED.len(), "{}", printed(&checked));
    for (name, word) in REFUSED {
        let text = said.get(name).unwrap_or_else(|| panic!("{name} compiles"));
        let first = text.lines().next().unwrap_or_default();
        assert!(first.contains(word), "{name}: {first}");
        let path = root().join("tests/refusals/src/bin").join(format!("{name}.stderr"));
        if std::env::var_os("WHOP_TESTS_OVERWRITE").is_some() {
            std::fs::write(&path, text).unwrap();
        }
        assert_eq!(*text, std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n"), "{name}");
    }
}

/// What an error says and where, without what differs between compilers.
fn error(message: &Value) -> Option<String> {
    let text =
        |value: &Value, name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let code = message.pointer("/code/code").and_then(Value::as_str)?;
    if text(message, "level") != "error" {
        return None;
    }
    let mut said = format!("error[{code}]: {}\n", text(message, "message"));
    let spans = message.get("spans").and_then(Value::as_array).into_iter().flatten();
    for span in spans.filter(|span| span.get("is_primary") == Some(&Value::Bool(true))) {
        let file = text(span, "file_name").replace('\\', "/");
        let number = |name: &str| span.get(name).and_then(Value::as_u64).unwrap_or_default();
        let place = format!("{file}:{}:{}", number("line_start"), number("column_start"));
        said.push_str(&format!("  --> {place}\n      {}\n", text(span, "label")));
    }
    Some(said)
}
