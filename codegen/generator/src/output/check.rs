//! Describes which files of a plan are out of date.

use super::Plan;
use super::plan::Kind;
use crate::terminal::count_noun;

/// The most characters of a line that are shown.
const SHOWN: usize = 100;

/// Stale, missing and extra files with the command that fixes them; `None` if there are none.
pub fn describe_drift(plan: &Plan<'_>, name: &str, command: &str) -> Option<String> {
    if plan.changes.is_empty() {
        return None;
    }
    let differ = if plan.changes.len() == 1 { "differs" } else { "differ" };
    let files = count_noun(plan.changes.len(), "file");
    let mut text = format!("error[drift]: {files} {differ} from what the generator writes\n --> {name}\n");
    for change in &plan.changes {
        let path = change.path.display().to_string().replace('\\', "/");
        match &change.kind {
            Kind::Missing { .. } => text.push_str(&format!("  missing {path}\n")),
            Kind::Extra => text.push_str(&format!("  extra   {path}\n")),
            Kind::Stale { old, new } => {
                let (line, old, new) = first_difference(&String::from_utf8_lossy(old), new);
                text.push_str(&format!("  stale   {path}:{line}\n          - {old}\n          + {new}\n"));
            }
        }
    }
    text.push_str(&format!(" = help: run `{command}`\n"));
    Some(text)
}

/// The number of the first line in which two texts differ, and both lines.
fn first_difference(old: &str, new: &str) -> (usize, String, String) {
    let (mut olds, mut news) = (old.split('\n'), new.split('\n'));
    let mut line = 1;
    loop {
        match (olds.next(), news.next()) {
            (Some(a), Some(b)) if a == b => line += 1,
            (a, b) => return (line, sanitize_line(a), sanitize_line(b)),
        }
    }
}

fn sanitize_line(line: Option<&str>) -> String {
    let Some(line) = line else { return "(the file ends)".to_owned() };
    let mut text = String::new();
    for c in line.chars().take(SHOWN) {
        if c.is_control() { text.extend(c.escape_default()) } else { text.push(c) }
    }
    if line.chars().nth(SHOWN).is_some() {
        text.push('…');
    }
    text
}
