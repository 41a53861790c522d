//! Renders changes as text for a terminal and as Markdown for a pull request. The JSON format is the changes themselves.

use std::fmt::Write as _;

use super::change::{Change, Diff, Impact, Location, Verdict};

/// How many operations are named for a change that affects more.
const NAMED: usize = 3;

/// How many documentation changes a pull request lists; the rest are counted.
const WORDS: usize = 20;

/// The longest text of a document in one line, in characters.
const LENGTH: usize = 300;

const IMPACTS: [Impact; 3] = [Impact::Breaking, Impact::Compatible, Impact::Documentation];

/// The whole report for a terminal.
#[must_use]
pub fn render_text(diff: &Diff) -> String {
    let mut out = String::new();
    for impact in IMPACTS {
        let changes = changes_with_impact(diff, impact);
        if changes.is_empty() {
            continue;
        }
        let _ = writeln!(out, "{impact} ({})", changes.len());
        for change in changes {
            let _ = writeln!(
                out,
                "  {}: {} [{}]",
                sanitize_line(&change.subject),
                sanitize_line(&change.message),
                describe_impact(change)
            );
            for (word, location) in [("old", &change.old), ("new", &change.new)] {
                if let Some(location) = location {
                    let _ = writeln!(out, "    {word}: {}", describe_location(location));
                }
            }
            if let Some(calls) = describe_calls(change) {
                let _ = writeln!(out, "    in {calls}");
            }
        }
        out.push('\n');
    }
    out.push_str(&describe_verdict(diff));
    out.push('\n');
    out
}

/// The whole report as Markdown: breaking and compatible changes in full, documentation changes up to a limit.
#[must_use]
pub fn render_markdown(diff: &Diff) -> String {
    let mut out = format!("{}\n", describe_verdict(diff));
    for impact in IMPACTS {
        let changes = changes_with_impact(diff, impact);
        if changes.is_empty() {
            continue;
        }
        let title = match impact {
            Impact::Breaking => "Breaking",
            Impact::Compatible => "Compatible",
            Impact::Documentation => "Documentation only",
        };
        let _ = writeln!(out, "\n### {title} ({})\n", changes.len());
        let limit = if impact == Impact::Documentation { WORDS } else { usize::MAX };
        for change in changes.iter().take(limit) {
            let subject = escape_markdown(&change.subject);
            let _ = write!(
                out,
                "- **{subject}**: {} ({})",
                escape_markdown(&change.message),
                describe_impact(change)
            );
            if let Some(calls) = describe_calls(change) {
                let _ = write!(out, "; in {}", escape_markdown(&calls));
            }
            let places: Vec<String> = [("old", &change.old), ("new", &change.new)]
                .into_iter()
                .filter_map(|(word, location)| {
                    Some(format!("{word} `{}`", describe_location(location.as_ref()?).replace('`', "'")))
                })
                .collect();
            let _ = writeln!(out, "\n  <br>{}", places.join(", "));
        }
        if changes.len() > limit {
            let _ = writeln!(out, "- and {} more", changes.len() - limit);
        }
    }
    out
}

/// The next version. Before 1.0, the second number plays the part of the first.
#[must_use]
pub fn next_version(version: &str, verdict: Verdict) -> Option<String> {
    let numbers: Vec<u64> = version.split('.').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let [major, minor, patch] = numbers.as_slice() else { return None };
    let next = match (verdict, major) {
        (Verdict::Major, 0) => (0, minor + 1, 0),
        (Verdict::Major, _) => (major + 1, 0, 0),
        (Verdict::Minor, 1..) => (*major, minor + 1, 0),
        _ => (*major, *minor, patch + 1),
    };
    Some(format!("{}.{}.{}", next.0, next.1, next.2))
}

fn changes_with_impact(diff: &Diff, impact: Impact) -> Vec<&Change> {
    diff.changes.iter().filter(|change| change.impact.worst() == impact).collect()
}

fn describe_verdict(diff: &Diff) -> String {
    if diff.is_empty() {
        return "verdict: patch: the two documents describe the same API".to_owned();
    }
    let counts = IMPACTS.map(|impact| format!("{} {impact}", diff.count(impact)));
    let rule = match diff.verdict() {
        Verdict::Major => " (before 1.0: 0.x+1.0)",
        Verdict::Minor => " (before 1.0: 0.x.y+1)",
        Verdict::Patch => "",
    };
    format!("verdict: {}{rule}: {}", diff.verdict(), counts.join(", "))
}

/// The direction, and whether Rust, the wire or both break.
fn describe_impact(change: &Change) -> String {
    let breaks = |impact| impact == Impact::Breaking;
    let word = match (breaks(change.impact.rust), breaks(change.impact.wire)) {
        (true, true) => ", Rust and wire",
        (true, false) => ", Rust only",
        (false, true) => ", wire only",
        (false, false) => "",
    };
    format!("{}{word}", change.direction)
}

/// The operations that a change affects, unless the subject names them.
fn describe_calls(change: &Change) -> Option<String> {
    let calls = &change.operations;
    let named: Vec<String> = calls.iter().take(NAMED).map(|call| sanitize_line(call)).collect();
    match calls.as_slice() {
        [] => None,
        [only] if change.subject.contains(only.as_str()) => None,
        [_] => Some(named.join("")),
        all if all.len() <= NAMED => Some(named.join(", ")),
        all => Some(format!("{} operations: {}, …", all.len(), named.join(", "))),
    }
}

fn describe_location(location: &Location) -> String {
    format!("#{} ({}:{})", sanitize_line(&location.pointer), sanitize_line(&location.file), location.line)
}

/// Text of a document on one line of limited length, without control characters and marks that reverse the text.
#[must_use]
pub fn sanitize_line(text: &str) -> String {
    let mut out: String = text.chars().take(LENGTH).map(|c| if is_inert(c) { c } else { ' ' }).collect();
    if text.chars().nth(LENGTH).is_some() {
        out.push('…');
    }
    out
}

fn is_inert(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Text of a document on one line of Markdown. Tags, entities, links, mentions and formulas are escaped; code in single backticks
/// stays code.
#[must_use]
pub fn escape_markdown(text: &str) -> String {
    let mut out = String::new();
    let mut code = false;
    let mut last = ' ';
    for c in sanitize_line(text).chars() {
        let again = c == '`' && last == '`';
        match c {
            // Single backticks pair up from left to right; longer runs would not.
            '`' if again => {}
            '`' => {
                code = !code;
                out.push(c);
            }
            '<' | '>' | '[' | ']' | '*' | '_' | '#' | '!' | '\\' | '|' | '~' | '$' if !code => {
                out.push('\\');
                out.push(c);
            }
            // An entity would become a character after mentions and tags were looked for.
            '&' if !code => out.push_str("&amp;"),
            // A zero-width space keeps the text from being a mention, and an address from being a link.
            '@' if !code => out.push_str("@\u{200b}"),
            '/' if last == ':' && !code => out.push_str("\u{200b}/"),
            '.' if !code && out.to_ascii_lowercase().ends_with("www") => out.push_str("\u{200b}."),
            c => out.push(c),
        }
        last = c;
    }
    if code {
        out.push('`');
    }
    out
}
