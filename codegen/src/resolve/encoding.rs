//! Resolves `encoding`: how single fields of a form are encoded. What each key of an Encoding Object does:
//!
//! | key | URL-encoded form | multipart form |
//! |---|---|---|
//! | `style`, `explode` | as for query parameters | the same, but `form` with `explode` is the default of multipart |
//! | `contentType` | JSON: the field is JSON text; ignored beside `style` | the media type of the part; ignored beside a style |
//! | `headers` | message: there are no parts | sent if the document states the value; message otherwise |
//! | `allowReserved` | reserved characters are not encoded | message: nothing is encoded |
//!
//! Without an entry, scalars are text. In a URL-encoded form, a list repeats the name, and the keys of an object follow the name in
//! brackets. In a multipart form, each item of a list is a part, objects are JSON, and files are `application/octet-stream`. An
//! object with files in it is no JSON: each of its values is a part, with its key in brackets after the name.

use openapiv3::{Encoding, Header, MediaType, ParameterSchemaOrContent, QueryStyle, ReferenceOr, Schema};
use serde_json::Value;

use super::Resolver;
use super::constraints::only_value;
use super::media_type::{Family, essence, family};
use super::parts::MAX_DEPTH;
use crate::diagnostic::Code;
use crate::document::pointer;
use crate::ir::{BodyVariant, FieldEncoding, Shape, Style, TypeRef};

/// What the value of a field is, as far as its encoding depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ValueKind {
    File,
    Scalar,
    ListOfScalars,
    /// An object, any JSON, or a list of these.
    Structure,
}

/// The form whose fields are encoded.
pub(super) struct Form<'f> {
    pub(super) is_multipart: bool,
    pub(super) variants: &'f [BodyVariant],
    /// The type of a form without named fields.
    pub(super) whole: Option<&'f TypeRef>,
    /// The pointer of the media type.
    pub(super) pointer: &'f str,
}

const HELP: &str = "remove it with an action in the overlay, or describe the field so that it applies";

impl<'a> Resolver<'a> {
    /// The fields of a form that are not encoded in the default way.
    pub(super) fn resolve_encodings(&mut self, media: &'a MediaType, form: &Form<'_>) -> Vec<FieldEncoding> {
        let mut encodings: Vec<FieldEncoding> = Vec::new();
        for (name, encoding) in &media.encoding {
            let at = pointer::join(&format!("{}/encoding", form.pointer), name);
            let ty = self.type_of_field(name, form);
            let Some(ty) = ty else {
                self.warn_encoding(&at, format!("`encoding` names `{name}`, which the form does not have"));
                continue;
            };
            if form.is_multipart && self.has_nested_files(&ty) {
                // The keys are in brackets in any case.
                if *encoding != (Encoding { style: Some(QueryStyle::DeepObject), ..Encoding::default() }) {
                    self.warn_nested_encoding(name, &at);
                }
                continue;
            }
            let kind = self.value_kind(&ty, form.is_multipart, MAX_DEPTH);
            let mut field = FieldEncoding {
                name: name.clone(),
                style: self.field_style(encoding, &ty, kind, form.is_multipart),
                allow_reserved: encoding.allow_reserved && !form.is_multipart,
                content_type: None,
                headers: self.part_headers(encoding, form.is_multipart, &at),
            };
            if encoding.allow_reserved && form.is_multipart {
                let message =
                    "`allowReserved` has no effect: the parts of a multipart form are not percent-encoded";
                self.warn_encoding(&format!("{at}/allowReserved"), message);
            }
            match &encoding.content_type {
                Some(_) if field.style.is_some() || (encoding.style.is_some() && !form.is_multipart) => {
                    self.warn_encoding(
                        &format!("{at}/contentType"),
                        "`contentType` is ignored beside `style`",
                    );
                }
                Some(content_type) => {
                    let at = format!("{at}/contentType");
                    self.apply_content_type(&mut field, content_type, kind, form.is_multipart, &at);
                    if form.is_multipart && field.content_type.is_none() && !self.may_be_list(&ty) {
                        // An object is JSON in any case.
                        field.style = None;
                    }
                }
                None => {}
            }
            encodings.push(field);
        }
        if form.is_multipart {
            self.add_media_types_of_schemas(media, form, &mut encodings);
            self.add_nested_media_types(media, form, &mut encodings);
            self.warn_unnamed_files(form.whole, form.pointer);
        }
        encodings.retain(|field| *field != FieldEncoding::new(&field.name));
        encodings
    }

    /// The type of a field, which is any JSON if the form may have fields that it does not name.
    fn type_of_field(&self, name: &str, form: &Form<'_>) -> Option<TypeRef> {
        let mut fields = form.variants.iter().flat_map(|variant| &variant.fields);
        let named = fields.find(|field| field.name == name).map(|field| field.ty.clone());
        let is_open = form.variants.iter().any(|variant| variant.open);
        named.or_else(|| match form.whole {
            Some(TypeRef::Map(item)) => Some((**item).clone()),
            Some(_) => Some(TypeRef::Json),
            None => is_open.then_some(TypeRef::Json),
        })
    }

    fn value_kind(&self, ty: &TypeRef, is_multipart: bool, depth: usize) -> ValueKind {
        // A list may hold itself; its values are no scalars then.
        let Some(depth) = depth.checked_sub(1) else { return ValueKind::Structure };
        match ty.split_null().0 {
            TypeRef::Binary if is_multipart => ValueKind::File,
            TypeRef::List(item) => match self.value_kind(item, is_multipart, depth) {
                ValueKind::File => ValueKind::File,
                ValueKind::Scalar => ValueKind::ListOfScalars,
                ValueKind::ListOfScalars | ValueKind::Structure => ValueKind::Structure,
            },
            TypeRef::Named(id) => match &self.api.get(*id).shape {
                Shape::Alias(ty) => self.value_kind(ty, is_multipart, depth),
                Shape::OpenEnum(_) => ValueKind::Scalar,
                Shape::Object(_) | Shape::Union(_) | Shape::Pending => ValueKind::Structure,
            },
            TypeRef::Json | TypeRef::JsonObject | TypeRef::SecretObject | TypeRef::Map(_) => {
                ValueKind::Structure
            }
            _ => ValueKind::Scalar,
        }
    }

    /// Whether a value of a type can be a list.
    fn may_be_list(&self, ty: &TypeRef) -> bool {
        match ty.split_null().0 {
            TypeRef::List(_) | TypeRef::Json => true,
            TypeRef::Named(id) => match &self.api.get(*id).shape {
                Shape::Alias(ty) => self.may_be_list(ty),
                Shape::Union(union) => union.variants.iter().any(|variant| self.may_be_list(&variant.ty)),
                Shape::Object(_) | Shape::OpenEnum(_) => false,
                Shape::Pending => true,
            },
            _ => false,
        }
    }

    /// The style of a field, where it is not the default.
    fn field_style(
        &self,
        encoding: &Encoding,
        ty: &TypeRef,
        kind: ValueKind,
        is_multipart: bool,
    ) -> Option<Style> {
        let stated = encoding.extensions.get("x-codegen-explode").and_then(Value::as_bool);
        if (encoding.style.is_none() && stated.is_none())
            || matches!(kind, ValueKind::Scalar | ValueKind::File)
        {
            return None;
        }
        let style = encoding.style.clone().unwrap_or_default();
        let explode = stated.unwrap_or(style == QueryStyle::Form);
        match (style, explode) {
            // The keys of an object are in brackets in any case.
            (QueryStyle::DeepObject, _) if !is_multipart && !self.may_be_list(ty) => None,
            (QueryStyle::DeepObject, _) => Some(Style::DeepObject),
            (_, true) if is_multipart || kind == ValueKind::ListOfScalars => None,
            (_, true) => Some(Style::FormExplode),
            (QueryStyle::Form, false) => Some(Style::Form),
            (QueryStyle::SpaceDelimited, false) => Some(Style::SpaceDelimited),
            (QueryStyle::PipeDelimited, false) => Some(Style::PipeDelimited),
        }
    }

    fn apply_content_type(
        &mut self,
        field: &mut FieldEncoding,
        content_type: &str,
        kind: ValueKind,
        is_multipart: bool,
        at: &str,
    ) {
        let mut allowed = content_type.split(',').map(str::trim).filter(|name| !name.is_empty());
        let Some(first) = allowed.clone().find(|name| !name.contains('*')) else {
            if kind == ValueKind::File && allowed.next().is_some() {
                let message = format!(
                    "`{content_type}` is a range, and the document names no media type to send by default"
                );
                let help = "callers set the type of a file with `FilePart::content_type`; name one to make it the default";
                self.warn(Code::FIELD_ENCODING, message, at, help);
            } else if kind != ValueKind::Scalar || is_multipart {
                self.warn_encoding(at, format!("`{content_type}` is not a media type that can be sent"));
            }
            return;
        };
        if first.bytes().any(|byte| !(b' '..=b'~').contains(&byte)) {
            self.warn_encoding(at, format!("`{content_type}` is not a media type"));
            return;
        }
        match kind {
            ValueKind::File => {
                field.content_type = Some(first.to_owned()).filter(|name| name != "application/octet-stream");
            }
            ValueKind::Structure | ValueKind::ListOfScalars if family(first) == Family::Json => {
                field.style = Some(Style::Json);
                let differs = is_multipart && essence(first) != "application/json";
                field.content_type = differs.then(|| first.to_owned());
            }
            ValueKind::Structure => {
                self.warn_encoding(
                    at,
                    format!("the client cannot encode an object as `{first}`; it sends JSON"),
                );
                field.style = (!is_multipart).then_some(Style::Json);
            }
            // A text has its media type already: one that is JSON is not quoted a second time.
            ValueKind::Scalar | ValueKind::ListOfScalars => {
                field.content_type = is_multipart.then(|| first.to_owned());
            }
        }
    }

    /// The headers of a part whose values the document states.
    fn part_headers(&mut self, encoding: &Encoding, is_multipart: bool, at: &str) -> Vec<(String, String)> {
        let mut headers = Vec::new();
        for (name, header) in &encoding.headers {
            let at = pointer::join(&format!("{at}/headers"), name);
            let described = ["Content-Type", "Content-Disposition"];
            let value = header.as_item().and_then(header_value);
            if !is_multipart {
                self.warn_encoding(&at, "`headers` have no effect: the fields of this form are not parts");
            } else if described.iter().any(|other| other.eq_ignore_ascii_case(name)) {
                self.warn_encoding(&at, format!("`{name}` is ignored: the client sets this header itself"));
            } else if let Some(value) = value.filter(|value| is_header(name, value)) {
                headers.push((name.clone(), value));
            } else {
                self.warn(
                    Code::FIELD_ENCODING,
                    format!(
                        "the header `{name}` of the part is not sent: the document does not state a value that a header can have"
                    ),
                    &at,
                    "state it by `const` or `default`, with an action in the overlay; callers set that of a file with `FilePart::header`",
                );
            }
        }
        headers
    }

    /// Adds the media types that `contentMediaType` of 3.1 states, to fields whose `encoding` does not name one.
    fn add_media_types_of_schemas(
        &self,
        media: &'a MediaType,
        form: &Form<'_>,
        encodings: &mut Vec<FieldEncoding>,
    ) {
        let Some(schema) = &media.schema else { return };
        for field in form.variants.iter().flat_map(|variant| &variant.fields) {
            let has_own = media.encoding.get(&field.name).is_some_and(|other| other.content_type.is_some());
            let schemas = self.schemas_of_property(schema, &field.name);
            let stated = schemas.into_iter().find_map(|schema| self.content_media_type(schema));
            let is_single = !self.has_nested_files(&field.ty);
            let Some(media_type) = stated.filter(|_| !has_own && is_single) else { continue };
            match encodings.iter_mut().find(|other| other.name == field.name) {
                Some(other) => other.content_type = Some(media_type),
                None => encodings.push(FieldEncoding {
                    content_type: Some(media_type),
                    ..FieldEncoding::new(&field.name)
                }),
            }
        }
    }

    fn warn_encoding(&mut self, at: &str, message: impl Into<String>) {
        self.warn(Code::FIELD_ENCODING, message, at, HELP);
    }
}

impl FieldEncoding {
    /// The default encoding of a field.
    pub(super) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            style: None,
            allow_reserved: false,
            content_type: None,
            headers: Vec::new(),
        }
    }
}

/// The value of a header that its schema states: the only one, or the default.
fn header_value(header: &Header) -> Option<String> {
    let ParameterSchemaOrContent::Schema(ReferenceOr::Item(schema)) = &header.format else { return None };
    let Schema { schema_data, .. } = schema;
    match only_value(schema).or_else(|| schema_data.default.clone())? {
        Value::String(text) => Some(text),
        value @ (Value::Number(_) | Value::Bool(_)) => Some(value.to_string()),
        _ => None,
    }
}

/// Whether a name and a value are a header of a part, so that neither ends its line.
fn is_header(name: &str, value: &str) -> bool {
    is_token(name) && value.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}

/// Whether a text can be the name of a header (RFC 9110, section 5.6.2).
pub(super) fn is_token(name: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !name.is_empty() && name.bytes().all(is_allowed)
}
