//! Finds the files among the fields of a multipart form: a schema for bytes, a list of them, or a union with one of these. Files
//! within objects are in `nested_files`.

use std::collections::BTreeSet;

use openapiv3::{ReferenceOr, Schema, SchemaKind, StringFormat, Type, VariantOrUnknownOrEmpty};

use super::Resolver;
use super::schema::AsSchema;
use crate::diagnostic::Code;
use crate::ir::{BodyVariant, TypeRef};

/// How many files a field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Files {
    One,
    Several,
}

impl<'a> Resolver<'a> {
    /// Makes the fields files whose schemas are files. The type of a union with bytes is that of its values in JSON, where bytes
    /// are text.
    pub(super) fn mark_files(&mut self, schema: &'a ReferenceOr<Schema>, variants: &mut [BodyVariant]) {
        for field in variants.iter_mut().flat_map(|variant| &mut variant.fields) {
            let schemas = self.schemas_of_property(schema, &field.name);
            let files = schemas
                .into_iter()
                .filter_map(|schema| self.files_of(schema, false, &mut BTreeSet::new()))
                .max();
            if let Some(files) = files {
                let nullable = field.ty.split_null().1;
                field.ty = files.ty().nullable(nullable);
                field.constant = None;
            }
        }
        if let Some(variant) = variants.first().filter(|_| self.map_of_files(schema).is_some()) {
            self.warn(
                Code::FIELD_ENCODING,
                "the files that `additionalProperties` allows beside the named properties cannot be sent",
                &variant.pointer,
                "list them as properties, or as one property that is a list of files, with an action in the overlay",
            );
        }
    }

    /// The type of a form whose fields the caller names, if they are files.
    pub(super) fn map_of_files(&self, schema: &'a ReferenceOr<Schema>) -> Option<TypeRef> {
        let item = self.schema_of(schema)?;
        let additional = match &item.schema_kind {
            SchemaKind::Type(Type::Object(object)) => object.additional_properties.as_ref(),
            SchemaKind::Any(any) => any.additional_properties.as_ref(),
            _ => None,
        };
        let openapiv3::AdditionalProperties::Schema(values) = additional? else { return None };
        self.files_of(values.as_ref(), false, &mut BTreeSet::new())?;
        Some(TypeRef::Map(Box::new(TypeRef::Binary)))
    }

    /// The schemas of a property, in an object and in the branches of a composition.
    pub(super) fn schemas_of_property(
        &self,
        schema: &'a ReferenceOr<Schema>,
        name: &str,
    ) -> Vec<&'a ReferenceOr<Box<Schema>>> {
        let mut found = Vec::new();
        self.collect_property(schema, name, &mut found, &mut BTreeSet::new());
        found
    }

    fn collect_property(
        &self,
        schema: &'a ReferenceOr<Schema>,
        name: &str,
        found: &mut Vec<&'a ReferenceOr<Box<Schema>>>,
        seen: &mut BTreeSet<&'a str>,
    ) {
        if let ReferenceOr::Reference { reference } = schema
            && !seen.insert(reference)
        {
            return;
        }
        let Some(item) = self.schema_of(schema) else { return };
        match &item.schema_kind {
            SchemaKind::Type(Type::Object(object)) => found.extend(object.properties.get(name)),
            SchemaKind::Any(any) => found.extend(any.properties.get(name)),
            _ => {}
        }
        for branch in branches(item) {
            self.collect_property(branch, name, found, seen);
        }
    }

    /// The media type that `contentMediaType` states for a value or the items of a list.
    pub(super) fn content_media_type(&self, schema: &'a ReferenceOr<Box<Schema>>) -> Option<String> {
        let item = self.schema_of(schema)?;
        if let SchemaKind::Type(Type::Array(array)) = &item.schema_kind {
            return self.content_media_type(array.items.as_ref()?);
        }
        self.stated_media_type(item)
    }

    /// The media type that `contentMediaType` of a schema states.
    pub(super) fn stated_media_type(&self, schema: &Schema) -> Option<String> {
        let stated = schema.schema_data.extensions.get("x-codegen-content-media-type")?.as_str()?;
        stated.bytes().all(|byte| (b' '..=b'~').contains(&byte)).then(|| stated.to_owned())
    }

    /// How many files a schema is for. `seen` has the references on the way, so that each is followed once.
    fn files_of<S: AsSchema>(
        &self,
        schema: &'a ReferenceOr<S>,
        in_list: bool,
        seen: &mut BTreeSet<(&'a str, bool)>,
    ) -> Option<Files> {
        if let ReferenceOr::Reference { reference } = schema
            && !seen.insert((reference, in_list))
        {
            return None;
        }
        let item = self.schema_of(schema)?;
        match &item.schema_kind {
            SchemaKind::Type(Type::String(string)) => {
                let binary = VariantOrUnknownOrEmpty::Item(StringFormat::Binary);
                (string.format == binary).then_some(Files::One)
            }
            // A list of lists has no names for its files.
            SchemaKind::Type(Type::Array(_)) if in_list => None,
            SchemaKind::Type(Type::Array(array)) => {
                self.files_of(array.items.as_ref()?, true, seen).map(|_| Files::Several)
            }
            _ => branches(item).iter().filter_map(|branch| self.files_of(branch, in_list, seen)).max(),
        }
    }
}

impl Files {
    fn ty(self) -> TypeRef {
        match self {
            Self::One => TypeRef::Binary,
            Self::Several => TypeRef::List(Box::new(TypeRef::Binary)),
        }
    }
}

/// The branches of a composition.
pub(super) fn branches(schema: &Schema) -> &[ReferenceOr<Schema>] {
    match &schema.schema_kind {
        SchemaKind::OneOf { one_of: branches }
        | SchemaKind::AnyOf { any_of: branches }
        | SchemaKind::AllOf { all_of: branches } => branches,
        SchemaKind::Any(any) if !any.one_of.is_empty() => &any.one_of,
        SchemaKind::Any(any) if !any.any_of.is_empty() => &any.any_of,
        SchemaKind::Any(any) => &any.all_of,
        _ => &[],
    }
}
