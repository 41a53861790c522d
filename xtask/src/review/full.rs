//! Renders the full list, with an anchor for each group of the review.

use std::fmt::Write as _;

use whop_codegen::diff::{Change, Impact, Location, Unread, escape_markdown, sanitize_line};

use super::body::title_of_impact;
use super::groups::{Category, Group, describe_breaks, describe_counts};
use super::judge::Judged;
use super::misfits::Misfit;

/// How many operations are named for a change that affects more.
const NAMED: usize = 2;

/// Renders every change, item, action and decision.
pub(super) fn render_list(judged: &Judged, categories: &[Category<'_>]) -> String {
    let mut out =
        "# Every change\n\nPlaces are `old → new`: the line in the old document, then in the new one.\n"
            .to_owned();
    let renames = &judged.renames;
    let renamed: Vec<String> =
        renames.renamed.iter().map(|item| format!("`{}` is now `{}`", item.old, item.new)).collect();
    let removed: Vec<String> =
        renames.removed.iter().map(|item| format!("`{}` is gone", item.path)).collect();
    let misfits = |list: &[Misfit]| -> Vec<String> { list.iter().map(describe_misfit).collect() };
    let back = misfits(&judged.misfits.brought_back);
    let decided: Vec<String> = judged
        .decisions
        .iter()
        .flat_map(|decision| decision.added.iter().map(|path| format!("`{path}`: `{}`", decision.what)))
        .collect();
    let unread: Vec<String> = judged.found.unread.iter().map(describe_unread).collect();
    let sections = [
        ("unread", "Parts that could not be read", unread),
        ("rust-renamed", "Renamed Rust items", renamed),
        ("rust-removed", "Removed Rust items", removed),
        ("dead", "Actions and entries that no longer match", misfits(&judged.misfits.dead)),
        ("brought-back", "Fields that the overlay would bring back", back),
        ("decisions", "Types that come from us, where they are new", decided),
    ];
    for (anchor, title, lines) in sections {
        if !lines.is_empty() {
            let _ = writeln!(out, "\n<a id=\"{anchor}\"></a>\n## {title} ({})\n", lines.len());
            for line in lines {
                let _ = writeln!(out, "- {}", escape_markdown(&line));
            }
        }
    }
    let mut last = None;
    for category in categories {
        if last != Some(category.impact) {
            last = Some(category.impact);
            let _ = writeln!(out, "\n## {}", title_of_impact(category.impact));
        }
        let title = category.heading.title();
        let _ =
            writeln!(out, "\n<a id=\"{}\"></a>\n### {title} ({})", category.anchor, category.count_changes());
        for group in &category.groups {
            render_group(group, &mut out);
        }
    }
    out
}

/// A part that was left out, with its place.
pub(super) fn describe_unread(part: &Unread) -> String {
    format!("{} ({}:{})", part.message, part.location.file, part.location.line)
}

/// An action with its place and its text.
pub(super) fn describe_misfit(misfit: &Misfit) -> String {
    let place = misfit.place.as_ref().map(|place| format!(" ({place})")).unwrap_or_default();
    let text = misfit.text.as_ref().map(|text| format!("; its text: {text}")).unwrap_or_default();
    format!("{}{place}{text}", misfit.message)
}

fn render_group(group: &Group<'_>, out: &mut String) {
    let facts: Vec<String> =
        [Some(describe_counts(group)).filter(|counts| !counts.is_empty()), describe_breaks(group)]
            .into_iter()
            .flatten()
            .collect();
    let facts = if facts.is_empty() { String::new() } else { format!(" — {}", facts.join("; ")) };
    let _ =
        writeln!(out, "\n<a id=\"{}\"></a>\n#### {}{facts}\n", group.anchor, escape_markdown(&group.title));
    // A message that all have in common is the title.
    let same = group.changes.len() > 1 && group.changes.iter().all(|change| change.message == group.title);
    for change in &group.changes {
        let _ = write!(out, "- {}", escape_markdown(&change.subject));
        if !same {
            let _ = write!(out, ": {}", escape_markdown(&change.message));
        }
        let _ = write!(out, " ({}{})", change.direction, describe_impact(change));
        if let Some(calls) = describe_calls(change).filter(|_| change.impact.worst() != Impact::Documentation)
        {
            let _ = write!(out, "; in {}", escape_markdown(&calls));
        }
        let _ = writeln!(out, "; {}", describe_lines(change));
    }
}

/// What a change breaks, as the end of a list.
fn describe_impact(change: &Change) -> &'static str {
    let breaks = |impact| impact == Impact::Breaking;
    match (breaks(change.impact.rust), breaks(change.impact.wire)) {
        (true, true) => ", Rust and wire",
        (true, false) => ", Rust",
        (false, true) => ", wire",
        (false, false) => "",
    }
}

/// The operations of a change, unless its subject names the only one.
pub(super) fn describe_calls(change: &Change) -> Option<String> {
    let calls = &change.operations;
    let named: Vec<String> = calls.iter().take(NAMED).map(|call| sanitize_line(call)).collect();
    match calls.as_slice() {
        [] => None,
        [only] if change.subject.contains(only.as_str()) => None,
        all if all.len() <= NAMED => Some(named.join(", ")),
        all => Some(format!("{} operations: {}, …", all.len(), named.join(", "))),
    }
}

/// The lines in the documents.
fn describe_lines(change: &Change) -> String {
    let line = |location: &Option<Location>| {
        location.as_ref().map_or_else(|| "–".to_owned(), |location| location.line.to_string())
    };
    format!("{} → {}", line(&change.old), line(&change.new))
}
