//! Names security schemes that a requirement of 3.2 refers to by URI: `#/components/securitySchemes/NAME`, with or without the
//! URL of the document before it.

use super::resources::join_urls;
use crate::document::pointer;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// Replaces the URIs of declared schemes by their names, in the requirements of the document and of its operations.
pub(super) fn name_security_schemes(root: &mut Value) {
    let schemes = root.pointer("/components/securitySchemes").and_then(Value::as_object);
    let declared: BTreeSet<String> = schemes.into_iter().flat_map(Map::keys).cloned().collect();
    let own = root.get("$self").and_then(Value::as_str).unwrap_or_default();
    let own = own.split('#').next().unwrap_or_default().to_owned();
    let uris = Uris { declared, own };
    uris.visit_requirements(root);
    for paths in ["paths", "webhooks"] {
        let items = root.get_mut(paths).and_then(Value::as_object_mut);
        for item in items.into_iter().flat_map(Map::values_mut) {
            uris.visit_operations(item);
        }
    }
    let items = root.pointer_mut("/components/pathItems").and_then(Value::as_object_mut);
    items.into_iter().flat_map(Map::values_mut).for_each(|item| uris.visit_operations(item));
}

struct Uris {
    declared: BTreeSet<String>,
    /// The URL of the document.
    own: String,
}

impl Uris {
    fn visit_operations(&self, item: &mut Value) {
        for operation in item.as_object_mut().into_iter().flat_map(Map::values_mut) {
            self.visit_requirements(operation);
        }
        let others = item.get_mut("additionalOperations").and_then(Value::as_object_mut);
        others.into_iter().flat_map(Map::values_mut).for_each(|operation| self.visit_requirements(operation));
    }

    fn visit_requirements(&self, owner: &mut Value) {
        let requirements = owner.get_mut("security").and_then(Value::as_array_mut);
        for requirement in requirements.into_iter().flatten().filter_map(Value::as_object_mut) {
            if requirement.keys().any(|key| self.find_name(key).is_some()) {
                let entries = std::mem::take(requirement).into_iter();
                *requirement =
                    entries.map(|(key, scopes)| (self.find_name(&key).unwrap_or(key), scopes)).collect();
            }
        }
    }

    /// The name of the scheme of this document that a key refers to by URI.
    fn find_name(&self, key: &str) -> Option<String> {
        let (url, fragment) = key.split_once('#').filter(|_| !self.declared.contains(key))?;
        if !url.is_empty() && join_urls(&self.own, url) != self.own {
            return None;
        }
        let fragment = pointer::decode_fragment(fragment);
        let name = fragment.strip_prefix("/components/securitySchemes/")?;
        let name = pointer::segments(&format!("/{name}")).next()?.into_owned();
        self.declared.contains(&name).then_some(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn schemes_by_uri_are_named() {
        let uris = json!([
            {"#/components/securitySchemes/key": [], "key2": ["a"]},
            {"https://a.test/api.yaml#/components/securitySchemes/o~1d": []},
            {"./api.yaml#/components/securitySchemes/key": []},
            {"https://b.test/api.yaml#/components/securitySchemes/key": []},
            {"#/components/securitySchemes/none": []},
        ]);
        let named = json!([
            {"key": [], "key2": ["a"]},
            {"o/d": []},
            {"key": []},
            {"https://b.test/api.yaml#/components/securitySchemes/key": []},
            {"#/components/securitySchemes/none": []},
        ]);
        let document = |security: &Value| {
            json!({
                "$self": "https://a.test/api.yaml",
                "security": security,
                "paths": {"/a": {
                    "get": {"security": security},
                    "additionalOperations": {"COPY": {"security": security}},
                }},
                "components": {"securitySchemes": {"key": {}, "o/d": {}}},
            })
        };
        let mut root = document(&uris);
        name_security_schemes(&mut root);
        assert_eq!(root, document(&named));
    }
}
