//! Values as JSON, with the API's order of properties and digits of numbers.

use openapi_client_description::JsonValue;

use super::{
    escape::escape_json,
    style::{Painter, Role},
};

/// JSON in lines with two spaces per level, for a terminal: coloured, and without control characters.
pub(super) fn render_pretty(value: &JsonValue, painter: Painter) -> String {
    let mut text = String::new();
    write_pretty(&mut text, value, 0, painter);
    text
}

/// Appends `value` in lines; those after the first begin with `level` times two spaces.
pub(super) fn write_pretty(text: &mut String, value: &JsonValue, level: usize, painter: Painter) {
    match value {
        JsonValue::List(items) if !items.is_empty() => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                begin_line(text, index > 0, level + 1);
                write_pretty(text, item, level + 1, painter);
            }
            begin_line(text, false, level);
            text.push(']');
        }
        JsonValue::Object(properties) if !properties.is_empty() => {
            text.push('{');
            for (index, (name, value)) in properties.iter().enumerate() {
                begin_line(text, index > 0, level + 1);
                let name = escape_json(JsonValue::string(name.as_str()).to_string());
                text.push_str(&painter.paint(Role::Name, &name));
                text.push_str(": ");
                write_pretty(text, value, level + 1, painter);
            }
            begin_line(text, false, level);
            text.push('}');
        }
        JsonValue::String(_) => text.push_str(&painter.paint(Role::Text, &escape_json(value.to_string()))),
        JsonValue::Null => text.push_str(&painter.paint(Role::Faint, "null")),
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
    use crate::{output::ColorChoice, test_io::TestIo};

    fn painter(choice: ColorChoice) -> Painter {
        Painter::new(choice, &TestIo::new().build().0, true)
    }

    #[test]
    fn values_keep_order_and_digits() {
        let text = r#"{"b":[{"é":"\u001b\""},[],{}],"a":12.30,"c":123456789012345678901234567890,"d":1e3}"#;
        let value = JsonValue::parse(text).unwrap();
        let pretty = render_pretty(&value, painter(ColorChoice::Never));
        assert_eq!(
            pretty,
            "{\n  \"b\": [\n    {\n      \"é\": \"\\u001b\\\"\"\n    },\n    [],\n    {}\n  ],\n  \"a\": 12.30,\n  \
             \"c\": 123456789012345678901234567890,\n  \"d\": 1e3\n}"
        );
        assert_eq!(JsonValue::parse(&pretty).unwrap(), value);
    }

    #[test]
    fn colours_are_the_only_control_characters() {
        let value = JsonValue::parse(r#"{"a\u009b":["\u001b[31m",null,1,true]}"#).unwrap();
        assert_eq!(
            render_pretty(&value, painter(ColorChoice::Always)),
            "{\n  \u{1b}[1m\u{1b}[34m\"a\\u009b\"\u{1b}[0m: [\n    \u{1b}[32m\"\\u001b[31m\"\u{1b}[0m,\n    \
             \u{1b}[2mnull\u{1b}[0m,\n    1,\n    true\n  ]\n}"
        );
    }
}
