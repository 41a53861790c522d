//! Replaces references by URL with references by pointer: into the document itself by its `$self`, and into schemas that have
//! a URL of their own, an `$id`. Bundlers write the schemas of other files in this way.

use super::children::for_each_child;
use super::templates::reference_to;
use crate::document::pointer;
use serde_json::{Map, Value};

/// The extension with the pointer of the schema that a `$dynamicRef` by URL means if nothing binds its anchor.
pub(super) const INITIAL: &str = "x-codegen-initial-target";

/// Replaces the references of a document. Others stay as they are.
pub(super) fn resolve_urls(root: &mut Value) {
    let own = root.get("$self").and_then(Value::as_str).map(without_fragment).unwrap_or_default().to_owned();
    if own.is_empty() && !has_id(root) {
        return;
    }
    let mut resources = Resources { root, all: vec![Resource { url: own, pointer: String::new() }] };
    resources.collect(root, &mut String::new(), 0);
    let mut replacements = Vec::new();
    resources.find_references(root, &mut String::new(), 0, &mut replacements);
    for Replacement { pointer, key, reference, initial } in replacements {
        if let Some(Value::Object(map)) = root.pointer_mut(&pointer) {
            map.insert(key, reference.into());
            map.extend(initial.map(|initial| (INITIAL.to_owned(), initial.into())));
        }
    }
}

fn has_id(value: &Value) -> bool {
    match value {
        Value::Object(map) => map.get("$id").is_some_and(Value::is_string) || map.values().any(has_id),
        Value::Array(list) => list.iter().any(has_id),
        _ => false,
    }
}

/// The document, or a schema with a URL of its own.
struct Resource {
    url: String,
    pointer: String,
}

struct Resources<'a> {
    root: &'a Value,
    all: Vec<Resource>,
}

struct Replacement {
    /// The schema, or the mapping of a discriminator, with the reference.
    pointer: String,
    key: String,
    reference: String,
    initial: Option<String>,
}

impl Resources<'_> {
    /// Collects the schemas with URLs in a value of the resource with this index.
    fn collect(&mut self, value: &Value, at: &mut String, mut within: usize) {
        if let Some(id) = own_id(value) {
            let base = self.all.get(within).map_or("", |resource| &resource.url);
            self.all.push(Resource { url: join_urls(base, id), pointer: at.clone() });
            within = self.all.len() - 1;
        }
        for_each_child(value, at, &mut |child, at| self.collect(child, at, within));
    }

    fn find_references(
        &self,
        value: &Value,
        at: &mut String,
        mut within: usize,
        found: &mut Vec<Replacement>,
    ) {
        if own_id(value).is_some() {
            within = self.all.iter().position(|resource| resource.pointer == *at).unwrap_or(within);
        }
        if let (Value::Object(map), Some(within)) = (value, self.all.get(within)) {
            let is_mapping = at.ends_with("/discriminator/mapping");
            for (key, text) in map.iter().filter_map(|(key, text)| Some((key, text.as_str()?))) {
                // Without these, the target of a mapping is the name of a component.
                let is_url = is_mapping && text.contains(['.', '/', ':']);
                if !is_url && key != "$ref" && key != "$dynamicRef" {
                    continue;
                }
                let replaced = self.resolve(key, text, within);
                found.extend(replaced.map(|(reference, initial)| Replacement {
                    pointer: at.clone(),
                    key: key.clone(),
                    reference,
                    initial,
                }));
            }
        }
        for_each_child(value, at, &mut |child, at| self.find_references(child, at, within, found));
    }

    /// The reference within the document, and the initial target of one that callers may bind.
    fn resolve(&self, key: &str, text: &str, within: &Resource) -> Option<(String, Option<String>)> {
        let (url, fragment) = text.split_once('#').unwrap_or((text, ""));
        let resource = if url.is_empty() {
            // A pointer from the root of the document is not one from the root of the schema, but is often written.
            Some(within).filter(|within| !within.pointer.is_empty() && !fragment.starts_with("/components/"))
        } else {
            self.find(&join_urls(&within.url, url))
        }?;
        if fragment.is_empty() || fragment.starts_with('/') {
            let target = format!("{}{}", resource.pointer, pointer::decode_fragment(fragment));
            return self.root.pointer(&target).map(|_| (reference_to(&target), None));
        }
        let anchors = anchors_of(self.root.pointer(&resource.pointer)?, fragment, &resource.pointer);
        let [(target, is_dynamic)] = anchors.as_slice() else { return None };
        if key == "$dynamicRef" && *is_dynamic {
            return Some((format!("#{fragment}"), Some(target.clone())));
        }
        Some((reference_to(target), None))
    }

    /// The resource with a URL. Where the base of a relative URL is not known, the only one of which one URL ends like the other.
    fn find(&self, url: &str) -> Option<&Resource> {
        let mut same = self.all.iter().filter(|resource| resource.url == url);
        let mut alike = self.all.iter().filter(|resource| ends_alike(url, &resource.url));
        match (same.next(), same.next()) {
            (Some(resource), None) => Some(resource),
            (None, _) if !is_absolute(url) => alike.next().filter(|_| alike.next().is_none()),
            _ => None,
        }
    }
}

/// Whether the segments of one URL are the last ones of the other.
fn ends_alike(one: &str, other: &str) -> bool {
    let (mut one, mut other) = (one.rsplit('/'), other.rsplit('/'));
    let Some(file) = one.next().filter(|file| !file.is_empty()) else { return false };
    other.next() == Some(file) && one.zip(other).all(|(one, other)| one == other)
}

/// The schemas of a resource with an anchor, and whether the anchor is dynamic; not those in resources within.
fn anchors_of(resource: &Value, name: &str, at: &str) -> Vec<(String, bool)> {
    fn collect(value: &Value, name: &str, at: &mut String, found: &mut Vec<(String, bool)>) {
        let has = |key: &str| value.get(key).is_some_and(|anchor| anchor == name);
        let (is_dynamic, is_plain) = (has("$dynamicAnchor"), has("$anchor"));
        if is_dynamic || is_plain {
            found.push((at.clone(), is_dynamic));
        }
        for_each_child(value, at, &mut |child, at| {
            if own_id(child).is_none() {
                collect(child, name, at, found);
            }
        });
    }
    let mut found = Vec::new();
    collect(resource, name, &mut at.to_owned(), &mut found);
    found
}

/// The URL of a schema, without a fragment; none if it is an anchor, as in older drafts.
fn own_id(value: &Value) -> Option<&str> {
    let id = value.get("$id")?.as_str().map(without_fragment)?;
    Some(id).filter(|id| !id.is_empty())
}

fn without_fragment(url: &str) -> &str {
    url.split('#').next().unwrap_or_default()
}

/// Whether a URL begins with a scheme.
fn is_absolute(url: &str) -> bool {
    url.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    })
}

/// Resolves a URL against the one of the resource that it is in.
pub(super) fn join_urls(base: &str, url: &str) -> String {
    if is_absolute(url) {
        return url.to_owned();
    }
    // What comes before the path of the base.
    let path_start = match base.split_once("://") {
        Some((scheme, rest)) => scheme.len() + 3 + rest.find('/').unwrap_or(rest.len()),
        None => 0,
    };
    let (origin, path) = base.split_at(path_start);
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let path = if url.starts_with('/') { url.to_owned() } else { format!("{folder}/{url}") };
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/').filter(|segment| !matches!(*segment, "" | ".")) {
        match segment {
            ".." => drop(segments.pop()),
            segment => segments.push(segment),
        }
    }
    if origin.is_empty() { segments.join("/") } else { format!("{origin}/{}", segments.join("/")) }
}

/// Removes the initial target of a dynamic reference that is bound.
pub(super) fn take_initial(map: &mut Map<String, Value>) -> Option<String> {
    map.shift_remove(INITIAL).and_then(|value| value.as_str().map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lower::anchors::{UNDECIDED, resolve_anchors};
    use serde_json::json;

    #[test]
    fn urls_are_joined_with_that_of_the_resource() {
        for (base, url, joined) in [
            ("https://a.test/v1/api.yaml", "tree.yaml", "https://a.test/v1/tree.yaml"),
            ("https://a.test/v1/api.yaml", "../tree", "https://a.test/tree"),
            ("https://a.test/v1/api.yaml", "/tree", "https://a.test/tree"),
            ("https://a.test", "tree", "https://a.test/tree"),
            ("", "./schemas/tree.yaml", "schemas/tree.yaml"),
            ("schemas/tree.yaml", "leaf.yaml", "schemas/leaf.yaml"),
            ("https://a.test/api.yaml", "urn:tree", "urn:tree"),
        ] {
            assert_eq!(join_urls(base, url), joined, "{url} in {base}");
        }
    }

    #[test]
    fn the_url_of_the_document_is_the_document() {
        let mut root = json!({"$self": "https://a.test/api.yaml", "x": [
            {"$ref": "https://a.test/api.yaml#/components/schemas/A"}, {"$ref": "api.yaml#/y"}, {"$ref": "other.yaml#/y"}],
            "components": {"schemas": {"A": {}}}, "y": {}});
        resolve_anchors(&mut root);
        let references = [0, 1, 2].map(|index| &root["x"][index]["$ref"]);
        assert_eq!(references, ["#/components/schemas/A", "#/y", "other.yaml#/y"]);
    }

    #[test]
    fn a_schema_of_another_folder_is_not_that_of_a_relative_url() {
        let mut root = json!({"components": {"schemas": {
            "User": {"$id": "v1/user.yaml"}, "Place": {"$id": "https://a.test/v1/place.yaml"},
            "Other": {"properties": {"user": {"$ref": "v2/user.yaml"}, "same": {"$ref": "user.yaml"},
                "place": {"$ref": "v1/place.yaml"}, "elsewhere": {"$ref": "v2/place.yaml"}}}}}});
        resolve_anchors(&mut root);
        let properties = &root["components"]["schemas"]["Other"]["properties"];
        let references = ["user", "same", "place", "elsewhere"].map(|name| &properties[name]["$ref"]);
        let (user, place) = ("#/components/schemas/User", "#/components/schemas/Place");
        assert_eq!(references, ["v2/user.yaml", user, place, "v2/place.yaml"]);
    }

    #[test]
    fn schemas_with_urls_are_found_by_them() {
        let mut root = json!({"components": {"schemas": {
            "Tree": {"$id": "https://a.test/schemas/tree.yaml", "$dynamicAnchor": "node",
                "properties": {"below": {"items": {"$dynamicRef": "#node"}}, "leaf": {"$ref": "leaf.yaml"},
                    "size": {"$ref": "#/$defs/size"}, "self": {"$ref": "#"}},
                "$defs": {"size": {"type": "integer"}}},
            "Leaf": {"$id": "https://a.test/schemas/leaf.yaml", "$defs": {"x": {"$anchor": "colour", "type": "string"}}},
            "Other": {"$dynamicAnchor": "node", "properties": {
                "tree": {"$dynamicRef": "https://a.test/schemas/tree.yaml#node"}, "own": {"$dynamicRef": "#node"},
                "colour": {"$ref": "leaf.yaml#colour"}, "size": {"$ref": "tree.yaml#/$defs/size"},
                "missing": {"$dynamicRef": "wood.yaml#node"}, "none": {"$dynamicRef": "tree.yaml#none"}}},
            "Open": {"properties": {"any": {"$dynamicRef": "#node"}, "x": {"$ref": "#node"}}},
            "Any": {"discriminator": {"propertyName": "kind", "mapping": {"t": "tree.yaml", "l": "Leaf", "x": "none.yaml"}}},
            "Strict": {"$ref": "tree.yaml", "$dynamicAnchor": "node", "description": "s"},
        }}});
        resolve_anchors(&mut root);
        let schemas = &root["components"]["schemas"];
        let tree = &schemas["Tree"]["properties"];
        assert_eq!(tree["below"]["items"], json!({"$ref": "#/components/schemas/Tree"}));
        assert_eq!(tree["leaf"], json!({"$ref": "#/components/schemas/Leaf"}));
        assert_eq!(tree["size"], json!({"$ref": "#/components/schemas/Tree/$defs/size"}));
        assert_eq!(tree["self"], json!({"$ref": "#/components/schemas/Tree"}));
        let other = &schemas["Other"]["properties"];
        assert_eq!(other["tree"], json!({"$ref": "#/components/schemas/Tree"}));
        assert_eq!(other["own"], json!({"$ref": "#/components/schemas/Other"}));
        assert_eq!(other["colour"], json!({"$ref": "#/components/schemas/Leaf/$defs/x"}));
        assert_eq!(other["size"], json!({"$ref": "#/components/schemas/Tree/$defs/size"}));
        assert_eq!(other["missing"][UNDECIDED], "no schema of the document has this `$id` and anchor");
        assert_eq!(other["none"]["$dynamicRef"], "tree.yaml#none");
        let reason = "several schemas have this anchor: `#/components/schemas/Tree`, `#/components/schemas/Other`, \
                      `#/components/schemas/Strict`";
        let open = &schemas["Open"]["properties"];
        assert_eq!((&open["any"][UNDECIDED], &open["x"][UNDECIDED]), (&json!(reason), &json!(reason)));
        let mapping = json!({"t": "#/components/schemas/Tree", "l": "Leaf", "x": "none.yaml"});
        assert_eq!(schemas["Any"]["discriminator"]["mapping"], mapping);
        // The copy for a schema that binds the anchor.
        let strict = &schemas["Strict"];
        assert_eq!(strict["properties"]["below"]["items"], json!({"$ref": "#/components/schemas/Strict"}));
    }
}
