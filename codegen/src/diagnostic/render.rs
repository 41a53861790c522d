//! Renders messages as text for a person, with the line of the file and a mark below it.
//!
//! Does not know where positions come from: it asks [`Locate`] for the position of each pointer.

use super::{Code, Diagnostic, Diagnostics, Locate, Place, Position, Severity};
use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};

/// The number of characters of a message that are shown. A message may quote the document.
const MAX_MESSAGE: usize = 1000;

/// The width to which lines are cut.
const WIDTH: usize = 120;

/// Whether rendered text has colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RenderStyle {
    /// Text without escape sequences, for files and pipes.
    Plain,
    /// Text with ANSI escape sequences, for terminals.
    Colored,
}

/// A message with its position.
struct Entry<'a> {
    diagnostic: &'a Diagnostic,
    position: Option<Position>,
    file: Option<&'a str>,
    pointer: Option<&'a str>,
}

/// Renders every message, and a last line with the number of errors and warnings.
///
/// Messages without a place are first, then those about whole files, then by file, line and column. Equal messages at one
/// position are rendered once.
#[must_use]
pub fn render_diagnostics(diagnostics: &Diagnostics, sources: &dyn Locate, style: RenderStyle) -> String {
    let mut entries: Vec<Entry<'_>> = diagnostics.iter().map(|d| locate_entry(d, sources)).collect();
    entries.sort_by(|a, b| sort_key(a).cmp(&sort_key(b)));
    entries.dedup_by(|a, b| a.diagnostic == b.diagnostic);
    let errors = entries.iter().filter(|e| e.diagnostic.severity == Severity::Error).count();
    let renderer = match style {
        RenderStyle::Plain => Renderer::plain(),
        RenderStyle::Colored => Renderer::styled(),
    };
    let renderer = renderer.term_width(WIDTH);
    let mut out = String::new();
    for entry in &entries {
        render_entry(&mut out, entry, &renderer);
        out.push_str("\n\n");
    }
    if !entries.is_empty() {
        out.push_str(&summary_line(errors, entries.len() - errors, diagnostics.left_out()));
    }
    out
}

fn locate_entry<'a>(diagnostic: &'a Diagnostic, sources: &dyn Locate) -> Entry<'a> {
    let (position, file, pointer) = match &diagnostic.place {
        Place::None => (None, None, None),
        Place::File { file } => (None, Some(file.as_str()), None),
        Place::Position(position) => (Some(position.clone()), None, position.pointer.as_deref()),
        Place::Pointer { source, pointer } => {
            (sources.locate(*source, pointer), None, Some(pointer.as_str()))
        }
    };
    Entry { diagnostic, position, file, pointer }
}

/// The last parts make the order total, so that the text does not depend on the order in which the stages report.
fn sort_key<'a>(entry: &'a Entry<'_>) -> (u8, &'a str, usize, usize, Severity, Code, &'a str) {
    let severity = entry.diagnostic.severity;
    let message = entry.diagnostic.message.as_str();
    let code = entry.diagnostic.code;
    match (&entry.position, entry.file, entry.pointer) {
        (Some(p), _, _) => (2, &p.file, p.line, p.column, severity, code, message),
        (None, Some(file), _) => (1, file, 0, 0, severity, code, message),
        (None, None, Some(pointer)) => (3, pointer, 0, 0, severity, code, message),
        (None, None, None) => (0, "", 0, 0, severity, code, message),
    }
}

fn render_entry(out: &mut String, entry: &Entry<'_>, renderer: &Renderer) {
    let diagnostic = entry.diagnostic;
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level
        .clone()
        .primary_title(to_printable(&diagnostic.message, MAX_MESSAGE))
        .id(diagnostic.code.as_str());
    let pointer = entry.position.as_ref().and_then(|position| position.pointer.as_deref()).or(entry.pointer);
    let pointer = pointer.map(|pointer| if pointer.is_empty() { "(the whole document)" } else { pointer });
    let notes = pointer.map(|pointer| (Level::NOTE.with_name("pointer"), pointer));
    let help = diagnostic.help.as_deref().map(|help| (Level::HELP, help));
    let notes: Vec<Element<'_>> = notes
        .into_iter()
        .chain(help)
        .map(|(level, text)| level.message(to_printable(text, MAX_MESSAGE)).into())
        .collect();
    let Some(position) = &entry.position else {
        let origin: Option<Element<'_>> = entry.file.map(|file| Origin::path(file).into());
        out.push_str(&renderer.render(&[title.elements(origin.into_iter().chain(notes))]));
        return;
    };
    let text = to_printable(&position.text, usize::MAX);
    let snippet = Snippet::source(text.as_str())
        .line_start(position.line)
        .annotation(AnnotationKind::Primary.span(marked_range(&text, position.caret)));
    if position.starts_line() {
        let snippet = snippet.path(position.file.as_str());
        out.push_str(&renderer.render(&[title.element(snippet).elements(notes)]));
    } else {
        // The column of a snippet is counted from its start. So the position of a part of a long line is rendered by itself.
        let origin = Origin::path(position.file.as_str()).line(position.line).char_column(position.column);
        out.push_str(&renderer.render(&[title.element(origin)]));
        out.push('\n');
        out.push_str(&renderer.render(&[Group::with_level(level).element(snippet).elements(notes)]));
    }
}

/// The range of the key or value that starts behind `caret` characters; empty at the end of the line.
fn marked_range(text: &str, caret: usize) -> std::ops::Range<usize> {
    let start = text.char_indices().nth(caret).map_or(text.len(), |(offset, _)| offset);
    let rest = text.get(start..).unwrap_or("");
    start..start + token_length(rest)
}

fn token_length(text: &str) -> usize {
    let Some(first) = text.chars().next() else {
        return 0;
    };
    if matches!(first, '"' | '\'') {
        let mut is_escaped = false;
        let end = text.char_indices().skip(1).find(|(_, c)| {
            let is_end = *c == first && !is_escaped;
            is_escaped = first == '"' && *c == '\\' && !is_escaped;
            is_end
        });
        return end.map_or(text.len(), |(offset, _)| offset + 1);
    }
    let is_delimiter = |c: char| c.is_whitespace() || matches!(c, ',' | '[' | ']' | '{' | '}');
    let end = text.find(is_delimiter).unwrap_or(text.len());
    let token = text.get(..end).unwrap_or("");
    // In `key: value` the colon does not belong to the key.
    token.strip_suffix(':').unwrap_or(token).len().max(first.len_utf8())
}

/// Makes text of the document safe to print: on one line, of limited length, without control characters.
fn to_printable(text: &str, limit: usize) -> String {
    let mut printable: String = text.chars().take(limit).map(replace_control).collect();
    if text.chars().nth(limit).is_some() {
        printable.push('…');
    }
    printable
}

/// The character, or a space for one that moves the cursor or changes the direction of the text.
fn replace_control(c: char) -> char {
    let changes_direction =
        matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if c.is_control() || changes_direction { ' ' } else { c }
}

fn summary_line(errors: usize, warnings: usize, left_out: usize) -> String {
    let plural = |n: usize, word: &str| format!("{n} {word}{}", if n == 1 { "" } else { "s" });
    let mut line = match (errors, warnings) {
        (0, w) => plural(w, "warning"),
        (e, 0) => plural(e, "error"),
        (e, w) => format!("{}, {}", plural(e, "error"), plural(w, "warning")),
    };
    if left_out > 0 {
        line.push_str(&format!(", and {left_out} more that are not shown"));
    }
    line.push('\n');
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Nowhere;

    impl Locate for Nowhere {
        fn locate(&self, _: super::super::SourceId, _: &str) -> Option<Position> {
            None
        }
    }

    fn render_at(text: &str, column: usize, caret: usize, style: RenderStyle) -> String {
        let file = "a.yaml".to_owned();
        let position = Position { file, line: 7, column, text: text.to_owned(), caret, pointer: None };
        let mut diagnostics = Diagnostics::default();
        let diagnostic = Diagnostic::error(Code::WRONG_KIND, "expected a, found b").help("correct it");
        diagnostics.push(diagnostic.at_place(Place::Position(position)));
        render_diagnostics(&diagnostics, &Nowhere, style)
    }

    #[test]
    fn the_mark_covers_the_key_or_value() {
        for (text, caret, marked) in [
            ("type: strng", 0, "type"),
            ("type: strng", 6, "strng"),
            ("url: https://example.com/a", 5, "https://example.com/a"),
            ("a: \"b\\\" c\", d", 3, "\"b\\\" c\""),
            ("a: 'b', c", 3, "'b'"),
            ("a: [b]", 3, "["),
            ("a: {b: c}", 4, "b"),
            ("日本: [語, x]", 5, "語"),
            ("a", 1, ""),
        ] {
            assert_eq!(text.get(marked_range(text, caret)), Some(marked), "{text} at {caret}");
        }
    }

    #[test]
    fn wide_characters_tabs_and_controls_keep_the_mark_in_place() {
        let rendered = render_at("日本: strng", 5, 4, RenderStyle::Plain);
        assert!(rendered.contains("\n7 | 日本: strng\n  |       ^^^^^\n"), "{rendered}");
        let rendered = render_at("\u{1b}[31m: \u{9b}x", 8, 7, RenderStyle::Plain);
        assert!(!rendered.contains(['\u{1b}', '\u{9b}']), "{rendered}");
    }

    #[test]
    fn a_part_of_a_long_line_has_the_position_of_the_line() {
        let rendered = render_at("…: strng…", 5000, 3, RenderStyle::Plain);
        assert!(rendered.contains("a.yaml:7:5000\n  |\n7 | …: strng…\n  |    ^^^^^^"), "{rendered}");
    }

    #[test]
    fn only_coloured_text_has_escape_sequences() {
        assert!(!render_at("a: b", 4, 3, RenderStyle::Plain).contains('\u{1b}'));
        assert!(render_at("a: b", 4, 3, RenderStyle::Colored).contains('\u{1b}'));
    }
}
