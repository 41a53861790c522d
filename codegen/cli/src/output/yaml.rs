//! Values as YAML, with the API's order of properties and digits of numbers.
//!
//! Strings that YAML could read as something else are written as in JSON, which is a part of YAML.

use std::fmt::Write as _;

use openapi_client_description::JsonValue;

use super::escape::is_control;

/// YAML that ends with a line break.
pub(super) fn render_yaml(value: &JsonValue) -> String {
    let mut text = String::new();
    write_block(&mut text, value, 0);
    text
}

/// One item of a list at the top level.
pub(super) fn render_yaml_item(item: &JsonValue) -> String {
    let mut text = String::new();
    write_item(&mut text, item, 0);
    text
}

/// Appends a value whose first line begins where `text` ends; its other lines are indented by `level` times two spaces.
fn write_block(text: &mut String, value: &JsonValue, level: usize) {
    match value {
        JsonValue::List(items) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                indent_line(text, index, level);
                write_item(text, item, level);
            }
        }
        JsonValue::Object(properties) if !properties.is_empty() => {
            for (index, (name, value)) in properties.iter().enumerate() {
                indent_line(text, index, level);
                text.push_str(&render_string(name));
                text.push(':');
                if is_block(value) {
                    text.push('\n');
                    text.extend(std::iter::repeat_n("  ", level + 1));
                    write_block(text, value, level + 1);
                } else {
                    text.push(' ');
                    write_scalar(text, value);
                }
            }
        }
        _ => write_scalar(text, value),
    }
}

fn write_item(text: &mut String, item: &JsonValue, level: usize) {
    text.push_str("- ");
    write_block(text, item, level + 1);
}

fn indent_line(text: &mut String, index: usize, level: usize) {
    if index > 0 {
        text.extend(std::iter::repeat_n("  ", level));
    }
}

fn is_block(value: &JsonValue) -> bool {
    !value.items().is_empty() || !value.properties().is_empty()
}

fn write_scalar(text: &mut String, value: &JsonValue) {
    match value {
        JsonValue::String(string) => text.push_str(&render_string(string)),
        // Empty lists and objects too.
        _ => text.push_str(&value.to_string()),
    }
    text.push('\n');
}

fn render_string(string: &str) -> String {
    if is_plain(string) {
        return string.to_owned();
    }
    let mut text = String::new();
    for c in JsonValue::string(string).to_string().chars() {
        // YAML allows fewer characters than JSON, and has no pairs of surrogates.
        if is_control(c) || matches!(c, '\u{fffe}' | '\u{ffff}') {
            let _ = write!(text, "\\U{:08x}", u32::from(c));
        } else {
            text.push(c);
        }
    }
    text
}

/// Whether the text is the same string without quotes, for readers of YAML 1.1 and 1.2: words that begin with a letter and
/// contain nothing that YAML gives a meaning.
fn is_plain(string: &str) -> bool {
    const RESERVED: [&str; 11] = ["null", "true", "false", "yes", "no", "on", "off", "y", "n", "inf", "nan"];
    string.starts_with(|c: char| c.is_ascii_alphabetic())
        && string.ends_with(|c: char| c.is_ascii_alphanumeric())
        && string.chars().all(|c| c.is_ascii_alphanumeric() || "_-./@+ ".contains(c))
        && !RESERVED.contains(&string.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lists_and_objects_are_blocks() {
        let value = JsonValue::parse(
            r#"{"id":"pay_1","amount":12.30,"list":[1,{"a":"yes","b":[[2,3],[]]},{}],"o":{"x":null},"t":"a: b\n"}"#,
        );
        assert_eq!(
            render_yaml(&value.unwrap()),
            "id: pay_1\namount: 12.30\nlist:\n  - 1\n  - a: \"yes\"\n    b:\n      - - 2\n        - 3\n      - []\n  - {}\n\
             o:\n  x: null\nt: \"a: b\\n\"\n"
        );
    }

    fn any_value() -> impl Strategy<Value = JsonValue> {
        let text = prop_oneof![
            ".{0,8}",
            "[\u{80}-\u{a0}\u{2028}-\u{202e}\u{feff}\u{fffe}\u{e0041}]{0,2}",
            "[a-z:#\\-? ]{0,6}",
            "(true|~|null|1e3|0x1|1_0|12:30|- a|a: b|=|<<)"
        ];
        let scalar = prop_oneof![
            Just(JsonValue::Null),
            any::<bool>().prop_map(JsonValue::Bool),
            any::<i64>().prop_map(JsonValue::number),
            text.clone().prop_map(JsonValue::String),
        ];
        scalar.prop_recursive(4, 24, 4, move |inner| {
            let properties = prop::collection::btree_map(text.clone(), inner.clone(), 0..4);
            prop_oneof![
                prop::collection::vec(inner, 0..4).prop_map(JsonValue::List),
                properties.prop_map(|properties| JsonValue::Object(properties.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn readers_of_yaml_get_the_same_value(value in any_value()) {
            let yaml = render_yaml(&value);
            let read: JsonValue = serde_yaml::from_str(&yaml).map_err(|error| {
                TestCaseError::fail(format!("{error}\n{yaml}"))
            })?;
            prop_assert_eq!(read, value, "{}", yaml);
        }
    }
}
