//! Resolves enums: those of integers, and those in several parts.

use openapiv3::{IntegerType, ReferenceOr, Schema, SchemaData, SchemaKind, Type};

use super::Resolver;
use super::schema::{Resolved, integer_type};
use crate::ir::{EnumValue, OpenEnum, Shape, TypeRef};

impl Resolver<'_> {
    /// An enum in several parts: all branches are strings, or all are integers, with more than one value in total.
    pub(super) fn merge_enums(&mut self, branches: &[ReferenceOr<Schema>]) -> Option<Resolved> {
        let mut merged = OpenEnum::default();
        let mut blank: Vec<bool> = Vec::new();
        for (index, branch) in branches.iter().enumerate() {
            let item = match branch {
                ReferenceOr::Reference { reference } => self.component(reference)?.1.as_item()?,
                ReferenceOr::Item(item) => item,
            };
            let (is_integer, texts): (bool, Vec<String>) = match &item.schema_kind {
                SchemaKind::Type(Type::String(string)) => {
                    (false, string.enumeration.iter().flatten().cloned().collect())
                }
                SchemaKind::Type(Type::Integer(integer)) => {
                    (true, integer.enumeration.iter().flatten().map(ToString::to_string).collect())
                }
                _ => return None,
            };
            if index > 0 && is_integer != merged.is_integer {
                return None;
            }
            merged.is_integer = is_integer;
            blank.push(texts.len() == 1 && texts.iter().all(String::is_empty));
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            for mut value in enum_values(&texts, &item.schema_data) {
                if merged.values.iter().any(|other| other.value == value.value) {
                    continue;
                }
                if texts.len() == 1 {
                    value.description = value.description.or_else(|| item.schema_data.description.clone());
                }
                merged.values.push(value);
            }
        }
        if merged.values.len() < 2 {
            return None;
        }
        self.extend_by_blank(branches, &blank).or(Some(Resolved::Shape(Shape::OpenEnum(merged))))
    }

    /// An enum of the document that may be the empty text as well, as Django writes it: the same type, with a value more.
    fn extend_by_blank(&mut self, branches: &[ReferenceOr<Schema>], blank: &[bool]) -> Option<Resolved> {
        let mut others = branches.iter().zip(blank).filter(|(_, is_blank)| !**is_blank);
        let (Some((ReferenceOr::Reference { reference }, _)), None) = (others.next(), others.next()) else {
            return None;
        };
        let (name, schema) = self.component(reference)?;
        let SchemaKind::Type(Type::String(string)) = &schema.as_item()?.schema_kind else { return None };
        if string.enumeration.is_empty() {
            return None;
        }
        let id = *self.components.get(name)?;
        self.blank_enums.insert(id);
        Some(Resolved::Type(TypeRef::Named(id)))
    }
}

/// An integer, or an enum of several.
pub(super) fn resolve_integer(integer: &IntegerType, data: &SchemaData) -> Resolved {
    let mut texts: Vec<String> = Vec::new();
    for text in integer.enumeration.iter().flatten().map(ToString::to_string) {
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    if texts.len() < 2 {
        return Resolved::Type(integer_type(data));
    }
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    Resolved::Shape(Shape::OpenEnum(OpenEnum { is_integer: true, values: enum_values(&texts, data) }))
}

/// Enum values with the names and descriptions that vendor extensions give.
pub(super) fn enum_values(values: &[&str], data: &SchemaData) -> Vec<EnumValue> {
    // Lowering keeps names and descriptions by value, see `lower/constants.rs`.
    let text = |extension: &str, value: &str| {
        data.extensions
            .get(extension)?
            .get(value)?
            .as_str()
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    };
    let values = values.iter().map(|value| EnumValue {
        value: (*value).to_owned(),
        name: text("x-codegen-enum-names", value),
        description: text("x-codegen-enum-descriptions", value),
    });
    values.collect()
}
