//! What an operation promises: an id of its own, the parameters of its path, and statuses that exist.

use super::context::Context;
use super::paths::text;
use crate::diagnostic::Diagnostic;
use crate::document::pointer;
use serde_json::{Map, Value};
use std::collections::{BTreeSet, HashMap, HashSet};

pub(super) fn check_status(status: &str, at: &str, cx: &mut Context<'_>) {
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

pub(super) fn check_id(
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
pub(super) fn check_path_parameters(
    path: &str,
    operation: &Map<String, Value>,
    at: &str,
    cx: &mut Context<'_>,
) {
    let in_template: BTreeSet<&str> =
        path.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name)).collect();
    let parameters = match operation.get("parameters") {
        Some(Value::Array(parameters)) => parameters.as_slice(),
        _ => &[],
    };
    let declared = |p: &&Value| text(p, "in") == "path";
    let names: HashSet<&str> = parameters.iter().filter(declared).map(|p| text(p, "name")).collect();
    for name in &in_template {
        if !names.contains(name) {
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
