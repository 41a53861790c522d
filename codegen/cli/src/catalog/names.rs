//! Names on the command line.

use openapi_client_description::check::edit_distance;

pub(crate) use openapi_client_description::guide::kebab_case;

/// Whether a name that was typed is this name, in whatever case of words.
pub(super) fn is_same_name(name: &str, typed: &str) -> bool {
    name == typed || name == kebab_case(typed)
}

/// The known name that was probably meant.
pub(crate) fn find_nearest<'a>(typed: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let typed = typed.to_lowercase();
    let rate = |known: &'a str| {
        let (shorter, longer) = (known.len().min(typed.len()), known.len().max(typed.len()));
        let begins = shorter >= 3 && (known.starts_with(&typed) || typed.starts_with(known));
        let distance = if begins { 2.min(longer - shorter) } else { edit_distance(&typed, known) };
        (distance, known)
    };
    let nearest = known.map(rate).min()?;
    let limit = 1 + typed.chars().count() / 3;
    Some(nearest)
        .filter(|(distance, known)| *distance <= limit && *distance < known.chars().count())
        .map(|(_, known)| known)
}
