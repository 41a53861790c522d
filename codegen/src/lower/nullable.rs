//! Every way of saying "or null" becomes `nullable: true`.

use super::context::Context;
use super::references::{Target, has_only, parse};
use super::schema::ANNOTATIONS;
use crate::document::pointer;
use serde_json::{Map, Value};

/// Marks the schema as allowing null besides what else it allows.
pub(super) fn set(map: &mut Map<String, Value>) {
    map.insert("nullable".to_owned(), Value::Bool(true));
}

/// Marks the schema as allowing null and nothing else.
pub(super) fn set_only(map: &mut Map<String, Value>) {
    set(map);
    map.insert("x-codegen-null".to_owned(), Value::Bool(true));
}

/// Takes the null branches out of `oneOf` and `anyOf`, then puts a lone branch in the place of its union. Whether it
/// did the latter: the schema has keywords then that nobody has looked at.
pub(super) fn unwrap_union(map: &mut Map<String, Value>, at: &str, cx: &mut Context<'_>) -> bool {
    drop_nullable_marker(map, at, cx);
    for key in ["oneOf", "anyOf"] {
        let Some(Value::Array(list)) = map.get_mut(key) else {
            continue;
        };
        let before = list.len();
        take_out(list, &pointer::join(at, key), cx, is_null);
        let (left, had_null) = (list.len(), list.len() < before);
        if had_null {
            set(map);
        }
        match left {
            0 => {
                map.shift_remove(key);
                if had_null {
                    set_only(map);
                }
            }
            1 if !map.contains_key("discriminator") && unwrap_lone(map, key, at, cx) => return true,
            _ => {}
        }
    }
    false
}

/// `allOf: [{$ref}, {nullable: true}]` is how 3.0 documents make a reference nullable.
fn drop_nullable_marker(map: &mut Map<String, Value>, at: &str, cx: &mut Context<'_>) {
    let Some(Value::Array(list)) = map.get_mut("allOf") else {
        return;
    };
    let before = list.len();
    take_out(list, &pointer::join(at, "allOf"), cx, |branch, _| {
        branch
            .as_object()
            .is_some_and(|b| has_only(b, &["nullable"]) && b.get("nullable") == Some(&Value::Bool(true)))
    });
    if list.len() < before {
        set(map);
    }
}

/// Removes members of a list, and notes where those behind them went.
fn take_out(
    list: &mut Vec<Value>,
    at: &str,
    cx: &mut Context<'_>,
    goes: impl Fn(&Value, &Context<'_>) -> bool,
) {
    let (mut index, mut kept) = (0, 0);
    list.retain(|branch| {
        let stays = !goes(branch, cx);
        if stays {
            if index != kept {
                cx.moved(&format!("{at}/{kept}"), &format!("{at}/{index}"));
            }
            kept += 1;
        }
        index += 1;
        stays
    });
}

fn is_null(branch: &Value, cx: &Context<'_>) -> bool {
    let Some(branch) = branch.as_object() else {
        return false;
    };
    if let Some(Value::String(reference)) = branch.get("$ref") {
        return matches!(parse(reference), Target::Schema(name) if cx.targets.is_null(&name));
    }
    let null_type = match branch.get("type") {
        Some(Value::String(name)) => name == "null",
        // Without quotes, `null` in YAML is no string.
        Some(Value::Null) => branch.len() == 1,
        Some(Value::Array(names)) => !names.is_empty() && names.iter().all(|n| n == "null"),
        _ => false,
    };
    let null_enum = matches!(branch.get("enum"), Some(Value::Array(values))
        if !values.is_empty() && values.iter().all(Value::is_null));
    null_type || null_enum || branch.get("const").is_some_and(Value::is_null)
}

/// Merges the only branch into the schema around it, unless both say something about the same keyword.
fn unwrap_lone(map: &mut Map<String, Value>, key: &str, at: &str, cx: &mut Context<'_>) -> bool {
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
    let conflict = branch.iter().any(|(name, value)| {
        let is_note = ANNOTATIONS.contains(&name.as_str()) || name.starts_with("x-");
        !is_note && name != key && map.get(name).is_some_and(|own| own != value)
    });
    if conflict || (branch.contains_key(key) && key_count(branch) > 1) {
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
                set(map);
            }
        } else if !map.contains_key(&name) {
            cx.moved(&pointer::join(at, &name), &pointer::join(&from, &name));
            map.insert(name, value);
        }
    }
    true
}

/// How many keywords say something about the values.
fn key_count(map: &Map<String, Value>) -> usize {
    let says_something = |name: &&String| !ANNOTATIONS.contains(&name.as_str()) && !name.starts_with("x-");
    map.keys().filter(says_something).count()
}

/// A union with a nullable branch is nullable itself; its branches are not.
pub(super) fn from_variants(map: &mut Map<String, Value>) {
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
        set(map);
    }
}
