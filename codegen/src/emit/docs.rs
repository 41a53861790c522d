//! Documentation: any text of the document becomes lines that rustdoc takes without a warning and without running them.

use proc_macro2::TokenStream;
use quote::quote;

/// The longest line of documentation, the slashes aside.
const WIDTH: usize = 104;

/// One `#[doc]` per line.
pub(super) fn doc(paragraphs: &[String]) -> TokenStream {
    let lines = lines(paragraphs);
    let lines = lines.iter().map(|line| if line.is_empty() { String::new() } else { format!(" {line}") });
    quote!(#(#[doc = #lines])*)
}

/// The same at the head of a module.
pub(super) fn inner_doc(paragraphs: &[String]) -> TokenStream {
    let lines = lines(paragraphs);
    let lines = lines.iter().map(|line| if line.is_empty() { String::new() } else { format!(" {line}") });
    quote!(#(#![doc = #lines])*)
}

fn lines(paragraphs: &[String]) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let shown = |text: &String| text.chars().filter(|c| shown(*c) || *c == '\n').collect::<String>();
    for paragraph in paragraphs.iter().map(shown).filter(|paragraph| !paragraph.trim().is_empty()) {
        if !all.is_empty() {
            all.push(String::new());
        }
        let mut fence = false;
        let mut indent = 0;
        for line in paragraph.lines() {
            fence ^= line.starts_with("```");
            if fence || line.starts_with("```") {
                all.push(line.trim_end().to_owned());
                continue;
            }
            // A line after a list item belongs to it until a blank one, and says so by standing in as far.
            match list_marker(line) {
                _ if line.trim().is_empty() => indent = 0,
                Some(width) => indent = width,
                None if indent > 0 => {
                    wrap(&format!("{}{line}", " ".repeat(indent)), indent, &mut all);
                    continue;
                }
                None => {}
            }
            wrap(line, indent, &mut all);
        }
    }
    all
}

/// Breaks a line between words, but never so that the next line would begin a list, a heading or a quotation.
fn wrap(line: &str, indent: usize, all: &mut Vec<String>) {
    let text = line.trim_start();
    let mut current = " ".repeat(line.len() - text.len());
    let mut ticks = 0;
    for word in text.trim_end().split(' ') {
        let fresh = current.trim().is_empty();
        let fits = current.len() + word.len() < WIDTH;
        let starts =
            word.starts_with(['-', '+', '*', '#', '>', '=', '|', '~']) || word.starts_with(char::is_numeric);
        if !fresh && !fits && !starts && ticks % 2 == 0 {
            all.push(std::mem::replace(&mut current, " ".repeat(indent)));
        } else if !fresh {
            current.push(' ');
        }
        ticks += word.matches('`').count();
        current.push_str(word);
    }
    all.push(current);
}

/// How far the text of a list item stands in, if the line begins one.
fn list_marker(line: &str) -> Option<usize> {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let rest = line.get(digits..)?;
    let ends: &[char] = if digits == 0 { &['-', '*', '+'] } else { &['.', ')'] };
    let text = rest.strip_prefix(ends)?;
    let spaces = text.len() - text.trim_start_matches(' ').len();
    (spaces > 0).then_some(digits + 1 + spaces.min(4))
}

/// Text of the document, made harmless: no code is run, no link is resolved, no tag is opened.
pub(super) fn foreign(text: &str) -> String {
    let mut fence = false;
    let lines = text.trim().lines().map(|line| {
        let line: String = line.chars().filter(|c| shown(*c) || *c == '\t').collect();
        let line = line.replace('\t', " ");
        if line.trim_start().starts_with("```") {
            fence = !fence;
            return if fence { "```text".to_owned() } else { "```".to_owned() };
        }
        if fence { line } else { inline(line.trim()) }
    });
    let mut lines: Vec<String> = lines.collect();
    if fence {
        lines.push("```".to_owned());
    }
    lines.join("\n")
}

/// Whether a character may stand in documentation: none that moves the cursor or turns the direction of the text.
pub(crate) fn shown(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}')
}

/// One line outside a code block.
fn inline(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    if line.starts_with("~~~") {
        out.push('\\');
    }
    // An odd number of backticks leaves the last one without a partner.
    let paired = line.matches('`').count() / 2 * 2;
    let mut ticks = 0;
    for word in line.split_inclusive(' ') {
        let before = ticks;
        ticks += word.matches('`').count();
        let mut word = word;
        let bare = before % 2 == 0 && !word.contains('`');
        let mut address = "";
        if bare && let Some(at) = word.find("http://").or_else(|| word.find("https://")) {
            (word, address) = word.split_at(at);
        }
        let mut seen = before;
        for c in word.chars() {
            match c {
                '`' => {
                    seen += 1;
                    out.push_str(if seen > paired { "\\`" } else { "`" });
                }
                '[' | ']' | '<' | '>' if seen % 2 == 0 || seen > paired => {
                    out.push('\\');
                    out.push(c);
                }
                _ => out.push(c),
            }
        }
        if !address.is_empty() {
            out.push_str(&link(address));
        }
    }
    out
}

fn link(word: &str) -> String {
    let url = word.trim_end();
    let end = url.trim_end_matches(['.', ',', ';', ':', ')', '!', '?']);
    let safe = !end.contains(['<', '>', '[', ']', '\\']);
    let rest = &word[end.len()..];
    if safe { format!("<{end}>{rest}") } else { format!("`{end}`{rest}") }
}

/// A name of the document's as code.
pub(super) fn code(name: &str) -> String {
    let name: String = name.chars().filter(|c| shown(*c)).collect();
    format!("`{}`", name.replace('`', "'"))
}

/// A sentence: one that the document left without a full stop gets it.
pub(super) fn sentence(text: &str) -> String {
    let text = text.trim();
    match text.chars().last() {
        Some(last) if last.is_alphanumeric() || last == '`' || last == ')' => format!("{text}."),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_of_lists_stand_in() {
        let item = format!("- {} end\nlazy\n\nafter", "word ".repeat(25).trim());
        let lines = lines(&[item]);
        assert!(lines.iter().skip(1).take(2).all(|line| line.starts_with("  ") && !line.starts_with("   ")));
        assert_eq!(lines.last().map(String::as_str), Some("after"));
        assert_eq!(list_marker("12. x"), Some(4));
        assert_eq!(list_marker("*   x"), Some(4));
        assert_eq!(list_marker("-x"), None);
    }

    #[test]
    fn foreign_text_is_harmless() {
        assert_eq!(foreign("see https://x.test/a?b=[1]."), "see `https://x.test/a?b=[1]`.");
        assert_eq!(foreign("see https://x.test/a."), "see <https://x.test/a>.");
        assert_eq!(foreign("(see:https://x.test/a)"), "(see:<https://x.test/a>)");
        assert_eq!(foreign("~~~\na\u{202e}"), "\\~~~\na");
        assert_eq!(foreign("a [link] and <b>, `[code]`"), "a \\[link\\] and \\<b\\>, `[code]`");
        assert_eq!(foreign("one ` tick"), "one \\` tick");
        assert_eq!(foreign("```\nlet x = 1;\n```"), "```text\nlet x = 1;\n```");
        assert_eq!(foreign("```rust\nopen"), "```text\nopen\n```");
        assert_eq!(foreign("    indented"), "indented");
        assert_eq!(foreign("a\u{0}b*/"), "ab*/");
    }
}
