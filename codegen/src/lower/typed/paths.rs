//! Converts a lowered path item and everything in it.

use super::schema::convert_schema;
use super::{LeafReader, add_extension, into_list, into_map, into_text, into_texts, is_true};
use crate::document::pointer;
use indexmap::IndexMap;
use openapiv3::{
    CookieStyle, Encoding, Example, Header, HeaderStyle, MediaType, Operation, Parameter, ParameterData,
    ParameterSchemaOrContent, PathItem, PathStyle, QueryStyle, ReferenceOr, RequestBody, Response, Responses,
    Schema, SchemaData, SchemaKind, StatusCode,
};
use serde_json::{Map, Value};

type JsonObject = Map<String, Value>;

pub(super) fn convert_path_item(map: JsonObject, at: &str, reader: &mut LeafReader<'_>) -> PathItem {
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
                    "servers" => item.servers = reader.deserialize_list(value, &at),
                    _ => add_extension(&mut item.extensions, key, value),
                }
                continue;
            }
        };
        *slot = Some(convert_operation(into_map(value), &at, reader));
    }
    item
}

fn convert_operation(map: JsonObject, at: &str, reader: &mut LeafReader<'_>) -> Operation {
    let mut operation = Operation::default();
    for (key, value) in map {
        let at = pointer::join(at, &key);
        match key.as_str() {
            "tags" => operation.tags = into_texts(value),
            "summary" => operation.summary = Some(into_text(value)),
            "description" => operation.description = Some(into_text(value)),
            "externalDocs" => operation.external_docs = reader.deserialize(value, &at),
            "operationId" => operation.operation_id = Some(into_text(value)),
            "parameters" => {
                let list = into_list(value).into_iter();
                operation.parameters =
                    list.map(|p| ReferenceOr::Item(convert_parameter(into_map(p)))).collect();
            }
            "requestBody" => {
                operation.request_body = Some(ReferenceOr::Item(convert_request_body(into_map(value))));
            }
            "responses" => operation.responses = convert_responses(into_map(value)),
            "deprecated" => operation.deprecated = is_true(&value),
            "security" => operation.security = Some(reader.deserialize_list(value, &at)),
            "servers" => operation.servers = reader.deserialize_list(value, &at),
            _ => add_extension(&mut operation.extensions, key, value),
        }
    }
    operation
}

fn convert_parameter(mut map: JsonObject) -> Parameter {
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

fn parameter_data(map: JsonObject) -> ParameterData {
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
            "schema" => data.format = ParameterSchemaOrContent::Schema(convert_schema(value)),
            "content" => data.format = ParameterSchemaOrContent::Content(convert_content(value)),
            "example" => data.example = Some(value),
            "examples" => data.examples = convert_examples(value),
            "explode" => data.explode = value.as_bool(),
            _ => add_extension(&mut data.extensions, key, value),
        }
    }
    data
}

/// The initial value of a parameter's schema. The walk has added a schema to each parameter without one.
fn any_schema() -> ParameterSchemaOrContent {
    ParameterSchemaOrContent::Schema(ReferenceOr::Item(Schema {
        schema_data: SchemaData::default(),
        schema_kind: SchemaKind::Any(openapiv3::AnySchema::default()),
    }))
}

fn convert_request_body(map: JsonObject) -> RequestBody {
    let mut body = RequestBody::default();
    for (key, value) in map {
        match key.as_str() {
            "description" => body.description = Some(into_text(value)),
            "content" => body.content = convert_content(value),
            "required" => body.required = is_true(&value),
            _ => add_extension(&mut body.extensions, key, value),
        }
    }
    body
}

fn convert_responses(map: JsonObject) -> Responses {
    let mut responses = Responses::default();
    for (key, value) in map {
        if key.starts_with("x-") {
            responses.extensions.insert(key, value);
            continue;
        }
        let response = ReferenceOr::Item(convert_response(into_map(value)));
        match parse_status(&key) {
            Some(status) => {
                responses.responses.insert(status, response);
            }
            None => responses.default = Some(response),
        }
    }
    responses
}

/// Parses a status, which the walk has checked. Returns `None` for `default`.
fn parse_status(key: &str) -> Option<StatusCode> {
    if let Ok(code) = key.parse() {
        return Some(StatusCode::Code(code));
    }
    let first = key.chars().next()?.to_digit(10)?;
    u16::try_from(first).ok().map(StatusCode::Range)
}

fn convert_response(map: JsonObject) -> Response {
    let mut response = Response::default();
    for (key, value) in map {
        match key.as_str() {
            "description" => response.description = into_text(value),
            "headers" => response.headers = convert_headers(value),
            "content" => response.content = convert_content(value),
            _ => add_extension(&mut response.extensions, key, value),
        }
    }
    response
}

fn convert_headers(value: Value) -> IndexMap<String, ReferenceOr<Header>> {
    let headers = into_map(value).into_iter();
    headers.map(|(name, value)| (name, ReferenceOr::Item(convert_header(into_map(value))))).collect()
}

fn convert_header(map: JsonObject) -> Header {
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

fn convert_content(value: Value) -> IndexMap<String, MediaType> {
    let content = into_map(value).into_iter();
    content.map(|(name, value)| (name, convert_media_type(into_map(value)))).collect()
}

fn convert_media_type(map: JsonObject) -> MediaType {
    let mut media_type = MediaType::default();
    for (key, value) in map {
        match key.as_str() {
            "schema" => media_type.schema = Some(convert_schema(value)),
            "example" => media_type.example = Some(value),
            "examples" => media_type.examples = convert_examples(value),
            "encoding" => {
                let parts = into_map(value).into_iter();
                media_type.encoding =
                    parts.map(|(name, value)| (name, convert_encoding(into_map(value)))).collect();
            }
            _ => add_extension(&mut media_type.extensions, key, value),
        }
    }
    media_type
}

fn convert_encoding(map: JsonObject) -> Encoding {
    let mut encoding = Encoding::default();
    for (key, value) in map {
        match key.as_str() {
            "contentType" => encoding.content_type = Some(into_text(value)),
            "headers" => encoding.headers = convert_headers(value),
            "style" => encoding.style = value.as_str().and_then(query_style),
            "explode" => encoding.explode = is_true(&value),
            "allowReserved" => encoding.allow_reserved = is_true(&value),
            _ => add_extension(&mut encoding.extensions, key, value),
        }
    }
    encoding
}

fn convert_examples(value: Value) -> IndexMap<String, ReferenceOr<Example>> {
    let examples = into_map(value).into_iter();
    examples.map(|(name, value)| (name, ReferenceOr::Item(convert_example(into_map(value))))).collect()
}

fn convert_example(map: JsonObject) -> Example {
    let mut example = Example::default();
    for (key, value) in map {
        match key.as_str() {
            "summary" => example.summary = Some(into_text(value)),
            "description" => example.description = Some(into_text(value)),
            "value" => example.value = Some(value),
            "externalValue" => example.external_value = Some(into_text(value)),
            _ => add_extension(&mut example.extensions, key, value),
        }
    }
    example
}
