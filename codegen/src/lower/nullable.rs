//! Converts every notation of "or null" into `nullable: true`.

use super::context::LowerContext;
use super::keywords::is_annotation;
use super::references::{Target, parse_reference};
use crate::document::pointer;
use serde_json::{Map, Value};

/// Marks null as valid, in addition to other values.
pub(super) fn allow_null(map: &mut Map<String, Value>) {
    map.insert("nullable".to_owned(), Value::Bool(true));
}

/// Marks null as the only valid value.
pub(super) fn allow_only_null(map: &mut Map<String, Value>) {
    allow_null(map);
    map.insert("x-codegen-null".to_owned(), Value::Bool(true));
}

/// Removes the null branches of `oneOf` and `anyOf`, then replaces a union of one branch by that branch. Returns whether it
/// replaced a union: the schema then has keywords that have not been checked.
pub(super) fn unwrap_union(map: &mut Map<String, Value>, at: &str, cx: &mut LowerContext<'_>) -> bool {
    remove_nullable_branch(map, at, cx);
    for key in ["oneOf", "anyOf"] {
        let Some(Value::Array(list)) = map.get_mut(key) else {
            continue;
        };
        let before = list.len();
        remove_items(list, &pointer::join(at, key), cx, is_null);
        let (remaining, had_null) = (list.len(), list.len() < before);
        if had_null {
            allow_null(map);
        }
        match remaining {
            0 => {
                map.shift_remove(key);
                if had_null {
                    allow_only_null(map);
                }
            }
            1 if !map.contains_key("discriminator") && unwrap_single_branch(map, key, at, cx) => return true,
            _ => {}
        }
    }
    false
}

/// Removes the second branch of `allOf: [{$ref}, {nullable: true}]`, by which 3.0 documents make a reference nullable.
fn remove_nullable_branch(map: &mut Map<String, Value>, at: &str, cx: &mut LowerContext<'_>) {
    let Some(Value::Array(list)) = map.get_mut("allOf") else {
        return;
    };
    let before = list.len();
    remove_items(list, &pointer::join(at, "allOf"), cx, |branch, _| {
        branch
            .as_object()
            .is_some_and(|branch| branch.len() == 1 && branch.get("nullable") == Some(&Value::Bool(true)))
    });
    if list.len() < before {
        allow_null(map);
    }
}

/// Removes items of a list, and records the moves of the items behind them.
fn remove_items(
    list: &mut Vec<Value>,
    at: &str,
    cx: &mut LowerContext<'_>,
    is_removed: impl Fn(&Value, &LowerContext<'_>) -> bool,
) {
    let (mut index, mut kept) = (0, 0);
    list.retain(|branch| {
        let is_kept = !is_removed(branch, cx);
        if is_kept {
            if index != kept {
                cx.record_move(&format!("{at}/{kept}"), &format!("{at}/{index}"));
            }
            kept += 1;
        }
        index += 1;
        is_kept
    });
}

fn is_null(branch: &Value, cx: &LowerContext<'_>) -> bool {
    let Some(branch) = branch.as_object() else {
        return false;
    };
    if let Some(Value::String(reference)) = branch.get("$ref") {
        return matches!(parse_reference(reference), Target::Schema(name) if cx.targets.is_null(&name));
    }
    let null_type = match branch.get("type") {
        Some(Value::String(name)) => name == "null",
        // An unquoted `null` in YAML is not a string.
        Some(Value::Null) => branch.len() == 1,
        Some(Value::Array(names)) => !names.is_empty() && names.iter().all(|n| n == "null"),
        _ => false,
    };
    let null_enum = matches!(branch.get("enum"), Some(Value::Array(values))
        if !values.is_empty() && values.iter().all(Value::is_null));
    null_type || null_enum || branch.get("const").is_some_and(Value::is_null)
}

/// Merges the only branch into the schema around it, unless both have the same keyword with different values.
fn unwrap_single_branch(
    map: &mut Map<String, Value>,
    key: &str,
    at: &str,
    cx: &mut LowerContext<'_>,
) -> bool {
    let Some(Value::Array(list)) = map.get(key) else {
        return false;
    };
    let branch = match list.first() {
        Some(Value::Object(branch)) => branch,
        Some(Value::Bool(true) | Value::Null) => {
            map.shift_remove(key);
            return true;
        }
        _ => return false,
    };
    let has_conflict = branch.iter().any(|(name, value)| {
        !is_annotation(name) && name != key && map.get(name).is_some_and(|outer| outer != value)
    });
    if has_conflict || (branch.contains_key(key) && count_keywords(branch) > 1) {
        return false;
    }
    let from = pointer::join(&pointer::join(at, key), "0");
    let Some(Value::Array(list)) = map.shift_remove(key) else {
        return false;
    };
    let Some(Value::Object(branch)) = list.into_iter().next() else {
        return false;
    };
    for (name, value) in branch {
        if name == "nullable" {
            if value == Value::Bool(true) {
                allow_null(map);
            }
        } else if !map.contains_key(&name) {
            cx.record_move(&pointer::join(at, &name), &pointer::join(&from, &name));
            map.insert(name, value);
        }
    }
    true
}

/// The number of keywords that affect which values are valid.
fn count_keywords(map: &Map<String, Value>) -> usize {
    map.keys().filter(|name| !is_annotation(name)).count()
}

/// Makes a union with a nullable branch nullable itself, and its branches not nullable.
pub(super) fn lift_from_branches(map: &mut Map<String, Value>) {
    let mut found = false;
    for key in ["oneOf", "anyOf"] {
        let Some(Value::Array(list)) = map.get_mut(key) else {
            continue;
        };
        for branch in list.iter_mut().filter_map(Value::as_object_mut) {
            let only_null = branch.contains_key("x-codegen-null");
            if !only_null && branch.get("nullable") == Some(&Value::Bool(true)) {
                branch.shift_remove("nullable");
                found = true;
            }
        }
    }
    if found {
        allow_null(map);
    }
}
