//! Encodes arguments as the generated client does.

use std::collections::BTreeMap;

use openapi_client_description::{
    BodyContent, Description, Encoding, JsonValue, Location, Parameter, Style, Type, TypeDefinition,
};
use openapi_client_runtime::{
    __private::{self as rt, Core},
    FilePart, TypedBody,
    json::Encode,
};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use super::{
    operation::{cookie_style, leak, path_style, query_style, runtime_operation},
    operation_call::{Call, FileContent},
};
use crate::error::{CliError, Exit};

/// The state of a request whose fields are not tracked.
pub(super) type Request = rt::Builder<()>;

impl Call {
    /// The request as the generated client would make it.
    pub(super) fn build(&self, core: &Core) -> Result<Request, CliError> {
        let mut request = Request::new(core, &runtime_operation(self.loaded)?.operation);
        for parameter in self.loaded.operation.parameters.iter() {
            let required = parameter.field.is_required();
            let constant = parameter.field.constant.as_ref().filter(|_| required);
            if let Some(value) = self.arguments.get(parameter.request_name()).or(constant) {
                request = self.set_parameter(request, parameter, value);
            }
        }
        self.set_body(request)
    }

    fn set_parameter(&self, request: Request, parameter: Parameter<'static>, value: &JsonValue) -> Request {
        let (name, field, style) = (parameter.name, parameter.field, parameter.style());
        let encoded = Encoded {
            is_structured: is_structured(&self.loaded.description, field.ty()),
            is_json: style == Style::Json && !field.is_whole_query && parameter.location != Location::Query,
            value,
        };
        let query = query_style(style, field.is_whole_query);
        match parameter.location {
            Location::Path => request.path_styled(name, path_style(style), encoded),
            Location::Query if field.allow_reserved => request.query_reserved(name, query, encoded),
            Location::Query => request.query_styled(name, query, encoded),
            Location::Header if style == Style::SimpleExploded => request.header_exploded(name, encoded),
            Location::Header => request.header(name, encoded),
            Location::Cookie => {
                request.cookie_styled(name, cookie_style(style, field.allow_reserved), encoded)
            }
        }
    }

    fn set_body(&self, request: Request) -> Result<Request, CliError> {
        let Some(body) = &self.loaded.operation.body else { return Ok(request) };
        if let Some(raw) = &self.raw_body {
            return Ok(match raw.media_type.as_deref() {
                Some(media_type) => {
                    request.typed_body(TypedBody::from((media_type.to_owned(), raw.content.clone())))
                }
                None => request.raw_body(raw.content.clone()),
            });
        }
        let Some(value) = self.body_value() else { return Ok(request) };
        let has_files = matches!(body.encoding, Encoding::Multipart | Encoding::JsonOrMultipart);
        let is_whole = matches!(body.content, BodyContent::Value(_));
        match value {
            JsonValue::Object(fields) if !is_whole => {
                let set = |request, (name, value): (String, JsonValue)| {
                    self.set_field(request, &name, &value, has_files)
                };
                Ok(fields.into_iter().fold(request, set))
            }
            JsonValue::Object(fields) if has_files && !fields.is_empty() && self.are_all_files(&fields) => {
                let files =
                    fields.iter().filter_map(|(name, _)| Some((name.clone(), self.files.get(name)?.part())));
                Ok(request.named_files(files.collect::<Vec<_>>()))
            }
            value if has_files => Ok(request.whole_body_with_files(self.with_files(&value, ""))),
            _ if !self.files.is_empty() => Err(no_files()),
            value => Ok(request.whole_body(self.with_files(&value, ""))),
        }
    }

    fn are_all_files(&self, fields: &[(String, JsonValue)]) -> bool {
        fields.iter().all(|(name, _)| self.files.contains_key(name))
    }

    fn set_field(&self, request: Request, name: &str, value: &JsonValue, has_files: bool) -> Request {
        let key = self.field_name(name);
        if !has_files {
            return request.body(key, self.with_files(value, name));
        }
        if let Some(file) = self.files.get(name) {
            return request.file(key, file.part());
        }
        let items: Option<Vec<FilePart>> = match value {
            JsonValue::List(items) if !items.is_empty() => {
                let part = |index| self.files.get(&format!("{name}[{index}]")).map(FileContent::part);
                (0..items.len()).map(part).collect()
            }
            _ => None,
        };
        match items {
            Some(files) => request.files(key, files),
            None => request.body_with_files(key, self.with_files(value, name)),
        }
    }

    /// The name of a field of the body, which the description has unless the body can have any.
    fn field_name(&self, name: &str) -> &'static str {
        let variants = match self.loaded.operation.body.as_ref().map(|body| &body.content) {
            Some(BodyContent::Variants(variants)) => variants.as_slice(),
            _ => &[],
        };
        let mut known = variants.iter().filter_map(|variant| variant.object.fields.get_key_value(name));
        known.next().map_or_else(|| leak(name), |(name, _)| name)
    }

    fn with_files<'a>(&'a self, value: &'a JsonValue, path: &'a str) -> ValueWithFiles<'a> {
        ValueWithFiles { value, path: path.to_owned(), files: &self.files }
    }
}

fn no_files() -> CliError {
    CliError::new(Exit::Usage, "this operation takes no files in its body")
}

impl FileContent {
    fn part(&self) -> FilePart {
        let part = FilePart::new(self.content.clone());
        match &self.name {
            Some(name) => part.file_name(name.clone()),
            None => part,
        }
    }
}

/// Whether the value of a parameter is an object or may be one, whose encoding depends on the style.
fn is_structured(description: &Description, ty: &Type) -> bool {
    match description.resolve(ty) {
        Type::Json | Type::JsonObject | Type::Map(_) => true,
        Type::List(inner) if matches!(**inner, Type::List(_) | Type::Nullable(_)) => true,
        Type::List(inner) => is_structured(description, inner),
        Type::Named(_) => {
            matches!(description.definition(ty), Some(TypeDefinition::Object(_) | TypeDefinition::Union(_)))
        }
        _ => false,
    }
}

/// The value of a parameter.
struct Encoded<'a> {
    is_structured: bool,
    /// Whether it is JSON text in the place of a text.
    is_json: bool,
    value: &'a JsonValue,
}

impl rt::ToParameter for Encoded<'_> {
    fn to_parameter(&self) -> rt::Parameter<'_> {
        match self.value {
            value if self.is_json => rt::Parameter::Scalar(value.to_string().into()),
            JsonValue::Null if !self.is_structured => rt::Parameter::List(Vec::new()),
            JsonValue::String(text) if !self.is_structured => rt::Parameter::Scalar(text.into()),
            JsonValue::Number(text) if !self.is_structured => rt::Parameter::Scalar(text.into()),
            JsonValue::List(items) if !self.is_structured && items.iter().all(is_scalar) => {
                rt::Parameter::List(items.iter().map(|item| item.to_text().into()).collect())
            }
            value => rt::Parameter::Json(value.to_string()),
        }
    }
}

fn is_scalar(value: &JsonValue) -> bool {
    !matches!(value, JsonValue::List(_) | JsonValue::Object(_) | JsonValue::Null)
}

/// A value of which some texts stand for files.
struct ValueWithFiles<'a> {
    value: &'a JsonValue,
    path: String,
    files: &'a BTreeMap<String, FileContent>,
}

impl Encode for ValueWithFiles<'_> {
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize(serializer)
    }
}

impl Serialize for ValueWithFiles<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.files.is_empty() {
            return self.value.serialize(serializer);
        }
        if let Some(file) = self.files.get(&self.path) {
            return file.part().encode(serializer);
        }
        let inner = |value, path| ValueWithFiles { value, path, files: self.files };
        match self.value {
            JsonValue::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for (index, item) in items.iter().enumerate() {
                    list.serialize_element(&inner(item, format!("{}[{index}]", self.path)))?;
                }
                list.end()
            }
            JsonValue::Object(properties) => {
                let mut map = serializer.serialize_map(Some(properties.len()))?;
                for (name, value) in properties {
                    let path = openapi_client_description::check::join_path(&self.path, name);
                    map.serialize_entry(name, &inner(value, path))?;
                }
                map.end()
            }
            value => value.serialize(serializer),
        }
    }
}
