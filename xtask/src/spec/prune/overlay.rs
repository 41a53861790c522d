//! Edits an overlay by lines: cuts actions and parts of updates, and moves texts to new names.

use std::ops::Range;

use serde_json::Value;
use whop_codegen::diagnostic::Diagnostics;
use whop_codegen::document::{Document, Source, load_document, pointer};
use whop_codegen::overlay::select_targets;

use super::moves::path_to;
use super::{Documents, Misfit, Pruned};

/// A change of the text.
#[derive(Debug)]
struct Edit {
    bytes: Range<usize>,
    text: String,
}

/// The overlay without what does not fit.
pub(super) fn prune_overlay(
    source: &Source,
    misfits: &[&Misfit],
    documents: Documents<'_>,
    pruned: &mut Pruned,
) -> String {
    let Some(document) = load_document(source.clone(), &mut Diagnostics::default()) else {
        return source.text.clone();
    };
    let overlay = Overlay { text: &source.text, document, documents };
    let mut edits: Vec<Edit> = Vec::new();
    for misfit in misfits {
        let moved = overlay.move_text(misfit);
        let list = if moved.is_some() { &mut pruned.moved } else { &mut pruned.removed };
        let (edit, note) = match moved {
            Some((edit, note)) => (Some(edit), note),
            None => (overlay.cut(misfit), String::new()),
        };
        match edit {
            // Two misfits of one action are one cut.
            Some(edit)
                if edits.iter().any(|other| {
                    other.bytes.start < edit.bytes.end && edit.bytes.start < other.bytes.end
                }) => {}
            Some(edit) => {
                list.push(format!("{}{note}", misfit.describe()));
                edits.push(edit);
            }
            None => drop(pruned.left.insert(misfit.describe())),
        }
    }
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.bytes.start));
    let mut text = source.text.clone();
    for Edit { bytes, text: new } in edits {
        text.replace_range(bytes, &new);
    }
    keep_list(text)
}

struct Overlay<'a> {
    text: &'a str,
    document: Document,
    documents: Documents<'a>,
}

impl Overlay<'_> {
    /// The place to which the diff says that a text belongs now, and a note about it.
    fn move_text(&self, misfit: &Misfit) -> Option<(Edit, String)> {
        match &misfit.created {
            Some(created) => self.rename_key(misfit, created),
            None if misfit.message.starts_with("the action matches nothing") => self.retarget(misfit),
            None => None,
        }
    }

    /// Renames the key of a property that was renamed within its object.
    fn rename_key(&self, misfit: &Misfit, created: &str) -> Option<(Edit, String)> {
        if self.applies_elsewhere(misfit) {
            return None;
        }
        let new = self.documents.moves.find(created)?;
        let (old_parent, _) = pointer::parent(created)?;
        let (new_parent, _) = pointer::parent(&new)?;
        let name = pointer::segments(&new).last()?.into_owned();
        let place = self.documents.new.pointer(&new)?;
        let (siblings, _) = pointer::parent(misfit.pointer())?;
        // An overlay that replaced the published description goes on doing so.
        let was_described =
            self.documents.old.pointer(created).is_some_and(|old| old.get("description").is_some());
        let is_described = (place.get("description").is_some() && !was_described)
            || self.document.root.pointer(siblings)?.get(name.as_str()).is_some();
        if old_parent != new_parent || is_described {
            return None;
        }
        let start = self.offset(misfit.pointer())?;
        let old = pointer::segments(created).last()?.into_owned();
        let rest = self.text.get(start..)?;
        let key = [old.clone(), format!("'{old}'"), format!("\"{old}\"")];
        let key = key.iter().find(|key| rest.starts_with(&format!("{key}:")))?;
        let edit = Edit { bytes: start..start + key.len(), text: name.clone() };
        Some((edit, format!("; its text is now at `{name}`")))
    }

    /// Gives an action the target to which the node moved that it selected in the old document.
    fn retarget(&self, misfit: &Misfit) -> Option<(Edit, String)> {
        let action = action_of(misfit.pointer())?;
        let old = self.document.root.pointer(&action)?.get("target")?.as_str()?;
        let [selected] = &select_targets(old, self.documents.old)[..] else { return None };
        let new = self.documents.moves.find(selected)?;
        let path = path_to(&new, self.documents.new)?;
        let actions = self.document.root.get("actions")?.as_array()?;
        let is_taken =
            actions.iter().any(|action| action.get("target").and_then(Value::as_str) == Some(&path));
        if is_taken || path.contains(": ") || path.contains(" #") {
            return None;
        }
        let start = self.offset(&format!("{action}/target"))?;
        let rest = self.text.get(start..)?;
        let end = rest.find('\n').unwrap_or(rest.len());
        let at = rest.get(..end)?.find(old)?;
        let start = start + at;
        Some((
            Edit { bytes: start..start + old.len(), text: path.clone() },
            format!("; its target is now `{path}`"),
        ))
    }

    /// The lines of the action, or of the part of its update that does not fit. Nothing if they hold something else too.
    fn cut(&self, misfit: &Misfit) -> Option<Edit> {
        let action = action_of(misfit.pointer())?;
        let update = format!("{action}/update");
        let mut at = misfit.pointer();
        if misfit.created.is_some() {
            if self.applies_elsewhere(misfit) {
                return None;
            }
            // A parent that would be empty goes with its last child.
            while let Some((parent, _)) = pointer::parent(at).filter(|_| at != update) {
                let is_only =
                    self.document.root.pointer(parent)?.as_object().is_some_and(|map| map.len() == 1);
                if !is_only {
                    break;
                }
                at = parent;
                if at == update {
                    break;
                }
            }
            if at != update {
                return self.cut_key(at);
            }
        }
        self.cut_action(&action)
    }

    /// Whether the action has other targets, of which one has the property.
    fn applies_elsewhere(&self, misfit: &Misfit) -> bool {
        let Some(action) = action_of(misfit.pointer()) else { return false };
        let target = self.document.root.pointer(&action).and_then(|action| action.get("target")?.as_str());
        let below = misfit.pointer().strip_prefix(&format!("{action}/update")).unwrap_or_default();
        let targets = target.map(|target| select_targets(target, self.documents.new)).unwrap_or_default();
        targets.iter().any(|target| self.documents.new.pointer(&format!("{target}{below}")).is_some())
    }

    /// An item of a list in block style: from its hyphen to the last line that belongs to it.
    fn cut_action(&self, action: &str) -> Option<Edit> {
        let start = self.offset(action)?;
        let before = self.text.get(..start)?;
        let hyphen = before.trim_end().strip_suffix('-')?.len();
        let line = before.get(..hyphen)?.rfind('\n').map_or(0, |end| end + 1);
        let indent = self.text.get(line..hyphen)?;
        indent.trim().is_empty().then(|| self.cut_lines(line, indent.len()))
    }

    /// A key in block style with its value.
    fn cut_key(&self, at: &str) -> Option<Edit> {
        let start = self.offset(at)?;
        let line = self.text.get(..start)?.rfind('\n').map_or(0, |end| end + 1);
        let indent = self.text.get(line..start)?;
        indent.trim().is_empty().then(|| self.cut_lines(line, indent.len()))
    }

    /// The line at an offset, and the lines behind it that are indented further. Comments and empty lines before what follows
    /// stay.
    fn cut_lines(&self, start: usize, indent: usize) -> Edit {
        let mut end = start;
        let mut at = start;
        for (index, line) in self.text.get(start..).unwrap_or_default().split_inclusive('\n').enumerate() {
            let is_blank = line.trim().is_empty();
            let own = line.len() - line.trim_start_matches(' ').len();
            if index > 0 && !is_blank && own <= indent {
                break;
            }
            at += line.len();
            if !is_blank {
                end = at;
            }
        }
        Edit { bytes: start..end, text: String::new() }
    }

    /// The offset of a node, or of its key.
    fn offset(&self, at: &str) -> Option<usize> {
        let position = self.document.locate(at).filter(|position| position.pointer.as_deref() == Some(at))?;
        let mut lines = self.text.split_inclusive('\n');
        let before: usize = lines.by_ref().take(position.line.checked_sub(1)?).map(str::len).sum();
        let line = lines.next()?;
        let column = line.char_indices().nth(position.column.checked_sub(1)?)?.0;
        Some(before + column)
    }
}

/// `/actions/3` of `/actions/3/target`.
fn action_of(pointer: &str) -> Option<String> {
    let mut segments = pointer.split('/').skip(1);
    match (segments.next(), segments.next()) {
        (Some("actions"), Some(index)) => Some(format!("/actions/{index}")),
        _ => None,
    }
}

/// A list without items is written as such, since `actions:` alone is null.
fn keep_list(text: String) -> String {
    let Some(at) = text.find("\nactions:").map(|at| at + 1) else { return text };
    let end = text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |end| at + end);
    let rest = text.get(end..).unwrap_or_default();
    let is_empty = rest.lines().all(|line| {
        let line = line.trim_start();
        line.is_empty() || line.starts_with('#')
    });
    if !is_empty || text.get(at..end).map(str::trim_end) != Some("actions:") {
        return text;
    }
    let mut text = text;
    text.replace_range(at..end, "actions: []");
    text
}
