//! Values as JSON, with the API's order of properties and digits of numbers.

use openapi_client_description::JsonValue;

/// JSON in one line, or in lines with two spaces per level.
pub(super) fn render_json(value: &JsonValue, is_pretty: bool) -> String {
    let mut text = String::new();
    if is_pretty {
        write_pretty(&mut text, value, 0);
    } else {
        text = value.to_string();
    }
    text
}

/// Appends `value` in lines; those after the first begin with `level` times two spaces.
pub(super) fn write_pretty(text: &mut String, value: &JsonValue, level: usize) {
    match value {
        JsonValue::List(items) if !items.is_empty() => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                begin_line(text, index > 0, level + 1);
                write_pretty(text, item, level + 1);
            }
            begin_line(text, false, level);
            text.push(']');
        }
        JsonValue::Object(properties) if !properties.is_empty() => {
            text.push('{');
            for (index, (name, value)) in properties.iter().enumerate() {
                begin_line(text, index > 0, level + 1);
                text.push_str(&JsonValue::string(name.as_str()).to_string());
                text.push_str(": ");
                write_pretty(text, value, level + 1);
            }
            begin_line(text, false, level);
            text.push('}');
        }
        _ => text.push_str(&value.to_string()),
    }
}

fn begin_line(text: &mut String, has_comma: bool, level: usize) {
    text.push_str(if has_comma { ",\n" } else { "\n" });
    text.extend(std::iter::repeat_n("  ", level));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_order_and_digits() {
        let text = r#"{"b":[{"é":"\u001b\""},[],{}],"a":12.30,"c":123456789012345678901234567890,"d":1e3}"#;
        let value = JsonValue::parse(text).unwrap();
        assert_eq!(render_json(&value, false), text);
        let pretty = render_json(&value, true);
        assert_eq!(
            pretty,
            "{\n  \"b\": [\n    {\n      \"é\": \"\\u001b\\\"\"\n    },\n    [],\n    {}\n  ],\n  \"a\": 12.30,\n  \
             \"c\": 123456789012345678901234567890,\n  \"d\": 1e3\n}"
        );
        assert_eq!(JsonValue::parse(&pretty).unwrap(), value);
    }
}
