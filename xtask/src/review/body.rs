//! Renders the body of the pull request: what a maintainer needs, in at most [`LIMIT`] bytes.

use std::fmt::Write as _;

use openapi_client_generator::terminal::count_noun;
use whop_codegen::diff::{Impact, Kind};

use super::blocks::{Block, escape_within, fit_blocks, join_within};
use super::full::describe_unread;
use super::groups::{Category, Group, describe_breaks, describe_counts};
use super::items::{ItemLine, list_removed, list_renamed};
use super::judge::Judged;
use super::misfits::Misfit;

/// The most bytes of the body. GitHub accepts 65,536 characters in a pull request.
pub(super) const LIMIT: usize = 60_000;

/// The most bytes of the parts of a line.
const TITLE: usize = 260;
const DETAILS: usize = 240;

/// The most bytes of the generator's messages.
const MESSAGES: usize = 4_000;

/// What the lines link to.
#[derive(Debug, Clone, Default)]
pub(super) struct Links {
    /// The address of the full list; without it, nothing is linked.
    pub(super) list: Option<String>,
    /// The address of the page.
    pub(super) page: Option<String>,
}

impl Links {
    /// Links to the files beside the body, or to the place where they are published.
    pub(super) fn to_files(address: Option<&str>, page: Option<&str>) -> Self {
        let folder = address.map(|address| format!("{}/", address.trim_end_matches('/'))).unwrap_or_default();
        Self {
            list: Some(format!("{folder}changes.md")),
            page: Some(page.map_or_else(|| format!("{folder}review.html"), str::to_owned)),
        }
    }

    /// The address of a place in the full list.
    pub(super) fn at(&self, anchor: &str) -> Option<String> {
        self.list.as_ref().map(|list| format!("{list}#{anchor}"))
    }
}

/// Renders the body of the pull request.
pub(super) fn render_body(judged: &Judged, categories: &[Category<'_>], links: &Links) -> String {
    let mut blocks = vec![render_verdict(judged, links)];
    blocks.extend(render_failure(judged));
    blocks.extend(render_unread(judged, links));
    blocks.extend(render_items(judged, categories, links));
    blocks.extend(render_misfits(judged, links));
    blocks.extend(render_changes(categories, links));
    blocks.extend(render_decisions(judged, links));
    blocks.extend(render_rest(judged));
    fit_blocks(&blocks, LIMIT)
}

fn render_verdict(judged: &Judged, links: &Links) -> Block {
    let (from, to) = &judged.version;
    let mut head = if from == to {
        format!("# {from} stays: {}\n", judged.verdict)
    } else {
        format!("# {from} becomes {to}: {}\n", judged.verdict)
    };
    let (old, new) = &judged.api_version;
    let _ = writeln!(head, "\n{}.\n", capitalize(&judged.reason));
    let api = if old == new {
        format!("`{}`, as before", plain_code(new))
    } else {
        format!("`{}` → `{}`", plain_code(old), plain_code(new))
    };
    let _ = writeln!(
        head,
        "- Version of the API: {api}; the document is that of {}",
        escape_within(&judged.date, 40)
    );
    for ((old, new), noun) in judged.sizes.iter().zip(["operations", "events"]) {
        let _ = if old == new {
            writeln!(head, "- {new} {noun}")
        } else {
            writeln!(head, "- {old} → {new} {noun}")
        };
    }
    let count = |pick: fn(&whop_codegen::diff::Change) -> Impact, impact| {
        judged.found.changes.iter().filter(|change| pick(change) == impact).count()
    };
    let _ = writeln!(head, "\n| changes | to Rust | on the wire |\n|---|--:|--:|");
    for impact in [Impact::Breaking, Impact::Compatible, Impact::Documentation] {
        let (rust, wire) =
            (count(|change| change.impact.rust, impact), count(|change| change.impact.wire, impact));
        let _ = writeln!(head, "| {impact} | {rust} | {wire} |");
    }
    let places: Vec<String> = [
        ("every change is in", "[changes.md]", &links.list),
        ("as a page, with search:", "[review.html]", &links.page),
    ]
    .into_iter()
    .filter_map(|(words, label, link)| link.as_ref().map(|link| format!("{words} {label}({link})")))
    .collect();
    if !places.is_empty() {
        let text = places.join("; ");
        let _ = writeln!(head, "\n{}.", capitalize(&text));
    }
    Block { head, ..Block::default() }
}

/// A sentence with a capital letter at its beginning.
pub(super) fn capitalize(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}

fn render_failure(judged: &Judged) -> Vec<Block> {
    let block = |title: &str, text: &str| Block {
        head: format!("\n## {title}\n\n```text\n{}\n```\n", cut_message(text)),
        ..Block::default()
    };
    let mut blocks = Vec::new();
    if let Some(text) = &judged.failures.new {
        blocks.push(block("The crate cannot be generated yet", text));
    }
    if let Some(text) = &judged.failures.old {
        let title = "The old crate cannot be generated any more; its names are those that were published";
        blocks.push(block(title, text));
    }
    blocks
}

/// The beginning of the generator's messages, which a fence can hold.
fn cut_message(text: &str) -> String {
    let text = text.replace("```", "'''");
    let mut out = String::new();
    for line in text.lines() {
        let line: String = line.chars().take(300).collect();
        if out.len() + line.len() > MESSAGES {
            out.push_str("…\n");
            break;
        }
        out.push_str(&line);
        out.push('\n');
    }
    out.trim_end().to_owned()
}

fn render_unread(judged: &Judged, links: &Links) -> Option<Block> {
    let unread = &judged.found.unread;
    let lines =
        unread.iter().take(20).map(|part| format!("- {}", escape_within(&describe_unread(part), TITLE)));
    (!unread.is_empty()).then(|| Block {
        head: format!(
            "\n## What could not be read: {}\n\nThese parts are left out of the comparison.\n\n",
            count_noun(unread.len(), "part")
        ),
        lines: lines.collect(),
        items: vec![1; unread.len()],
        weight: 2,
        noun: "parts",
        link: links.at("unread"),
    })
}

fn render_items(judged: &Judged, categories: &[Category<'_>], links: &Links) -> Vec<Block> {
    let mut blocks = Vec::new();
    if judged.renames.is_empty() {
        let text = match judged.failures.new {
            Some(_) => "Which items are renamed or removed is known when the crate can be generated.",
            None => "No item is renamed or removed.",
        };
        blocks.push(Block { head: format!("\n## Rust items\n\n{text}\n"), ..Block::default() });
    }
    let lists = [
        ("Renamed Rust items", list_renamed(&judged.renames), judged.renames.renamed.len(), "rust-renamed"),
        ("Removed Rust items", list_removed(&judged.renames), judged.renames.removed.len(), "rust-removed"),
    ];
    for (title, list, count, anchor) in lists {
        if list.is_empty() {
            continue;
        }
        let mut lines: Vec<String> = list.iter().take(60).map(render_item_line).collect();
        let mut items: Vec<usize> = list.iter().map(|line| line.items).collect();
        if anchor == "rust-renamed" {
            // Setters and fields are not in the index of names: the change itself says what they are called now.
            let members =
                categories.iter().flat_map(|category| &category.groups).filter(|group| renames_member(group));
            for group in members {
                lines.insert(0, format!("{} (setters and fields)", render_group(group, links)));
                items.insert(0, group.changes.len());
            }
        }
        blocks.push(Block {
            head: format!("\n## {title} ({count})\n\n"),
            lines,
            items,
            weight: 4,
            noun: "items",
            link: links.at(anchor),
        });
    }
    blocks
}

/// Whether a group is a rename of fields or parameters that recurs.
fn renames_member(group: &Group<'_>) -> bool {
    let first = group.changes.first().map(|change| change.group.replacen("parameter-", "field-", 1));
    group.changes.len() > 2
        && group.changes.iter().all(|change| Some(change.group.replacen("parameter-", "field-", 1)) == first)
        && group
            .changes
            .iter()
            .all(|change| matches!(change.kind, Kind::FieldRenamed | Kind::ParameterRenamed))
}

fn render_item_line(line: &ItemLine) -> String {
    let title = escape_within(&line.title, TITLE);
    if line.details.is_empty() {
        return format!("- {title}");
    }
    format!("- {title}: {}", join_within(&line.details, 2 * DETAILS))
}

fn render_misfits(judged: &Judged, links: &Links) -> Vec<Block> {
    let mut blocks = Vec::new();
    let misfits = &judged.misfits;
    if !misfits.dead.is_empty() {
        blocks.push(Block {
            head: format!(
                "\n## What no longer matches: {}\n\n`cargo xtask spec pull --prune` removes them and moves texts to renamed fields.\n\n",
                describe_dead(misfits.dead.len()),
            ),
            lines: misfits.dead.iter().take(60).map(render_misfit).collect(),
            items: vec![1; misfits.dead.len()],
            weight: 3,
            noun: "actions or entries",
            link: links.at("dead"),
        });
    }
    let lines: Vec<String> = misfits.brought_back.iter().map(render_misfit).take(40).collect();
    if !lines.is_empty() {
        blocks.push(Block {
            head: format!(
                "\n## What the overlay would bring back: {}\n\nThe overlay describes what the document no longer has, and so creates it again, without a type.\n\n",
                count_noun(misfits.brought_back.len(), "field")
            ),
            items: vec![1; misfits.brought_back.len()],
            lines,
            weight: 2,
            noun: "fields",
            link: links.at("brought-back"),
        });
    }
    blocks
}

fn describe_dead(count: usize) -> String {
    if count == 1 { "1 action or entry".to_owned() } else { format!("{count} actions and entries") }
}

fn render_misfit(misfit: &Misfit) -> String {
    let place = misfit.place.as_ref().map(|place| format!(" (`{}`)", plain_code(place))).unwrap_or_default();
    let text = misfit.text.as_ref().map(|text| format!("; its text: {}", escape_within(text, DETAILS)));
    format!("- {}{place}{}", escape_within(&misfit.message, TITLE), text.unwrap_or_default())
}

fn render_changes(categories: &[Category<'_>], links: &Links) -> Vec<Block> {
    let mut blocks = Vec::new();
    let text = |head: String| Block { head, ..Block::default() };
    for impact in [Impact::Breaking, Impact::Compatible, Impact::Documentation] {
        let own: Vec<&Category<'_>> =
            categories.iter().filter(|category| category.impact == impact).collect();
        let count: usize = own.iter().map(|category| category.count_changes()).sum();
        if own.is_empty() {
            continue;
        }
        let (most, weight) = match impact {
            Impact::Breaking => (40, 3),
            Impact::Compatible => (15, 2),
            Impact::Documentation => (5, 1),
        };
        let title = title_of_impact(impact);
        // What needs no decision is folded, so that the sections behind it are found.
        let is_folded = impact != Impact::Breaking;
        blocks.push(text(match is_folded {
            true => format!("\n<details>\n<summary><b>{title} ({count})</b></summary>\n"),
            false => format!("\n## {title} ({count})\n"),
        }));
        for category in own {
            blocks.push(Block {
                head: format!("\n### {} ({})\n\n", category.heading.title(), category.count_changes()),
                lines: category.groups.iter().take(most).map(|group| render_group(group, links)).collect(),
                items: category.groups.iter().map(|group| group.changes.len()).collect(),
                weight,
                noun: "changes",
                link: links.at(&category.anchor),
            });
        }
        if is_folded {
            blocks.push(text("\n</details>\n".to_owned()));
        }
    }
    blocks
}

/// The heading of the changes of one impact.
pub(super) fn title_of_impact(impact: Impact) -> &'static str {
    match impact {
        Impact::Breaking => "Breaking changes",
        Impact::Compatible => "Compatible changes",
        Impact::Documentation => "Changes of documentation only",
    }
}

fn render_group(group: &Group<'_>, links: &Links) -> String {
    let mut line = format!("- {}", escape_within(&group.title, TITLE));
    if !group.details.is_empty() {
        let _ = write!(line, ": {}", join_within(&group.details, DETAILS));
    }
    let facts: Vec<String> =
        [Some(describe_counts(group)).filter(|counts| !counts.is_empty()), describe_breaks(group)]
            .into_iter()
            .flatten()
            .collect();
    if !facts.is_empty() {
        let _ = write!(line, " — {}", facts.join("; "));
    }
    if let Some(link) = links.at(&group.anchor) {
        let _ = write!(line, " [list]({link})");
    }
    line
}

fn render_decisions(judged: &Judged, links: &Links) -> Option<Block> {
    let decisions = &judged.decisions;
    let now: usize = decisions.iter().map(|decision| decision.now).sum();
    if now == 0 {
        return None;
    }
    let added: usize = decisions.iter().map(|decision| decision.added.len()).sum();
    let lines = decisions.iter().take(20).map(|decision| {
        let what = plain_code(&decision.what);
        if decision.added.is_empty() {
            return format!("- `{what}`: {}", count_noun(decision.now, "field"));
        }
        let paths: Vec<String> = decision.added.iter().map(|path| format!("`{path}`")).collect();
        format!(
            "- `{what}`: {}, {} new: {}",
            count_noun(decision.now, "field"),
            decision.added.len(),
            join_within(&paths, DETAILS / 2)
        )
    });
    Some(Block {
        head: format!(
            "\n## Types that come from us: {}, {added} new\n\nThe document states only a string; the configuration decides by name and place.\n\n",
            count_noun(now, "field")
        ),
        lines: lines.collect(),
        items: vec![1; decisions.len()],
        weight: 2,
        noun: "types",
        link: links.at("decisions"),
    })
}

fn render_rest(judged: &Judged) -> Vec<Block> {
    let (from, to) = &judged.version;
    let mut texts = vec![format!("\n## The regenerated crate\n\n{}\n", judged.size)];
    if from != to {
        texts.push(format!(
            "\n## Entry of the changelog\n\n```markdown\n{}\n```\n",
            judged.entry.replace("```", "'''")
        ));
    }
    texts.push(
        "\n## Next\n\n1. `cargo xtask spec pull --prune` (a minute) removes what no longer matches; fix by hand what is left.\n2. `cargo \
         xtask codegen` (a minute), then read `git diff generated/names.txt`.\n3. `cargo test --workspace` (ten minutes), then \
         `.ci/run` (an hour).\n"
            .to_owned(),
    );
    texts.into_iter().map(|head| Block { head, ..Block::default() }).collect()
}

/// Text for a code span of Markdown.
fn plain_code(text: &str) -> String {
    let text = whop_codegen::diff::sanitize_line(text).replace('`', "'");
    text.chars().take(80).collect()
}
