//! The flows of the configuration, found in the model: which operations and members they are made of, or what does not
//! fit. Knows no Rust names.

#[cfg(test)]
mod tests;
mod token_source;
mod upload;

use crate::config::Config;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::ir::{Api, BodyEncoding, BodyVariant, Field, Location, Operation, Shape, Success, TypeRef};

/// All flows.
#[derive(Debug, Default)]
pub struct Flows {
    /// Uploads, in the order of the configuration.
    pub uploads: Vec<Upload>,
    /// Sources of tokens, in the order of the configuration.
    pub sources: Vec<TokenSource>,
}

/// An upload.
#[derive(Debug)]
pub struct Upload {
    /// Its place in [`Config::uploads`].
    pub config: usize,
    /// The place of the call that makes the record in [`Api::operations`].
    pub create: usize,
    /// The place of the call that gives the record.
    pub retrieve: usize,
}

/// A source of tokens.
#[derive(Debug)]
pub struct TokenSource {
    /// Its place in [`Config::token_sources`].
    pub config: usize,
    /// The place of the call that mints in [`Api::operations`].
    pub create: usize,
}

/// Finds the flows; each thing that does not fit is an error.
pub fn find(api: &Api, config: &Config, diagnostics: &mut Diagnostics) -> Flows {
    let mut uploads: Vec<Upload> = Vec::new();
    for (index, own) in config.uploads.iter().enumerate() {
        let mut search = Search { api, table: "uploads", diagnostics };
        let Some(upload) = upload::find(&mut search, index, own) else { continue };
        let same = |other: &Upload| tag(api, other.create) == tag(api, upload.create);
        if uploads.iter().any(same) {
            search.error("a tag can have one upload only, and this is the second", &own.create);
        }
        uploads.push(upload);
    }
    let mut sources: Vec<TokenSource> = Vec::new();
    for (index, own) in config.token_sources.iter().enumerate() {
        let mut search = Search { api, table: "token-sources", diagnostics };
        let Some(source) = token_source::find(&mut search, index, own) else { continue };
        let same = |other: &TokenSource| tag(api, other.create) == tag(api, source.create);
        if sources.iter().any(same) {
            search.error("a tag can have one source of tokens only, and this is the second", &own.create);
        }
        sources.push(source);
    }
    Flows { uploads, sources }
}

fn tag(api: &Api, operation: usize) -> Option<usize> {
    api.operations.get(operation).map(|operation| operation.tag)
}

/// A look for the parts of one entry of a table.
struct Search<'a> {
    api: &'a Api,
    table: &'static str,
    diagnostics: &'a mut Diagnostics,
}

impl<'a> Search<'a> {
    /// An error about an operation that is there.
    fn error(&mut self, message: &str, id: &str) {
        let place = self.api.operations.iter().find(|operation| operation.id == id);
        let mut error = Diagnostic::error("flow", message.to_owned())
            .help(format!("correct, or leave out, the entry of `[[{}]]` in the configuration", self.table));
        if let Some(operation) = place {
            error = error.at(operation.pointer.as_str());
        }
        self.diagnostics.push(error);
    }

    /// The operation with this id.
    fn operation(&mut self, id: &str) -> Option<(usize, &'a Operation)> {
        let found = self.api.operations.iter().enumerate().find(|(_, operation)| operation.id == id);
        if found.is_none() {
            self.error(
                &format!("no operation has the id `{id}`, which the table `[[{}]]` names", self.table),
                id,
            );
        }
        found
    }

    /// The members of an answer.
    fn answer(&mut self, operation: &Operation) -> Option<&'a [Field]> {
        let fields = match &operation.success {
            Success::Json(ty) => members(self.api, ty),
            _ => None,
        };
        if fields.is_none() {
            self.error(&format!("`{}` answers with no JSON object", operation.id), &operation.id);
        }
        fields
    }

    /// The members of a request whose body is one JSON object.
    fn request(&mut self, operation: &'a Operation) -> Option<&'a [Field]> {
        let body = operation.body.as_ref();
        let json = body.filter(|body| body.encoding == BodyEncoding::Json && body.whole.is_none());
        let fields = json.and_then(|body| match body.variants.as_slice() {
            [BodyVariant { name, fields, .. }] if name.is_empty() => Some(fields.as_slice()),
            _ => None,
        });
        if fields.is_none() {
            self.error(&format!("the body of `{}` is not one JSON object", operation.id), &operation.id);
        }
        fields
    }

    /// A member that is there and of a kind that fits.
    fn member(
        &mut self,
        fields: &'a [Field],
        name: &str,
        (operation, place): (&Operation, &str),
        (kind, fits): (&str, impl Fn(&TypeRef) -> bool),
    ) -> Option<&'a Field> {
        let found = fields.iter().find(|field| field.name == name);
        let message = match found {
            None => format!("the {place} of `{}` has no member `{name}`", operation.id),
            Some(field) if !fits(field.ty.split_null().0) => {
                format!("the member `{name}` in the {place} of `{}` is no {kind}", operation.id)
            }
            Some(field) => return Some(field),
        };
        self.error(&message, &operation.id);
        None
    }

    /// Whether nothing but members of the body has to be set: what has to be is an error.
    fn needs_nothing_else(&mut self, operation: &Operation, but: Option<Location>) -> bool {
        let mut others = operation.parameters.iter().filter(|parameter| {
            let needed = parameter.field.required && parameter.field.constant.is_none();
            Some(parameter.location) != but && (needed || parameter.location == Location::Path)
        });
        let Some(other) = others.next() else { return true };
        let message =
            format!("`{}` needs the parameter `{}`, which no flow can give", operation.id, other.field.name);
        self.error(&message, &operation.id);
        false
    }
}

/// The members of a type, if it is an object.
fn members<'a>(api: &'a Api, ty: &TypeRef) -> Option<&'a [Field]> {
    match shape(api, ty) {
        Some(Shape::Object(object)) => Some(&object.fields),
        _ => None,
    }
}

/// The shape behind a type, through aliases.
fn shape<'a>(api: &'a Api, ty: &TypeRef) -> Option<&'a Shape> {
    let TypeRef::Named(id) = ty else { return None };
    match &api.get(*id).shape {
        Shape::Alias(ty) => shape(api, ty),
        other => Some(other),
    }
}

/// Whether a type is text as it goes over the wire.
fn is_text(ty: &TypeRef) -> bool {
    matches!(ty, TypeRef::String | TypeRef::Secret | TypeRef::Id(_))
}
