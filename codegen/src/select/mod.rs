//! Leaves out the operations that the configuration does not select, and the components that only they use.

mod prune;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::config::{Selection, dead_entry, matches_pattern};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, SourceId};
use crate::document::{Document, pointer};

/// The keys of a path item that hold an operation.
const METHODS: [&str; 9] = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];

/// Removes what is not selected. An entry that matches nothing is reported, and so is a selection of nothing at all.
pub(crate) fn select_operations(
    document: &mut Document,
    selection: &Selection,
    diagnostics: &mut Diagnostics,
) {
    if selection.selects_everything() {
        return;
    }
    inline_path_items(document);
    let mut rules = Rules { selection, matched: BTreeSet::new() };
    let mut count = 0;
    if let Some(Value::Object(paths)) = document.root.get_mut("paths") {
        paths.retain(|path, item| {
            let Value::Object(item) = item else { return true };
            let kept = retain_operations(item, path, &mut rules);
            count += kept;
            kept > 0 || path.starts_with("x-")
        });
    }
    if let (Some(names), Some(Value::Object(webhooks))) =
        (&selection.webhooks, document.root.get_mut("webhooks"))
    {
        webhooks.retain(|name, _| {
            rules.is_listed("/selection/webhooks", names, |entry| matches_pattern(entry, name))
        });
    }
    if count == 0 {
        diagnostics.push(
            Diagnostic::error(Code::SELECTION, "the selection matches no operation of the document")
                .at_source(SourceId::Configuration, "/selection")
                .help("correct the tags, paths and operations of the selection, or remove it"),
        );
    }
    for (pointer, entry) in rules.unmatched() {
        let message = format!("no operation of the document matches `{entry}`");
        diagnostics.push_misfit(dead_entry(pointer, message));
    }
    prune::prune_components(&mut document.root);
}

/// Replaces references to path items by what they refer to, so that single operations can be removed.
fn inline_path_items(document: &mut Document) {
    let Some(Value::Object(paths)) = document.root.get("paths") else { return };
    let targets: Vec<(String, String)> = paths
        .iter()
        .filter_map(|(path, item)| {
            Some((path.clone(), item.get("$ref")?.as_str()?.strip_prefix('#')?.to_owned()))
        })
        .collect();
    for (path, target) in targets {
        let Some(item) = document.root.pointer(&target).cloned() else { continue };
        let at = pointer::from_segments(["paths", &path]);
        if let Some(place) = document.root.pointer_mut(&at) {
            *place = item;
            document.moved.record(at, target);
        }
    }
}

/// Removes the operations of a path that are not selected; the number of those that remain.
fn retain_operations(item: &mut Map<String, Value>, path: &str, rules: &mut Rules<'_>) -> usize {
    let mut count = 0;
    let mut is_selected = |method: &str, operation: &Value| {
        let keep = rules.select(path, method, operation);
        count += usize::from(keep);
        keep
    };
    item.retain(|key, operation| !METHODS.contains(&key.as_str()) || is_selected(key, operation));
    if let Some(Value::Object(additional)) = item.get_mut("additionalOperations") {
        additional.retain(|method, operation| is_selected(method, operation));
    }
    count
}

/// The entries of the selection, and which of them matched.
struct Rules<'a> {
    selection: &'a Selection,
    matched: BTreeSet<String>,
}

impl Rules<'_> {
    fn select(&mut self, path: &str, method: &str, operation: &Value) -> bool {
        let Selection { tags, paths, operations, except, .. } = self.selection;
        let includes_all = tags.is_empty() && paths.is_empty() && operations.is_empty();
        let lists = [tags.as_slice(), paths.as_slice(), operations.as_slice()];
        let included = self.matches_any("/selection", lists, (path, method, operation));
        let lists = [except.tags.as_slice(), except.paths.as_slice(), except.operations.as_slice()];
        let excepted = self.matches_any("/selection/except", lists, (path, method, operation));
        (included || includes_all) && !excepted
    }

    /// Whether an entry of one of the lists `tags`, `paths` and `operations` matches an operation.
    fn matches_any(
        &mut self,
        at: &str,
        [tags, paths, operations]: [&[String]; 3],
        (path, method, operation): (&str, &str, &Value),
    ) -> bool {
        let own: Vec<String> = operation
            .get("tags")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|tag| Some(tag.as_str()?.to_lowercase()))
            .collect();
        let id = operation.get("operationId").and_then(Value::as_str);
        let call = format!("{} {path}", method.to_uppercase());
        // Every list is searched, so that each entry that matches something is known.
        let by_tag = self.is_listed(&format!("{at}/tags"), tags, |entry| {
            own.iter().any(|tag| matches_pattern(&entry.to_lowercase(), tag))
        });
        let by_path = self.is_listed(&format!("{at}/paths"), paths, |entry| matches_pattern(entry, path));
        let by_id = self.is_listed(&format!("{at}/operations"), operations, |entry| {
            id.is_some_and(|id| matches_pattern(entry, id)) || matches_pattern(entry, &call)
        });
        by_tag || by_path || by_id
    }

    /// Whether an entry of the list at `at` matches; notes all entries that do.
    fn is_listed(&mut self, at: &str, entries: &[String], matches: impl Fn(&str) -> bool) -> bool {
        let mut found = false;
        for (index, _) in entries.iter().enumerate().filter(|(_, entry)| matches(entry)) {
            found = true;
            self.matched.insert(format!("{at}/{index}"));
        }
        found
    }

    /// The entries that matched nothing, each with its pointer in the configuration.
    fn unmatched(&self) -> Vec<(String, &str)> {
        let Selection { tags, paths, operations, except, webhooks } = self.selection;
        let lists = [
            ("/selection/tags", tags),
            ("/selection/paths", paths),
            ("/selection/operations", operations),
            ("/selection/except/tags", &except.tags),
            ("/selection/except/paths", &except.paths),
            ("/selection/except/operations", &except.operations),
        ];
        let webhooks = webhooks.iter().map(|names| ("/selection/webhooks", names));
        let entries = lists.into_iter().chain(webhooks).flat_map(|(at, entries)| {
            entries.iter().enumerate().map(move |(index, entry)| (format!("{at}/{index}"), entry.as_str()))
        });
        entries.filter(|(pointer, _)| !self.matched.contains(pointer)).collect()
    }
}
