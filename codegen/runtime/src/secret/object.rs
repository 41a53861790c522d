//! JSON objects whose values are never printed.

use std::fmt;

use crate::__private::Map;

/// A JSON object with secret values, such as the environment variables of a program.
///
/// `Debug` prints the names only.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct SecretObject(Map);

impl SecretObject {
    /// Returns the object. This is the only access to it, so that a search finds every use.
    pub fn expose(&self) -> &Map {
        &self.0
    }
}

impl fmt::Debug for SecretObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl From<Map> for SecretObject {
    fn from(object: Map) -> Self {
        Self(object)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::json;

    #[test]
    fn only_names_are_printed_and_every_value_survives() {
        let text = r#"{"A_KEY":"MARKER","B":null,"C":{"d":1.50}}"#;
        let object: SecretObject = json::from_str(text).unwrap();
        assert_eq!(format!("{object:?}"), r#"{"A_KEY", "B", "C"}"#);
        assert_eq!(object.expose().get("A_KEY"), Some(&Value::from("MARKER")));
        let again: SecretObject =
            json::from_str(&String::from_utf8(json::to_vec(&object).unwrap()).unwrap()).unwrap();
        assert_eq!(again, object);
    }
}
