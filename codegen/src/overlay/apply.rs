//! Applies actions to the tree, and records for each added node where it is in the overlay.

use super::jsonpath;
use super::model::{Action, Edit, Version, parse_actions};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, SourceId};
use crate::document::{Document, Origins, pointer};
use serde_json::{Map, Value};

/// Applies every action of every overlay in its order. Reports invalid actions and skips them.
pub fn apply_overlays(document: &mut Document, overlays: &[Document], diagnostics: &mut Diagnostics) {
    for (number, overlay) in overlays.iter().enumerate() {
        apply_actions(document, &parse_actions(&overlay.root, number, diagnostics), diagnostics);
    }
}

fn apply_actions(document: &mut Document, actions: &[Action<'_>], diagnostics: &mut Diagnostics) {
    for action in actions {
        let targets = jsonpath::select_nodes(&action.target, &document.root);
        if targets.is_empty() {
            let message = format!("the action matches nothing: `{}`", action.text);
            let help = "correct the target, or delete the action";
            diagnostics.push_misfit(error_at_target(action, Code::DEAD_ACTION, message).help(help));
            continue;
        }
        match &action.edit {
            Edit::Remove => remove_all(document, action, &targets, diagnostics),
            Edit::Update(update) => update_all(document, action, update, &targets, diagnostics),
            Edit::Copy(path) => {
                let sources = jsonpath::select_nodes(path, &document.root);
                let source = match sources.as_slice() {
                    [only] => pointer::find(&document.root, only).cloned(),
                    _ => None,
                };
                match source {
                    Some(source) => update_all(document, action, &source, &targets, diagnostics),
                    None => {
                        let message = format!("`copy` must select one node, and selects {}", sources.len());
                        let diagnostic = Diagnostic::error(Code::BROKEN_OVERLAY, message)
                            .at_source(SourceId::Overlay, format!("{}/copy", action.at));
                        diagnostics.push(diagnostic.help("correct the path"));
                    }
                }
            }
        }
    }
}

fn error_at_target(action: &Action<'_>, code: Code, message: impl Into<String>) -> Diagnostic {
    Diagnostic::error(code, message).at_source(SourceId::Overlay, format!("{}/target", action.at))
}

fn remove_all(
    document: &mut Document,
    action: &Action<'_>,
    targets: &[String],
    diagnostics: &mut Diagnostics,
) {
    // In reverse order, so that the indices of the remaining targets stay valid.
    for target in targets.iter().rev() {
        if !remove_node(document, target) {
            let diagnostic =
                error_at_target(action, Code::BROKEN_OVERLAY, "the whole document cannot be removed");
            diagnostics.push(diagnostic.help("select a part of the document"));
        }
    }
}

fn update_all(
    document: &mut Document,
    action: &Action<'_>,
    update: &Value,
    targets: &[String],
    diagnostics: &mut Diagnostics,
) {
    let copied = matches!(action.edit, Edit::Copy(_)).then(|| format!("{}/copy", action.at));
    let from = copied.clone().unwrap_or_else(|| format!("{}/update", action.at));
    let mut merge = Merge { added: &mut document.added, copied, changed: false, conflicts: Vec::new() };
    for target in targets {
        match pointer::find_mut(&mut document.root, target) {
            Some(Value::Array(list)) => match update {
                Value::Array(update) if action.version == Version::V1_1 => {
                    for (index, item) in update.iter().enumerate() {
                        merge.append(list, item, target, &format!("{from}/{index}"));
                    }
                }
                _ => merge.append(list, update, target, &from),
            },
            Some(Value::Object(map)) => match update {
                Value::Object(update) => merge.merge_object(map, update, target, &from),
                _ => merge.conflicts.push(from.clone()),
            },
            Some(old) if action.version == Version::V1_1 => match update {
                Value::Object(_) | Value::Array(_) => merge.conflicts.push(from.clone()),
                update if old == update => {}
                update => {
                    *old = update.clone();
                    merge.record(target.clone(), from.clone());
                }
            },
            _ => {
                let message = format!("`{target}` is neither an object nor a list, so it cannot be updated");
                let help = "select the object or list that contains it";
                diagnostics.push(error_at_target(action, Code::BROKEN_OVERLAY, message).help(help));
                return;
            }
        }
    }
    let Merge { changed, conflicts, copied, .. } = merge;
    let is_copy = copied.is_some();
    for conflict in conflicts.iter().map(|conflict| if is_copy { &from } else { conflict }) {
        let message =
            "the update cannot replace an object or a list by a value of another type, or the reverse";
        let diagnostic = Diagnostic::error(Code::BROKEN_OVERLAY, message)
            .at_source(SourceId::Overlay, conflict.as_str())
            .help("remove the node with an action before this one");
        diagnostics.push(diagnostic);
    }
    if !changed && conflicts.is_empty() {
        let message = format!("the action changes nothing: `{}` already has these values", action.text);
        diagnostics
            .push_misfit(error_at_target(action, Code::DEAD_ACTION, message).help("delete the action"));
    }
}

/// The state of one update.
struct Merge<'a> {
    added: &'a mut Origins,
    /// Where the action says what it copies: what it adds is not in the overlay itself.
    copied: Option<String>,
    changed: bool,
    /// The pointers in the overlay of values that cannot be merged with the values in the document.
    conflicts: Vec<String>,
}

impl Merge<'_> {
    /// Merges objects key by key, appends to lists, and replaces other values.
    fn merge_object(
        &mut self,
        map: &mut Map<String, Value>,
        update: &Map<String, Value>,
        at: &str,
        from: &str,
    ) {
        for (key, new) in update {
            let child = pointer::join(at, key);
            let source = pointer::join(from, key);
            match (map.get_mut(key), new) {
                (Some(Value::Object(old)), Value::Object(new)) => {
                    self.merge_object(old, new, &child, &source);
                }
                (Some(Value::Array(old)), Value::Array(new)) => {
                    for (index, item) in new.iter().enumerate() {
                        self.append(old, item, &child, &format!("{source}/{index}"));
                    }
                }
                (Some(Value::Object(_) | Value::Array(_)), _)
                | (Some(_), Value::Object(_) | Value::Array(_)) => {
                    self.conflicts.push(source);
                }
                (Some(old), new) if old == new => {}
                _ => {
                    map.insert(key.clone(), new.clone());
                    self.record(child, source);
                }
            }
        }
    }

    fn append(&mut self, list: &mut Vec<Value>, item: &Value, at: &str, from: &str) {
        let mut child = at.to_owned();
        pointer::push_index(&mut child, list.len());
        list.push(item.clone());
        self.record(child, from.to_owned());
    }

    fn record(&mut self, pointer: String, source: String) {
        self.added.record(pointer, self.copied.clone().unwrap_or(source));
        self.changed = true;
    }
}

/// Removes a node. The items behind a removed list item move up, and their origins are adjusted.
pub(crate) fn remove_node(document: &mut Document, target: &str) -> bool {
    let Some((parent, _)) = pointer::parent(target) else {
        return false;
    };
    let key = pointer::segments(target).last().unwrap_or_default();
    match pointer::find_mut(&mut document.root, parent) {
        Some(Value::Object(map)) => {
            map.shift_remove(key.as_ref());
            document.added.forget(target);
            document.moved.forget(target);
        }
        Some(Value::Array(list)) => {
            let Some(index) = key.parse().ok().filter(|index| *index < list.len()) else {
                return false;
            };
            list.remove(index);
            let length = list.len();
            document.added.forget(target);
            document.moved.forget(target);
            for index in index..length {
                let old = format!("{parent}/{}", index + 1);
                let new = format!("{parent}/{index}");
                let origin = document.moved.original(&old).into_owned();
                document.added.rename(&old, &new);
                document.moved.rename(&old, &new);
                document.moved.record(new, origin);
            }
        }
        _ => return false,
    }
    true
}
