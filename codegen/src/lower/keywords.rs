//! The decision about every schema keyword. A keyword that is not in the table is an error.

use super::value_kind::ValueKind::{
    self, Any, Count, Flag, Limit, List, Names, Number, Object, Reference, Schema, SchemaMap, Schemas, Text,
    TypeName,
};

/// What lowering does with a keyword.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decision {
    /// Kept: `openapiv3` has a field for it, or an extension carries it.
    Keep,
    /// Converted into a keyword that `openapiv3` has a field for.
    Convert,
    /// Ignored without a message, for this reason.
    Ignore(&'static str),
    /// Unsupported: reported, and then ignored. The text says what to use in its place.
    Unsupported(&'static str),
}

/// A row of a table: a keyword of schemas, or a member of another object.
pub(super) struct Keyword {
    pub(super) name: &'static str,
    /// What the value must be.
    pub(super) value: ValueKind,
    pub(super) decision: Decision,
}

pub(super) const fn keep(name: &'static str, value: ValueKind) -> Keyword {
    Keyword { name, value, decision: Decision::Keep }
}

pub(super) const fn convert(name: &'static str, value: ValueKind) -> Keyword {
    Keyword { name, value, decision: Decision::Convert }
}

pub(super) const fn ignore(name: &'static str, reason: &'static str) -> Keyword {
    Keyword { name, value: Any, decision: Decision::Ignore(reason) }
}

pub(super) const fn unsupported(name: &'static str, alternative: &'static str) -> Keyword {
    Keyword { name, value: Any, decision: Decision::Unsupported(alternative) }
}

/// Sorted by name.
const TABLE: &[Keyword] = &[
    ignore("$anchor", "a target of references, which are replaced before"),
    ignore("$comment", "for the authors of the document"),
    ignore("$defs", "has no effect by itself; schemas in it that are referenced become components"),
    ignore(
        "$dynamicAnchor",
        "a target of `$dynamicRef`, which is replaced before if it can mean one schema only",
    ),
    unsupported("$dynamicRef", "use `$ref`"),
    ignore("$id", "a base for references, which are replaced before"),
    ignore("$recursiveAnchor", "a target of `$recursiveRef`, which is unsupported"),
    unsupported("$recursiveRef", "use `$ref`"),
    convert("$ref", Reference),
    ignore("$schema", "names the dialect; the known ones are treated alike"),
    ignore("$vocabulary", "describes the dialect"),
    ignore("additionalItems", "limits the items behind a tuple, which are any JSON value"),
    keep("additionalProperties", Schema),
    keep("allOf", Schemas),
    keep("anyOf", Schemas),
    convert("const", Any),
    ignore("contains", "limits the items of a list"),
    convert("contentEncoding", Text),
    convert("contentMediaType", Text),
    ignore(
        "contentSchema",
        "describes the contents of a string, which stays a string unless it is the data of an event",
    ),
    keep("default", Any),
    ignore("definitions", "the older name of `$defs`"),
    ignore("dependencies", "limits which properties occur together"),
    ignore("dependentRequired", "limits which properties occur together"),
    unsupported("dependentSchemas", "describe the alternatives with `oneOf`"),
    keep("deprecated", Flag),
    keep("description", Text),
    keep("discriminator", Object),
    unsupported("else", "describe the alternatives with `oneOf`"),
    keep("enum", List),
    keep("example", Any),
    convert("examples", Any),
    convert("exclusiveMaximum", Limit),
    convert("exclusiveMinimum", Limit),
    keep("externalDocs", Object),
    keep("format", Text),
    unsupported("if", "describe the alternatives with `oneOf`"),
    keep("items", Any),
    ignore("maxContains", "limits the items of a list"),
    keep("maxItems", Count),
    keep("maxLength", Count),
    keep("maxProperties", Count),
    keep("maximum", Number),
    ignore("minContains", "limits the items of a list"),
    keep("minItems", Count),
    keep("minLength", Count),
    keep("minProperties", Count),
    keep("minimum", Number),
    keep("multipleOf", Number),
    unsupported("not", "list the allowed values with `enum` or the allowed types with `oneOf`"),
    keep("nullable", Flag),
    keep("oneOf", Schemas),
    keep("pattern", Text),
    convert("patternProperties", SchemaMap),
    convert("prefixItems", Schemas),
    keep("properties", SchemaMap),
    ignore("propertyNames", "limits the keys of a map"),
    keep("readOnly", Flag),
    keep("required", Names),
    unsupported("then", "describe the alternatives with `oneOf`"),
    keep("title", Text),
    convert("type", TypeName),
    ignore("unevaluatedItems", "limits items that no other keyword describes"),
    convert("unevaluatedProperties", Any),
    keep("uniqueItems", Flag),
    keep("writeOnly", Flag),
    ignore("xml", "the client sends and receives JSON and forms only"),
];

/// Keywords that do not affect which values are valid.
pub(super) const ANNOTATIONS: &[&str] = &[
    "title",
    "description",
    "default",
    "example",
    "examples",
    "deprecated",
    "readOnly",
    "writeOnly",
    "externalDocs",
    "nullable",
];

/// Keywords whose value is a list of schemas that are combined.
pub(super) const COMPOSITIONS: &[&str] = &["oneOf", "anyOf", "allOf"];

/// Whether the keyword does not affect which values are valid: an annotation or an extension.
pub(super) fn is_annotation(key: &str) -> bool {
    ANNOTATIONS.contains(&key) || key.starts_with("x-")
}

/// The row of a keyword.
pub(super) fn find_keyword(name: &str) -> Option<&'static Keyword> {
    let index = TABLE.binary_search_by(|keyword| keyword.name.cmp(name)).ok()?;
    TABLE.get(index)
}

/// The keywords that the typed document represents, kept or converted.
#[cfg(test)]
pub(crate) fn represented_keywords() -> impl Iterator<Item = &'static str> {
    let represented = |keyword: &&Keyword| matches!(keyword.decision, Decision::Keep | Decision::Convert);
    TABLE.iter().filter(represented).map(|keyword| keyword.name)
}

#[cfg(test)]
mod tests {
    use super::super::tests::lower_to_typed_schema;
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn the_table_is_sorted_and_each_ignored_keyword_has_a_reason() {
        assert!(TABLE.is_sorted_by_key(|keyword| keyword.name));
        for keyword in TABLE {
            if let Decision::Ignore(text) | Decision::Unsupported(text) = keyword.decision {
                assert!(!text.is_empty(), "{}", keyword.name);
            }
        }
    }

    /// A schema in which the keyword has an effect.
    fn schema_with(name: &str) -> Value {
        let reference = json!({"$ref": "#/components/schemas/A"});
        match name {
            "additionalProperties" => json!({"type": "object", "additionalProperties": {"type": "string"}}),
            "allOf" | "anyOf" | "oneOf" => json!({name: [reference, {"type": "object"}]}),
            "discriminator" => json!({"oneOf": [reference, {"type": "object"}], name: {"propertyName": "p"}}),
            "enum" => json!({"type": "string", "enum": ["a"]}),
            "externalDocs" => json!({"type": "string", "externalDocs": {"url": "https://example.com"}}),
            "items" => json!({"type": "array", "items": {"type": "string"}}),
            "maxItems" | "minItems" => json!({"type": "array", name: 3}),
            "uniqueItems" => json!({"type": "array", "uniqueItems": true}),
            "maxLength" | "minLength" => json!({"type": "string", name: 3}),
            "maxProperties" | "minProperties" => json!({"type": "object", name: 3}),
            "maximum" | "minimum" | "multipleOf" => json!({"type": "number", name: 0.5}),
            "properties" => json!({"type": "object", "properties": {"p": {"type": "string"}}}),
            "required" => json!({"type": "object", "required": ["p"]}),
            "deprecated" | "nullable" | "readOnly" | "writeOnly" => json!({"type": "string", name: true}),
            _ => json!({"type": "string", name: "uuid"}),
        }
    }

    /// The table ends at the typed document: a keyword that is kept but has no field there would be lost without a message.
    #[test]
    fn every_kept_keyword_reaches_the_typed_document() {
        for keyword in TABLE.iter().filter(|keyword| keyword.decision == Decision::Keep) {
            let plain = schema_with(keyword.name);
            let mut composed = plain.clone();
            if let Value::Object(map) = &mut composed {
                map.shift_remove("type");
                map.entry("allOf").or_insert_with(|| json!([{"$ref": "#/components/schemas/A"}]));
            }
            for schema in [plain, composed] {
                let typed = lower_to_typed_schema(schema.clone());
                assert_eq!(
                    typed.get(keyword.name),
                    schema.get(keyword.name),
                    "`{}` of {schema}",
                    keyword.name
                );
            }
        }
    }
}
