//! Removes secret values from JSON texts and queries that are printed for debugging.

use percent_encoding::percent_decode_str;

use crate::{json::parse_string, secret::redaction::is_sensitive_name};

/// What stands in place of a secret value.
const MARK: &str = "…";

/// Whether the values of a property or parameter are secret: if the API says so, or by its name.
fn is_secret(name: &str, secrets: &[&str]) -> bool {
    secrets.iter().any(|secret| secret.eq_ignore_ascii_case(name)) || is_sensitive_name(name)
}

/// A JSON text in which secret strings and numbers are replaced. Everything else stays as it is, digit by digit; the text need
/// not be complete.
pub(crate) fn redact_json(text: &str, secrets: &[&str]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    // For each open array or object: whether it is the value of a secret property.
    let mut open: Vec<bool> = Vec::new();
    let mut is_secret_value = false;
    while let Some(first) = rest.chars().next() {
        let token = match first {
            '"' => string_length(rest),
            '-' | '0'..='9' => rest.find([',', ']', '}', ' ', '\t', '\r', '\n']).unwrap_or(rest.len()),
            _ => first.len_utf8(),
        };
        let (token, after) = rest.split_at_checked(token).unwrap_or((rest, ""));
        rest = after;
        let is_in_secret = is_secret_value || open.last() == Some(&true);
        match first {
            '"' if after.trim_ascii_start().starts_with(':') => {
                let name = parse_string(token);
                is_secret_value =
                    open.last() == Some(&true) || name.is_some_and(|name| is_secret(&name, secrets));
                out.push_str(token);
                continue;
            }
            '"' | '-' | '0'..='9' if is_in_secret => {
                out.push('"');
                out.push_str(MARK);
                out.push('"');
            }
            '{' | '[' => {
                open.push(is_in_secret);
                out.push_str(token);
            }
            '}' | ']' => {
                open.pop();
                out.push_str(token);
            }
            ':' | ' ' | '\t' | '\r' | '\n' => {
                out.push_str(token);
                continue;
            }
            _ => out.push_str(token),
        }
        is_secret_value = false;
    }
    out
}

/// The length of the string literal at the start of a text, with its quotes; that of the text if it is not complete.
fn string_length(text: &str) -> usize {
    let mut is_escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// A query in which secret values are replaced.
pub(crate) fn redact_pairs(query: &str, secrets: &[&str]) -> String {
    let pairs = query.split('&').map(|pair| {
        let (name, _) = pair.split_once('=').unwrap_or((pair, ""));
        let decoded = percent_decode_str(name).decode_utf8_lossy();
        if is_secret(&decoded, secrets) { format!("{name}={MARK}") } else { pair.to_owned() }
    });
    pairs.collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn secret_values_are_replaced_and_nothing_else() {
        for (text, expected) in [
            (r#"{"id":"a","amount":10.10,"pin":1234}"#, r#"{"id":"a","amount":10.10,"pin":"…"}"#),
            (r#"{"a":[{"client_secret" : "x\"y"},1]}"#, r#"{"a":[{"client_secret" : "…"},1]}"#),
            (
                r#"{"tokens":["a",{"b":"c","d":[-1.5e3]}],"e":2}"#,
                r#"{"tokens":["…",{"b":"…","d":["…"]}],"e":2}"#,
            ),
            (r#"{"Pin":null,"b":true}"#, r#"{"Pin":null,"b":true}"#),
            (r#"{"\u0070in":"1","b":"2"}"#, r#"{"\u0070in":"…","b":"2"}"#),
            (r#"{"pin":"1234"#, r#"{"pin":"…""#),
            (r#"{"pin":12"#, r#"{"pin":"…""#),
            ("[1, 2]", "[1, 2]"),
            ("}]not JSON", "}]not JSON"),
        ] {
            assert_eq!(redact_json(text, &["pin"]), expected);
        }
        assert_eq!(redact_pairs("a=1&pin=2&api%5Fkey=3&b", &["pin"]), "a=1&pin=…&api%5Fkey=…&b");
    }

    proptest! {
        #[test]
        fn a_secret_never_stays(before in "[a-z{}\\[\\]:,\" \\\\]{0,20}", digits in "[0-9]{6,12}") {
            let whole = serde_json::json!({"x": before, "y": {"card_number": digits, "list": [{"cvc": [digits]}]}});
            let redacted = redact_json(&whole.to_string(), &["card_number"]);
            prop_assert!(!redacted.contains(&digits), "{}", redacted);
            let parsed: serde_json::Value = serde_json::from_str(&redacted).unwrap();
            prop_assert_eq!(&parsed["x"], &whole["x"]);
        }

        #[test]
        fn any_text_is_read(text in any::<String>()) {
            let _ = redact_json(&text, &["a"]);
            let _ = redact_pairs(&text, &["a"]);
        }
    }
}
