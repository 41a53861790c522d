//! Renders the review as one HTML page without a network: everything is in the page, and all text is escaped.

mod changes;
mod escape;

use std::fmt::Write as _;

use whop_codegen::diff::{Change, Impact};

use self::changes::render_changes;
use self::escape::{escape, escape_lines, format_spans};
use super::full::{describe_misfit, describe_unread};
use super::groups::Category;
use super::items::{ItemLine, list_removed};
use super::judge::Judged;
use super::misfits::Misfit;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// Only what is in the page itself is allowed.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// Renders the whole page.
pub(super) fn render_page(judged: &Judged, categories: &[Category<'_>]) -> String {
    let mut sections: Vec<Section> = Vec::new();
    sections.extend(render_failure(judged));
    sections.extend(render_items(judged));
    sections.extend(render_misfits(judged));
    sections.extend(render_changes(categories));
    sections.extend(render_decisions(judged));
    sections.extend(render_rest(judged));
    let (from, to) = &judged.version;
    let title = if from == to { format!("{from} stays") } else { format!("{from} → {to}") };
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" \
         content=\"{POLICY}\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" \
         content=\"light dark\">\n<title>Review: {}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n",
        escape(&title)
    );
    render_header(judged, &title, &sections, &mut out);
    out.push_str(TOOLS);
    out.push_str("<main>\n");
    for section in &sections {
        let _ = write!(
            out,
            "<section>\n<h2 id=\"{}\">{}{}</h2>\n{}</section>\n",
            section.anchor,
            section.title,
            render_count(section.count),
            section.html
        );
    }
    let _ = write!(
        out,
        "</main>\n<footer>Written by <code>cargo xtask review</code>.</footer>\n<script>\n{SCRIPT}</script>\n</body>\n</html>\n"
    );
    out
}

const TOOLS: &str = "<div id=\"tools\" hidden><form role=\"search\">\n<input id=\"search\" type=\"search\" placeholder=\"Search names, \
                     operations, types (press /)\" aria-label=\"Search\" autocomplete=\"off\">\n<select id=\"impact\" \
                     aria-label=\"Impact\"><option value=\"\">every impact</option><option value=\"breaks-rust\">breaks \
                     Rust</option><option value=\"breaks-wire\">breaks the wire</option><option \
                     value=\"breaks-nothing\">compatible</option></select>\n<button type=\"button\" id=\"open-all\">Unfold \
                     all</button>\n<button type=\"button\" id=\"close-all\">Fold all</button>\n<output id=\"found\" \
                     for=\"search impact\"></output>\n</form></div>\n";

/// A part of the page that the navigation names.
struct Section {
    anchor: &'static str,
    title: &'static str,
    count: Option<usize>,
    html: String,
}

fn render_count(count: Option<usize>) -> String {
    count.map(|count| format!(" <small>{count}</small>")).unwrap_or_default()
}

fn render_header(judged: &Judged, title: &str, sections: &[Section], out: &mut String) {
    let (old, new) = &judged.api_version;
    let change = |old: &str, new: &str| {
        if old == new { escape(new) } else { format!("{} → {}", escape(old), escape(new)) }
    };
    let verdict = judged.verdict.to_string();
    let class = if verdict == "major" { "rust" } else { "good" };
    let _ = write!(
        out,
        "<header>\n<h1>{} <span class=\"badge verdict {class}\">{verdict}</span></h1>\n<p>{}.</p>\n<ul class=\"cards\">\n",
        escape(title),
        escape(&judged.reason)
    );
    let count =
        |breaks: fn(&Change) -> bool| judged.found.changes.iter().filter(|change| breaks(change)).count();
    let [operations, events] = judged.sizes.map(|(old, new)| change(&old.to_string(), &new.to_string()));
    let cards = [
        ("version of the API", change(old, new)),
        ("operations", operations),
        ("events", events),
        ("changes break Rust", count(|change| change.impact.rust == Impact::Breaking).to_string()),
        ("changes break the wire", count(|change| change.impact.wire == Impact::Breaking).to_string()),
        ("changes in all", judged.found.changes.len().to_string()),
    ];
    for (label, value) in cards {
        let _ = writeln!(out, "<li><b>{value}</b><span>{label}</span></li>");
    }
    let _ = write!(
        out,
        "</ul>\n<p class=\"soft\">The document is that of {}.</p>\n<nav aria-label=\"Sections\"><ul>\n",
        escape(&judged.date)
    );
    for section in sections {
        let _ = writeln!(
            out,
            "<li><a href=\"#{}\">{}</a>{}</li>",
            section.anchor,
            section.title,
            section.count.map(|count| format!(" <span class=\"soft\">{count}</span>")).unwrap_or_default()
        );
    }
    out.push_str("</ul></nav>\n</header>\n");
}

fn render_failure(judged: &Judged) -> Vec<Section> {
    let section = |anchor, title, text: &Option<String>| {
        text.as_ref().map(|text| Section {
            anchor,
            title,
            count: None,
            html: format!("<pre>{}</pre>\n", escape_lines(text)),
        })
    };
    let failures = &judged.failures;
    let new = section("failure", "The crate cannot be generated yet", &failures.new);
    let old = section("old-failure", "The old crate cannot be generated any more", &failures.old);
    new.into_iter().chain(old).collect()
}

fn render_items(judged: &Judged) -> Vec<Section> {
    let renames = &judged.renames;
    let mut sections = Vec::new();
    if judged.failures.new.is_some() && renames.is_empty() {
        let text = "Which items are renamed or removed is known when the crate can be generated.";
        sections.push(Section {
            anchor: "rust",
            title: "Rust items",
            count: None,
            html: format!("<p>{text}</p>\n"),
        });
    }
    if !renames.renamed.is_empty() {
        let mut html = "<details class=\"group\" open><summary>old and new names</summary>\n<div class=\"scroll\"><table \
                        class=\"pairs\"><thead><tr><th class=\"c-half\">old</th><th class=\"c-half\">new</th></tr></thead><tbody>\n"
            .to_owned();
        for item in &renames.renamed {
            let _ = writeln!(
                html,
                "<tr class=\"breaks-rust\"><td class=\"old\"><code>{}</code></td><td class=\"new\"><code>{}</code></td></tr>",
                escape(&item.old),
                escape(&item.new)
            );
        }
        html.push_str("</tbody></table></div></details>\n");
        let count = Some(renames.renamed.len());
        sections.push(Section { anchor: "rust-renamed", title: "Renamed Rust items", count, html });
    }
    if !renames.removed.is_empty() {
        let html = format!(
            "<details class=\"group\"><summary>by what they belong to</summary>\n{}</details>\n",
            render_item_lines(&list_removed(renames))
        );
        let count = Some(renames.removed.len());
        sections.push(Section { anchor: "rust-removed", title: "Removed Rust items", count, html });
    }
    sections
}

fn render_item_lines(lines: &[ItemLine]) -> String {
    let mut html = "<ul class=\"plain\">\n".to_owned();
    for line in lines {
        let details: Vec<String> = line.details.iter().map(|detail| format_spans(detail)).collect();
        let _ = writeln!(
            html,
            "<li class=\"breaks-rust\">{}: {}</li>",
            format_spans(&line.title),
            details.join(", ")
        );
    }
    html.push_str("</ul>\n");
    html
}

fn render_misfits(judged: &Judged) -> Vec<Section> {
    let list = |lines: &[String], label: &str| {
        let mut html =
            format!("<details class=\"group\" open><summary>{label}</summary>\n<ul class=\"plain\">\n");
        for line in lines {
            let _ = writeln!(html, "<li>{}</li>", format_spans(line));
        }
        html.push_str("</ul></details>\n");
        html
    };
    let describe = |misfits: &[Misfit]| -> Vec<String> { misfits.iter().map(describe_misfit).collect() };
    let dead = describe(&judged.misfits.dead);
    let back = describe(&judged.misfits.brought_back);
    let unread: Vec<String> = judged.found.unread.iter().map(describe_unread).collect();
    let table = [
        ("unread", "What could not be read", unread, "parts that are left out of the comparison"),
        ("dead", "What no longer matches", dead, "actions and entries with their places and texts"),
        ("brought-back", "What the overlay would bring back", back, "fields that the document no longer has"),
    ];
    let sections = table.into_iter().filter(|(_, _, lines, _)| !lines.is_empty());
    sections
        .map(|(anchor, title, lines, label)| Section {
            anchor,
            title,
            count: Some(lines.len()),
            html: list(&lines, label),
        })
        .collect()
}

fn render_decisions(judged: &Judged) -> Option<Section> {
    let count: usize = judged.decisions.iter().map(|decision| decision.now).sum();
    if count == 0 {
        return None;
    }
    let mut html =
        "<p class=\"soft\">The document states only a string; the configuration decides by name and place.</p>\n".to_owned();
    for decision in &judged.decisions {
        let _ = write!(
            html,
            "<details class=\"group\"><summary><code>{}</code> <span class=\"counts\">{} in all, {} new</span></summary>\n<ul \
             class=\"plain\">\n",
            escape(&decision.what),
            decision.now,
            decision.added.len()
        );
        for path in &decision.added {
            let _ = writeln!(html, "<li><code>{}</code></li>", escape(path));
        }
        html.push_str("</ul></details>\n");
    }
    Some(Section { anchor: "decisions", title: "Types that come from us", count: Some(count), html })
}

fn render_rest(judged: &Judged) -> Vec<Section> {
    let section = |anchor, title, html| Section { anchor, title, count: None, html };
    let mut sections =
        vec![section("size", "The regenerated crate", format!("<p>{}</p>\n", escape(&judged.size)))];
    if judged.version.0 != judged.version.1 {
        let html = format!("<pre>{}</pre>\n", escape_lines(&judged.entry));
        sections.push(section("changelog", "Entry of the changelog", html));
    }
    sections
}
