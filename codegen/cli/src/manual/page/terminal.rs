//! A page as text of a width, with bold names and headings if colours are wanted.

use anstyle::Style;
use unicode_width::UnicodeWidthStr as _;

use super::{
    Block, Entry, Page,
    inline::{Piece, Span, parse_markdown},
};
use crate::output::{escape_line, escape_lines};

/// How deep a level is indented.
const STEP: usize = 2;

/// The form of a text.
#[derive(Clone, Copy, Debug)]
pub(in crate::manual) struct TerminalStyle {
    /// In columns.
    pub(in crate::manual) width: usize,
    pub(in crate::manual) is_colored: bool,
}

/// Renders a page.
pub(in crate::manual) fn render_terminal(page: &Page, style: TerminalStyle) -> String {
    let mut renderer = Renderer { style, text: String::new() };
    renderer.write_line(0, &renderer.bold(&escape_line(&page.title)));
    let mut follows_heading = false;
    for block in &page.blocks {
        if !follows_heading {
            renderer.text.push('\n');
        }
        renderer.write_block(block);
        follows_heading = matches!(block, Block::Heading(_));
    }
    renderer.text
}

struct Renderer {
    style: TerminalStyle,
    text: String,
}

impl Renderer {
    fn write_block(&mut self, block: &Block) {
        match block {
            Block::Heading(heading) => self.write_line(0, &self.bold(&heading.to_uppercase())),
            Block::Markdown(text) => self.write_markdown(text, 0),
            Block::Code(code) => {
                for line in escape_lines(code).lines() {
                    self.write_line(STEP, line);
                }
            }
            Block::Entries(entries) => self.write_entries(entries, STEP),
        }
    }

    fn write_entries(&mut self, entries: &[Entry], indent: usize) {
        for entry in entries {
            let notes = entry.notes.join(", ");
            let mut spans = vec![Span { text: escape_line(&entry.name).into_owned(), is_bold: true }];
            if !notes.is_empty() {
                spans.push(Span { text: format!("  {}", escape_line(&notes)), is_bold: false });
            }
            self.write_spans(&spans, indent, indent + 3 * STEP);
            let inner = indent + 2 * STEP;
            self.write_markdown(&entry.text, inner);
            self.write_plain(&entry.facts, inner);
            self.write_entries(&entry.members, inner);
        }
    }

    fn write_markdown(&mut self, text: &str, indent: usize) {
        let mut before: Option<Piece> = None;
        for piece in parse_markdown(text) {
            let is_list = |piece: &Piece| matches!(piece, Piece::Paragraph { depth, .. } if *depth > 0);
            // The items of a list stay together.
            if before.as_ref().is_some_and(|before| !(is_list(before) && is_list(&piece))) {
                self.text.push('\n');
            }
            match &piece {
                Piece::Heading(spans) => self.write_spans(spans, indent, indent),
                Piece::Paragraph { spans, depth, marker } => {
                    let marker = marker.as_deref().unwrap_or_default();
                    let start = indent + STEP * depth.saturating_sub(usize::from(!marker.is_empty()));
                    let inner = start + if marker.is_empty() { 0 } else { marker.len() + 1 };
                    if marker.is_empty() {
                        self.write_spans(spans, start, inner);
                    } else {
                        let first = Span { text: format!("{marker} "), is_bold: false };
                        let spans: Vec<Span> = std::iter::once(first).chain(spans.iter().cloned()).collect();
                        self.write_spans(&spans, start, inner);
                    }
                }
                Piece::Code { lines, depth } => {
                    for line in lines {
                        self.write_line(indent + STEP * (depth + 1), line);
                    }
                }
                Piece::Rule => self.write_line(indent, "---"),
            }
            before = Some(piece);
        }
    }

    fn write_plain(&mut self, text: &str, indent: usize) {
        for line in text.lines() {
            let span = Span { text: escape_line(line).into_owned(), is_bold: false };
            self.write_spans(&[span], indent, indent);
        }
    }

    /// Writes words, wrapped at the width; the lines after the first begin at `inner`.
    fn write_spans(&mut self, spans: &[Span], indent: usize, inner: usize) {
        // On a narrow terminal the words need the columns more than the levels do.
        let limit = self.style.width / 2;
        let (indent, inner) = (indent.min(limit), inner.min(limit));
        let (mut line, mut used) = (String::new(), 0);
        let mut start = indent;
        for (word, spaces) in split_words(spans) {
            let width: usize = word.iter().map(|span| span.text.width()).sum();
            if used > 0 && start + used + spaces + width > self.style.width {
                self.write_line(start, &line);
                line.clear();
                used = 0;
                start = inner;
            }
            if used > 0 {
                line.push_str(&" ".repeat(spaces));
                used += spaces;
            }
            for span in &word {
                line.push_str(&if span.is_bold { self.bold(&span.text) } else { span.text.clone() });
            }
            used += width;
        }
        if used > 0 {
            self.write_line(start, &line);
        }
    }

    fn write_line(&mut self, indent: usize, line: &str) {
        if !line.is_empty() {
            self.text.push_str(&" ".repeat(indent));
        }
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn bold(&self, text: &str) -> String {
        if !self.style.is_colored || text.is_empty() {
            return text.to_owned();
        }
        let style = Style::new().bold();
        format!("{style}{text}{style:#}")
    }
}

/// The words of a text, each with the number of spaces before it; two at most. A word can have several styles.
fn split_words(spans: &[Span]) -> Vec<(Vec<Span>, usize)> {
    let mut words: Vec<(Vec<Span>, usize)> = Vec::new();
    let mut spaces = 0;
    let mut is_open = false;
    for span in spans {
        for part in span.text.split_inclusive(' ') {
            let word = part.trim_end_matches(' ');
            if !word.is_empty() {
                let piece = Span { text: word.to_owned(), is_bold: span.is_bold };
                match words.last_mut().filter(|_| is_open) {
                    Some((last, _)) => last.push(piece),
                    None => words.push((vec![piece], spaces.clamp(1, 2))),
                }
                is_open = true;
                spaces = 0;
            }
            if part.ends_with(' ') {
                is_open = false;
                spaces += 1;
            }
        }
    }
    words
}
