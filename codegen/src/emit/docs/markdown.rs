//! Rewrites Markdown of the document, so that rustdoc shows what the document means and nothing else.
//!
//! Markdown is parsed and written again: links, code, lists, tables and emphasis stay. Text is escaped, so that brackets do
//! not become links to items; code blocks are marked as text, so that no test runs them; addresses that are not of the web,
//! images and HTML are reduced to their text.

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, TextMergeStream};

use super::escape::{escape_line_start, escape_link_text, escape_text, link};
use super::html::replace_html;
use super::is_printable;

/// The Markdown with each block on one line.
pub(super) fn sanitize(text: &str) -> String {
    let text: String = text
        .chars()
        .map(|c| if c == '\t' { ' ' } else { c })
        .filter(|c| is_printable(*c) || *c == '\n')
        .collect();
    let options = Options::ENABLE_TABLES;
    // Whole texts are indented by some tools; that is not code.
    let text = replace_html(&remove_indent(&text), options);
    let mut writer = Writer::default();
    for event in TextMergeStream::new(Parser::new_ext(&text, options)) {
        writer.write(event);
    }
    writer.end_line();
    writer.lines.join("\n")
}

/// Removes the spaces that all lines begin with.
fn remove_indent(text: &str) -> String {
    let text = text.trim_matches('\n').trim_end();
    let width = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let common = text.lines().filter(|line| !line.trim().is_empty()).map(width).min().unwrap_or_default();
    let lines: Vec<&str> = text.lines().map(|line| line.get(common..).unwrap_or_default()).collect();
    lines.join("\n")
}

#[derive(Default)]
struct Writer {
    lines: Vec<String>,
    /// The text of the block so far.
    current: String,
    /// What each line of the open items and quotations begins with.
    indent: String,
    /// What the next line begins with instead, if it is the first of an item, a quotation or a heading.
    first_indent: Option<String>,
    is_heading: bool,
    /// The lengths of `indent` outside each open item and quotation.
    outer: Vec<usize>,
    /// The numbers of the open lists.
    numbers: Vec<Option<u64>>,
    /// Whether a blank line precedes the next block.
    separate: bool,
    /// The addresses of open links and images, and where their texts begin.
    links: Vec<(String, usize)>,
    code_block: Option<String>,
    /// The row of the table so far.
    row: Option<Vec<String>>,
}

impl Writer {
    fn write(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => self.text(&text),
            Event::Code(code) => self.current.push_str(&format!("`{}`", plain_code(&code))),
            Event::SoftBreak => self.current.push(' '),
            Event::HardBreak => self.current.push_str("\\\n"),
            Event::Rule => {
                self.begin_block();
                self.push_line("---");
                self.separate = true;
            }
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Paragraph | Tag::HtmlBlock => self.begin_block(),
            Tag::Heading { level, .. } => {
                self.begin_block();
                self.begin_line_with(&format!("{} ", "#".repeat(level as usize)));
                self.is_heading = true;
            }
            Tag::BlockQuote(_) => {
                self.begin_block();
                self.open("> ", "> ");
            }
            Tag::CodeBlock(_) => {
                self.begin_block();
                self.code_block = Some(String::new());
            }
            Tag::List(number) => {
                self.begin_block();
                self.numbers.push(number);
            }
            Tag::Item => {
                self.end_line();
                self.separate = false;
                let marker = match self.numbers.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{}. ", *number - 1)
                    }
                    _ => "- ".to_owned(),
                };
                self.open(&marker, &" ".repeat(marker.len()));
            }
            Tag::Table(_) => self.begin_block(),
            Tag::TableHead | Tag::TableRow => self.row = Some(Vec::new()),
            Tag::Emphasis => self.current.push('*'),
            Tag::Strong => self.current.push_str("**"),
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                self.links.push((dest_url.into_string(), self.current.len()));
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::HtmlBlock | TagEnd::Heading(_) => {
                self.end_line();
                self.separate = true;
            }
            TagEnd::CodeBlock => {
                let code = self.code_block.take().unwrap_or_default();
                self.push_code(&code);
                self.separate = true;
            }
            TagEnd::BlockQuote(_) | TagEnd::Item => {
                self.end_line();
                self.close();
                self.separate = true;
            }
            TagEnd::List(_) => {
                self.numbers.pop();
                self.separate = true;
            }
            TagEnd::TableCell => {
                let cell = std::mem::take(&mut self.current);
                self.row.iter_mut().for_each(|row| row.push(cell.trim().replace('\n', " ")));
            }
            TagEnd::TableHead | TagEnd::TableRow => {
                let row = self.row.take().unwrap_or_default();
                self.push_row(&row);
                if tag == TagEnd::TableHead {
                    self.push_row(&vec!["---".to_owned(); row.len()]);
                }
            }
            TagEnd::Table => self.separate = true,
            TagEnd::Emphasis => self.current.push('*'),
            TagEnd::Strong => self.current.push_str("**"),
            TagEnd::Link | TagEnd::Image => self.end_link(),
            _ => {}
        }
    }

    fn text(&mut self, text: &CowStr<'_>) {
        if let Some(code) = &mut self.code_block {
            code.push_str(text);
            return;
        }
        let text = text.replace('\n', " ");
        let in_table = self.row.is_some();
        // An address within the text of a link is not another link.
        let escaped = if self.links.is_empty() {
            escape_text(&text, in_table)
        } else {
            escape_link_text(&text, in_table)
        };
        self.current.push_str(&escaped);
    }

    fn end_link(&mut self) {
        let Some((address, start)) = self.links.pop() else { return };
        let text = self.current.split_off(start.min(self.current.len()));
        let is_web = ["https://", "http://", "mailto:"].iter().any(|scheme| address.starts_with(scheme));
        let is_address = text == address || format!("mailto:{text}") == address;
        self.current.push_str(&match (is_web, is_address) {
            (true, true) if !address.starts_with("mailto:") => link(&address, None),
            (true, false) => link(&address, Some(&text)),
            _ => text,
        });
    }

    /// Ends the line of an item before a block within it, and separates blocks.
    fn begin_block(&mut self) {
        self.end_line();
        if self.separate && !self.lines.is_empty() {
            self.lines.push(self.indent.trim_end().to_owned());
        }
        self.separate = false;
    }

    /// Writes what there is of a block.
    fn end_line(&mut self) {
        let text = std::mem::take(&mut self.current);
        for line in text.trim().split('\n').filter(|line| !line.trim().is_empty()) {
            let line = line.trim_start();
            let line = if self.is_heading { line.to_owned() } else { escape_line_start(line) };
            self.push_line(&line);
        }
        self.is_heading = false;
    }

    fn push_line(&mut self, line: &str) {
        let indent = self.first_indent.take().unwrap_or_else(|| self.indent.clone());
        self.lines.push(format!("{indent}{line}"));
    }

    fn push_code(&mut self, code: &str) {
        let longest = code.split(|c| c != '`').map(str::len).max().unwrap_or_default();
        let fence = "`".repeat(longest.max(2) + 1);
        self.push_line(&format!("{fence}text"));
        code.lines().for_each(|line| self.push_line(line));
        self.push_line(&fence);
    }

    fn push_row(&mut self, cells: &[String]) {
        self.push_line(&format!("| {} |", cells.join(" | ")));
    }

    fn open(&mut self, marker: &str, indent: &str) {
        self.begin_line_with(marker);
        self.outer.push(self.indent.len());
        self.indent.push_str(indent);
    }

    fn begin_line_with(&mut self, marker: &str) {
        // An item may begin with another one: `- - text`.
        self.first_indent.get_or_insert_with(|| self.indent.clone()).push_str(marker);
    }

    fn close(&mut self) {
        self.first_indent = None;
        self.indent.truncate(self.outer.pop().unwrap_or_default());
    }
}

/// Code on one line, without what would end it.
fn plain_code(code: &str) -> String {
    code.replace('`', "'").replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_is_harmless() {
        for (text, expected) in [
            ("see https://x.test/a?b=[1].", "see `https://x.test/a?b=[1]`."),
            ("see https://x.test/a.", "see <https://x.test/a>."),
            ("(see:https://x.test/a)", "(see:<https://x.test/a>)"),
            ("~~~\na\u{202e}", "```text\na\n```"),
            ("a [link] and <b>, `[code]`", "a \\[link\\] and \\<b>, `[code]`"),
            ("one ` tick", "one \\` tick"),
            ("```\nlet x = 1;\n```", "```text\nlet x = 1;\n```"),
            ("```rust\nopen", "```text\nopen\n```"),
            ("    indented", "indented"),
            ("a\u{0}b*/", "ab\\*/"),
            ("<script>alert(1)</script>", "\\<script>alert(1)\\</script>"),
            (
                "[Vec]: http://x.test\n\n[Vec] [`Vec`](Vec) [a](javascript:b) ![i](x.png)",
                "[Vec](http://x.test) `Vec` a i",
            ),
            ("````\n```\n#[test]\n````", "````text\n```\n#[test]\n````"),
            ("1\\. a &lt; b &amp;lt; c_d _e_", "1\\. a < b \\&lt; c_d *e*"),
        ] {
            assert_eq!(sanitize(text), expected, "{text}");
        }
    }

    #[test]
    fn markdown_is_kept() {
        for (text, expected) in [
            (
                "See [the manual](https://example.com/a_(b)).",
                "See [the manual](https://example.com/a_%28b%29).",
            ),
            ("a\nb\n\n* c\n* d\n  1. e\n\ng", "a b\n\n- c\n- d\n  1. e\n\ng"),
            ("- c\n\n  d\n- e", "- c\n\n  d\n- e"),
            ("# A\ntext  \nmore", "# A\n\ntext\\\nmore"),
            ("|a|b|\n|-|-|\n|1\\|2|`x`|", "| a | b |\n| --- | --- |\n| 1\\|2 | `x` |"),
            ("> quoted\n> text", "> quoted text"),
            ("**a** and *b*", "**a** and *b*"),
        ] {
            assert_eq!(sanitize(text), expected, "{text}");
        }
    }

    #[test]
    fn html_that_formats_becomes_markdown() {
        for (text, expected) in [
            (
                "<p>See the <a href=\"https://example.com/a\">guide</a> on <code>A_b</code>, and [more](https://example.com/b).</p>",
                "See the [guide](https://example.com/a) on `A_b`, and [more](https://example.com/b).",
            ),
            ("one<br/>two <!-- three -->", "one\\\ntwo"),
            ("<ul>\n  <li>a</li>\n  <li><b>b</b></li>\n</ul>", "- a\n- **b**"),
            ("Authorization: Bearer <token>", "Authorization: Bearer \\<token>"),
            ("`<p>` and\n\n```\n<p>\n```", "`<p>` and\n\n```text\n<p>\n```"),
        ] {
            assert_eq!(sanitize(text), expected, "{text}");
        }
    }
}
