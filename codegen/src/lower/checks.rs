//! Checks operations: unique ids, path parameters that match the path, and valid statuses.

use super::context::LowerContext;
use super::paths::text_of_key;
use crate::diagnostic::{Code, Diagnostic};
use serde_json::{Map, Value};
use std::collections::{BTreeSet, HashSet};

pub(super) fn check_status(status: &str, at: &str, cx: &mut LowerContext<'_>) {
    let is_range = |s: &str| {
        let mut chars = s.chars();
        matches!(
            (chars.next(), chars.next(), chars.next(), chars.next()),
            (Some('1'..='5'), Some('X' | 'x'), Some('X' | 'x'), None)
        )
    };
    let is_code = status.parse::<u16>().is_ok_and(|code| (100..1000).contains(&code));
    if status != "default" && !is_code && !is_range(status) {
        let message =
            format!("expected an HTTP status, a range such as `2XX`, or `default`, found `{status}`");
        cx.error(Code::BROKEN_STATUS, at, message);
    }
}

/// Checks that the names in braces in the path are the names of the operation's path parameters.
pub(super) fn check_path_parameters(
    path: &str,
    operation: &Map<String, Value>,
    at: &str,
    cx: &mut LowerContext<'_>,
) {
    let in_template: BTreeSet<&str> =
        path.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name)).collect();
    let parameters = match operation.get("parameters") {
        Some(Value::Array(parameters)) => parameters.as_slice(),
        _ => &[],
    };
    let is_in_path = |p: &&Value| text_of_key(p, "in") == "path";
    let names: HashSet<&str> = parameters.iter().filter(is_in_path).map(|p| text_of_key(p, "name")).collect();
    for name in &in_template {
        if !names.contains(name) {
            let message = format!("the operation does not declare the path parameter `{name}`");
            let help = format!("add a parameter with `name: {name}` and `in: path` with an overlay action");
            cx.report(Diagnostic::error(Code::UNDECLARED_PATH_PARAMETER, message).help(help), at);
        }
    }
    for (index, parameter) in parameters.iter().enumerate().filter(|(_, p)| is_in_path(p)) {
        let name = text_of_key(parameter, "name");
        if !in_template.contains(&name) {
            let message = format!("the path `{path}` has no parameter `{name}`");
            let place = format!("{at}/parameters/{index}");
            let help = "remove the parameter, or correct its name, with an overlay action";
            cx.report(Diagnostic::error(Code::UNUSED_PATH_PARAMETER, message).help(help), &place);
        }
    }
}
