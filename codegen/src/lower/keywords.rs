//! Every schema keyword with what becomes of it. A keyword that is not in the table is an error.

/// What becomes of a keyword.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decision {
    /// `openapiv3` has a field for it.
    Keep,
    /// One of the rewrites turns it into what `openapiv3` has a field for.
    Rewrite,
    /// It says nothing about the types; the reason stands in the table.
    Ignore,
    /// It says something about the shape that the types cannot say.
    Value,
}

use super::kinds::Kind;
use Decision::{Ignore, Keep, Rewrite, Value};

/// A row: the keyword, what its value must be, what becomes of it, and why it may be ignored.
pub(super) type Row = (&'static str, Kind, Decision, &'static str);

/// Sorted by keyword.
#[rustfmt::skip]
const TABLE: &[Row] = &[
    ("$anchor", Kind::Any, Ignore, "a name for references; those that use one are refused there"),
    ("$comment", Kind::Any, Ignore, "for authors of the document"),
    ("$defs", Kind::Any, Ignore, "reached by references only, which hoist what they name"),
    ("$dynamicAnchor", Kind::Any, Ignore, "as `$anchor`"),
    ("$dynamicRef", Kind::Any, Value, ""),
    ("$id", Kind::Any, Ignore, "a name for references; those that use one are refused there"),
    ("$recursiveAnchor", Kind::Any, Ignore, "as `$anchor`"),
    ("$recursiveRef", Kind::Any, Value, ""),
    ("$ref", Kind::Reference, Rewrite, ""),
    ("$schema", Kind::Any, Ignore, "names the dialect; every known one reads the same here"),
    ("$vocabulary", Kind::Any, Ignore, "as `$schema`"),
    ("additionalItems", Kind::Any, Ignore, "validates what follows a tuple"),
    ("additionalProperties", Kind::Schema, Keep, ""),
    ("allOf", Kind::Schemas, Keep, ""),
    ("anyOf", Kind::Schemas, Keep, ""),
    ("const", Kind::Any, Rewrite, ""),
    ("contains", Kind::Any, Ignore, "validates a list"),
    ("contentEncoding", Kind::Text, Rewrite, ""),
    ("contentMediaType", Kind::Text, Rewrite, ""),
    ("contentSchema", Kind::Any, Ignore, "describes what is inside a string, which stays a string"),
    ("default", Kind::Any, Keep, ""),
    ("definitions", Kind::Any, Ignore, "as `$defs`"),
    ("dependencies", Kind::Any, Ignore, "validates which members come together"),
    ("dependentRequired", Kind::Any, Ignore, "validates which members come together"),
    ("dependentSchemas", Kind::Any, Value, ""),
    ("deprecated", Kind::Flag, Keep, ""),
    ("description", Kind::Text, Keep, ""),
    ("discriminator", Kind::Object, Keep, ""),
    ("else", Kind::Any, Value, ""),
    ("enum", Kind::List, Keep, ""),
    ("example", Kind::Any, Keep, ""),
    ("examples", Kind::Any, Rewrite, ""),
    ("exclusiveMaximum", Kind::Limit, Rewrite, ""),
    ("exclusiveMinimum", Kind::Limit, Rewrite, ""),
    ("externalDocs", Kind::Object, Keep, ""),
    ("format", Kind::Text, Keep, ""),
    ("if", Kind::Any, Value, ""),
    ("items", Kind::Any, Keep, ""),
    ("maxContains", Kind::Any, Ignore, "validates a list"),
    ("maxItems", Kind::Count, Keep, ""),
    ("maxLength", Kind::Count, Keep, ""),
    ("maxProperties", Kind::Count, Keep, ""),
    ("maximum", Kind::Number, Keep, ""),
    ("minContains", Kind::Any, Ignore, "validates a list"),
    ("minItems", Kind::Count, Keep, ""),
    ("minLength", Kind::Count, Keep, ""),
    ("minProperties", Kind::Count, Keep, ""),
    ("minimum", Kind::Number, Keep, ""),
    ("multipleOf", Kind::Number, Keep, ""),
    ("not", Kind::Any, Value, ""),
    ("nullable", Kind::Flag, Keep, ""),
    ("oneOf", Kind::Schemas, Keep, ""),
    ("pattern", Kind::Text, Keep, ""),
    ("patternProperties", Kind::SchemaMap, Rewrite, ""),
    ("prefixItems", Kind::Schemas, Rewrite, ""),
    ("properties", Kind::SchemaMap, Keep, ""),
    ("propertyNames", Kind::Any, Ignore, "validates the keys of a map"),
    ("readOnly", Kind::Flag, Keep, ""),
    ("required", Kind::Names, Keep, ""),
    ("then", Kind::Any, Value, ""),
    ("title", Kind::Text, Keep, ""),
    ("type", Kind::TypeName, Rewrite, ""),
    ("unevaluatedItems", Kind::Any, Ignore, "validates what nothing else describes"),
    ("unevaluatedProperties", Kind::Any, Rewrite, ""),
    ("uniqueItems", Kind::Flag, Keep, ""),
    ("writeOnly", Kind::Flag, Keep, ""),
    ("xml", Kind::Any, Ignore, "only JSON and forms are sent and read"),
];

/// The row of a keyword.
pub(super) fn find(keyword: &str) -> Option<&'static Row> {
    let index = TABLE.binary_search_by(|row| row.0.cmp(keyword)).ok()?;
    TABLE.get(index)
}

/// The keywords that the typed document holds, as they are or rewritten.
#[cfg(test)]
pub(crate) fn represented() -> impl Iterator<Item = &'static str> {
    TABLE.iter().filter(|row| matches!(row.2, Keep | Rewrite)).map(|row| row.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_every_ignored_keyword_has_a_reason() {
        assert!(TABLE.is_sorted_by_key(|row| row.0));
        for (keyword, _, decision, reason) in TABLE {
            assert_eq!(*decision == Ignore, !reason.is_empty(), "{keyword}");
        }
    }
}
