//! The arguments of a tool.

use openapi_client_description::{JsonValue, check::describe_unknown};

use super::failure::Failure;

/// The arguments of a tool, whose names are known ones.
pub(super) struct ToolArguments(JsonValue);

impl ToolArguments {
    pub(super) fn new(values: JsonValue, known: &[&str]) -> Result<Self, Failure> {
        for (name, _) in values.properties() {
            if !known.contains(&name.as_str()) {
                let message = format!("`{name}`: the tool has no such argument");
                return Err(Failure::new(describe_unknown(&message, name, known.iter().copied())));
            }
        }
        Ok(Self(values))
    }

    fn get(&self, name: &str) -> Option<&JsonValue> {
        self.0.get(name).filter(|value| **value != JsonValue::Null)
    }

    pub(super) fn text(&self, name: &str) -> Result<Option<&str>, Failure> {
        match self.get(name) {
            None => Ok(None),
            Some(JsonValue::String(text)) => Ok(Some(text)),
            Some(other) => Err(refuse_type(name, "a string", other)),
        }
    }

    pub(super) fn required_text(&self, name: &str) -> Result<&str, Failure> {
        self.text(name)?.ok_or_else(|| Failure::new(format!("`{name}`: missing; expected a string")))
    }

    pub(super) fn count(&self, name: &str) -> Result<Option<usize>, Failure> {
        match self.get(name) {
            None => Ok(None),
            Some(value) => match value.as_number::<usize>().filter(|count| *count > 0) {
                Some(count) => Ok(Some(count)),
                None => Err(refuse_type(name, "a whole number above 0", value)),
            },
        }
    }

    /// An object. Models often send one as its JSON text.
    pub(super) fn object(&self, name: &str) -> Result<Option<JsonValue>, Failure> {
        match self.get(name) {
            None => Ok(None),
            Some(value @ JsonValue::Object(_)) => Ok(Some(value.clone())),
            Some(JsonValue::String(text)) => match JsonValue::parse(text) {
                Ok(value @ JsonValue::Object(_)) => Ok(Some(value)),
                _ => Err(Failure::new(format!("`{name}`: expected an object, found a string that is none"))),
            },
            Some(other) => Err(refuse_type(name, "an object", other)),
        }
    }
}

fn refuse_type(name: &str, expected: &str, found: &JsonValue) -> Failure {
    Failure::new(format!("`{name}`: expected {expected}, found {}", found.type_name()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_arguments_are_named() {
        let make = |text: &str| ToolArguments::new(JsonValue::parse(text).unwrap(), &["query", "limit"]);
        assert!(make(r#"{"qury":"a"}"#).err().unwrap().text().contains("did you mean `query`?"));
        for (text, expected) in [
            (r#"{"limit":0}"#, "above 0"),
            (r#"{"limit":1.5}"#, "above 0"),
            (r#"{"limit":"5"}"#, "found a string"),
        ] {
            let failure = make(text).unwrap().count("limit").unwrap_err();
            assert!(failure.text().contains(expected), "{}", failure.text());
        }
        assert_eq!(make(r#"{"limit":null}"#).unwrap().count("limit").unwrap(), None);
        assert!(make("{}").unwrap().required_text("query").unwrap_err().text().contains("missing"));
        let object = make(r#"{"query":"{\"a\":1.50}"}"#).unwrap().object("query").unwrap().unwrap();
        assert_eq!(object.to_string(), r#"{"a":1.50}"#);
    }
}
