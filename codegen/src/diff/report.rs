//! Changes to text: for a terminal, and as markdown for a pull request. JSON is the changes themselves.

use std::fmt::Write as _;

use super::change::{Change, Diff, Impact, Location, Verdict};

/// How many calls are named where a change reaches more.
const NAMED: usize = 3;

/// How many changes of words alone a pull request lists; the rest are counted.
const WORDS: usize = 20;

/// At most this many characters of what the documents say are shown in a line.
const LENGTH: usize = 300;

const IMPACTS: [Impact; 3] = [Impact::Breaking, Impact::Compatible, Impact::Documentation];

/// The whole report for a terminal.
#[must_use]
pub fn text(diff: &Diff) -> String {
    let mut out = String::new();
    for impact in IMPACTS {
        let changes = of(diff, impact);
        if changes.is_empty() {
            continue;
        }
        let _ = writeln!(out, "{impact} ({})", changes.len());
        for change in changes {
            let _ =
                writeln!(out, "  {}: {} [{}]", shown(&change.subject), shown(&change.message), facts(change));
            for (word, location) in [("old", &change.old), ("new", &change.new)] {
                if let Some(location) = location {
                    let _ = writeln!(out, "    {word}: {}", place(location));
                }
            }
            if let Some(calls) = calls(change) {
                let _ = writeln!(out, "    in {calls}");
            }
        }
        out.push('\n');
    }
    out.push_str(&verdict_line(diff));
    out.push('\n');
    out
}

/// The whole report as markdown: what breaks in full, words alone cut short.
#[must_use]
pub fn markdown(diff: &Diff) -> String {
    let mut out = format!("{}\n", verdict_line(diff));
    for impact in IMPACTS {
        let changes = of(diff, impact);
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
            let subject = inert(&change.subject);
            let _ = write!(out, "- **{subject}**: {} ({})", inert(&change.message), facts(change));
            if let Some(calls) = calls(change) {
                let _ = write!(out, "; in {}", inert(&calls));
            }
            let places: Vec<String> = [("old", &change.old), ("new", &change.new)]
                .into_iter()
                .filter_map(|(word, location)| {
                    Some(format!("{word} `{}`", place(location.as_ref()?).replace('`', "'")))
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

/// The version that follows: before 1.0, the second number stands for the first.
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

fn of(diff: &Diff, impact: Impact) -> Vec<&Change> {
    diff.changes.iter().filter(|change| change.impact.worst() == impact).collect()
}

fn verdict_line(diff: &Diff) -> String {
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

/// Direction, and what breaks for whom.
fn facts(change: &Change) -> String {
    let breaks = |impact| impact == Impact::Breaking;
    let word = match (breaks(change.impact.rust), breaks(change.impact.wire)) {
        (true, true) => ", Rust and wire",
        (true, false) => ", Rust only",
        (false, true) => ", wire only",
        (false, false) => "",
    };
    format!("{}{word}", change.direction)
}

/// The calls that a change reaches, unless the subject says it already.
fn calls(change: &Change) -> Option<String> {
    let calls = &change.operations;
    let named: Vec<String> = calls.iter().take(NAMED).map(|call| shown(call)).collect();
    match calls.as_slice() {
        [] => None,
        [only] if change.subject.contains(only.as_str()) => None,
        [_] => Some(named.join("")),
        all if all.len() <= NAMED => Some(named.join(", ")),
        all => Some(format!("{} calls: {}, …", all.len(), named.join(", "))),
    }
}

fn place(location: &Location) -> String {
    format!("#{} ({}:{})", shown(&location.pointer), shown(&location.file), location.line)
}

/// What a document says, on one line and without what a terminal obeys.
fn shown(text: &str) -> String {
    let mut out: String = text.chars().take(LENGTH).map(|c| if is_inert(c) { c } else { ' ' }).collect();
    if text.chars().nth(LENGTH).is_some() {
        out.push('…');
    }
    out
}

fn is_inert(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// What a document says, on one line of a page that people read: no tag, link, mention or other sign of it works there.
#[must_use]
pub fn inert(text: &str) -> String {
    let mut out = String::new();
    let mut code = false;
    let mut last = ' ';
    for c in shown(text).chars() {
        let again = c == '`' && last == '`';
        last = c;
        match c {
            // Runs of one pair up from left to right; longer ones would not, and what is code would be text.
            '`' if again => {}
            '`' => {
                code = !code;
                out.push(c);
            }
            '<' | '>' | '[' | ']' | '*' | '_' | '#' | '!' | '\\' if !code => {
                out.push('\\');
                out.push(c);
            }
            // Not even in the name of a person.
            '@' => out.push_str("@\u{200b}"),
            c => out.push(c),
        }
    }
    if code {
        out.push('`');
    }
    out
}
