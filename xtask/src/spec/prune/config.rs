//! Removes entries of the configuration. The rest of the file, with its comments, is kept.

use std::collections::BTreeSet;

use toml_edit::{Array, DocumentMut, InlineTable, Item, TableLike, Value};
use whop_codegen::document::pointer;

use super::{Misfit, Pruned};

/// Tables of which an entry that names something gone is removed as a whole: `[[uploads]]`, `[webhooks.history]`.
const WHOLE: [&str; 3] = ["uploads", "token-sources", "webhooks/history"];

/// Keys of these tables that may be left out.
const OPTIONAL: [&str; 10] = [
    "headers",
    "size",
    "location",
    "scopes",
    "asked",
    "endpoints",
    "endpoint-url",
    "event",
    "accepted",
    "response-status",
];

/// Lists that a table must have, so that it goes with the last item.
const NEEDED: [(&str, &str); 1] = [("formats-by-name", "properties")];

/// The configuration without the entries.
pub(super) fn prune_config(text: &str, misfits: &[&Misfit], pruned: &mut Pruned) -> String {
    let Ok(mut document) = text.parse::<DocumentMut>() else { return text.to_owned() };
    let mut pointers: BTreeSet<Vec<String>> = BTreeSet::new();
    for misfit in misfits {
        let mut path: Vec<String> =
            pointer::segments(misfit.pointer()).map(|part| part.into_owned()).collect();
        let is_optional = path.last().is_some_and(|key| OPTIONAL.contains(&key.as_str()));
        let table = path.join("/");
        if !is_optional && WHOLE.iter().any(|whole| table.starts_with(&format!("{whole}/"))) {
            path.truncate(2);
        }
        // A version that nobody states cannot be removed.
        if path.len() < 2 {
            pruned.left.insert(misfit.describe());
            continue;
        }
        pruned.removed.push(misfit.describe());
        pointers.insert(path);
    }
    // From the end, so that the indices of the others stay valid.
    let mut pointers: Vec<Vec<String>> = pointers.into_iter().collect();
    pointers.sort_by_key(|path| {
        std::cmp::Reverse(
            path.iter().map(|part| (part.parse().unwrap_or(usize::MAX), part.clone())).collect::<Vec<_>>(),
        )
    });
    for path in pointers {
        remove_entry(document.as_item_mut(), &path);
    }
    keep_head(text, document.to_string())
}

/// A comment above an entry goes with it, but not the one at the head of the file, which an empty line sets apart.
fn keep_head(old: &str, new: String) -> String {
    let end = old.find("\n\n").map_or(0, |end| end + 2);
    let head =
        old.get(..end).filter(|head| head.lines().all(|line| line.is_empty() || line.starts_with('#')));
    match head {
        Some(head) if !new.starts_with(head) => format!("{head}{}", new.trim_start_matches('\n')),
        _ => new,
    }
}

/// Removes the entry at a path. Returns whether what contained it is empty now and has to go too.
fn remove_entry(item: &mut Item, path: &[String]) -> bool {
    let [key, rest @ ..] = path else { return false };
    if let Some(tables) = item.as_array_of_tables_mut() {
        let Ok(index) = key.parse::<usize>() else { return false };
        if index >= tables.len() {
            return false;
        }
        let must_go = match rest {
            [] => true,
            _ => tables.get_mut(index).is_some_and(|table| remove_from_table(table, rest)),
        };
        if must_go {
            tables.remove(index);
        }
        return tables.is_empty();
    }
    match item {
        Item::Value(Value::Array(array)) => {
            if let Ok(index) = key.parse() {
                remove_from_array(array, index);
            }
            array.is_empty()
        }
        Item::Value(Value::InlineTable(table)) if rest.is_empty() => {
            remove_from_inline_table(table, key);
            false
        }
        _ => item.as_table_like_mut().is_some_and(|table| remove_from_table(table, path)),
    }
}

/// Removes the entry at a path of a table. Returns whether the table cannot do without it.
fn remove_from_table(table: &mut dyn TableLike, path: &[String]) -> bool {
    let [key, rest @ ..] = path else { return false };
    if rest.is_empty() {
        table.remove(key);
        return false;
    }
    let is_list = table.get(key).is_some_and(|item| item.is_array() || item.is_array_of_tables());
    let is_empty = table.get_mut(key).is_some_and(|item| remove_entry(item, rest));
    if is_empty && is_list {
        table.remove(key);
        return NEEDED.iter().any(|(_, needed)| needed == key) && table.contains_key("format");
    }
    false
}

/// Removes an item of a list. The first item that is left begins where the first one began.
fn remove_from_array(array: &mut Array, index: usize) {
    if index >= array.len() {
        return;
    }
    let removed = array.remove(index);
    let prefix = removed.decor().prefix().cloned();
    if let (0, Some(first), Some(prefix)) = (index, array.get_mut(0), prefix) {
        first.decor_mut().set_prefix(prefix);
    }
}

/// Removes a pair of an inline table. The last value that is left ends where the last one ended.
fn remove_from_inline_table(table: &mut InlineTable, key: &str) {
    let is_last = table.iter().last().is_some_and(|(last, _)| last == key);
    let removed = table.remove(key);
    let suffix = removed.and_then(|value| value.decor().suffix().cloned());
    if let (true, Some(suffix)) = (is_last, suffix)
        && let Some((_, value)) = table.iter_mut().last()
    {
        value.decor_mut().set_suffix(suffix);
    }
}
