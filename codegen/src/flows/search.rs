//! Searches the model for what an entry of the configuration names.

use crate::config::{dead_entry, invalid_entry};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::ir::{
    Api, BodyEncoding, BodyVariant, Field, Operation, ParameterLocation, Shape, Success, TypeId, TypeRef,
};

/// The search for the parts of an entry of a table.
pub(super) struct Search<'a> {
    pub(super) api: &'a Api,
    /// The name of the table; that of a table within another follows a slash.
    pub(super) table: &'static str,
    /// The index of the entry; `None` if the table is a single one.
    pub(super) index: Option<usize>,
    pub(super) diagnostics: &'a mut Diagnostics,
}

/// The request or the response of an operation.
#[derive(Clone, Copy)]
pub(super) struct FieldSet<'a> {
    pub(super) operation: &'a Operation,
    /// `request`, `response` or `items`, for messages.
    pub(super) word: &'static str,
    pub(super) fields: &'a [Field],
}

impl<'a> Search<'a> {
    /// The table in its brackets.
    fn label(&self) -> String {
        let name = self.table.replace('/', ".");
        if self.index.is_some() { format!("[[{name}]]") } else { format!("[{name}]") }
    }

    /// Reports an error about the operation with this id.
    pub(super) fn reject(&mut self, message: &str, id: &str) {
        let operation = self.api.operations.iter().find(|operation| operation.id == id);
        let help = format!("correct or delete the entry of `{}` in the configuration", self.label());
        let mut error = Diagnostic::error(Code::FLOW, message).help(help);
        if let Some(operation) = operation {
            error = error.at(operation.pointer.as_str());
        }
        self.diagnostics.push(error);
    }

    /// Reports that a key of the entry has a value that is wrong for every document.
    pub(super) fn reject_value(&mut self, key: &str, message: String, help: &str) {
        self.diagnostics.push(invalid_entry(self.pointer(key), message, help));
    }

    /// The JSON Pointer of a key of the entry.
    fn pointer(&self, key: &str) -> String {
        match self.index {
            Some(index) => format!("/{}/{index}/{key}", self.table),
            None => format!("/{}/{key}", self.table),
        }
    }

    /// Reports that the document does not have what a key of the entry names.
    pub(super) fn report_dead(&mut self, key: &str, message: String) {
        let pointer = self.pointer(key);
        let help = format!("correct the name, or delete the entry of `{}`", self.label());
        self.diagnostics.push_misfit(dead_entry(pointer, message).help(help));
    }

    /// The operation with the id that a key of the entry names, and its index.
    pub(super) fn find_operation(&mut self, key: &str, id: &str) -> Option<(usize, &'a Operation)> {
        let mut operations = self.api.operations.iter().enumerate();
        let found = operations.find(|(_, operation)| operation.id == id);
        if found.is_none() {
            self.report_dead(
                key,
                format!("no operation has the id `{id}`, which the table `{}` names", self.label()),
            );
        }
        found
    }

    /// The response of an operation, if it is a JSON object.
    pub(super) fn find_response(&mut self, operation: &'a Operation) -> Option<FieldSet<'a>> {
        let fields = match &operation.success {
            Success::Json(ty) => fields_of(self.api, ty),
            _ => None,
        };
        if fields.is_none() {
            self.reject(&format!("the response of `{}` is not a JSON object", operation.id), &operation.id);
        }
        Some(FieldSet { operation, word: "response", fields: fields? })
    }

    /// The items of an operation that is a list of JSON objects in pages.
    pub(super) fn find_items(&mut self, operation: &'a Operation) -> Option<FieldSet<'a>> {
        let fields = operation.page.as_ref().and_then(|page| fields_of(self.api, &page.item));
        if fields.is_none() {
            let message = format!("the response of `{}` is not a page of JSON objects", operation.id);
            self.reject(&message, &operation.id);
        }
        Some(FieldSet { operation, word: "items", fields: fields? })
    }

    /// The request of an operation, if its body is a JSON object.
    pub(super) fn find_request(&mut self, operation: &'a Operation) -> Option<FieldSet<'a>> {
        let body = operation.body.as_ref();
        let json = body.filter(|body| body.encoding == BodyEncoding::Json && body.whole.is_none());
        let fields = json.and_then(|body| match body.variants.as_slice() {
            [BodyVariant { name, fields, .. }] if name.is_empty() => Some(fields.as_slice()),
            _ => None,
        });
        if fields.is_none() {
            let message = format!("the request body of `{}` is not a single JSON object", operation.id);
            self.reject(&message, &operation.id);
        }
        Some(FieldSet { operation, word: "request", fields: fields? })
    }

    /// The property that a key of the entry names, if `is_kind` accepts its type. `kind` describes such types with an article.
    pub(super) fn find_property(
        &mut self,
        set: FieldSet<'a>,
        (key, name): (&str, &str),
        kind: &str,
        is_kind: impl Fn(&TypeRef) -> bool,
    ) -> Option<&'a Field> {
        let FieldSet { operation, word, fields } = set;
        let message = match fields.iter().find(|field| field.name == name) {
            None => {
                let has = if word == "items" { "have" } else { "has" };
                self.report_dead(key, format!("the {word} of `{}` {has} no property `{name}`", operation.id));
                return None;
            }
            Some(field) if !is_kind(field.ty.split_null().0) => {
                format!("the property `{name}` in the {word} of `{}` is not {kind}", operation.id)
            }
            Some(field) => return Some(field),
        };
        self.reject(&message, &operation.id);
        None
    }

    /// Whether a call needs no parameter. Parameters at `provided` do not count; the flow sets them.
    pub(super) fn check_parameters(
        &mut self,
        operation: &Operation,
        provided: Option<ParameterLocation>,
    ) -> bool {
        let required = operation.parameters.iter().find(|parameter| {
            let field = &parameter.field;
            let is_required = field.required && field.constant.is_none();
            Some(parameter.location) != provided
                && (is_required || parameter.location == ParameterLocation::Path)
        });
        let Some(required) = required else { return true };
        let message = format!(
            "`{}` requires the parameter `{}`, which a flow cannot set",
            operation.id, required.field.name
        );
        self.reject(&message, &operation.id);
        false
    }
}

/// The properties of a type that is an object.
fn fields_of<'a>(api: &'a Api, ty: &TypeRef) -> Option<&'a [Field]> {
    match shape_of(api, ty) {
        Some(Shape::Object(object)) => Some(&object.fields),
        _ => None,
    }
}

/// The shape of a named type, behind aliases.
pub(super) fn shape_of<'a>(api: &'a Api, ty: &TypeRef) -> Option<&'a Shape> {
    Some(&api.get(find_type(api, ty)?).shape)
}

/// The id of a named type, behind aliases.
pub(super) fn find_type(api: &Api, ty: &TypeRef) -> Option<TypeId> {
    let TypeRef::Named(id) = ty else { return None };
    match &api.get(*id).shape {
        Shape::Alias(ty) => find_type(api, ty),
        _ => Some(*id),
    }
}

/// Whether values of a type are strings in JSON.
pub(super) fn is_text(ty: &TypeRef) -> bool {
    matches!(ty, TypeRef::String | TypeRef::Secret | TypeRef::Id(_))
}
