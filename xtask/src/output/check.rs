//! A plan to the text that tells a person what is out of date.

use super::Plan;
use super::plan::Kind;
use crate::terminal::count;

/// At most this many characters of a line are shown.
const SHOWN: usize = 100;

/// What is stale, missing and extra, and the command that mends it. `None` if nothing is.
pub(crate) fn drift(plan: &Plan, name: &str, command: &str) -> Option<String> {
    if plan.changes.is_empty() {
        return None;
    }
    let differ = if plan.changes.len() == 1 { "differs" } else { "differ" };
    let files = count(plan.changes.len(), "file");
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
            (a, b) => return (line, shown(a), shown(b)),
        }
    }
}

fn shown(line: Option<&str>) -> String {
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
