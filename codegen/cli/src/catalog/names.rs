//! Names on the command line.

use openapi_client_description::check::edit_distance;

/// A name of the document or of Rust in kebab case: `accountLinks`, `account_links` and `account-links` are the same.
pub(crate) fn kebab_case(name: &str) -> String {
    let name = name.strip_prefix("r#").unwrap_or(name);
    let mut kebab = String::with_capacity(name.len() + 2);
    let mut before = None;
    let mut chars = name.chars().peekable();
    while let Some(char) = chars.next() {
        let starts_word = char.is_uppercase()
            && before.is_some_and(|before: char| {
                let ends_initials =
                    before.is_uppercase() && chars.peek().is_some_and(|next| next.is_lowercase());
                before.is_lowercase() || before.is_numeric() || ends_initials
            });
        if char.is_alphanumeric() || char == '.' {
            if starts_word {
                push_hyphen(&mut kebab);
            }
            kebab.extend(char.to_lowercase());
        } else {
            push_hyphen(&mut kebab);
        }
        before = Some(char);
    }
    let trimmed = kebab.trim_end_matches('-');
    if trimmed.is_empty() { name.to_owned() } else { trimmed.to_owned() }
}

fn push_hyphen(kebab: &mut String) {
    if !kebab.is_empty() && !kebab.ends_with(['-', '.']) {
        kebab.push('-');
    }
}

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
