//! The media types of single operations.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::matches_pattern;

/// The media types of an operation whose document offers several. They are compared without case; of several that differ in
/// their parameters only, the one with the parameters named here is chosen, else the first.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct MediaTypes {
    /// The media type of the request that the setters send.
    pub request: Option<String>,
    /// The media type of the response that `send` requests and decodes.
    pub response: Option<String>,
}

/// The keys that match an operation with this id and call (`GET /path`), from the most specific one: those without `*` come
/// first, then the longer ones.
pub(crate) fn keys_of_operation<'c>(
    table: &'c BTreeMap<String, MediaTypes>,
    id: &str,
    call: &str,
) -> Vec<&'c str> {
    let matching = table.keys().filter(|key| matches_pattern(key, id) || matches_pattern(key, call));
    let mut keys: Vec<&str> = matching.map(String::as_str).collect();
    keys.sort_by_key(|key| (key.contains('*'), std::cmp::Reverse(key.len())));
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_specific_key_comes_first() {
        let keys = ["*", "update*", "PATCH /things/*", "PATCH /things/{id}", "updateThing", "other"];
        let table = keys.map(|key| (key.to_owned(), MediaTypes::default())).into();
        assert_eq!(
            keys_of_operation(&table, "updateThing", "PATCH /things/{id}"),
            ["PATCH /things/{id}", "updateThing", "PATCH /things/*", "update*", "*"]
        );
    }
}
