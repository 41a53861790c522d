//! Gives each of several things of the document a name of its own: where two would have the same, one is spelled out or numbered,
//! with a warning, so that no document is refused for its names.

use std::collections::BTreeMap;

use super::scope::Scope;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::ident::{Spelling, is_plain};

/// A thing that needs a name.
pub(super) struct Claim<'a> {
    /// Its name in the document.
    pub(super) wire: &'a str,
    pub(super) pointer: &'a str,
    /// Its usual name, and those to take where that is the name of another, in this order.
    pub(super) names: Vec<String>,
}

impl<'a> Claim<'a> {
    /// A claim for the name in the configuration, or else for what `convert` makes of the name in the document, with more of its
    /// symbols spelled out where others have the same name.
    pub(super) fn new(
        wire: &'a str,
        pointer: &'a str,
        configured: Option<&String>,
        convert: impl Fn(&str, Spelling) -> String,
    ) -> Self {
        Self::with_words(wire, wire, pointer, configured, convert)
    }

    /// A claim whose usual name is made of other words than its name in the document.
    pub(super) fn with_words(
        wire: &'a str,
        words: &str,
        pointer: &'a str,
        configured: Option<&String>,
        convert: impl Fn(&str, Spelling) -> String,
    ) -> Self {
        let names = match configured {
            Some(name) => vec![name.clone()],
            // All spellings are the same.
            None if is_plain(words) => vec![convert(words, Spelling::Usual)],
            None => [Spelling::Usual, Spelling::Signs, Spelling::All].map(|how| convert(words, how)).to_vec(),
        };
        Self { wire, pointer, names }
    }

    fn usual(&self) -> &str {
        self.names.first().map_or("", String::as_str)
    }

    /// How far the usual name is from the one in the document: 0 if they are equal, 2 if spelling it out would change it.
    fn distance(&self) -> usize {
        if self.usual().trim_start_matches("r#") == self.wire {
            0
        } else if self.names.iter().all(|name| name == self.usual()) {
            1
        } else {
            2
        }
    }
}

/// What a warning about a name says and advises.
pub(super) struct Advice<'a> {
    pub(super) code: Code,
    /// What to do, by the name in the document.
    pub(super) help: &'a dyn Fn(&str) -> String,
}

/// Decides the names of all claims, in their order. Of those with the same usual name, the one closest to its name in the
/// document keeps it, so that the order of a document does not matter.
pub(super) fn settle(
    scope: &mut Scope,
    claims: &[Claim<'_>],
    advice: &Advice<'_>,
    diagnostics: &mut Diagnostics,
) -> Vec<String> {
    let mut first: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, claim) in claims.iter().enumerate() {
        let winner = first.entry(claim.usual()).or_insert(index);
        if claims.get(*winner).is_some_and(|best| claim.distance() < best.distance()) {
            *winner = index;
        }
    }
    let wins = |index: usize, claim: &Claim<'_>| first.get(claim.usual()) == Some(&index);
    let mut names: BTreeMap<usize, String> = BTreeMap::new();
    for (index, claim) in claims.iter().enumerate().filter(|(index, claim)| wins(*index, claim)) {
        names.insert(index, scope.claim(claim, advice, diagnostics));
    }
    for (index, claim) in claims.iter().enumerate().filter(|(index, claim)| !wins(*index, claim)) {
        names.insert(index, scope.claim(claim, advice, diagnostics));
    }
    names.into_values().collect()
}

/// Warns that something has another name than usual.
pub(super) fn warn(
    claim: &Claim<'_>,
    name: &str,
    other: Option<&str>,
    advice: &Advice<'_>,
    diagnostics: &mut Diagnostics,
) {
    let (wire, usual) = (claim.wire, claim.usual());
    let other = other.filter(|other| !other.is_empty());
    let other = other.map_or_else(|| "something else".to_owned(), |other| format!("`{other}`"));
    let message = format!("`{wire}` is called `{name}` in Rust, since {other} is called `{usual}`");
    let diagnostic = Diagnostic::warning(advice.code, message).at(claim.pointer);
    diagnostics.push_once(diagnostic.help((advice.help)(wire)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ident::snake_case_with;

    fn settled(wires: &[&str]) -> Vec<String> {
        let mut diagnostics = Diagnostics::default();
        let claims: Vec<Claim<'_>> =
            wires.iter().map(|wire| Claim::new(wire, "", None, snake_case_with)).collect();
        let advice = Advice { code: Code::NAMES_COLLIDE, help: &|_| String::new() };
        settle(&mut Scope::reserving(&["new"]), &claims, &advice, &mut diagnostics)
    }

    #[test]
    fn names_that_are_the_same_are_told_apart() {
        assert_eq!(settled(&["_id", "id", "@id"]), ["underscore_id", "id", "at_id"]);
        assert_eq!(settled(&["userId", "user_id", "user-id"]), ["user_id2", "user_id", "user_id3"]);
        assert_eq!(settled(&["user_id", "userId", "userId2"]), ["user_id", "user_id3", "user_id2"]);
        assert_eq!(settled(&["@type", "type"]), ["at_type", "r#type"]);
        assert_eq!(settled(&["a1", "A1"]), ["a1", "a1_2"]);
        assert_eq!(settled(&["new", "New"]), ["new_", "new2"]);
        assert_eq!(settled(&["StartTime", "StartTime<"]), ["start_time", "start_time_less"]);
        assert_eq!(settled(&["GMT-1", "GMT_1"]), ["gmt_minus_1", "gmt_1"]);
    }
}
