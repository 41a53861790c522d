//! Breaks Markdown into lines.

use std::borrow::Cow;

use super::is_printable;

/// The longest line of documentation, without the slashes.
const WIDTH: usize = 104;

/// The lines of paragraphs, with a blank line between two. Code and tables are not broken.
pub(super) fn wrap_lines(paragraphs: &[String]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for paragraph in
        paragraphs.iter().map(|text| keep_visible(text)).filter(|paragraph| !paragraph.trim().is_empty())
    {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        let mut fence: Option<&str> = None;
        for line in paragraph.lines() {
            let text = line.trim_start();
            let ticks = text.len() - text.trim_start_matches('`').len();
            let is_fence = ticks >= 3;
            match fence {
                Some(open) if is_fence && text == open => fence = None,
                None if is_fence => fence = text.get(..ticks),
                None if !text.starts_with('|') => {
                    wrap(line, &mut lines);
                    continue;
                }
                _ => {}
            }
            lines.push(line.trim_end().to_owned());
        }
    }
    lines
}

/// The text without what is not visible.
fn keep_visible(text: &str) -> Cow<'_, str> {
    let is_visible = |c: char| is_printable(c) || c == '\n';
    if text.chars().all(is_visible) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.chars().filter(|c| is_visible(*c)).collect())
    }
}

/// Breaks a line between words, but not within code, nor where the next line would begin another block.
fn wrap(line: &str, lines: &mut Vec<String>) {
    let text = line.trim_start();
    let indent = line.len() - text.len();
    // Further lines of a list item or a quotation begin as far in as its text.
    let marker = indent + list_marker(text).unwrap_or_default();
    let mut further = " ".repeat(marker);
    if text.starts_with("> ") {
        further.push_str("> ");
    }
    let mut current = " ".repeat(indent);
    let mut ticks = 0;
    let mut is_fresh = true;
    for word in text.trim_end().split(' ') {
        let fits = current.len() + word.len() < WIDTH;
        let begins_block =
            word.starts_with(['-', '+', '*', '#', '>', '=', '|', '~']) || word.starts_with(char::is_numeric);
        // A marker alone would be an empty item.
        let is_marker = current.len() < marker;
        if !is_fresh && !fits && !begins_block && !is_marker && ticks % 2 == 0 {
            lines.push(current.trim_end_matches(' ').to_owned());
            current.clone_from(&further);
        } else if !is_fresh {
            current.push(' ');
        }
        is_fresh = false;
        ticks += word.matches('`').count() - word.matches("\\`").count();
        current.push_str(word);
    }
    lines.push(current.trim_end().to_owned());
}

/// The width of the marker if the line begins a list item.
fn list_marker(line: &str) -> Option<usize> {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let ends: &[char] = if digits == 0 { &['-', '*', '+'] } else { &['.', ')'] };
    let rest = line.get(digits..)?.strip_prefix(ends)?;
    let spaces = rest.len() - rest.trim_start_matches(' ').len();
    (spaces > 0).then_some(digits + 1 + spaces.min(4))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_of_lists_are_indented() {
        let item = format!("- {} end\n\nafter", "word ".repeat(25).trim());
        let lines = wrap_lines(&[item]);
        assert!(lines[1].starts_with("  ") && !lines[1].starts_with("   "), "{lines:?}");
        assert_eq!(lines.last().map(String::as_str), Some("after"));
        let long = format!("2. {}", "x".repeat(2 * WIDTH));
        assert_eq!(wrap_lines(std::slice::from_ref(&long)), [long]);
        assert_eq!(list_marker("12. x"), Some(4));
        assert_eq!(list_marker("*   x"), Some(4));
        assert_eq!(list_marker("-x"), None);
    }

    #[test]
    fn code_and_tables_are_not_broken() {
        let long = "word ".repeat(40).trim().to_owned();
        for block in [format!("````text\n```\n{long}\n````"), format!("| {long} |\n|---|")] {
            assert_eq!(wrap_lines(std::slice::from_ref(&block)).join("\n"), block);
        }
    }
}
