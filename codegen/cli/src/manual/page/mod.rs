//! Pages of text: made once, and shown on a terminal or as Markdown.

mod inline;
mod markdown;
mod terminal;
#[cfg(test)]
mod tests;

pub(super) use self::{
    inline::{Piece, Span, parse_markdown},
    markdown::render_markdown,
    terminal::{TerminalStyle, render_terminal},
};

/// A page.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) title: String,
    pub(super) blocks: Vec<Block>,
}

/// A part of a page. Only [`Block::Markdown`] and [`Entry::text`] have Markdown, which the document wrote; all else is plain text.
#[derive(Debug)]
pub(super) enum Block {
    Heading(String),
    Markdown(String),
    /// Lines that stay as they are.
    Code(String),
    Entries(Vec<Entry>),
}

/// A name with what it is.
#[derive(Debug, Default)]
pub(super) struct Entry {
    pub(super) name: String,
    /// Its type and the like, after the name.
    pub(super) notes: Vec<String>,
    /// Markdown.
    pub(super) text: String,
    /// Plain sentences after the text.
    pub(super) facts: String,
    pub(super) members: Vec<Entry>,
}

impl Page {
    pub(super) fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), blocks: Vec::new() }
    }

    /// Adds a text of the document, if there is one.
    pub(super) fn add_text(&mut self, text: Option<&str>) {
        if let Some(text) = text.filter(|text| !text.trim().is_empty()) {
            self.blocks.push(Block::Markdown(text.to_owned()));
        }
    }

    /// Adds entries under a heading, if there are any.
    pub(super) fn add_entries(&mut self, heading: &str, entries: Vec<Entry>) {
        if !entries.is_empty() {
            self.blocks.push(Block::Heading(heading.to_owned()));
            self.blocks.push(Block::Entries(entries));
        }
    }

    pub(super) fn add_code(&mut self, heading: &str, code: impl Into<String>) {
        self.blocks.push(Block::Heading(heading.to_owned()));
        self.blocks.push(Block::Code(code.into()));
    }
}
