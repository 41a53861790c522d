//! Which fields the body of a request can have, by its schema.

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
    pub(super) fn body_fields(&self, schema: Option<&'a ReferenceOr<Schema>>, verb: &Verb) -> BodyFields {
        let of_others = |others: Option<&AdditionalProperties>| match others {
            Some(AdditionalProperties::Any(false)) => BodyFields::None,
            None if !matches!(verb, Verb::Post | Verb::Put | Verb::Patch) => BodyFields::None,
            _ => BodyFields::Unnamed,
        };
        let Some(schema) = schema else { return BodyFields::Unnamed };
        match self.without_reference(schema).map(|schema| &schema.schema_kind) {
            Some(SchemaKind::Type(Type::Object(object))) if object.properties.is_empty() => {
                of_others(object.additional_properties.as_ref())
            }
            Some(SchemaKind::Any(any)) if *any == AnySchema::default() => of_others(None),
            _ if self.has_properties(schema, 0) => BodyFields::Named,
            _ => BodyFields::Unnamed,
        }
    }

    /// Whether a schema, or one that it is made of, has properties.
    fn has_properties(&self, schema: &'a ReferenceOr<Schema>, depth: usize) -> bool {
        const MAX_DEPTH: usize = 32;
        let Some(schema) = self.without_reference(schema).filter(|_| depth < MAX_DEPTH) else { return false };
        let has_properties = |list: &'a [ReferenceOr<Schema>]| {
            list.iter().any(|schema| self.has_properties(schema, depth + 1))
        };
        match &schema.schema_kind {
            SchemaKind::Type(Type::Object(object)) => !object.properties.is_empty(),
            SchemaKind::Any(any) => {
                !any.properties.is_empty()
                    || [&any.all_of, &any.any_of, &any.one_of].into_iter().any(|list| has_properties(list))
            }
            SchemaKind::AllOf { all_of: list }
            | SchemaKind::AnyOf { any_of: list }
            | SchemaKind::OneOf { one_of: list } => has_properties(list),
            _ => false,
        }
    }

    fn without_reference(&self, schema: &'a ReferenceOr<Schema>) -> Option<&'a Schema> {
        match schema {
            ReferenceOr::Item(schema) => Some(schema),
            ReferenceOr::Reference { reference } => {
                self.component(reference).and_then(|(_, schema)| schema.as_item())
            }
        }
    }
}
