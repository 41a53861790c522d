//! What no longer fits the document: actions of overlays and entries of the configuration, with the texts that they hold.

use whop_codegen::diagnostic::Messages;
use whop_codegen::document::Source;

/// The codes of messages about actions and entries that match nothing.
const DEAD: [&str; 3] = ["dead-action", "dead-entry", "api-version"];
/// The code of messages about actions that create what they only describe.
const BROUGHT_BACK: &str = "brought-back";

/// The longest text of an action that is shown, in characters.
const TEXT: usize = 160;

/// A message about an action or an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Misfit {
    pub(super) message: String,
    /// `file:line`.
    pub(super) place: Option<String>,
    /// The description that the action sets.
    pub(super) text: Option<String>,
}

/// The actions and entries that match nothing, and the actions that bring something back.
#[derive(Debug, Default)]
pub(super) struct Misfits {
    pub(super) dead: Vec<Misfit>,
    pub(super) brought_back: Vec<Misfit>,
}

/// Picks the messages about actions and entries from those of a run.
pub(super) fn collect_misfits(messages: &Messages, sources: &[Source]) -> Misfits {
    let mut misfits = Misfits::default();
    for (diagnostic, position) in messages.iter() {
        let code = diagnostic.code.as_str();
        let list = match code {
            BROUGHT_BACK => &mut misfits.brought_back,
            code if DEAD.contains(&code) => &mut misfits.dead,
            _ => continue,
        };
        let text = position.as_ref().and_then(|position| {
            let source = sources.iter().find(|source| source.name == position.file)?;
            find_description(&source.text, position.line)
        });
        list.push(Misfit {
            message: diagnostic.message.clone(),
            place: position.map(|position| format!("{}:{}", position.file, position.line)),
            text,
        });
    }
    misfits
}

/// The first description of the action that contains a line. Overlays are lists of actions, and an action begins with a hyphen.
fn find_description(text: &str, line: usize) -> Option<String> {
    let lines: Vec<&str> = text.lines().collect();
    let indent = |line: &str| line.len() - line.trim_start().len();
    let begins = |line: &&str| line.trim_start().starts_with("- ");
    let begin = (0..line.min(lines.len())).rev().find(|at| lines.get(*at).is_some_and(begins))?;
    let own = lines.get(begin).map(|line| indent(line))?;
    let rest = lines.get(begin + 1..)?;
    let end = rest.iter().position(|line| begins(line) && indent(line) <= own).unwrap_or(rest.len());
    let action = lines
        .get(begin..begin + 1 + end)?
        .iter()
        .map(|line| line.trim())
        .filter(|line| !line.starts_with('#'))
        .collect::<Vec<_>>()
        .join(" ");
    let (_, after) = action.split_once("description:")?;
    let after = after.trim().trim_start_matches(['>', '|', '-', '"', '\'', ' ']);
    let shown: String = after.trim_end_matches(['}', '"', '\'', ' ']).chars().take(TEXT).collect();
    let is_cut = after.chars().nth(TEXT).is_some();
    (!shown.is_empty()).then(|| if is_cut { format!("{shown}…") } else { shown })
}

#[cfg(test)]
mod tests {
    use super::find_description;

    #[test]
    fn the_description_of_an_action_is_found() {
        let text = "overlay: 1.0.0\nactions:\n  - target: $.a\n    update: {description: The first.}\n  - target: $.b\n    update:\n      \
                    description: >-\n        The second,\n        in two lines.\n  # Another part.\n  - target: $.c\n    remove: true\n";
        for (line, expected) in [
            (3, Some("The first.")),
            (4, Some("The first.")),
            (5, Some("The second, in two lines.")),
            (8, Some("The second, in two lines.")),
            (11, None),
            (1, None),
            (99, None),
        ] {
            assert_eq!(find_description(text, line).as_deref(), expected, "{line}");
        }
    }
}
