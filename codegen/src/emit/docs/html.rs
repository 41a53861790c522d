//! Replaces the HTML that descriptions use for formatting by Markdown. Other tags are left for the caller to escape:
//! `<token>` is often a placeholder.

use pulldown_cmark::{Event, Options, Parser, Tag};

/// HTML within converted HTML needs another pass; deeper nesting is left as text.
const MAX_PASSES: usize = 3;

/// The text with known tags as Markdown. Code is not changed.
pub(super) fn replace_html(text: &str, options: Options) -> String {
    let mut text = text.to_owned();
    for _ in 0..MAX_PASSES {
        let replaced = replace_once(&text, options);
        if replaced == text {
            break;
        }
        text = replaced;
    }
    text
}

fn replace_once(text: &str, options: Options) -> String {
    let mut replaced = String::with_capacity(text.len());
    let mut copied = 0;
    let mut tags = Tags { text: text.to_ascii_lowercase(), addresses: Vec::new() };
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        let is_block = match event {
            Event::Start(Tag::HtmlBlock) => true,
            Event::InlineHtml(_) => false,
            _ => continue,
        };
        let Some((before, html)) = text.get(copied..range.start).zip(text.get(range.clone())) else {
            continue;
        };
        replaced.push_str(before);
        replaced.push_str(&replace_tags(html, is_block, &mut tags));
        copied = range.end;
    }
    replaced.push_str(text.get(copied..).unwrap_or_default());
    replaced
}

fn replace_tags(html: &str, is_block: bool, tags: &mut Tags) -> String {
    let mut replaced = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        let (before, tag) = rest.split_at(start);
        replaced.push_str(before);
        let (end, length) = if tag.starts_with("<!--") { ("-->", 3) } else { (">", 1) };
        let end = tag.find(end).map(|at| at + length);
        let Some((tag, after)) = end.and_then(|end| tag.split_at_checked(end)) else {
            rest = tag;
            break;
        };
        match tags.markdown(tag) {
            Some(markdown) => replaced.push_str(&markdown),
            None => replaced.push_str(tag),
        }
        rest = after;
    }
    replaced.push_str(rest);
    if is_block && replaced != html {
        // Indented lines would be code.
        let lines: Vec<&str> = replaced.lines().map(str::trim_start).collect();
        replaced = format!("\n{}\n\n", lines.join("\n"));
    }
    replaced
}

/// The tags of a text.
struct Tags {
    /// The text in lower case, which shows whether a tag has a counterpart.
    text: String,
    /// The addresses of links that are open.
    addresses: Vec<String>,
}

impl Tags {
    /// The Markdown for a tag, if it is one that only formats.
    fn markdown(&mut self, tag: &str) -> Option<String> {
        if tag.starts_with("<!--") {
            return Some(String::new());
        }
        let inner = tag.trim_start_matches('<').trim_end_matches('>').trim_end_matches('/').trim();
        let closes = inner.starts_with('/');
        let inner = inner.trim_start_matches('/');
        let name = inner.split_whitespace().next().unwrap_or_default().to_ascii_lowercase();
        let has_counterpart = self.text.contains(&format!("<{}{name}", if closes { "" } else { "/" }));
        Some(match name.as_str() {
            "p" | "div" | "ul" | "ol" | "section" | "table" | "tbody" | "thead" | "blockquote" => {
                "\n\n".to_owned()
            }
            "tr" => "\n".to_owned(),
            "td" | "th" | "span" | "u" | "small" | "sup" | "sub" | "font" => String::new(),
            "br" => "\\\n".to_owned(),
            "hr" => "\n\n---\n\n".to_owned(),
            "li" if closes => String::new(),
            "li" => "\n- ".to_owned(),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" if closes => "\n\n".to_owned(),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => "\n\n#### ".to_owned(),
            _ if !has_counterpart => return None,
            "b" | "strong" => "**".to_owned(),
            "i" | "em" => "*".to_owned(),
            "code" | "kbd" | "tt" => "`".to_owned(),
            "pre" => if closes { "\n```\n\n" } else { "\n\n```\n" }.to_owned(),
            "a" if closes => {
                self.addresses.pop().map_or_else(String::new, |address| format!("](<{address}>)"))
            }
            "a" => {
                self.addresses.push(attribute(inner, "href").unwrap_or_default());
                "[".to_owned()
            }
            _ => return None,
        })
    }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let after = tag.split_once(&format!("{name}="))?.1;
    let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''));
    let value = match quote {
        Some(quote) => after.get(1..)?.split(quote).next()?,
        None => after.split_whitespace().next()?,
    };
    (!value.contains(['<', '>', '\n'])).then(|| value.to_owned())
}
