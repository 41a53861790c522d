//! A page as Markdown.

use std::fmt::Write as _;

use pulldown_cmark::{Event, Parser, Tag};

use super::{Block, Entry, Page};
use crate::output::{escape_line, escape_lines};

/// Renders a page.
pub(in crate::manual) fn render_markdown(page: &Page) -> String {
    let mut text = format!("# {}\n", escape_plain(&page.title));
    for block in &page.blocks {
        text.push('\n');
        match block {
            Block::Heading(heading) => text.push_str(&format!("## {}\n", escape_plain(heading))),
            Block::Markdown(markdown) => {
                text.push_str(&nest_markdown(markdown));
                text.push('\n');
            }
            Block::Code(code) => {
                let fence = "`".repeat(3.max(longest_run(code) + 1));
                let _ = writeln!(text, "{fence}text\n{}\n{fence}", escape_lines(code.trim_end()));
            }
            Block::Entries(entries) => write_entries(&mut text, entries, 0),
        }
    }
    text
}

fn write_entries(text: &mut String, entries: &[Entry], depth: usize) {
    let indent = "  ".repeat(depth);
    for entry in entries {
        let _ = write!(text, "{indent}- {}", quote_code(&entry.name));
        let notes = escape_plain(&entry.notes.join(", "));
        let has_text = !entry.text.is_empty() || !entry.facts.is_empty() || !entry.members.is_empty();
        match (notes.is_empty(), has_text) {
            (true, _) => {}
            (false, true) => text.push_str(&format!(" ({notes})")),
            (false, false) => text.push_str(&format!(": {notes}")),
        }
        // An item has one line: the blocks of a text would end the list.
        let words = entry.text.split_whitespace().collect::<Vec<_>>().join(" ");
        let parts = [escape_lines(&words).into_owned(), escape_plain(&entry.facts)];
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        if !parts.is_empty() {
            let _ = write!(text, ": {}", parts.join(" "));
        }
        text.push('\n');
        write_entries(text, &entry.members, depth + 1);
    }
}

/// A text of the document within a page: its headings are below those of the page, and a fence that it opens ends with it.
fn nest_markdown(markdown: &str) -> String {
    let text = escape_lines(markdown.trim_end()).into_owned();
    let headings: Vec<usize> = Parser::new(&text)
        .into_offset_iter()
        .filter_map(|(event, range)| {
            matches!(event, Event::Start(Tag::Heading { .. })).then_some(range.start)
        })
        .filter(|start| text.get(*start..).is_some_and(|rest| rest.starts_with('#')))
        .collect();
    let mut nested = String::with_capacity(text.len() + 8);
    for (index, c) in text.char_indices() {
        if headings.contains(&index) {
            nested.push_str("##");
        }
        nested.push(c);
    }
    if let Some(fence) = find_open_fence(&nested) {
        nested.push('\n');
        nested.push_str(&fence);
    }
    nested
}

/// The fence that ends the code that is open at the end of a text.
fn find_open_fence(text: &str) -> Option<String> {
    let mut open: Option<(char, usize)> = None;
    for line in text.lines() {
        let line = line.trim_start();
        let Some(mark) = line.chars().next().filter(|mark| matches!(mark, '`' | '~')) else { continue };
        let count = line.chars().take_while(|c| *c == mark).count();
        let rest = line.trim_start_matches(mark);
        open = match open {
            None if count >= 3 && !(mark == '`' && rest.contains('`')) => Some((mark, count)),
            Some((other, length)) if mark == other && count >= length && rest.trim().is_empty() => None,
            other => other,
        };
    }
    open.map(|(mark, count)| mark.to_string().repeat(count))
}

/// A plain text as Markdown that shows it.
fn escape_plain(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    let text = escape_line(text);
    for (index, c) in text.char_indices() {
        let begins_item = index == 0 && matches!(c, '#' | '-' | '+' | '>');
        if begins_item || matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '|') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

fn quote_code(name: &str) -> String {
    let name = escape_line(name);
    let marks = "`".repeat(longest_run(&name) + 1);
    let space = if name.starts_with('`') || name.ends_with('`') { " " } else { "" };
    format!("{marks}{space}{name}{space}{marks}")
}

/// The longest run of backticks.
fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or_default()
}
