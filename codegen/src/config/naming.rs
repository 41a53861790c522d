//! Rules that assign types by the names of properties.

use openapi_client_description::matches_pattern;
use serde::Deserialize;

/// A format that strings have by their name, where the document does not declare it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FormatByName {
    /// `date-time` or `date`.
    pub format: NamedFormat,
    /// The names of properties and parameters, or patterns with `*`.
    pub properties: Vec<String>,
    /// Exceptions: `property` or `Component.property`, or patterns with `*`.
    #[serde(default)]
    pub except: Vec<String>,
    /// Whether a property has the format only if an example or a default shows it.
    #[serde(default)]
    pub needs_example: bool,
}

impl FormatByName {
    /// Whether a property has the format, as far as its name and its owner tell.
    #[must_use]
    pub fn matches(&self, name: &str, path: &str) -> bool {
        let has =
            |patterns: &[String], text: &str| patterns.iter().any(|pattern| matches_pattern(pattern, text));
        has(&self.properties, name) && !has(&self.except, name) && !has(&self.except, path)
    }
}

/// A format that a name may imply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NamedFormat {
    /// An RFC 3339 date and time.
    DateTime,
    /// An RFC 3339 date.
    Date,
}

impl NamedFormat {
    /// The format in OpenAPI.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DateTime => "date-time",
            Self::Date => "date",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exceptions_name_a_property_or_its_owner_too() {
        let rule = FormatByName {
            format: NamedFormat::DateTime,
            properties: vec!["*_at".to_owned()],
            except: vec!["Task.run_at".to_owned(), "look_at".to_owned()],
            needs_example: false,
        };
        assert!(rule.matches("run_at", "Job.run_at"));
        assert!(!rule.matches("run_at", "Task.run_at"));
        assert!(!rule.matches("look_at", "Job.look_at"));
        assert!(!rule.matches("at_noon", "Job.at_noon"));
    }
}
