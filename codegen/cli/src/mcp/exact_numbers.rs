//! Numbers keep their digits on their way through the SDK, whose values hold 64 bit binary numbers.
//!
//! On the way in, a number among the arguments of a tool becomes a text with a mark that only this process knows; on the way out
//! such a text becomes a number again.

use openapi_client_description::JsonValue;
use serde_json::{Number, Value};
use uuid::Uuid;

/// What the texts of numbers begin with.
#[derive(Clone, Debug)]
pub(super) struct NumberMark(String);

impl NumberMark {
    pub(super) fn new() -> Self {
        Self(format!("{}:", Uuid::new_v4().simple()))
    }

    /// A message of the client in which the numbers among arguments are marked.
    pub(super) fn mark_message(&self, line: String) -> String {
        if !line.contains("tools/call") {
            return line;
        }
        let Ok(mut message) = JsonValue::parse(&line) else { return line };
        let Some(mut params) = message.get("params").cloned() else { return line };
        let Some(mut arguments) = params.get("arguments").cloned() else { return line };
        self.mark_numbers(&mut arguments);
        params.set("arguments", arguments);
        message.set("params", params);
        message.to_string()
    }

    fn mark_numbers(&self, value: &mut JsonValue) {
        match value {
            JsonValue::Number(digits) => *value = JsonValue::String(format!("{}{digits}", self.0)),
            JsonValue::List(items) => items.iter_mut().for_each(|item| self.mark_numbers(item)),
            JsonValue::Object(properties) => {
                properties.iter_mut().for_each(|(_, value)| self.mark_numbers(value));
            }
            JsonValue::Null | JsonValue::Bool(_) | JsonValue::String(_) => {}
        }
    }

    /// A value of the SDK with its numbers.
    ///
    /// # Errors
    /// A number that is no integer has no mark: the message could not be read here because it repeats a property, or is nested
    /// deeper than 100 levels.
    pub(super) fn read_value(&self, value: &Value) -> Result<JsonValue, String> {
        Ok(match value {
            Value::Null => JsonValue::Null,
            Value::Bool(value) => JsonValue::Bool(*value),
            Value::Number(number) if number.is_f64() => {
                return Err(
                    "the arguments repeat a property or are nested too deep; send each property once"
                        .to_owned(),
                );
            }
            Value::Number(number) => JsonValue::number(number),
            Value::String(text) => match text.strip_prefix(&self.0) {
                Some(digits) => JsonValue::Number(digits.to_owned()),
                None => JsonValue::String(text.clone()),
            },
            Value::Array(items) => {
                JsonValue::List(items.iter().map(|item| self.read_value(item)).collect::<Result<_, _>>()?)
            }
            Value::Object(properties) => {
                let read = |(name, value): (&String, &Value)| Ok((name.clone(), self.read_value(value)?));
                JsonValue::Object(properties.iter().map(read).collect::<Result<_, String>>()?)
            }
        })
    }

    /// A value for the SDK.
    pub(super) fn write_value(&self, value: &JsonValue) -> Value {
        match value {
            JsonValue::Null => Value::Null,
            JsonValue::Bool(value) => Value::Bool(*value),
            JsonValue::Number(digits) => {
                let exact = digits.parse::<i64>().ok().filter(|number| number.to_string() == *digits);
                exact.map_or_else(
                    || Value::String(format!("{}{digits}", self.0)),
                    |number| Value::Number(Number::from(number)),
                )
            }
            JsonValue::String(text) => Value::String(text.clone()),
            JsonValue::List(items) => Value::Array(items.iter().map(|item| self.write_value(item)).collect()),
            JsonValue::Object(properties) => Value::Object(
                properties.iter().map(|(name, value)| (name.clone(), self.write_value(value))).collect(),
            ),
        }
    }

    /// A message to the client in which the marked texts are numbers.
    pub(super) fn restore_message(&self, line: String) -> String {
        let opening = format!("\"{}", self.0);
        if !line.contains(&opening) {
            return line;
        }
        let mut restored = String::with_capacity(line.len());
        let mut parts = line.split(&opening);
        restored.push_str(parts.next().unwrap_or_default());
        for part in parts {
            // Digits have no quotation mark.
            let (digits, rest) = part.split_once('"').unwrap_or((part, ""));
            restored.push_str(digits);
            restored.push_str(rest);
        }
        restored
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_digits_both_ways() {
        let mark = NumberMark::new();
        let arguments = r#"{"a":12.50,"b":[0.1,123456789012345678901234567890,-7,1E5],"c":{"d":"5"}}"#;
        let line = format!(
            r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"t","arguments":{arguments}}}}}"#
        );
        let marked = mark.mark_message(line);
        let message: Value = serde_json::from_str(&marked).unwrap();
        assert_eq!(message["id"], 1);
        let read = mark.read_value(&message["params"]["arguments"]).unwrap();
        assert_eq!(read.to_string(), arguments);
        let written = mark.write_value(&read).to_string();
        assert_eq!(JsonValue::parse(&mark.restore_message(written)).unwrap(), read);
    }

    #[test]
    fn only_arguments_are_marked_and_unread_messages_stay() {
        let mark = NumberMark::new();
        for line in [
            r#"{"jsonrpc":"2.0","id":1.5,"method":"tools/list"}"#,
            r#"{"method":"tools/call","params":{"arguments":{"a":1.5,"a":2}}}"#,
            "tools/call {",
        ] {
            assert_eq!(mark.mark_message(line.to_owned()), line);
        }
        let repeated: Value = serde_json::from_str(r#"{"a":1.5}"#).unwrap();
        assert!(mark.read_value(&repeated).unwrap_err().contains("repeat"));
        let other = NumberMark::new().write_value(&JsonValue::number("1.50")).to_string();
        assert_eq!(mark.restore_message(other.clone()), other);
    }
}
