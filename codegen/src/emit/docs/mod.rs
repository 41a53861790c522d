//! Documentation comments: texts of the document and of the emitter as lines that rustdoc accepts without a warning.

mod escape;
mod html;
mod markdown;
mod texts;
mod wrap;

use proc_macro2::TokenStream;
use quote::quote;

pub use self::texts::DocTexts;
use self::wrap::wrap_lines;

/// The documentation comment at the head of a module.
pub(crate) fn inner_doc(paragraphs: &[String]) -> TokenStream {
    let lines = doc_lines(paragraphs);
    quote!(#(#![doc = #lines])*)
}

fn doc_lines(paragraphs: &[String]) -> impl Iterator<Item = String> {
    wrap_lines(paragraphs)
        .into_iter()
        .map(|line| if line.is_empty() { String::new() } else { format!(" {line}") })
}

/// Markdown of the document as Markdown that is safe in documentation: no code runs, no link resolves to an item, and no
/// HTML is left. Each block is on one line.
pub(super) fn sanitize_markdown(text: &str) -> String {
    markdown::sanitize(text)
}

/// A description of the document, which is Markdown, ended with a full stop.
pub(super) fn sanitize_description(text: &str) -> String {
    end_sentence(&sanitize_markdown(text))
}

/// Whether a character may be in documentation: one that is visible and does not change the direction of the text.
pub(crate) fn is_printable(c: char) -> bool {
    // Nearly all characters are of ASCII.
    if c.is_ascii() {
        return !c.is_ascii_control();
    }
    !c.is_control()
        && !matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}')
}

/// A name of the document as code.
pub(super) fn code_span(name: &str) -> String {
    let name: String = name.chars().filter(|c| is_printable(*c)).collect();
    format!("`{}`", name.replace('`', "'"))
}

/// Ends a text with a full stop if it ends without punctuation.
pub(super) fn end_sentence(text: &str) -> String {
    let text = text.trim();
    let last_line = text.lines().last().unwrap_or_default().trim_start();
    // A full stop after a code block would open it again, and after a table it would be a row.
    let is_block = last_line.starts_with("```") || last_line.starts_with('|');
    match text.chars().last() {
        Some(last) if !is_block && (last.is_alphanumeric() || last == '`' || last == ')') => {
            format!("{text}.")
        }
        _ => text.to_owned(),
    }
}
