//! Which fields the body of a request can have, by its schema.

use std::collections::HashSet;

use openapiv3::{AdditionalProperties, AnySchema, ReferenceOr, Schema, SchemaKind, Type};

use super::Resolver;
use crate::ir::Verb;

/// The fields that a body can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum BodyFields {
    /// None: the schema has none and allows no others.
    None,
    /// Those that the caller names, or the schema is not that of an object.
    Unnamed,
    /// Those of the schema.
    Named,
}

impl<'a> Resolver<'a> {
    /// The fields of a body with this schema. A request whose method does not send a body as a rule has none where the schema
    /// neither has fields nor says whether others are allowed.
    pub(super) fn body_fields<'b>(&self, schema: Option<&'b ReferenceOr<Schema>>, verb: &Verb) -> BodyFields
    where
        'a: 'b,
    {
        let of_others = |others: Option<&AdditionalProperties>| match others {
            Some(AdditionalProperties::Any(false)) => BodyFields::None,
            None if !matches!(verb, Verb::Post | Verb::Put | Verb::Patch) => BodyFields::None,
            _ => BodyFields::Unnamed,
        };
        let Some(schema) = schema else { return BodyFields::Unnamed };
        match self.schema_of(schema).map(|schema| &schema.schema_kind) {
            Some(SchemaKind::Type(Type::Object(object))) if object.properties.is_empty() => {
                of_others(object.additional_properties.as_ref())
            }
            Some(SchemaKind::Any(any)) if *any == AnySchema::default() => of_others(None),
            _ if self.flatten_schema(schema).into_iter().any(has_properties) => BodyFields::Named,
            _ => BodyFields::Unnamed,
        }
    }

    /// Whether a body with this schema can only be an object, as far as the schema says so. One without a schema can be.
    pub(super) fn is_object_body<'b>(&self, schema: Option<&'b ReferenceOr<Schema>>) -> bool
    where
        'a: 'b,
    {
        let is_object = |schema: &Schema| match &schema.schema_kind {
            SchemaKind::Type(ty) => matches!(ty, Type::Object(_)),
            SchemaKind::Any(any) => {
                any.typ.as_ref().is_none_or(|ty| ty == "object")
                    && any.items.is_none()
                    && any.enumeration.is_empty()
            }
            SchemaKind::AllOf { .. } | SchemaKind::AnyOf { .. } | SchemaKind::OneOf { .. } => true,
            SchemaKind::Not { .. } => false,
        };
        schema.is_none_or(|schema| self.flatten_schema(schema).into_iter().all(is_object))
    }

    /// A schema and those that it is made of, each component once.
    pub(super) fn flatten_schema<'b>(&self, schema: &'b ReferenceOr<Schema>) -> Vec<&'b Schema>
    where
        'a: 'b,
    {
        let (mut found, mut seen, mut left) = (Vec::new(), HashSet::new(), vec![schema]);
        while let Some(next) = left.pop() {
            if let ReferenceOr::Reference { reference } = next
                && !seen.insert(reference)
            {
                continue;
            }
            let Some(schema) = self.schema_of(next) else { continue };
            match &schema.schema_kind {
                SchemaKind::Any(any) => {
                    left.extend([&any.all_of, &any.any_of, &any.one_of].into_iter().flatten());
                }
                SchemaKind::AllOf { all_of: list }
                | SchemaKind::AnyOf { any_of: list }
                | SchemaKind::OneOf { one_of: list } => left.extend(list),
                _ => {}
            }
            found.push(schema);
        }
        found
    }
}

/// Whether a schema has properties of its own.
fn has_properties(schema: &Schema) -> bool {
    match &schema.schema_kind {
        SchemaKind::Type(Type::Object(object)) => !object.properties.is_empty(),
        SchemaKind::Any(any) => !any.properties.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use openapiv3::OpenAPI;
    use serde_json::{Value, json};

    use super::*;
    use crate::config::Config;
    use crate::diagnostic::Diagnostics;

    /// What `check` finds out about the schema `S`.
    fn check_schema<T>(schemas: &Value, check: impl Fn(&Resolver<'_>, &ReferenceOr<Schema>) -> T) -> T {
        let document = json!({
            "openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {}, "components": {"schemas": schemas},
        });
        let document: OpenAPI = serde_json::from_value(document).unwrap_or_default();
        let (config, mut diagnostics) = (Config::default(), Diagnostics::default());
        let resolver = Resolver::new(&document, &config, &mut diagnostics);
        let schema = ReferenceOr::ref_("#/components/schemas/S");
        check(&resolver, &schema)
    }

    fn refer(name: &str) -> Value {
        json!({"$ref": format!("#/components/schemas/{name}")})
    }

    #[test]
    fn references_are_followed() {
        let object = json!({"type": "object", "properties": {"a": {"type": "string"}}});
        let schemas = json!({"S": refer("A"), "A": refer("B"), "B": object});
        let fields = |schemas: &Value| {
            check_schema(schemas, |resolver, schema| resolver.body_fields(Some(schema), &Verb::Post))
        };
        assert_eq!(fields(&schemas), BodyFields::Named);
        let closed = json!({"type": "object", "additionalProperties": false});
        assert_eq!(fields(&json!({"S": refer("A"), "A": closed})), BodyFields::None);
        assert_eq!(fields(&json!({"S": refer("A"), "A": refer("S")})), BodyFields::Unnamed);
    }

    #[test]
    fn each_component_is_visited_once() {
        let name = |index: usize| if index == 0 { "S".to_owned() } else { format!("S{index}") };
        let union = |index: usize| json!({"anyOf": [refer(&name(index + 1)), refer(&name(index + 1))]});
        let mut schemas: serde_json::Map<String, Value> =
            (0..60).map(|index| (name(index), union(index))).collect();
        schemas.insert(name(60), json!({"type": "string"}));
        let count = check_schema(&schemas.into(), |resolver, schema| resolver.flatten_schema(schema).len());
        assert_eq!(count, 61);
    }

    #[test]
    fn an_object_is_told_from_other_values() {
        let object = json!({"type": "object", "properties": {"a": {"type": "string"}}});
        for (schema, expected) in [
            (object.clone(), true),
            (json!({}), true),
            (json!({"allOf": [object, {"description": "d"}]}), true),
            (json!({"properties": {"a": {"type": "string"}}}), true),
            (json!({"oneOf": [object, {"type": "array", "items": {}}]}), false),
            (json!({"type": "array", "items": {"type": "string"}}), false),
            (json!({"items": {"type": "string"}}), false),
            (json!({"type": "string"}), false),
        ] {
            let schemas = json!({"S": schema});
            let found = check_schema(&schemas, |resolver, schema| resolver.is_object_body(Some(schema)));
            assert_eq!(found, expected, "{schemas}");
        }
    }
}
