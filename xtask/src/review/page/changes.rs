//! The sections of the page with the changes: a table for each group, with old and new side by side.

use std::fmt::Write as _;

use whop_codegen::diff::{Change, Direction, Impact, Location};

use super::Section;
use super::escape::{escape, format_spans};
use crate::review::body::title_of_impact;
use crate::review::full::describe_calls;
use crate::review::groups::{Category, Group, describe_counts};

pub(super) fn render_changes(categories: &[Category<'_>]) -> Vec<Section> {
    let mut sections = Vec::new();
    for (impact, anchor) in [
        (Impact::Breaking, "breaking"),
        (Impact::Compatible, "compatible"),
        (Impact::Documentation, "documentation"),
    ] {
        let own: Vec<&Category<'_>> =
            categories.iter().filter(|category| category.impact == impact).collect();
        if own.is_empty() {
            continue;
        }
        let mut html = String::new();
        for category in &own {
            let _ = writeln!(
                html,
                "<section>\n<h3 id=\"{}\">{} <small>{}</small></h3>",
                category.anchor,
                category.heading.title(),
                category.count_changes()
            );
            for group in &category.groups {
                render_group(group, &mut html);
            }
            html.push_str("</section>\n");
        }
        let count = own.iter().map(|category| category.count_changes()).sum();
        sections.push(Section { anchor, title: title_of_impact(impact), count: Some(count), html });
    }
    sections
}

fn render_group(group: &Group<'_>, html: &mut String) {
    let (rust, wire) = group.count_breaks();
    let badge = |class: &str, word: &str, count: usize| match count {
        0 => String::new(),
        count if count == group.changes.len() => format!("<span class=\"badge {class}\">{word}</span>"),
        count => format!("<span class=\"badge {class}\">{word} {count}</span>"),
    };
    let details: Vec<String> = group.details.iter().take(8).map(|detail| format_spans(detail)).collect();
    let more = if group.details.len() > 8 {
        format!(" and {} more", group.details.len() - 8)
    } else {
        String::new()
    };
    let details = if details.is_empty() {
        String::new()
    } else {
        format!("<span class=\"details\">: {}{more}</span>", details.join(", "))
    };
    let _ = write!(
        html,
        "<details class=\"group\" id=\"{}\"><summary>{}{details} <span class=\"counts\">{}</span>{}{}</summary>\n<div \
         class=\"scroll\"><table><thead><tr><th class=\"c-place\">where</th><th class=\"c-what\">what</th><th \
         class=\"c-value\">old</th><th class=\"c-value\">new</th><th class=\"c-impact\">breaks</th></tr></thead><tbody>\n",
        group.anchor,
        format_spans(&group.title),
        escape(&describe_counts(group)),
        badge("rust", "Rust", rust),
        badge("wire", "wire", wire),
    );
    for change in &group.changes {
        render_change(change, html);
    }
    html.push_str("</tbody></table></div></details>\n");
}

fn render_change(change: &Change, html: &mut String) {
    let breaks = |impact| impact == Impact::Breaking;
    let (rust, wire) = (breaks(change.impact.rust), breaks(change.impact.wire));
    let mut classes = Vec::new();
    let mut badges = String::new();
    for (is_broken, class, badge, word) in
        [(rust, "breaks-rust", "rust", "Rust"), (wire, "breaks-wire", "wire", "wire")]
    {
        if is_broken {
            classes.push(class);
            let _ = write!(badges, "<span class=\"badge {badge}\">{word}</span>");
        }
    }
    if classes.is_empty() {
        classes.push("breaks-nothing");
    }
    let calls =
        describe_calls(change).map(|calls| format!("<span class=\"soft\">in {}</span>", escape(&calls)));
    // What is gone has no new value, and what is new has no old one: the name is the value of the other side.
    let name = |location: &Option<Location>| location.is_none().then(|| change.name.clone()).flatten();
    let before = change.before.clone().or_else(|| name(&change.new));
    let after = change.after.clone().or_else(|| name(&change.old));
    let direction = match change.direction {
        Direction::Both => String::new(),
        direction => format!("<span class=\"soft\">{direction}</span>"),
    };
    let _ = writeln!(
        html,
        "<tr class=\"{}\"><td>{}{}</td><td>{}{direction}</td>{}{}<td class=\"impact\">{badges}</td></tr>",
        classes.join(" "),
        format_spans(&change.subject),
        calls.unwrap_or_default(),
        format_spans(&change.message),
        render_side(before.as_deref(), change.old.as_ref(), "old"),
        render_side(after.as_deref(), change.new.as_ref(), "new"),
    );
}

/// The cell of one document: the value, and where it is.
fn render_side(value: Option<&str>, location: Option<&Location>, class: &str) -> String {
    let Some(location) = location else { return "<td></td>".to_owned() };
    let value =
        value.map_or_else(String::new, |value| format!("<code>{}</code>", escape(&value.replace('`', ""))));
    let place = escape(&format!("{} in {}", location.pointer, location.file));
    format!(
        "<td class=\"{class}\">{value}<span class=\"soft\" title=\"{place}\">line {}</span></td>",
        location.line
    )
}
