//! Writes the changelog entry and the crate's version.

use std::fmt::Write as _;
use std::fs;

use openapi_client_generator::failure::Failure;
use openapi_client_generator::terminal::count_noun;
use whop_codegen::diff::{Diff, Impact};

use super::blocks::{escape_within, join_within};
use super::groups::{Group, group_changes};
use super::items::{ItemLine, list_removed, list_renamed};
use super::names::Renames;
use crate::input::CONFIG;
use crate::spec::vendor::replace_files;
use crate::workspace::Workspace;

const CHANGELOG: &str = "CHANGELOG.md";
const HEAD: &str = "## [Unreleased]";
const SECTION: &str = "### Changed";

/// The most bytes of a line's list.
const DETAILS: usize = 420;

/// The changelog entry of an update: one line for each kind of breaking change and for renamed and removed items, so that it is
/// never longer than a page.
pub(super) fn render_entry(
    found: &Diff,
    renames: &Renames,
    (old_version, version): &(String, String),
    date: &str,
) -> String {
    let [breaking, compatible, words] =
        [Impact::Breaking, Impact::Compatible, Impact::Documentation].map(|impact| found.count(impact));
    let before = if old_version == version {
        String::new()
    } else {
        format!(", after {}", escape_within(old_version, 80))
    };
    let mut out = format!(
        "- The document {} of {}{before}: {}, {compatible} compatible, {words} in documentation only.",
        escape_within(version, 80),
        escape_within(date, 40),
        count_noun(breaking, "breaking change"),
    );
    let mut push = |title: &str, count: usize, details: &[String]| {
        let _ = write!(out, "\n  - {title} ({count}): {}", join_within(details, DETAILS));
    };
    for category in group_changes(found).iter().filter(|category| category.impact == Impact::Breaking) {
        let details: Vec<String> = category.groups.iter().map(describe_group).collect();
        push(category.heading.title(), category.count_changes(), &details);
    }
    for (title, lines, count) in [
        ("Rust items renamed", list_renamed(renames), renames.renamed.len()),
        ("Rust items removed", list_removed(renames), renames.removed.len()),
    ] {
        if !lines.is_empty() {
            push(title, count, &lines.iter().map(describe_items).collect::<Vec<_>>());
        }
    }
    out
}

/// A group as a part of a line: what changes have in common, or their subject with the first of them.
fn describe_group(group: &Group<'_>) -> String {
    match (group.changes.as_slice(), group.details.as_slice()) {
        ([_], [detail]) => format!("{} {detail}", group.title),
        (changes, _) => format!("{} ({})", group.title, changes.len()),
    }
}

/// Items as a part of a line.
fn describe_items(line: &ItemLine) -> String {
    match line.details.as_slice() {
        [] => line.title.clone(),
        details => format!("{} {}", line.title, details.join(" ")),
    }
}

/// Writes the entry and the version, all or nothing, and returns the names of the changed files.
pub(super) fn write_entry(
    workspace: &Workspace,
    entry: &str,
    from: &str,
    to: &str,
) -> Result<Vec<String>, Failure> {
    let read = |name: &str| {
        let path = workspace.path(name);
        fs::read_to_string(&path).map_err(|error| Failure::io("read the file", &path, &error))
    };
    let mut files: Vec<(&str, String, String)> = Vec::new();
    let log = read(CHANGELOG)?;
    files.push((CHANGELOG, with_entry(&log, entry)?, log));
    let line = |version: &str| format!("\nversion = \"{version}\"\n");
    for name in [CONFIG, "generated/Cargo.toml"] {
        let text = read(name)?;
        // The second run finds the version of the first one.
        let changed = text.replacen(&line(from), &line(to), 1);
        if changed == text && !text.contains(&line(to)) {
            return Err(changelog_failure(name, &format!("the file has no line `{}`", line(from).trim())));
        }
        files.push((name, changed, text));
    }
    // Who uses the crate in the workspace asks for it by version.
    let root = read("Cargo.toml").unwrap_or_default();
    let wanted = |version: &str| format!("path = \"generated\", version = \"{version}\"");
    files.push(("Cargo.toml", root.replace(&wanted(from), &wanted(to)), root));
    files.retain(|(_, new, old)| new != old);
    let steps: Vec<(&str, Option<&[u8]>)> =
        files.iter().map(|(name, new, _)| (*name, Some(new.as_bytes()))).collect();
    replace_files(workspace, &steps)?;
    Ok(files.iter().map(|(name, _, _)| (*name).to_owned()).collect())
}

/// The changelog with the entry in the section of unreleased changes; unchanged if the entry is there.
fn with_entry(log: &str, entry: &str) -> Result<String, Failure> {
    if log.contains(entry) {
        return Ok(log.to_owned());
    }
    let Some((before, rest)) = log.split_once(HEAD) else {
        return Err(changelog_failure(CHANGELOG, &format!("the file has no line `{HEAD}`")));
    };
    let end = rest.find("\n## ").unwrap_or(rest.len());
    let (unreleased, released) = rest.split_at(end);
    let unreleased = match unreleased.split_once(SECTION) {
        Some((head, tail)) => format!("{head}{SECTION}\n\n{entry}\n{}", tail.trim_start_matches('\n')),
        None => {
            let rest = unreleased.trim_start_matches('\n');
            let gap = if rest.is_empty() { "" } else { "\n" };
            format!("\n\n{SECTION}\n\n{entry}\n{gap}{rest}")
        }
    };
    Ok(format!("{before}{HEAD}{unreleased}{released}"))
}

fn changelog_failure(name: &str, message: &str) -> Failure {
    Failure::new(format!("error[write]: {message}\n --> {name}\n = help: nothing was written\n\n1 error"))
}

#[cfg(test)]
mod tests {
    use super::with_entry;

    #[test]
    fn the_entry_stands_under_what_is_not_released() {
        let table = [
            ("# Log\n\n## [Unreleased]\n", Some("# Log\n\n## [Unreleased]\n\n### Changed\n\n- E\n")),
            (
                "## [Unreleased]\n\n### Added\n\n- A\n\n## 0.1.0\n\n### Changed\n\n- B\n",
                Some(
                    "## [Unreleased]\n\n### Changed\n\n- E\n\n### Added\n\n- A\n\n## 0.1.0\n\n### Changed\n\n- B\n",
                ),
            ),
            (
                "## [Unreleased]\n\n### Changed\n\n- C\n\n## 0.1.0\n",
                Some("## [Unreleased]\n\n### Changed\n\n- E\n- C\n\n## 0.1.0\n"),
            ),
            ("## [Unreleased]\n\n### Changed\n\n- E\n", Some("## [Unreleased]\n\n### Changed\n\n- E\n")),
            ("# Log\n", None),
        ];
        for (log, expected) in table {
            assert_eq!(with_entry(log, "- E").ok().as_deref(), expected, "{log}");
        }
    }
}
