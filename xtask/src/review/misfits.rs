//! What no longer fits the document: actions of overlays and entries of the configuration, with the texts that they hold.

use whop_codegen::diagnostic::{Code, Messages};
use whop_codegen::document::Source;

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
        let list = match diagnostic.code {
            Code::BROUGHT_BACK => &mut misfits.brought_back,
            code if code.is_misfit() => &mut misfits.dead,
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

/// The description at a line, or the first one of the action that contains the line. Overlays are lists of actions, and an action
/// begins with a hyphen.
fn find_description(text: &str, line: usize) -> Option<String> {
    let lines: Vec<&str> = text.lines().collect();
    let begins = |line: &str| line.trim_start().starts_with("- ");
    let at = line.checked_sub(1).filter(|at| *at < lines.len())?;
    let begin = (0..=at).rev().find(|at| lines.get(*at).is_some_and(|line| begins(line)))?;
    let indent = measure_indent(lines.get(begin)?);
    let rest = lines.get(begin + 1..)?;
    let end = rest.iter().position(|line| begins(line) && measure_indent(line) <= indent);
    let end = end.map_or(lines.len(), |end| begin + 1 + end);
    let describes = |at: &usize| lines.get(*at).is_some_and(|line| line.contains("description:"));
    let near = (at..end.min(at + 2)).find(describes);
    read_description(&lines, near.or_else(|| (begin..end).find(describes))?)
}

/// The description that begins on a line, with the lines that continue it: those with a larger indent.
fn read_description(lines: &[&str], at: usize) -> Option<String> {
    let first = lines.get(at)?;
    let (_, value) = first.split_once("description:")?;
    let indent = measure_indent(first);
    let continued =
        lines.get(at + 1..)?.iter().take_while(|line| measure_indent(line) > indent && !is_key(line));
    let parts: Vec<&str> = std::iter::once(value).chain(continued.copied()).map(str::trim).collect();
    let text = parts.join(" ");
    let text = text.trim().trim_start_matches(['>', '|', '-', '"', '\'', ' ']);
    let text = text.trim_end_matches(['}', '"', '\'', ' ']);
    let shown: String = text.chars().take(TEXT).collect();
    let is_cut = text.chars().nth(TEXT).is_some();
    (!shown.is_empty()).then(|| if is_cut { format!("{shown}…") } else { shown })
}

fn measure_indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// Whether a line is a key of a mapping, not a part of a text.
fn is_key(line: &str) -> bool {
    let line = line.trim_start();
    let name = line.split(':').next().unwrap_or_default();
    line.starts_with('#') || (name.len() < line.len() && !name.is_empty() && !name.contains(' '))
}

#[cfg(test)]
mod tests {
    use super::find_description;

    #[test]
    fn the_description_of_an_action_is_found() {
        let text = "overlay: 1.0.0\nactions:\n  - target: $.a\n    update: {description: The first.}\n  - target: $.b\n    \
                    update:\n      description: >-\n        The second,\n        in two lines.\n      properties:\n        id: \
                    {description: An id.}\n        kind:\n          description: A kind.\n        more: {type: string}\n  # \
                    Another part.\n  - target: $.c\n    remove: true\n";
        for (line, expected) in [
            (3, Some("The first.")),
            (4, Some("The first.")),
            (5, Some("The second, in two lines.")),
            (8, Some("The second, in two lines.")),
            (11, Some("An id.")),
            (12, Some("A kind.")),
            (14, Some("The second, in two lines.")),
            (16, None),
            (1, None),
            (0, None),
            (99, None),
        ] {
            assert_eq!(find_description(text, line).as_deref(), expected, "{line}");
        }
    }
}
