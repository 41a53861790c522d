//! Lowers path items and their operations: moves the parameters of a path item into its operations, and replaces references
//! by their targets.

use super::checks::{check_path_parameters, check_status};
use super::content::{lower_content, lower_headers, lower_links, lower_schema_or_content};
use super::context::{LowerContext, with_segment};
use super::objects;
use super::references::count_nodes;
use super::value_kind::coerce_object;
use super::walk::{check_object, check_security, check_servers};
use super::{verbs, webhooks};
use crate::diagnostic::{Code, Diagnostic};
use crate::document::pointer;
use serde_json::{Map, Value};
use std::collections::HashSet;

/// The keys of a path item that hold operations.
const METHODS: &[&str] = &["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// Lowers `paths` in place.
pub(super) fn lower_paths(paths: Option<&mut Value>, at: &mut String, cx: &mut LowerContext<'_>) {
    let Some(Value::Object(paths)) = paths else {
        return;
    };
    let mut others = Vec::new();
    for (path, item) in paths.iter_mut().filter(|(path, _)| !path.starts_with("x-")) {
        with_segment(at, path, |at| {
            if !path.starts_with('/') {
                let message = format!("the path `{path}` does not start with a slash");
                cx.error(Code::BROKEN_PATH, at, message);
            }
            if !item.is_object() {
                cx.error(Code::WRONG_KIND, at, format!("the path item `{path}` must be an object"));
                return;
            }
            let others = &mut others;
            cx.visit_inlined(item, at, |cx, item, at| {
                if let Value::Object(map) = item
                    && !path.starts_with(webhooks::PREFIX)
                {
                    for foreign in verbs::take_operations(map, at, cx) {
                        others.push((path.clone(), verbs::own_item(map, &foreign), foreign, at.clone()));
                    }
                }
                lower_path_item(path, item, at, cx);
            });
        });
    }
    for (path, mut item, foreign, old) in others {
        let key = format!("{}{}:{path}", verbs::PREFIX, foreign.verb);
        with_segment(at, &key, |at| {
            cx.record_move(at, &old);
            cx.record_move(&pointer::join(at, "post"), &foreign.old);
            lower_path_item(&path, &mut item, at, cx);
        });
        paths.insert(key, item);
    }
}

fn lower_path_item(path: &str, item: &mut Value, at: &mut String, cx: &mut LowerContext<'_>) {
    let Value::Object(item) = item else {
        return;
    };
    objects::check_keys(item, &objects::PATH_ITEM, at, cx);
    check_servers(item, at, cx);
    let shared = match item.shift_remove("parameters") {
        Some(Value::Array(shared)) => shared,
        _ => Vec::new(),
    };
    for method in METHODS {
        let Some(Value::Object(operation)) = item.get_mut(*method) else {
            continue;
        };
        let shared_at = pointer::join(at, "parameters");
        with_segment(at, method, |at| {
            objects::check_keys(operation, &objects::OPERATION, at, cx);
            add_shared_parameters(operation, &shared, &shared_at, at, cx);
            lower_operation(operation, at, cx);
            if !path.starts_with(webhooks::PREFIX) {
                check_path_parameters(path, operation, at, cx);
            }
        });
    }
}

/// Appends the path item's parameters to those of the operation. Duplicates are removed after references are resolved,
/// because only then are the names known.
fn add_shared_parameters(
    operation: &mut Map<String, Value>,
    shared: &[Value],
    shared_at: &str,
    at: &str,
    cx: &mut LowerContext<'_>,
) {
    if shared.is_empty() {
        return;
    }
    let parameters = operation.entry("parameters").or_insert_with(|| Value::Array(Vec::new()));
    let Value::Array(parameters) = parameters else {
        return;
    };
    for (index, parameter) in shared.iter().enumerate() {
        if !cx.may_copy(count_nodes(parameter)) {
            return;
        }
        let new = format!("{at}/parameters/{}", parameters.len());
        cx.record_move(&new, &format!("{shared_at}/{index}"));
        parameters.push(parameter.clone());
    }
}

fn lower_operation(operation: &mut Map<String, Value>, at: &mut String, cx: &mut LowerContext<'_>) {
    check_object(operation.get_mut("externalDocs"), "externalDocs", &objects::EXTERNAL_DOCS, at, cx);
    check_servers(operation, at, cx);
    check_security(operation, at, cx);
    if let Some(callbacks) = operation.shift_remove("callbacks") {
        operation.insert("x-codegen-callbacks".to_owned(), callbacks);
    }
    lower_parameters(operation, at, cx);
    if let Some(body) = operation.get_mut("requestBody") {
        with_segment(at, "requestBody", |at| {
            cx.visit_inlined(body, at, |cx, body, at| lower_request_body(body, at, cx));
        });
    }
    lower_responses(operation, at, cx);
}

/// Lowers the parameters, and removes those of the path item that the operation overrides.
fn lower_parameters(operation: &mut Map<String, Value>, at: &mut String, cx: &mut LowerContext<'_>) {
    let Some(Value::Array(parameters)) = operation.get_mut("parameters") else {
        return;
    };
    with_segment(at, "parameters", |at| {
        for (index, parameter) in parameters.iter_mut().enumerate() {
            let length = at.len();
            pointer::push_index(at, index);
            cx.visit_inlined(parameter, at, |cx, parameter, at| lower_parameter(parameter, at, cx));
            at.truncate(length);
        }
        let mut seen: HashSet<(String, String)> = HashSet::new();
        let mut kept = 0;
        let mut index = 0;
        parameters.retain(|parameter| {
            let key = (text_of_key(parameter, "in").to_owned(), text_of_key(parameter, "name").to_owned());
            let is_new = seen.insert(key);
            if is_new {
                if kept != index {
                    cx.record_move(&format!("{at}/{kept}"), &format!("{at}/{index}"));
                }
                kept += 1;
            }
            index += 1;
            is_new
        });
    });
}

/// The text of a key, or an empty one.
pub(super) fn text_of_key<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or("")
}

fn lower_parameter(parameter: &mut Value, at: &mut String, cx: &mut LowerContext<'_>) {
    let Value::Object(map) = parameter else {
        cx.error(Code::WRONG_KIND, at, "a parameter must be an object");
        return;
    };
    if !objects::check_keys(map, &objects::PARAMETER, at, cx) {
        return;
    }
    lower_querystring(map);
    let location = map.get("in").and_then(Value::as_str).unwrap_or("").to_owned();
    if known_styles(&location).is_empty() {
        let message = format!(
            "`in`: expected `query`, `querystring`, `header`, `path` or `cookie`, found `{location}`"
        );
        let help = "correct it with an overlay action; a parameter in the body of Swagger 2 is a `requestBody` in OpenAPI 3";
        cx.report(Diagnostic::error(Code::BROKEN_PARAMETER, message).help(help), &pointer::join(at, "in"));
        return;
    }
    check_style(&location, map, at, cx);
    if location == "cookie" && map.get("style").is_some_and(|style| style == "cookie") {
        // OpenAPI 3.2: as `form`, without percent-encoding.
        map.insert("style".to_owned(), "form".into());
        map.insert("x-codegen-unencoded-cookie".to_owned(), Value::Bool(true));
    }
    if location != "query" {
        for key in ["allowReserved", "allowEmptyValue"] {
            if map.shift_remove(key) == Some(Value::Bool(true)) {
                let message = format!("`{key}` is ignored: it applies to parameters of the query alone");
                cx.warn_not_represented(&pointer::join(at, key), message);
            }
        }
    }
    if location == "path" {
        // OpenAPI requires `required: true` here, and a path cannot be built without the parameter.
        map.insert("required".to_owned(), Value::Bool(true));
    }
    lower_schema_or_content(map, at, cx);
}

/// Lowers a parameter that is the whole query (3.2): a form is an object whose properties are parameters; anything else is marked.
fn lower_querystring(map: &mut Map<String, Value>) {
    if map.get("in").is_none_or(|location| location != "querystring") {
        return;
    }
    map.insert("in".to_owned(), "query".into());
    let content = map.get("content").and_then(Value::as_object);
    let form = content.and_then(|content| content.get("application/x-www-form-urlencoded"));
    match form.and_then(|form| form.get("schema")).cloned() {
        Some(schema) => {
            map.shift_remove("content");
            map.insert("schema".to_owned(), schema);
            map.insert("style".to_owned(), "form".into());
            map.insert("explode".to_owned(), Value::Bool(true));
        }
        None => {
            map.insert("x-codegen-querystring".to_owned(), Value::Bool(true));
        }
    }
}

/// The styles of a parameter's location; none if the location is unknown.
fn known_styles(location: &str) -> &'static [&'static str] {
    match location {
        "query" => &["form", "spaceDelimited", "pipeDelimited", "deepObject"],
        "header" => &["simple"],
        "path" => &["simple", "label", "matrix"],
        "cookie" => &["form", "cookie"],
        _ => &[],
    }
}

/// Removes a style that the location does not have.
pub(super) fn check_style(location: &str, map: &mut Map<String, Value>, at: &str, cx: &mut LowerContext<'_>) {
    if let Some(style) = map.get("style").and_then(Value::as_str)
        && !known_styles(location).contains(&style)
    {
        let message = format!("the style `{style}` does not exist for `in: {location}`; the default is used");
        cx.warn(Code::BROKEN_PARAMETER, &pointer::join(at, "style"), message);
        map.shift_remove("style");
    }
}

fn lower_request_body(body: &mut Value, at: &mut String, cx: &mut LowerContext<'_>) {
    if let Value::Object(body) = body {
        objects::check_keys(body, &objects::REQUEST_BODY, at, cx);
        lower_content(body, at, cx);
    }
}

fn lower_responses(operation: &mut Map<String, Value>, at: &mut String, cx: &mut LowerContext<'_>) {
    let responses = operation.entry("responses").or_insert_with(|| Value::Object(Map::new()));
    let Value::Object(responses) = responses else {
        return;
    };
    let statuses = responses.iter_mut().filter(|(status, _)| !status.starts_with("x-"));
    with_segment(at, "responses", |at| {
        for (status, response) in statuses {
            with_segment(at, status, |at| {
                check_status(status, at, cx);
                if coerce_object(response) {
                    cx.visit_inlined(response, at, |cx, response, at| lower_response(response, at, cx));
                } else {
                    cx.error(Code::WRONG_KIND, at, "a response must be an object");
                }
            });
        }
    });
}

fn lower_response(response: &mut Value, at: &mut String, cx: &mut LowerContext<'_>) {
    if let Value::Object(response) = response {
        objects::check_keys(response, &objects::RESPONSE, at, cx);
        // OpenAPI requires it, but many documents omit it.
        let summary = response.shift_remove("summary").unwrap_or_else(|| "".into());
        response.entry("description").or_insert(summary);
        lower_headers(response, at, cx);
        lower_links(response, at, cx);
        lower_content(response, at, cx);
    }
}
