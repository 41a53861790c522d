//! Finds the places of the model that have a type, and those of them that have none.

use std::collections::BTreeSet;

use crate::document::pointer;
use crate::ir::{AlternativeBody, Api, Body, Field, Operation, Shape, Success, TypeRef};

/// A place whose values are any JSON.
pub(super) struct Place<'a> {
    /// Where its schema is in the lowered document.
    pub(super) pointer: String,
    pub(super) ty: &'a TypeRef,
}

/// The number of places with a type, and those without one. A place that several operations share counts once.
pub(super) fn find_places(api: &Api) -> (usize, Vec<Place<'_>>) {
    let mut found = Found::default();
    for def in &api.types {
        match &def.shape {
            Shape::Object(object) => object.fields.iter().for_each(|field| found.add_field(field)),
            Shape::Union(union) => {
                union.variants.iter().for_each(|variant| found.add(&variant.pointer, &variant.ty));
            }
            Shape::Alias(ty) => def.pointers.first().into_iter().for_each(|pointer| found.add(pointer, ty)),
            _ => {}
        }
    }
    for operation in &api.operations {
        found.add_operation(operation);
    }
    for webhook in &api.webhooks {
        if let Some(ty) = &webhook.payload {
            found.add(&format!("{}/requestBody", webhook.pointer), ty);
        }
    }
    (found.pointers.len(), found.untyped)
}

#[derive(Default)]
struct Found<'a> {
    pointers: BTreeSet<String>,
    untyped: Vec<Place<'a>>,
}

impl<'a> Found<'a> {
    fn add(&mut self, pointer: &str, ty: &'a TypeRef) {
        let is_untyped = matches!(ty.innermost(), TypeRef::Json | TypeRef::JsonObject);
        if self.pointers.insert(pointer.to_owned()) && is_untyped {
            self.untyped.push(Place { pointer: pointer.to_owned(), ty });
        }
    }

    fn add_field(&mut self, field: &'a Field) {
        self.add(&field.pointer, &field.ty);
    }

    fn add_operation(&mut self, operation: &'a Operation) {
        operation.parameters.iter().for_each(|parameter| self.add_field(&parameter.field));
        if let Some(Body { variants, whole, alternatives, .. }) = &operation.body {
            variants.iter().flat_map(|variant| &variant.fields).for_each(|field| self.add_field(field));
            if let Some(ty) = whole {
                self.add(&format!("{}/requestBody", operation.pointer), ty);
            }
            for AlternativeBody { media_type, body } in alternatives {
                let content =
                    pointer::join(&format!("{}/requestBody/content", operation.pointer), media_type);
                body.whole.iter().for_each(|ty| self.add(&format!("{content}/schema"), ty));
            }
        }
        if let Success::Json(ty) | Success::ByStatus(ty) = operation.success.value() {
            self.add(&format!("{}/responses/{}", operation.pointer, operation.mocked.status), ty);
        }
        for (status, ty) in &operation.errors {
            self.add(&format!("{}/responses/{status}", operation.pointer), ty);
        }
    }
}
