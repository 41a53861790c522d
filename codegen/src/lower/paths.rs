//! Path items and their operations: parameters of a path item move into its operations, and references are replaced by
//! what they name.

use super::checks::{check_id, check_path_parameters, check_status};
use super::content::{content, headers, schema_or_content};
use super::context::{Context, below};
use super::objects;
use super::references::nodes;
use super::walk::{security, servers, simple};
use super::webhooks;
use crate::diagnostic::Diagnostic;
use crate::document::pointer;
use serde_json::{Map, Value};
use std::collections::{HashMap, HashSet};

/// The keys of a path item that hold operations.
const METHODS: &[&str] = &["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// Lowers `paths` in place.
pub(super) fn lower(paths: Option<&mut Value>, at: &mut String, cx: &mut Context<'_>) {
    let Some(Value::Object(paths)) = paths else {
        return;
    };
    // The place of each `operationId`. Only ever asked.
    let mut ids: HashMap<String, String> = HashMap::new();
    for (path, item) in paths.iter_mut().filter(|(path, _)| !path.starts_with("x-")) {
        below(at, path, |at| {
            if !path.starts_with('/') {
                let message = format!("the path `{path}` does not begin with a slash");
                cx.error("broken-path", at, message);
            }
            if !item.is_object() {
                cx.error("wrong-kind", at, format!("the path item `{path}` must be an object"));
                return;
            }
            cx.inlined(item, at, |cx, item, at| path_item(path, item, at, &mut ids, cx));
        });
    }
}

fn path_item(
    path: &str,
    item: &mut Value,
    at: &mut String,
    ids: &mut HashMap<String, String>,
    cx: &mut Context<'_>,
) {
    let Value::Object(item) = item else {
        return;
    };
    objects::check(item, &objects::PATH_ITEM, at, cx);
    servers(item, at, cx);
    let shared = match item.shift_remove("parameters") {
        Some(Value::Array(shared)) => shared,
        _ => Vec::new(),
    };
    for method in METHODS {
        let Some(Value::Object(operation)) = item.get_mut(*method) else {
            continue;
        };
        let shared_at = pointer::join(at, "parameters");
        below(at, method, |at| {
            objects::check(operation, &objects::OPERATION, at, cx);
            share_parameters(operation, &shared, &shared_at, at, cx);
            lower_operation(operation, at, cx);
            if !path.starts_with(webhooks::PREFIX) {
                check_id(operation, at, ids, cx);
                check_path_parameters(path, operation, at, cx);
            }
        });
    }
}

/// Appends the path item's parameters to those of the operation. One that the operation has as well is taken out again
/// after references are settled: only then are the names known.
fn share_parameters(
    operation: &mut Map<String, Value>,
    shared: &[Value],
    shared_at: &str,
    at: &str,
    cx: &mut Context<'_>,
) {
    if shared.is_empty() {
        return;
    }
    let own = operation.entry("parameters").or_insert_with(|| Value::Array(Vec::new()));
    let Value::Array(own) = own else {
        return;
    };
    for (index, parameter) in shared.iter().enumerate() {
        if !cx.may_copy(nodes(parameter)) {
            return;
        }
        let new = format!("{at}/parameters/{}", own.len());
        cx.moved(&new, &format!("{shared_at}/{index}"));
        own.push(parameter.clone());
    }
}

fn lower_operation(operation: &mut Map<String, Value>, at: &mut String, cx: &mut Context<'_>) {
    simple(operation.get_mut("externalDocs"), "externalDocs", &objects::EXTERNAL_DOCS, at, cx);
    servers(operation, at, cx);
    security(operation, at, cx);
    if let Some(callbacks) = operation.shift_remove("callbacks") {
        operation.insert("x-codegen-callbacks".to_owned(), callbacks);
    }
    parameters(operation, at, cx);
    if let Some(body) = operation.get_mut("requestBody") {
        below(at, "requestBody", |at| {
            cx.inlined(body, at, |cx, body, at| request_body(body, at, cx));
        });
    }
    responses(operation, at, cx);
}

/// Lowers the parameters, and leaves out those of the path item that the operation has itself.
fn parameters(operation: &mut Map<String, Value>, at: &mut String, cx: &mut Context<'_>) {
    let Some(Value::Array(parameters)) = operation.get_mut("parameters") else {
        return;
    };
    below(at, "parameters", |at| {
        for (index, parameter) in parameters.iter_mut().enumerate() {
            let length = at.len();
            pointer::push_index(at, index);
            cx.inlined(parameter, at, |cx, parameter, at| lower_parameter(parameter, at, cx));
            at.truncate(length);
        }
        let mut seen: HashSet<(String, String)> = HashSet::new();
        let mut kept = 0;
        let mut index = 0;
        parameters.retain(|parameter| {
            let key = (text(parameter, "in").to_owned(), text(parameter, "name").to_owned());
            let is_new = seen.insert(key);
            if is_new {
                if kept != index {
                    cx.moved(&format!("{at}/{kept}"), &format!("{at}/{index}"));
                }
                kept += 1;
            }
            index += 1;
            is_new
        });
    });
}

pub(super) fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or("")
}

fn lower_parameter(parameter: &mut Value, at: &mut String, cx: &mut Context<'_>) {
    let Value::Object(map) = parameter else {
        cx.error("wrong-kind", at, "a parameter must be an object");
        return;
    };
    if !objects::check(map, &objects::PARAMETER, at, cx) {
        return;
    }
    let place = map.get("in").and_then(Value::as_str).unwrap_or("").to_owned();
    if styles(&place).is_empty() {
        let message = format!("a parameter cannot be in `{place}`");
        let help = "one of `query`, `header`, `path`, `cookie`; a body is a `requestBody`";
        cx.report(Diagnostic::error("broken-parameter", message).help(help), &pointer::join(at, "in"));
        return;
    }
    check_style(&place, map, at, cx);
    if place == "path" {
        // A template without its parameter is no path, whatever the document says.
        map.insert("required".to_owned(), Value::Bool(true));
    }
    schema_or_content(map, at, cx);
}

/// The styles of a place of parameters; none if it is no place.
fn styles(place: &str) -> &'static [&'static str] {
    match place {
        "query" => &["form", "spaceDelimited", "pipeDelimited", "deepObject"],
        "header" => &["simple"],
        "path" => &["simple", "label", "matrix"],
        "cookie" => &["form"],
        _ => &[],
    }
}

/// Takes out a style that the place does not have.
pub(super) fn check_style(place: &str, map: &mut Map<String, Value>, at: &str, cx: &mut Context<'_>) {
    if let Some(style) = map.get("style").and_then(Value::as_str)
        && !styles(place).contains(&style)
    {
        let message = format!("there is no style `{style}` in a {place}; the default is taken");
        cx.warn("broken-parameter", &pointer::join(at, "style"), message);
        map.shift_remove("style");
    }
}

fn request_body(body: &mut Value, at: &mut String, cx: &mut Context<'_>) {
    if let Value::Object(body) = body {
        objects::check(body, &objects::REQUEST_BODY, at, cx);
        content(body, at, cx);
    }
}

fn responses(operation: &mut Map<String, Value>, at: &mut String, cx: &mut Context<'_>) {
    let responses = operation.entry("responses").or_insert_with(|| Value::Object(Map::new()));
    let Value::Object(responses) = responses else {
        return;
    };
    let statuses = responses.iter_mut().filter(|(status, _)| !status.starts_with("x-"));
    below(at, "responses", |at| {
        for (status, response) in statuses {
            below(at, status, |at| {
                check_status(status, at, cx);
                if response.is_object() {
                    cx.inlined(response, at, |cx, response, at| lower_response(response, at, cx));
                } else {
                    cx.error("wrong-kind", at, "a response must be an object");
                }
            });
        }
    });
}

fn lower_response(response: &mut Value, at: &mut String, cx: &mut Context<'_>) {
    if let Value::Object(response) = response {
        objects::check(response, &objects::RESPONSE, at, cx);
        // Required by the typed model, missing in many documents.
        response.entry("description").or_insert_with(|| "".into());
        headers(response, at, cx);
        content(response, at, cx);
    }
}
