//! The overlay's own tree to a list of actions.

use super::jsonpath::{self, Path};
use crate::diagnostic::{Diagnostic, Diagnostics, SourceId};
use serde_json::{Map, Value};

/// One correction.
pub(super) struct Action<'a> {
    /// The action's place in the overlay.
    pub(super) at: String,
    /// The path as written.
    pub(super) text: &'a str,
    pub(super) target: Path,
    pub(super) change: Change<'a>,
}

/// What is done to each node that the path selects.
pub(super) enum Change<'a> {
    Update(&'a Value),
    Remove,
}

/// The actions in their order. What is wrong with one is reported, and the others are read all the same.
pub(super) fn actions<'a>(root: &'a Value, diagnostics: &mut Diagnostics) -> Vec<Action<'a>> {
    let mut report = |code, message: String, at: &str| {
        let diagnostic = Diagnostic::error(code, message).at_source(SourceId::Overlay, at);
        diagnostics
            .push(diagnostic.help("an action is `target: $.path` with `update: {..}` or `remove: true`"));
    };
    let Some(map) = root.as_object() else {
        report("broken-overlay", "an overlay is an object".to_owned(), "");
        return Vec::new();
    };
    match map.get("overlay") {
        Some(Value::String(version)) if version.starts_with("1.") => {}
        Some(version) => {
            let message = format!("overlay version {version} is not read; 1.0.0 is");
            report("broken-overlay", message, "/overlay");
        }
        None => report("broken-overlay", "the file has no `overlay: 1.0.0`".to_owned(), ""),
    }
    check_keys(map, &["overlay", "info", "extends", "actions"], "", &mut report);
    let Some(Value::Array(list)) = map.get("actions") else {
        report("broken-overlay", "an overlay needs a list of `actions`".to_owned(), "");
        return Vec::new();
    };
    let numbered = list.iter().enumerate();
    numbered.filter_map(|(index, value)| action(value, format!("/actions/{index}"), &mut report)).collect()
}

type Report<'a> = dyn FnMut(&'static str, String, &str) + 'a;

fn check_keys(map: &Map<String, Value>, known: &[&str], at: &str, report: &mut Report<'_>) {
    for key in map.keys() {
        if !known.contains(&key.as_str()) && !key.starts_with("x-") {
            let place = crate::document::pointer::join(at, key);
            report("broken-overlay", format!("`{key}` is no key of an overlay"), &place);
        }
    }
}

fn action<'a>(value: &'a Value, at: String, report: &mut Report<'_>) -> Option<Action<'a>> {
    let Some(map) = value.as_object() else {
        report("broken-overlay", "an action is an object".to_owned(), &at);
        return None;
    };
    check_keys(map, &["target", "description", "update", "remove"], &at, report);
    let Some(Value::String(text)) = map.get("target") else {
        report("broken-overlay", "an action needs a `target`".to_owned(), &at);
        return None;
    };
    let target = match jsonpath::parse(text) {
        Ok(path) => path,
        Err(error) => {
            let message = format!("`{text}` is no JSONPath: {error}");
            report("broken-path", message, &format!("{at}/target"));
            return None;
        }
    };
    let change = match (map.get("remove"), map.get("update")) {
        (Some(Value::Bool(true)), _) => Change::Remove,
        (None | Some(Value::Bool(false)), Some(update)) => Change::Update(update),
        _ => {
            let message = "an action needs `update`, or `remove: true`";
            report("broken-overlay", message.to_owned(), &at);
            return None;
        }
    };
    Some(Action { at, text, target, change })
}
