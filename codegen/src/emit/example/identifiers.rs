//! Identifiers for examples: of a configured kind, or as the description or the name of a property suggests.

use crate::ident::split_words;
use crate::ir::IdKind;

/// What stands for the part of an identifier that the server assigns.
const ASSIGNED: &str = "xxxxxxxxxxxxxx";

/// An identifier of this kind.
pub(in super::super) fn example_id(kind: &IdKind) -> String {
    kind.prefixes.first().map_or_else(|| named_id(&kind_words(kind)), |prefix| format!("{prefix}{ASSIGNED}"))
}

/// The document's example of an identifier of this kind, if it has the form of one.
pub(super) fn is_id_of(kind: &IdKind, text: &str) -> bool {
    kind.prefixes.is_empty() || kind.prefixes.iter().any(|prefix| text.starts_with(prefix.as_str()))
}

/// Whether a property without a configured kind holds an identifier, by its name and description.
pub(super) fn holds_identifier(words: &[&str], description: &str) -> bool {
    let first = split_words(description).into_iter().find(|word| !matches!(word.as_str(), "the" | "unique"));
    matches!(words, [.., "id" | "identifier"]) || matches!(first.as_deref(), Some("id" | "identifier"))
}

/// An identifier of the kind that the description of a property mentions first: "Id of the sender: a user or an account" gives
/// that of a user.
pub(super) fn described_id(ids: &[IdKind], description: &str) -> Option<String> {
    let text = format!(" {} ", split_words(description).join(" "));
    // The ids of other systems have no prefix of this one.
    if text.contains(" your ") || text.contains(" external ") {
        return None;
    }
    let kinds = ids.iter().filter(|kind| !kind.prefixes.is_empty()).filter_map(|kind| {
        let words = kind_words(kind).join(" ");
        let position =
            ["a", "an", "the"].iter().filter_map(|article| text.find(&format!(" {article} {words} ")));
        // Of kinds at the same place, the one with the longest name is meant.
        Some((position.min()?, std::cmp::Reverse(words.len()), kind))
    });
    let (_, _, kind) = kinds.min_by_key(|(position, length, _)| (*position, *length))?;
    Some(example_id(kind))
}

/// An identifier whose form nothing tells: `order_id` gives `order_123`.
pub(super) fn named_id<Word: AsRef<str>>(words: &[Word]) -> String {
    let words = words.iter().map(AsRef::as_ref).filter(|word| !matches!(*word, "id" | "identifier"));
    let mut name: Vec<&str> = words.collect();
    name.push("123");
    name.join("_")
}

/// The words of what a kind identifies: `PromoCodeId` gives "promo code".
fn kind_words(kind: &IdKind) -> Vec<String> {
    let mut words = split_words(&kind.name);
    words.pop_if(|last| last == "id");
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(name: &str, prefixes: &[&str]) -> IdKind {
        let prefixes = prefixes.iter().map(|prefix| (*prefix).to_owned()).collect();
        IdKind { name: name.to_owned(), prefixes, description: String::new() }
    }

    #[test]
    fn identifiers_have_the_prefix_of_their_kind() {
        assert_eq!(example_id(&kind("UserId", &["user_", "usr_"])), "user_xxxxxxxxxxxxxx");
        assert_eq!(example_id(&kind("PromoCodeId", &[])), "promo_code_123");
        assert!(
            is_id_of(&kind("UserId", &["user_"]), "user_1") && !is_id_of(&kind("UserId", &["user_"]), "1")
        );
    }

    #[test]
    fn descriptions_say_what_an_identifier_is_of() {
        let ids = [kind("UserId", &["user_"]), kind("AdId", &["ad_"]), kind("AdGroupId", &["grp_"])];
        let id = |description: &str| described_id(&ids, description);
        assert_eq!(id("Id of the sender: a user or an ad.").as_deref(), Some("user_xxxxxxxxxxxxxx"));
        assert_eq!(id("The ad group that is copied.").as_deref(), Some("grp_xxxxxxxxxxxxxx"));
        assert_eq!(id("Your id of the user."), None);
        assert_eq!(id("What users see."), None);
        assert!(holds_identifier(&["destination"], "The id of an account."));
        assert!(holds_identifier(&["order", "id"], "") && !holds_identifier(&["order"], "An order."));
    }
}
