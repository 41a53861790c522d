//! Removes the components that nothing refers to any more.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::document::pointer;

/// Components that references do not reach: the client offers every security scheme.
const KEPT: [&str; 1] = ["securitySchemes"];

/// Removes the components that neither an operation nor a webhook nor a remaining component refers to. A schema that extends a
/// remaining one with a `discriminator` stays: it is one of the variants.
pub(super) fn prune_components(root: &mut Value) {
    let mut reached = Reached::default();
    if let Value::Object(map) = &*root {
        for (_, value) in map.iter().filter(|(key, _)| *key != "components") {
            reached.collect(value);
        }
    }
    let Some(components) = root.get("components") else { return };
    while let Some(place) = reached.next.pop() {
        if let Some(value) = components.pointer(&place) {
            reached.collect(value);
        }
        if reached.next.is_empty() {
            reached.collect_implied(components);
        }
    }
    let Some(Value::Object(components)) = root.get_mut("components") else { return };
    for (kind, entries) in components.iter_mut() {
        if let (Value::Object(entries), false) =
            (entries, KEPT.contains(&kind.as_str()) || kind.starts_with("x-"))
        {
            entries.retain(|name, _| reached.places.contains(&pointer::from_segments([kind.as_str(), name])));
        }
    }
}

/// The components that are reached, by their pointers below `/components`.
#[derive(Default)]
struct Reached {
    places: BTreeSet<String>,
    /// Those whose references are not followed yet.
    next: Vec<String>,
    /// The names of anchors that references use.
    anchors: BTreeSet<String>,
    /// The file names of the URLs that references use.
    files: BTreeSet<String>,
}

impl Reached {
    fn add(&mut self, place: String) {
        if self.places.insert(place.clone()) {
            self.next.push(place);
        }
    }

    /// Adds what a reference leads to. A reference to a part of a component reaches the component.
    fn add_reference(&mut self, reference: &str) {
        let url = reference.split('#').next().unwrap_or_default();
        if !url.is_empty() {
            self.files.insert(file_name(url).to_owned());
        }
        let Some(fragment) = reference.split_once('#').map(|(_, fragment)| fragment) else {
            // The mapping of a discriminator may have the name of a component alone.
            return self.add(pointer::from_segments(["schemas", reference]));
        };
        let decoded = pointer::decode_fragment(fragment);
        let mut segments = pointer::segments(&decoded);
        match (segments.next().as_deref(), segments.next(), segments.next()) {
            (Some("components"), Some(kind), Some(name)) => {
                self.add(pointer::from_segments([kind.as_ref(), name.as_ref()]));
            }
            _ if !decoded.starts_with('/') => {
                self.anchors.insert(decoded.to_string());
            }
            _ => {}
        }
    }

    /// Adds everything that a part of the document refers to.
    fn collect(&mut self, value: &Value) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.collect(item)),
            Value::Object(map) => {
                for (key, value) in map {
                    match (key.as_str(), value) {
                        ("$ref" | "$dynamicRef", Value::String(reference)) => self.add_reference(reference),
                        ("mapping", Value::Object(mapping)) if map.contains_key("propertyName") => {
                            mapping
                                .values()
                                .filter_map(Value::as_str)
                                .for_each(|target| self.add_reference(target));
                        }
                        ("defaultMapping", Value::String(target)) if map.contains_key("propertyName") => {
                            self.add_reference(target);
                        }
                        _ => self.collect(value),
                    }
                }
            }
            _ => {}
        }
    }

    /// Adds the schemas that belong to reached ones without a reference to them: the children of a base with a discriminator, and
    /// the targets of anchors.
    fn collect_implied(&mut self, components: &Value) {
        let Some(Value::Object(schemas)) = components.get("schemas") else { return };
        for (name, schema) in schemas {
            let place = pointer::from_segments(["schemas", name]);
            if !self.places.contains(&place)
                && (self.extends_base(schema, components) || self.has_anchor(schema) || self.has_url(schema))
            {
                self.add(place);
            }
        }
    }

    fn extends_base(&self, schema: &Value, components: &Value) -> bool {
        let branches = schema.get("allOf").and_then(Value::as_array).into_iter().flatten();
        let bases = branches.filter_map(|branch| branch.get("$ref")?.as_str()?.strip_prefix("#/components"));
        let mut reached = bases.filter(|base| self.places.contains(*base));
        reached.any(|base| components.pointer(base).is_some_and(|base| base.get("discriminator").is_some()))
    }

    /// Whether a reference by URL may mean a schema, or one within it.
    fn has_url(&self, schema: &Value) -> bool {
        !self.files.is_empty()
            && match schema {
                Value::Object(map) => {
                    let id = map.get("$id").and_then(Value::as_str);
                    id.is_some_and(|id| self.files.contains(file_name(id)))
                        || map.values().any(|child| self.has_url(child))
                }
                Value::Array(list) => list.iter().any(|child| self.has_url(child)),
                _ => false,
            }
    }

    fn has_anchor(&self, schema: &Value) -> bool {
        let anchors = ["$anchor", "$dynamicAnchor"].into_iter().filter_map(|key| schema.get(key)?.as_str());
        anchors.into_iter().any(|anchor| self.anchors.contains(anchor))
    }
}

/// The last segment of the path of a URL.
fn file_name(url: &str) -> &str {
    url.split('#').next().unwrap_or_default().rsplit('/').next().unwrap_or_default()
}
