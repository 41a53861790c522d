//! Texts for agents.

use openapi_client_description::JsonValue;

use crate::output::{escape_json, escape_lines};

/// A text of the document with at most so many characters, in which nothing is hidden.
pub(super) fn clean_text(text: &str, max: usize) -> String {
    let text = text.trim();
    let mut characters = text.chars();
    let kept: String = characters.by_ref().take(max).collect();
    let mut cleaned = escape_lines(kept.trim_end()).into_owned();
    if characters.next().is_some() {
        cleaned.push('…');
    }
    cleaned
}

/// A value as the text that a model reads. Characters that nobody sees, in which commands could hide, are escaped.
pub(super) fn format_result(value: &JsonValue) -> String {
    escape_json(value.to_string())
}
