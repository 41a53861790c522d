//! Finds operations by words.

use std::collections::BTreeSet;

use openapi_client_description::{Docs, check::edit_distance};

use super::access::name_command;
use crate::catalog::OperationSummary;

/// The operations of a search with the words by which they are found.
pub(super) struct SearchIndex {
    entries: Vec<Entry>,
}

struct Entry {
    operation: &'static OperationSummary,
    /// Words with their weight.
    words: Vec<(String, u32)>,
}

impl SearchIndex {
    pub(super) fn new(operations: &[&'static OperationSummary], docs: &Docs) -> Self {
        let entries = operations.iter().map(|operation| {
            let text = docs.operations.get(&operation.id);
            let description = text.and_then(|docs| docs.description.as_deref());
            let parts = [
                (operation.id.as_str(), 10),
                (operation.group.as_str(), 8),
                (operation.command.as_str(), 8),
                (operation.path.as_str(), 4),
                (operation.summary.as_deref().unwrap_or_default(), 5),
                (description.unwrap_or_default(), 1),
            ];
            let mut words: Vec<(String, u32)> = Vec::new();
            for (text, weight) in parts {
                let new =
                    split_words(text).into_iter().filter(|word| !words.iter().any(|(old, _)| old == word));
                let new: Vec<(String, u32)> = new.map(|word| (word, weight)).collect();
                words.extend(new);
            }
            Entry { operation, words }
        });
        Self { entries: entries.collect() }
    }

    /// The operations that the words fit, the best first. Without words all of them, in document order.
    pub(super) fn search(&self, query: &str) -> Vec<&'static OperationSummary> {
        let wanted = split_words(query);
        let exact = query.trim();
        let mut found: Vec<(u32, &'static OperationSummary)> = self
            .entries
            .iter()
            .filter_map(|entry| {
                let operation = entry.operation;
                let is_named = operation.id == exact || name_command(operation) == exact;
                let score = if is_named { 10_000 } else { entry.rate(&wanted)? };
                Some((score, operation))
            })
            .collect();
        // The sort is stable: equals stay in document order. What is deprecated comes after what is not.
        found.sort_by_key(|(score, operation)| (std::cmp::Reverse(*score), operation.deprecated));
        found.into_iter().map(|(_, operation)| operation).collect()
    }
}

impl Entry {
    /// How well the words fit; none if fewer than half of them do.
    fn rate(&self, wanted: &BTreeSet<String>) -> Option<u32> {
        if wanted.is_empty() {
            return Some(0);
        }
        let rate_word = |word: &String| {
            let ratings = self.words.iter().map(|(known, weight)| weight * rate_match(word, known));
            ratings.max().unwrap_or_default()
        };
        let ratings: Vec<u32> = wanted.iter().map(rate_word).collect();
        let matched = ratings.iter().filter(|rating| **rating > 0).count();
        // That all words fit counts more than how well one of them does.
        (matched * 2 >= wanted.len()).then(|| ratings.iter().sum::<u32>() + 100 * matched as u32)
    }
}

fn rate_match(wanted: &str, known: &str) -> u32 {
    let shorter = wanted.len().min(known.len());
    if wanted == known {
        4
    } else if shorter >= 3 && (known.starts_with(wanted) || wanted.starts_with(known)) {
        2
    } else if shorter >= 5 && edit_distance(wanted, known) == 1 {
        1
    } else {
        0
    }
}

/// The words of a text or a name in lower case and in the singular, without those that every text has.
fn split_words(text: &str) -> BTreeSet<String> {
    const IGNORED: [&str; 14] =
        ["a", "an", "the", "of", "to", "for", "and", "or", "in", "by", "with", "is", "my", "all"];
    let mut words = BTreeSet::new();
    let mut word = String::new();
    let mut was_lower = false;
    // The end of the text ends the last word.
    for char in text.chars().chain(Some(' ')) {
        let starts_word = char.is_uppercase() && was_lower;
        if (starts_word || !char.is_alphanumeric()) && !word.is_empty() {
            let singular = make_singular(&word);
            if !IGNORED.contains(&singular) {
                words.insert(singular.to_owned());
            }
            word.clear();
        }
        if char.is_alphanumeric() {
            word.extend(char.to_lowercase());
        }
        was_lower = char.is_lowercase() || char.is_numeric();
    }
    words
}

fn make_singular(word: &str) -> &str {
    if word.len() > 3 && !word.ends_with("ss") { word.strip_suffix('s').unwrap_or(word) } else { word }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{catalog::Catalog, test_shop::app};

    #[test]
    fn operations_are_found_by_words_in_any_form() {
        let catalog = Catalog::new(app()).unwrap();
        let operations: Vec<_> = catalog.operations().iter().collect();
        let index = SearchIndex::new(&operations, &catalog.load_all().unwrap().1);
        for (query, first) in [
            ("list orders", "listOrders"),
            ("how to pay an order", "payOrder"),
            ("payOrder", "payOrder"),
            ("orders.pay", "payOrder"),
            ("takes money", "payOrder"),
            ("API keys", "createKey"),
            ("endpionts delete", "deleteEndpoint"),
            ("webhook endpoints create", "createEndpoint"),
        ] {
            let found = index.search(query);
            assert_eq!(found.first().map(|found| found.id.as_str()), Some(first), "{query}");
        }
        assert_eq!(index.search("").len(), 8);
        assert!(index.search("zebra crossing").is_empty());
    }
}
