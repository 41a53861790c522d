//! From the Markdown of the document to paragraphs with styles.
//!
//! Texts are made safe here: nothing of the document reaches a terminal that controls it.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use crate::output::{escape_line, escape_lines};

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::manual) enum Piece {
    Heading(Vec<Span>),
    /// A paragraph, within lists as deep as `depth`; the first of an item has a marker.
    Paragraph {
        spans: Vec<Span>,
        depth: usize,
        marker: Option<String>,
    },
    Code {
        lines: Vec<String>,
        depth: usize,
    },
    Rule,
}

/// A text in one style.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::manual) struct Span {
    pub(in crate::manual) text: String,
    pub(in crate::manual) is_bold: bool,
}

/// Reads Markdown. HTML stays text, and links have their address behind them.
pub(in crate::manual) fn parse_markdown(text: &str) -> Vec<Piece> {
    let mut reader = Reader::default();
    for event in Parser::new_ext(text, Options::ENABLE_STRIKETHROUGH) {
        reader.read(event);
    }
    reader.end_paragraph();
    reader.pieces
}

#[derive(Default)]
struct Reader {
    pieces: Vec<Piece>,
    spans: Vec<Span>,
    bold: usize,
    /// The lists around, each with the next number if it counts.
    lists: Vec<Option<u64>>,
    quotes: usize,
    marker: Option<String>,
    links: Vec<String>,
    code: Option<String>,
    is_heading: bool,
}

impl Reader {
    fn read(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(end) => self.end(end),
            Event::Text(text) => match &mut self.code {
                Some(code) => code.push_str(&text),
                None => self.add(&text),
            },
            Event::Code(code) => self.add(&format!("`{code}`")),
            Event::Html(text) | Event::InlineHtml(text) => self.add(&text),
            Event::InlineMath(text) | Event::DisplayMath(text) | Event::FootnoteReference(text) => {
                self.add(&text)
            }
            Event::SoftBreak => self.add(" "),
            Event::HardBreak => self.end_paragraph(),
            Event::Rule => {
                self.end_paragraph();
                self.pieces.push(Piece::Rule);
            }
            Event::TaskListMarker(is_done) => self.add(if is_done { "[x] " } else { "[ ] " }),
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Strong => self.bold += 1,
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                self.links.push(dest_url.into_string())
            }
            Tag::Emphasis | Tag::Strikethrough => {}
            block => {
                self.end_paragraph();
                self.start_block(block);
            }
        }
    }

    fn start_block(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { .. } => self.is_heading = true,
            Tag::List(start) => self.lists.push(start),
            Tag::Item => {
                self.marker = Some(match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{}.", number.saturating_sub(1))
                    }
                    _ => "-".to_owned(),
                });
            }
            Tag::BlockQuote(_) => self.quotes += 1,
            Tag::CodeBlock(CodeBlockKind::Fenced(_) | CodeBlockKind::Indented) => {
                self.code = Some(String::new());
            }
            _ => {}
        }
    }

    fn end(&mut self, end: TagEnd) {
        match end {
            TagEnd::Strong => self.bold = self.bold.saturating_sub(1),
            TagEnd::Emphasis | TagEnd::Strikethrough => {}
            TagEnd::Link | TagEnd::Image => {
                let address = self.links.pop().unwrap_or_default();
                let is_shown = self.spans.last().is_some_and(|span| span.text.ends_with(&address));
                if !address.is_empty() && !is_shown {
                    self.add(&format!(" ({address})"));
                }
            }
            TagEnd::CodeBlock => {
                let code = self.code.take().unwrap_or_default().replace('\t', "    ");
                let lines = code.lines().map(|line| escape_line(line).into_owned()).collect();
                self.pieces.push(Piece::Code { lines, depth: self.depth() });
            }
            end => {
                self.end_paragraph();
                match end {
                    TagEnd::Heading(_) => self.is_heading = false,
                    TagEnd::List(_) => drop(self.lists.pop()),
                    TagEnd::BlockQuote(_) => self.quotes = self.quotes.saturating_sub(1),
                    TagEnd::Item => self.marker = None,
                    _ => {}
                }
            }
        }
    }

    fn depth(&self) -> usize {
        // A document can nest lists deeper than a terminal is wide.
        (self.lists.len() + self.quotes).min(6)
    }

    fn add(&mut self, text: &str) {
        let text = escape_lines(text).replace(['\n', '\t'], " ");
        let is_bold = self.bold > 0 || self.is_heading;
        match self.spans.last_mut() {
            Some(last) if last.is_bold == is_bold => last.text.push_str(&text),
            _ => self.spans.push(Span { text, is_bold }),
        }
    }

    fn end_paragraph(&mut self) {
        let spans = std::mem::take(&mut self.spans);
        if spans.iter().all(|span| span.text.trim().is_empty()) {
            return;
        }
        let piece = if self.is_heading {
            Piece::Heading(spans)
        } else {
            Piece::Paragraph { spans, depth: self.depth(), marker: self.marker.take() }
        };
        self.pieces.push(piece);
    }
}
