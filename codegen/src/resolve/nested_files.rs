//! Finds the files within the fields of a multipart form. Such a field is sent as parts with names in brackets, as
//! `items[0][file]`.

use std::collections::BTreeSet;

use openapiv3::{MediaType, ReferenceOr, Schema, SchemaKind, Type};

use super::Resolver;
use super::encoding::Form;
use super::files::branches;
use super::parts::MAX_DEPTH;
use super::schema::AsSchema;
use crate::diagnostic::Code;
use crate::document::pointer;
use crate::ir::{BodyEncoding, Field, FieldEncoding, Shape, TypeId, TypeRef};

impl<'a> Resolver<'a> {
    /// Makes the bytes files that are within the fields of multipart forms. This comes after all types are resolved, since types
    /// with the same structure, in JSON for example, are one type.
    pub(super) fn set_nested_files(&mut self) {
        let mut pending = Vec::new();
        for operation in &mut self.api.operations {
            let Some(body) = &mut operation.body else { continue };
            let others = body.alternatives.iter_mut().map(|other| &mut other.body);
            others
                .filter(|other| other.encoding == BodyEncoding::Multipart)
                .filter_map(|other| other.whole.as_mut())
                .filter(|ty| matches!(ty.split_null().0, TypeRef::Named(_)))
                .for_each(|ty| set_files(ty, &mut pending));
            if !matches!(body.encoding, BodyEncoding::Multipart | BodyEncoding::JsonOrMultipart) {
                continue;
            }
            let fields = body.variants.iter_mut().flat_map(|variant| &mut variant.fields);
            fields
                .filter(|field| !is_file_field(&field.ty))
                .for_each(|field| set_files(&mut field.ty, &mut pending));
        }
        let mut seen = BTreeSet::new();
        while let Some(id) = pending.pop() {
            if !seen.insert(id) {
                continue;
            }
            let Some(def) = self.api.types.get_mut(id.0) else { continue };
            match &mut def.shape {
                Shape::Object(object) => {
                    object.fields.iter_mut().for_each(|field| set_files(&mut field.ty, &mut pending));
                }
                Shape::Union(union) => {
                    union.variants.iter_mut().for_each(|variant| set_files(&mut variant.ty, &mut pending));
                }
                Shape::Alias(ty) => set_files(ty, &mut pending),
                Shape::OpenEnum(_) | Shape::Pending => {}
            }
        }
    }

    /// Whether a field of a multipart form is sent as parts of its own, since it may have files within it.
    pub(super) fn has_nested_files(&self, ty: &TypeRef) -> bool {
        !is_file_field(ty) && self.api.may_hold_file(ty)
    }

    /// Warns of an `encoding` for a field that is sent as parts of its own.
    pub(super) fn warn_nested_encoding(&mut self, name: &str, at: &str) {
        let message = format!(
            "`encoding` has no effect: `{name}` contains files, so each of its values is sent as a part with a name in brackets"
        );
        let help =
            "remove it with an action in the overlay, or describe the file as a property of the form itself";
        self.warn(Code::FIELD_ENCODING, message, at, help);
    }

    /// Warns of files in a form whose fields have no names.
    pub(super) fn warn_unnamed_files(&mut self, whole: Option<&TypeRef>, form_pointer: &str) {
        let is_map_of_files =
            |ty: &TypeRef| matches!(ty.split_null().0, TypeRef::Map(item) if **item == TypeRef::Binary);
        if whole.is_some_and(|ty| !is_map_of_files(ty) && self.api.may_hold_file(ty)) {
            self.warn(
                Code::FIELD_ENCODING,
                "the form contains files, but its fields have no names: the files are sent as text",
                &pointer::join(form_pointer, "schema"),
                "list the fields of the form as properties, with an action in the overlay",
            );
        }
    }

    /// Adds the media types that `contentMediaType` states for files within a field.
    pub(super) fn add_nested_media_types(
        &self,
        media: &'a MediaType,
        form: &Form<'_>,
        out: &mut Vec<FieldEncoding>,
    ) {
        let Some(schema) = &media.schema else { return };
        let fields: BTreeSet<&str> = form
            .variants
            .iter()
            .flat_map(|variant| &variant.fields)
            .filter(|field| self.has_nested_files(&field.ty))
            .map(|Field { name, .. }| name.as_str())
            .collect();
        for name in fields {
            for schema in self.schemas_of_property(schema, name) {
                self.collect_media_types(schema, name, MAX_DEPTH, out);
            }
        }
    }

    fn collect_media_types<S: AsSchema>(
        &self,
        schema: &'a ReferenceOr<S>,
        name: &str,
        depth: usize,
        out: &mut Vec<FieldEncoding>,
    ) {
        let (Some(item), Some(depth)) = (self.schema_of(schema), depth.checked_sub(1)) else { return };
        let properties = match &item.schema_kind {
            SchemaKind::Type(Type::Object(object)) => Some(&object.properties),
            SchemaKind::Any(any) => Some(&any.properties),
            SchemaKind::Type(Type::Array(array)) => {
                if let Some(items) = &array.items {
                    self.collect_media_types(items, &format!("{name}[]"), depth, out);
                }
                None
            }
            SchemaKind::Type(Type::String(_)) => {
                let media_type =
                    self.stated_media_type(item).filter(|_| out.iter().all(|other| other.name != name));
                out.extend(media_type.map(|media_type| FieldEncoding {
                    content_type: Some(media_type),
                    ..FieldEncoding::new(name)
                }));
                None
            }
            _ => None,
        };
        for (key, property) in properties.into_iter().flatten() {
            self.collect_media_types(property, &format!("{name}[{key}]"), depth, out);
        }
        for branch in branches(item) {
            self.collect_media_types::<Schema>(branch, name, depth, out);
        }
    }
}

/// Whether a field is a file or a list of files.
fn is_file_field(ty: &TypeRef) -> bool {
    match ty.split_null().0 {
        TypeRef::List(item) => **item == TypeRef::Binary,
        ty => *ty == TypeRef::Binary,
    }
}

/// Makes the bytes in a type files, and collects the named types in it.
fn set_files(ty: &mut TypeRef, named: &mut Vec<TypeId>) {
    match ty {
        TypeRef::Binary => *ty = TypeRef::File,
        TypeRef::Named(id) => named.push(*id),
        TypeRef::List(inner) | TypeRef::Map(inner) | TypeRef::Nullable(inner) => set_files(inner, named),
        _ => {}
    }
}
