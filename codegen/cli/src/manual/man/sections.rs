//! Parts of a page: texts, lists and lines.

use clap_mangen::roff::{Inline, Roff, bold, roman};

use crate::{
    manual::page::{Piece, Span, parse_markdown},
    output::escape_lines,
};

/// A text without characters that control a terminal. Line breaks stay, tabs become spaces.
pub(super) fn clean(text: &str) -> String {
    escape_lines(text).replace('\t', "    ")
}

/// Adds Markdown of the document.
pub(super) fn add_markdown(roff: &mut Roff, text: &str) {
    for piece in parse_markdown(text) {
        match piece {
            Piece::Heading(spans) => {
                roff.control("PP", []);
                roff.text(show_spans(&spans));
            }
            Piece::Paragraph { spans, depth, marker } => {
                let indent = (2 * depth.saturating_sub(1)).to_string();
                match marker {
                    Some(marker) => {
                        roff.control("IP", [marker.as_str(), "4"]);
                        roff.text(show_spans(&spans));
                    }
                    None if depth > 0 => {
                        roff.control("IP", ["\"\"", indent.as_str()]);
                        roff.text(show_spans(&spans));
                    }
                    None => {
                        roff.control("PP", []);
                        roff.text(show_spans(&spans));
                    }
                }
            }
            Piece::Code { lines, .. } => add_lines(roff, &lines.join("\n")),
            Piece::Rule => {
                roff.control("PP", []);
            }
        }
    }
}

fn show_spans(spans: &[Span]) -> Vec<Inline> {
    let show = |span: &Span| if span.is_bold { bold(span.text.as_str()) } else { roman(span.text.as_str()) };
    spans.iter().map(show).collect()
}

/// Adds lines that stay as they are.
pub(super) fn add_lines(roff: &mut Roff, text: &str) {
    roff.control("PP", []);
    roff.control("RS", ["4"]);
    roff.control("nf", []);
    for line in clean(text).lines() {
        // An empty line would end in a request of its own.
        roff.text([roman(if line.is_empty() { " " } else { line })]);
    }
    roff.control("fi", []);
    roff.control("RE", []);
}

/// Adds names with what they are.
pub(super) fn add_rows(roff: &mut Roff, rows: impl Iterator<Item = (String, String)>) {
    for (name, text) in rows {
        roff.control("TP", []);
        roff.text([bold(clean(&name))]);
        roff.text([roman(clean(if text.is_empty() { &name } else { &text }))]);
    }
}

/// Adds a text of ours: paragraphs, in which indented lines stay as they are.
pub(super) fn add_notes(roff: &mut Roff, text: &str) {
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        if line.trim().is_empty() {
            continue;
        }
        if line.starts_with("  ") {
            let mut block = vec![line];
            while let Some(next) = lines.next_if(|next| next.starts_with("  ")) {
                block.push(next);
            }
            add_lines(roff, &block.join("\n"));
        } else {
            roff.control("PP", []);
            roff.text([roman(clean(line))]);
        }
    }
}
