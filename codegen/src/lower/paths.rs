//! Path items and their operations: parameters of a path item move into its operations, references are replaced by what
//! they name, and what an operation promises about its path is checked.

use super::context::{Context, below};
use super::objects;
use super::walk::{members, security, servers, simple};
use super::{schema, webhooks};
use crate::diagnostic::Diagnostic;
use crate::document::pointer;
use serde_json::{Map, Value};
use std::collections::HashMap;

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

fn check_status(status: &str, at: &str, cx: &mut Context<'_>) {
    let is_range = |s: &str| {
        let mut chars = s.chars();
        matches!(
            (chars.next(), chars.next(), chars.next(), chars.next()),
            (Some('1'..='5'), Some('X' | 'x'), Some('X' | 'x'), None)
        )
    };
    let is_code = status.parse::<u16>().is_ok_and(|code| (100..1000).contains(&code));
    if status != "default" && !is_code && !is_range(status) {
        let message = format!("`{status}` is no HTTP status, range such as `2XX`, or `default`");
        cx.error("broken-status", at, message);
    }
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
        let mut seen: Vec<(String, String)> = Vec::new();
        let mut kept = 0;
        let mut index = 0;
        parameters.retain(|parameter| {
            let key = (text(parameter, "in").to_owned(), text(parameter, "name").to_owned());
            let is_new = !seen.contains(&key);
            if is_new {
                seen.push(key);
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
    let place = map.get("in").and_then(Value::as_str).unwrap_or("");
    let styles: &[&str] = match place {
        "query" => &["form", "spaceDelimited", "pipeDelimited", "deepObject"],
        "header" => &["simple"],
        "path" => &["simple", "label", "matrix"],
        "cookie" => &["form"],
        _ => {
            let message = format!("a parameter cannot be in `{place}`");
            let help = "one of `query`, `header`, `path`, `cookie`; a body is a `requestBody`";
            cx.report(Diagnostic::error("broken-parameter", message).help(help), &pointer::join(at, "in"));
            return;
        }
    };
    let place = place.to_owned();
    if let Some(style) = map.get("style").and_then(Value::as_str)
        && !styles.contains(&style)
    {
        let message = format!("a parameter in `{place}` has no style `{style}`; the default is taken");
        cx.warn("broken-parameter", &pointer::join(at, "style"), message);
        map.shift_remove("style");
    }
    if place == "path" {
        // A template without its parameter is no path, whatever the document says.
        map.insert("required".to_owned(), Value::Bool(true));
    }
    schema_or_content(map, at, cx);
}

/// What parameters and headers have in common.
fn schema_or_content(map: &mut Map<String, Value>, at: &mut String, cx: &mut Context<'_>) {
    examples(map, at, cx);
    if let Some(schema) = map.get_mut("schema") {
        below(at, "schema", |at| schema::lower(schema, at, cx));
        map.shift_remove("content");
    } else if map.get("content").is_some_and(|c| c.as_object().is_some_and(|c| !c.is_empty())) {
        content(map, at, cx);
    } else {
        map.insert("schema".to_owned(), Value::Object(Map::new()));
    }
}

/// `examples` is an object of examples; the list that 3.1 schemas have is met here as well.
fn examples(map: &mut Map<String, Value>, at: &mut String, cx: &mut Context<'_>) {
    match map.get_mut("examples") {
        Some(Value::Array(list)) => {
            let first = list.drain(..).next();
            map.shift_remove("examples");
            if let Some(first) = first {
                map.entry("example").or_insert(first);
            }
        }
        Some(examples @ Value::Object(_)) => {
            if let Value::Object(examples) = examples {
                examples.retain(|_, example| example.is_object());
            }
            members(Some(examples), "examples", at, cx, |example, at, cx| {
                cx.inlined(example, at, |cx, example, at| {
                    if let Value::Object(example) = example {
                        objects::check(example, &objects::EXAMPLE, at, cx);
                    }
                });
            });
        }
        _ => {
            map.shift_remove("examples");
        }
    }
}

fn content(map: &mut Map<String, Value>, at: &mut String, cx: &mut Context<'_>) {
    members(map.get_mut("content"), "content", at, cx, |media_type, at, cx| {
        cx.inlined(media_type, at, |cx, media_type, at| lower_media_type(media_type, at, cx));
    });
}

fn lower_media_type(media_type: &mut Value, at: &mut String, cx: &mut Context<'_>) {
    let Value::Object(map) = media_type else {
        return;
    };
    objects::check(map, &objects::MEDIA_TYPE, at, cx);
    examples(map, at, cx);
    if let Some(schema) = map.get_mut("schema") {
        below(at, "schema", |at| schema::lower(schema, at, cx));
    }
    members(map.get_mut("encoding"), "encoding", at, cx, |encoding, at, cx| {
        if let Value::Object(encoding) = encoding {
            objects::check(encoding, &objects::ENCODING, at, cx);
            headers(encoding, at, cx);
        }
    });
}

fn headers(map: &mut Map<String, Value>, at: &mut String, cx: &mut Context<'_>) {
    members(map.get_mut("headers"), "headers", at, cx, |header, at, cx| {
        cx.inlined(header, at, |cx, header, at| {
            if let Value::Object(header) = header {
                objects::check(header, &objects::HEADER, at, cx);
                schema_or_content(header, at, cx);
            }
        });
    });
}

fn request_body(body: &mut Value, at: &mut String, cx: &mut Context<'_>) {
    if let Value::Object(body) = body {
        objects::check(body, &objects::REQUEST_BODY, at, cx);
        content(body, at, cx);
    }
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

fn check_id(
    operation: &Map<String, Value>,
    at: &str,
    ids: &mut HashMap<String, String>,
    cx: &mut Context<'_>,
) {
    let Some(Value::String(id)) = operation.get("operationId") else {
        return;
    };
    let place = pointer::join(at, "operationId");
    if let Some(first) = ids.get(id) {
        let message = format!("two operations have the operationId `{id}`");
        let help = "give one of them another by an action of the overlay";
        for place in [first, &place] {
            cx.report(Diagnostic::error("repeated-operation-id", &*message).help(help), place);
        }
    } else {
        ids.insert(id.clone(), place);
    }
}

/// The names in braces of a path, and the path parameters of the operation, must be the same.
fn check_path_parameters(path: &str, operation: &Map<String, Value>, at: &str, cx: &mut Context<'_>) {
    let in_template: Vec<&str> =
        path.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name)).collect();
    let parameters = match operation.get("parameters") {
        Some(Value::Array(parameters)) => parameters.as_slice(),
        _ => &[],
    };
    let declared = |p: &&Value| text(p, "in") == "path";
    for name in &in_template {
        if !parameters.iter().filter(declared).any(|p| text(p, "name") == *name) {
            let message = format!("the path parameter `{name}` is not declared");
            let help = format!("add a parameter `name: {name}`, `in: path` by an action of the overlay");
            cx.report(Diagnostic::error("undeclared-path-parameter", message).help(help), at);
        }
    }
    for (index, parameter) in parameters.iter().enumerate().filter(|(_, p)| declared(p)) {
        let name = text(parameter, "name");
        if !in_template.contains(&name) {
            let message = format!("the path `{path}` has no parameter `{name}`");
            let place = format!("{at}/parameters/{index}");
            let help = "remove the parameter, or correct its name, by an action of the overlay";
            cx.report(Diagnostic::error("unused-path-parameter", message).help(help), &place);
        }
    }
}
