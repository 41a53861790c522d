//! Describes constraints in sentences.

use openapi_client_description::Constraints;
use serde_json::Value;

use super::docs::{is_printable, sanitize_markdown};
use crate::ir::{Details, ExternalDocs};

/// What a schema says about its values: constraints, default value and a link, a sentence each.
pub(super) fn sentences(details: &Details) -> Vec<String> {
    let mut sentences = constraint_sentences(&details.constraints);
    sentences.extend(details.default.as_ref().filter(|value| !value.is_null()).map(default_sentence));
    sentences.extend(details.external_docs.as_ref().and_then(link_sentence));
    sentences
}

/// Appends sentences to a description: to its only paragraph, or as a paragraph of their own.
pub(super) fn append_sentences(mut text: String, sentences: &[String]) -> String {
    let is_paragraph = !text.contains('\n');
    for (index, sentence) in sentences.iter().enumerate() {
        text.push_str(if index == 0 && !is_paragraph { "\n\n" } else { " " });
        text.push_str(sentence);
    }
    text.trim_start().to_owned()
}

/// Whether a schema constrains its values or has a default.
pub(crate) fn is_constrained(details: &Details) -> bool {
    !sentences(&Details { external_docs: None, ..details.clone() }).is_empty()
}

fn constraint_sentences(constraints: &Constraints) -> Vec<String> {
    let limits = [
        ("At least", &constraints.minimum),
        ("More than", &constraints.exclusive_minimum),
        ("At most", &constraints.maximum),
        ("Less than", &constraints.exclusive_maximum),
        ("A multiple of", &constraints.multiple_of),
    ];
    let limits =
        limits.into_iter().filter_map(|(words, limit)| Some(format!("{words} {}.", limit.as_ref()?)));
    let sizes = [
        (constraints.min_length, constraints.max_length, ("character", "characters")),
        (constraints.min_items, constraints.max_items, ("item", "items")),
        (constraints.min_properties, constraints.max_properties, ("property", "properties")),
    ];
    let sizes = sizes.into_iter().filter_map(|(min, max, units)| size_sentence(min, max, units));
    let unique = constraints.unique_items.then(|| "No item occurs twice.".to_owned());
    let pattern = constraints.pattern.as_ref().map(|pattern| format!("Matches `{}`.", code_text(pattern)));
    let values: Vec<String> = constraints
        .allowed_values
        .iter()
        .map(|value| format!("`{}`", code_text(&value.to_string())))
        .collect();
    let words = if values.len() == 1 { "Always" } else { "One of" };
    let values = (!values.is_empty()).then(|| format!("{words} {}.", values.join(", ")));
    let format = constraints.format.as_ref().map(|format| format!("Format: `{}`.", code_text(format)));
    limits.chain(sizes).chain(unique).chain(pattern).chain(values).chain(format).collect()
}

fn size_sentence(min: Option<usize>, max: Option<usize>, (singular, plural): (&str, &str)) -> Option<String> {
    let count = |number: usize| format!("{number} {}", if number == 1 { singular } else { plural });
    match (min.filter(|min| *min > 0), max) {
        (Some(min), Some(max)) => Some(format!("{min} to {}.", count(max))),
        (Some(min), None) => Some(format!("At least {}.", count(min))),
        (None, Some(max)) => Some(format!("At most {}.", count(max))),
        (None, None) => None,
    }
}

fn default_sentence(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    format!("Default: `{}`.", code_text(&text))
}

/// The sentence that links to further documentation.
pub(super) fn link_sentence(docs: &ExternalDocs) -> Option<String> {
    let url: String = docs.url.chars().filter(|c| is_printable(*c)).collect();
    let is_link = url.starts_with("https://") || url.starts_with("http://");
    let address = if is_link { sanitize_markdown(&url) } else { format!("`{}`", code_text(&url)) };
    let description = docs.description.as_deref().map(sanitize_markdown).filter(|text| !text.is_empty());
    (!url.is_empty()).then(|| match description {
        Some(text) => format!("{}: {address}.", text.trim_end_matches('.')),
        None => format!("See {address}."),
    })
}

/// Text that does not end the backticks around it.
fn code_text(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect::<String>().replace('`', "'")
}
