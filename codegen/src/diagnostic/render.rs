//! Messages to text: sorted by position, each with its line and a caret, and a count at the end.
//!
//! Knows nothing of where positions come from: [`Locate`] is asked for each pointer, and only here.

use super::{Code, Diagnostic, Diagnostics, Locate, Place, Position, Severity};
use std::fmt::Write;

/// At most this many characters of a message, which may quote the document.
const MESSAGE_LENGTH: usize = 1000;

/// A message with what is known of its place.
struct Entry<'a> {
    diagnostic: &'a Diagnostic,
    position: Option<Position>,
    file: Option<&'a str>,
    pointer: Option<&'a str>,
}

/// The whole text for a person: every message, then a line that counts them.
///
/// Messages without a place come first, then those about whole files, then by file, line and column. The same message
/// at the same place is shown once.
#[must_use]
pub fn render(diagnostics: &Diagnostics, sources: &dyn Locate) -> String {
    let mut entries: Vec<Entry<'_>> = diagnostics.iter().map(|d| entry(d, sources)).collect();
    entries.sort_by(|a, b| order(a).cmp(&order(b)));
    entries.dedup_by(|a, b| a.diagnostic == b.diagnostic);
    let errors = entries.iter().filter(|e| e.diagnostic.severity == Severity::Error).count();
    let mut out = String::new();
    for entry in &entries {
        write_entry(&mut out, entry);
        out.push('\n');
    }
    if !entries.is_empty() {
        out.push_str(&count_line(errors, entries.len() - errors, diagnostics.left_out()));
    }
    out
}

fn entry<'a>(diagnostic: &'a Diagnostic, sources: &dyn Locate) -> Entry<'a> {
    let (position, file, pointer) = match &diagnostic.place {
        Place::None => (None, None, None),
        Place::File { file } => (None, Some(file.as_str()), None),
        Place::Position(position) => (Some(position.clone()), None, position_pointer(position)),
        Place::Pointer { source, pointer } => {
            (sources.locate(*source, pointer), None, Some(pointer.as_str()))
        }
    };
    Entry { diagnostic, position, file, pointer }
}

fn position_pointer(position: &Position) -> Option<&str> {
    position.pointer.as_deref()
}

/// The last part makes the order total, so that the text never depends on the order of the stages' walks.
fn order<'a>(entry: &'a Entry<'_>) -> (u8, &'a str, usize, usize, Severity, Code, &'a str) {
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

fn write_entry(out: &mut String, entry: &Entry<'_>) {
    let diagnostic = entry.diagnostic;
    let severity = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let _ = writeln!(out, "{severity}[{}]: {}", diagnostic.code, shown(&diagnostic.message));
    let mut margin = String::from(" ");
    if let Some(position) = &entry.position {
        margin = " ".repeat(position.line.to_string().len() + 1);
        let gutter = margin.get(1..).unwrap_or("");
        let _ = writeln!(out, "{gutter}--> {}:{}:{}", position.file, position.line, position.column);
        write_line(out, position, &margin);
    } else if let Some(file) = entry.file {
        let _ = writeln!(out, " --> {file}");
    }
    let pointer = entry.position.as_ref().and_then(position_pointer).or(entry.pointer);
    if let Some(pointer) = pointer {
        let pointer = if pointer.is_empty() { "(the whole document)" } else { pointer };
        let _ = writeln!(out, "{margin}= pointer: {}", shown(pointer));
    }
    if let Some(help) = &diagnostic.help {
        let _ = writeln!(out, "{margin}= help: {}", shown(help));
    }
}

/// A text that may hold words of the document: on one line, of bearable length, and without what a terminal obeys.
fn shown(text: &str) -> String {
    let mut shown: String = text.chars().take(MESSAGE_LENGTH).map(visible).collect();
    if text.chars().nth(MESSAGE_LENGTH).is_some() {
        shown.push('…');
    }
    shown
}

/// The character, or a blank for one that would move the caret or change how the rest of the line is shown.
fn visible(c: char) -> char {
    let changes_direction =
        matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if c.is_control() || changes_direction { ' ' } else { c }
}

/// The line under the file name, with a caret below the column.
fn write_line(out: &mut String, position: &Position, margin: &str) {
    let text: String = position.text.chars().map(visible).collect();
    let _ = writeln!(out, "{margin}|");
    let _ = writeln!(out, "{} | {text}", position.line);
    let _ = writeln!(out, "{margin}| {}^", " ".repeat(position.caret));
}

fn count_line(errors: usize, warnings: usize, left_out: usize) -> String {
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
