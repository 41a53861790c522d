//! Fields and types as entries of a page.

use std::collections::BTreeMap;

use openapi_client_description::{Description, Field, Fields, Object, Type, TypeDefinition, TypeDocs};

use crate::{arguments::describe_field, manual::page::Entry};

/// What is described: requests have no fields that only responses have, and the reverse.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Request,
    Response,
    Both,
}

/// Describes types by a description and its texts.
pub(super) struct Describer<'a> {
    pub(super) description: &'a Description,
    pub(super) types: &'a BTreeMap<String, TypeDocs>,
    pub(super) direction: Direction,
}

impl<'a> Describer<'a> {
    /// The fields of an object, with those within them as deep as `depth`.
    pub(super) fn list_fields(
        &self,
        fields: &'a Fields,
        docs: Option<&'a TypeDocs>,
        depth: usize,
    ) -> Vec<Entry> {
        self.list_fields_within(fields, docs, depth, &mut Vec::new())
    }

    /// The fields of the objects that values of a type can be.
    pub(super) fn list_members(&self, ty: &'a Type, depth: usize) -> Vec<Entry> {
        self.list_members_within(ty, depth, &mut Vec::new())
    }

    /// One field.
    pub(super) fn describe(&self, name: &str, field: &'a Field, docs: Option<&str>, depth: usize) -> Entry {
        self.describe_within(name, field, docs, depth, &mut Vec::new())
    }

    fn list_fields_within(
        &self,
        fields: &'a Fields,
        docs: Option<&'a TypeDocs>,
        depth: usize,
        above: &mut Vec<&'a str>,
    ) -> Vec<Entry> {
        let is_shown = |field: &Field| match self.direction {
            Direction::Request => !field.read_only,
            Direction::Response => !field.write_only,
            Direction::Both => true,
        };
        let fields = fields.iter().filter(|(_, field)| is_shown(field));
        fields
            .map(|(name, field)| {
                let text = docs.and_then(|docs| docs.members.get(name)).map(String::as_str);
                self.describe_within(name, field, text, depth, above)
            })
            .collect()
    }

    fn describe_within(
        &self,
        name: &str,
        field: &'a Field,
        docs: Option<&str>,
        depth: usize,
        above: &mut Vec<&'a str>,
    ) -> Entry {
        let mut notes = vec![self.name_type(field.ty())];
        let marks = [
            (
                field.is_required() && field.constant.is_none() && self.direction == Direction::Request,
                "required",
            ),
            (!field.is_required() && self.direction == Direction::Response, "can be absent"),
            (field.deprecated, "deprecated"),
            (field.read_only && self.direction == Direction::Both, "only in responses"),
            (field.write_only && self.direction == Direction::Both, "only in requests"),
        ];
        notes.extend(marks.iter().filter(|(holds, _)| *holds).map(|(_, note)| (*note).to_owned()));
        let mut facts = describe_field(self.description, field);
        facts.extend(field.constant.as_ref().map(|constant| format!("Always {}.", constant.to_text())));
        let text = docs.map(end_sentence).unwrap_or_default();
        let members =
            if depth > 0 { self.list_members_within(field.ty(), depth - 1, above) } else { Vec::new() };
        Entry { name: name.to_owned(), notes, text, facts: facts.join(" "), members }
    }

    /// A type that is above itself has its fields there.
    fn list_members_within(&self, ty: &'a Type, depth: usize, above: &mut Vec<&'a str>) -> Vec<Entry> {
        let ty = self.find_items(ty);
        let Some(name) = ty.referenced_name().filter(|name| !above.contains(name)) else { return Vec::new() };
        above.push(name);
        let entries = match self.description.definition(ty) {
            Some(TypeDefinition::Object(object)) => self.list_object(name, object, depth, above),
            Some(TypeDefinition::Union(variants)) => {
                let docs = self.types.get(name);
                let variants = variants.iter().map(|variant| {
                    let members = if depth > 0 {
                        self.list_members_within(&variant.ty, depth - 1, above)
                    } else {
                        Vec::new()
                    };
                    let text = docs.and_then(|docs| docs.members.get(&variant.name)).map(String::as_str);
                    Entry {
                        name: variant.name.clone(),
                        notes: vec![format!("form, {}", self.name_type(&variant.ty))],
                        text: text.map(end_sentence).unwrap_or_default(),
                        facts: String::new(),
                        members,
                    }
                });
                variants.collect()
            }
            _ => Vec::new(),
        };
        above.pop();
        entries
    }

    fn list_object(
        &self,
        name: &'a str,
        object: &'a Object,
        depth: usize,
        above: &mut Vec<&'a str>,
    ) -> Vec<Entry> {
        self.list_fields_within(&object.fields, self.types.get(name), depth, above)
    }

    /// The type of the items of lists and of the values of maps, without `null`.
    fn find_items(&self, ty: &'a Type) -> &'a Type {
        match self.description.resolve(ty) {
            Type::List(inner) | Type::Map(inner) => self.find_items(inner),
            other => other,
        }
    }

    fn name_item(&self, ty: &Type) -> String {
        let name = self.name_type(ty);
        if matches!(ty, Type::Nullable(_)) { format!("({name})") } else { name }
    }

    /// The name of a type in words.
    pub(super) fn name_type(&self, ty: &Type) -> String {
        match ty {
            Type::String => "string".to_owned(),
            Type::Secret => "secret string".to_owned(),
            Type::Integer | Type::Unsigned => "integer".to_owned(),
            Type::Decimal => "decimal number".to_owned(),
            Type::Float => "number".to_owned(),
            Type::Boolean => "boolean".to_owned(),
            Type::DateTime => "date and time".to_owned(),
            Type::Date => "date".to_owned(),
            Type::Binary => "file".to_owned(),
            Type::Json => "any JSON".to_owned(),
            Type::JsonObject => "object".to_owned(),
            Type::List(inner) => format!("list of {}", self.name_item(inner)),
            Type::Map(inner) => format!("map to {}", self.name_item(inner)),
            Type::Nullable(inner) => format!("{} or null", self.name_type(inner)),
            Type::Named(name) if name.starts_with('~') => match self.description.types.get(name) {
                Some(TypeDefinition::Alias(field)) => self.name_type(field.ty()),
                Some(TypeDefinition::Enum(_) | TypeDefinition::Identifier(_)) => "string".to_owned(),
                Some(TypeDefinition::Union(_)) => "one of several forms".to_owned(),
                Some(TypeDefinition::Object(_)) | None => "object".to_owned(),
            },
            Type::Named(name) => name.clone(),
        }
    }
}

fn end_sentence(text: &str) -> String {
    let text = text.trim_end();
    let is_ended = text.is_empty() || text.ends_with(['.', '!', '?', ':', '`', ')', '|']);
    if is_ended { text.to_owned() } else { format!("{text}.") }
}
