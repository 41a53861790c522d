//! Actions to changes of the document's tree, each change noted with its place in the overlay.

use super::jsonpath;
use super::model::{Action, Change, actions};
use crate::diagnostic::{Diagnostic, Diagnostics, SourceId};
use crate::document::{Document, Origins, pointer};
use serde_json::{Map, Value};

/// Applies every action in its order. Wrong ones are reported and left out.
pub fn apply(document: &mut Document, overlay: &Document, diagnostics: &mut Diagnostics) {
    for action in actions(&overlay.root, diagnostics) {
        let targets = jsonpath::select(&action.target, &document.root);
        if targets.is_empty() {
            let message = format!("the action matches nothing: `{}`", action.text);
            let help = "mend its target, or delete the action";
            diagnostics.push(at_target(&action, "dead-action", message).help(help));
            continue;
        }
        match action.change {
            Change::Remove => {
                // From the last one on, so that the places of those before it stay what they were.
                for target in targets.iter().rev() {
                    if !remove(document, target) {
                        let message = "the whole document cannot be removed".to_owned();
                        let diagnostic = at_target(&action, "broken-overlay", message);
                        diagnostics.push(diagnostic.help("name a member of the document"));
                    }
                }
            }
            Change::Update(update) => update_all(document, &action, update, &targets, diagnostics),
        }
    }
}

fn at_target(action: &Action<'_>, code: &'static str, message: String) -> Diagnostic {
    let place = format!("{}/target", action.at);
    Diagnostic::error(code, message).at_source(SourceId::Overlay, place)
}

fn update_all(
    document: &mut Document,
    action: &Action<'_>,
    update: &Value,
    targets: &[String],
    diagnostics: &mut Diagnostics,
) {
    let mut merge = Merge { added: &mut document.added, changed: false, clashes: Vec::new() };
    let from = format!("{}/update", action.at);
    for target in targets {
        match pointer::lookup_mut(&mut document.root, target) {
            Some(Value::Array(list)) => {
                merge.append(list, update, target, &from);
            }
            Some(Value::Object(map)) => match update {
                Value::Object(update) => merge.object(map, update, target, &from),
                _ => merge.clashes.push(from.clone()),
            },
            _ => {
                let message =
                    format!("`{target}` is neither an object nor a list, so nothing can be merged into it");
                let help = "name the object or list that holds it";
                diagnostics.push(at_target(action, "broken-overlay", message).help(help));
                return;
            }
        }
    }
    let Merge { changed, clashes, .. } = merge;
    for clash in &clashes {
        let message = "the update would put a value of another kind in the place of an object or a list";
        let diagnostic = Diagnostic::error("broken-overlay", message)
            .at_source(SourceId::Overlay, clash.as_str())
            .help("remove the node by an action before this one");
        diagnostics.push(diagnostic);
    }
    if !changed && clashes.is_empty() {
        let message = format!("the action changes nothing: `{}` is so already", action.text);
        diagnostics.push(at_target(action, "dead-action", message).help("delete the action"));
    }
}

/// One action's merging.
struct Merge<'a> {
    added: &'a mut Origins,
    changed: bool,
    /// The places in the overlay whose values do not go together with what they meet.
    clashes: Vec<String>,
}

impl Merge<'_> {
    /// Objects are merged member by member, lists joined, anything else replaced.
    fn object(&mut self, map: &mut Map<String, Value>, update: &Map<String, Value>, at: &str, from: &str) {
        for (key, new) in update {
            let place = pointer::join(at, key);
            let source = pointer::join(from, key);
            match (map.get_mut(key), new) {
                (Some(Value::Object(old)), Value::Object(new)) => self.object(old, new, &place, &source),
                (Some(Value::Array(old)), Value::Array(new)) => {
                    for (index, item) in new.iter().enumerate() {
                        self.append(old, item, &place, &format!("{source}/{index}"));
                    }
                }
                (Some(Value::Object(_) | Value::Array(_)), _)
                | (Some(_), Value::Object(_) | Value::Array(_)) => {
                    self.clashes.push(source);
                }
                (Some(old), new) if old == new => {}
                _ => {
                    map.insert(key.clone(), new.clone());
                    self.note(place, source);
                }
            }
        }
    }

    fn append(&mut self, list: &mut Vec<Value>, item: &Value, at: &str, from: &str) {
        let mut place = at.to_owned();
        pointer::push_index(&mut place, list.len());
        list.push(item.clone());
        self.note(place, from.to_owned());
    }

    fn note(&mut self, place: String, source: String) {
        self.added.record(place, source);
        self.changed = true;
    }
}

/// Removes a node. In a list those behind it move up, which the document remembers.
fn remove(document: &mut Document, target: &str) -> bool {
    let Some((parent, _)) = pointer::parent(target) else {
        return false;
    };
    let name = pointer::segments(target).last().unwrap_or_default();
    match pointer::lookup_mut(&mut document.root, parent) {
        Some(Value::Object(map)) => {
            map.shift_remove(name.as_ref());
            document.added.forget(target);
            document.moved.forget(target);
        }
        Some(Value::Array(list)) => {
            let Some(index) = name.parse().ok().filter(|index| *index < list.len()) else {
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
