//! JSON on one line, its members in the order in which they are added.

use serde_json::Value;

/// An object being written.
#[derive(Default)]
pub(super) struct Line(String);

impl Line {
    /// Adds a member whose value is JSON already.
    pub(super) fn raw(&mut self, name: &str, json: &str) -> &mut Self {
        if !self.0.is_empty() {
            self.0.push(',');
        }
        self.0.push_str(&text(name));
        self.0.push(':');
        self.0.push_str(json);
        self
    }

    /// Adds a text.
    pub(super) fn text(&mut self, name: &str, value: &str) -> &mut Self {
        self.raw(name, &text(value))
    }

    /// Adds a value of the document.
    pub(super) fn value(&mut self, name: &str, value: &Value) -> &mut Self {
        self.raw(name, &value.to_string())
    }

    /// Adds what is true; what is not is left out.
    pub(super) fn flag(&mut self, name: &str, on: bool) -> &mut Self {
        if on { self.raw(name, "true") } else { self }
    }

    /// Adds an object, unless it is empty.
    pub(super) fn object(&mut self, name: &str, line: &Self) -> &mut Self {
        if line.is_empty() { self } else { self.raw(name, &line.json()) }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The object as it stands.
    pub(super) fn json(&self) -> String {
        format!("{{{}}}", self.0)
    }
}

/// A text as JSON.
pub(super) fn text(text: &str) -> String {
    Value::from(text).to_string()
}

/// A list of JSON texts.
pub(super) fn list(items: impl IntoIterator<Item = String>) -> String {
    format!("[{}]", items.into_iter().collect::<Vec<_>>().join(","))
}
