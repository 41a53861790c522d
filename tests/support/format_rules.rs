//! The rules of the configuration that give plain strings a format by their names.

use serde_json::Value;

/// A rule.
#[derive(Debug)]
pub(crate) struct FormatRule {
    format: String,
    names: Vec<String>,
    needs_example: bool,
}

impl FormatRule {
    /// Reads the rules. They state facts that the document does not: without them a generated time would be any text.
    pub(crate) fn read_all() -> Vec<Self> {
        let path = crate::workspace_root().join("spec/codegen.toml");
        let text = std::fs::read_to_string(&path).expect("the configuration");
        let config: toml::Table = text.parse().expect("TOML");
        let rules = config.get("formats-by-name").and_then(toml::Value::as_array).into_iter().flatten();
        let rules = rules.map(|rule| Self {
            format: rule.get("format").and_then(toml::Value::as_str).expect("a format").to_owned(),
            names: rule["properties"]
                .as_array()
                .expect("names")
                .iter()
                .filter_map(|name| name.as_str().map(str::to_owned))
                .collect(),
            needs_example: rule.get("needs-example").and_then(toml::Value::as_bool).unwrap_or_default(),
        });
        rules.collect()
    }

    /// Adds the format to the schemas in a value that has this name.
    pub(crate) fn apply(&self, value: &mut Value, name: &str) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(|item| {
                let name = item.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
                match item.get_mut("schema") {
                    Some(schema) => self.apply(schema, &name),
                    None => self.apply(item, ""),
                }
            }),
            Value::Object(schema) => {
                if self.applies_to(schema, name) {
                    schema.insert("format".to_owned(), self.format.clone().into());
                }
                for (key, inner) in schema.iter_mut() {
                    match (key.as_str(), inner) {
                        ("properties", Value::Object(properties)) => {
                            properties.iter_mut().for_each(|(name, property)| self.apply(property, name));
                        }
                        // A choice between a string and `null` is a string.
                        ("anyOf" | "oneOf", Value::Array(branches)) if count_types(branches) == 1 => {
                            branches.iter_mut().for_each(|branch| self.apply(branch, name));
                        }
                        ("example" | "default", _) => {}
                        (_, inner) => self.apply(inner, ""),
                    }
                }
            }
            _ => {}
        }
    }

    fn applies_to(&self, schema: &serde_json::Map<String, Value>, name: &str) -> bool {
        let is_named = self.names.iter().any(|pattern| match pattern.strip_prefix('*') {
            Some(end) => name.ends_with(end),
            None => name == pattern,
        });
        let is_string = match schema.get("type") {
            Some(Value::String(name)) => name == "string",
            Some(Value::Array(names)) => {
                names.iter().any(|name| name == "string")
                    && names.iter().all(|name| name == "string" || name == "null")
            }
            _ => false,
        };
        let is_plain = ["format", "pattern", "enum", "const"].iter().all(|key| !schema.contains_key(*key));
        let shown: Vec<&str> =
            ["example", "default"].iter().filter_map(|key| schema.get(*key)?.as_str()).collect();
        let has_format = |text: &&str| match self.format.as_str() {
            "date" => chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok() && text.len() == 10,
            _ => chrono::DateTime::parse_from_rfc3339(text).is_ok(),
        };
        is_named
            && is_string
            && is_plain
            && shown.iter().all(has_format)
            && (!self.needs_example || !shown.is_empty())
    }
}

/// The number of schemas apart from `null`.
fn count_types(branches: &[Value]) -> usize {
    let is_null = |branch: &&Value| branch.get("type").and_then(Value::as_str) == Some("null");
    branches.len() - branches.iter().filter(is_null).count()
}
