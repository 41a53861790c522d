//! Text of a document as HTML.

use std::fmt::Write as _;

use whop_codegen::diff::sanitize_line;

/// Text of a document on one line of HTML, for elements and for attributes in double quotes.
pub(super) fn escape(text: &str) -> String {
    escape_characters(&sanitize_line(text))
}

/// Several lines of text as HTML.
pub(super) fn escape_lines(text: &str) -> String {
    text.lines().map(escape).collect::<Vec<_>>().join("\n")
}

fn escape_characters(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// Text as HTML, with what is in backticks as code.
pub(super) fn format_spans(text: &str) -> String {
    let text = sanitize_line(text);
    let parts: Vec<&str> = text.split('`').collect();
    let mut out = String::new();
    for (at, part) in parts.iter().enumerate() {
        // The last backtick of an odd number has no partner.
        if at % 2 == 1 && at + 1 < parts.len() {
            let _ = write!(out, "<code>{}</code>", escape_characters(part));
        } else {
            out.push_str(&escape_characters(part));
        }
    }
    out
}
