//! A lowered path item and all that belongs to it to the typed form.

use super::schema::schema;
use super::{Leaves, extend, into_list, into_map, into_text, into_texts, is_true};
use crate::document::pointer;
use indexmap::IndexMap;
use openapiv3::{
    CookieStyle, Encoding, Example, Header, HeaderStyle, MediaType, Operation, Parameter, ParameterData,
    ParameterSchemaOrContent, PathItem, PathStyle, QueryStyle, ReferenceOr, RequestBody, Response, Responses,
    Schema, SchemaData, SchemaKind, StatusCode,
};
use serde_json::{Map, Value};

type Object = Map<String, Value>;

pub(super) fn path_item(map: Object, at: &str, leaves: &mut Leaves<'_>) -> PathItem {
    let mut item = PathItem::default();
    for (key, value) in map {
        let at = pointer::join(at, &key);
        let slot = match key.as_str() {
            "get" => &mut item.get,
            "put" => &mut item.put,
            "post" => &mut item.post,
            "delete" => &mut item.delete,
            "options" => &mut item.options,
            "head" => &mut item.head,
            "patch" => &mut item.patch,
            "trace" => &mut item.trace,
            other => {
                match other {
                    "summary" => item.summary = Some(into_text(value)),
                    "description" => item.description = Some(into_text(value)),
                    "servers" => item.servers = leaves.list(value, &at),
                    _ => extend(&mut item.extensions, key, value),
                }
                continue;
            }
        };
        *slot = Some(operation(into_map(value), &at, leaves));
    }
    item
}

fn operation(map: Object, at: &str, leaves: &mut Leaves<'_>) -> Operation {
    let mut operation = Operation::default();
    for (key, value) in map {
        let at = pointer::join(at, &key);
        match key.as_str() {
            "tags" => operation.tags = into_texts(value),
            "summary" => operation.summary = Some(into_text(value)),
            "description" => operation.description = Some(into_text(value)),
            "externalDocs" => operation.external_docs = leaves.read(value, &at),
            "operationId" => operation.operation_id = Some(into_text(value)),
            "parameters" => {
                let list = into_list(value).into_iter();
                operation.parameters = list.map(|p| ReferenceOr::Item(parameter(into_map(p)))).collect();
            }
            "requestBody" => {
                operation.request_body = Some(ReferenceOr::Item(request_body(into_map(value))));
            }
            "responses" => operation.responses = responses(into_map(value)),
            "deprecated" => operation.deprecated = is_true(&value),
            "security" => operation.security = Some(leaves.list(value, &at)),
            "servers" => operation.servers = leaves.list(value, &at),
            _ => extend(&mut operation.extensions, key, value),
        }
    }
    operation
}

fn parameter(mut map: Object) -> Parameter {
    let mut text = |key: &str| map.get_mut(key).map(Value::take).map(into_text);
    let (place, style) = (text("in").unwrap_or_default(), text("style").unwrap_or_default());
    let flag = |key: &str| map.get(key).and_then(Value::as_bool);
    let (reserved, empty) = (flag("allowReserved"), flag("allowEmptyValue"));
    let parameter_data = parameter_data(map);
    match place.as_str() {
        "header" => Parameter::Header { parameter_data, style: HeaderStyle::Simple },
        "path" => Parameter::Path {
            parameter_data,
            style: match style.as_str() {
                "label" => PathStyle::Label,
                "matrix" => PathStyle::Matrix,
                _ => PathStyle::Simple,
            },
        },
        "cookie" => Parameter::Cookie { parameter_data, style: CookieStyle::Form },
        _ => Parameter::Query {
            parameter_data,
            allow_reserved: reserved.unwrap_or_default(),
            style: query_style(&style).unwrap_or_default(),
            allow_empty_value: empty,
        },
    }
}

fn query_style(style: &str) -> Option<QueryStyle> {
    match style {
        "form" => Some(QueryStyle::Form),
        "spaceDelimited" => Some(QueryStyle::SpaceDelimited),
        "pipeDelimited" => Some(QueryStyle::PipeDelimited),
        "deepObject" => Some(QueryStyle::DeepObject),
        _ => None,
    }
}

fn parameter_data(map: Object) -> ParameterData {
    let mut data = ParameterData {
        name: String::new(),
        description: None,
        required: false,
        deprecated: None,
        format: any_schema(),
        example: None,
        examples: IndexMap::new(),
        explode: None,
        extensions: IndexMap::new(),
    };
    for (key, value) in map {
        match key.as_str() {
            "name" => data.name = into_text(value),
            "description" => data.description = Some(into_text(value)),
            "required" => data.required = is_true(&value),
            "deprecated" => data.deprecated = value.as_bool(),
            "schema" => data.format = ParameterSchemaOrContent::Schema(schema(value)),
            "content" => data.format = ParameterSchemaOrContent::Content(content(value)),
            "example" => data.example = Some(value),
            "examples" => data.examples = examples(value),
            "explode" => data.explode = value.as_bool(),
            _ => extend(&mut data.extensions, key, value),
        }
    }
    data
}

/// What a parameter has until its schema is read; the walk gave one to each that had none.
fn any_schema() -> ParameterSchemaOrContent {
    ParameterSchemaOrContent::Schema(ReferenceOr::Item(Schema {
        schema_data: SchemaData::default(),
        schema_kind: SchemaKind::Any(openapiv3::AnySchema::default()),
    }))
}

fn request_body(map: Object) -> RequestBody {
    let mut body = RequestBody::default();
    for (key, value) in map {
        match key.as_str() {
            "description" => body.description = Some(into_text(value)),
            "content" => body.content = content(value),
            "required" => body.required = is_true(&value),
            _ => extend(&mut body.extensions, key, value),
        }
    }
    body
}

fn responses(map: Object) -> Responses {
    let mut responses = Responses::default();
    for (key, value) in map {
        if key.starts_with("x-") {
            responses.extensions.insert(key, value);
            continue;
        }
        let response = ReferenceOr::Item(response(into_map(value)));
        match status(&key) {
            Some(status) => {
                responses.responses.insert(status, response);
            }
            None => responses.default = Some(response),
        }
    }
    responses
}

/// The status of a key that the walk has checked; none for `default`.
fn status(key: &str) -> Option<StatusCode> {
    if let Ok(code) = key.parse() {
        return Some(StatusCode::Code(code));
    }
    let first = key.chars().next()?.to_digit(10)?;
    u16::try_from(first).ok().map(StatusCode::Range)
}

fn response(map: Object) -> Response {
    let mut response = Response::default();
    for (key, value) in map {
        match key.as_str() {
            "description" => response.description = into_text(value),
            "headers" => response.headers = headers(value),
            "content" => response.content = content(value),
            _ => extend(&mut response.extensions, key, value),
        }
    }
    response
}

fn headers(value: Value) -> IndexMap<String, ReferenceOr<Header>> {
    let headers = into_map(value).into_iter();
    headers.map(|(name, value)| (name, ReferenceOr::Item(header(into_map(value))))).collect()
}

fn header(map: Object) -> Header {
    let data = parameter_data(map);
    Header {
        description: data.description,
        style: HeaderStyle::Simple,
        required: data.required,
        deprecated: data.deprecated,
        format: data.format,
        example: data.example,
        examples: data.examples,
        extensions: data.extensions,
    }
}

fn content(value: Value) -> IndexMap<String, MediaType> {
    let content = into_map(value).into_iter();
    content.map(|(name, value)| (name, media_type(into_map(value)))).collect()
}

fn media_type(map: Object) -> MediaType {
    let mut media_type = MediaType::default();
    for (key, value) in map {
        match key.as_str() {
            "schema" => media_type.schema = Some(schema(value)),
            "example" => media_type.example = Some(value),
            "examples" => media_type.examples = examples(value),
            "encoding" => {
                let parts = into_map(value).into_iter();
                media_type.encoding = parts.map(|(name, value)| (name, encoding(into_map(value)))).collect();
            }
            _ => extend(&mut media_type.extensions, key, value),
        }
    }
    media_type
}

fn encoding(map: Object) -> Encoding {
    let mut encoding = Encoding::default();
    for (key, value) in map {
        match key.as_str() {
            "contentType" => encoding.content_type = Some(into_text(value)),
            "headers" => encoding.headers = headers(value),
            "style" => encoding.style = value.as_str().and_then(query_style),
            "explode" => encoding.explode = is_true(&value),
            "allowReserved" => encoding.allow_reserved = is_true(&value),
            _ => extend(&mut encoding.extensions, key, value),
        }
    }
    encoding
}

fn examples(value: Value) -> IndexMap<String, ReferenceOr<Example>> {
    let examples = into_map(value).into_iter();
    examples.map(|(name, value)| (name, ReferenceOr::Item(example(into_map(value))))).collect()
}

fn example(map: Object) -> Example {
    let mut example = Example::default();
    for (key, value) in map {
        match key.as_str() {
            "summary" => example.summary = Some(into_text(value)),
            "description" => example.description = Some(into_text(value)),
            "value" => example.value = Some(value),
            "externalValue" => example.external_value = Some(into_text(value)),
            _ => extend(&mut example.extensions, key, value),
        }
    }
    example
}
