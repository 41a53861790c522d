//! Names on the command line.

/// A name of the document or of Rust in kebab case: `accountLinks`, `account_links` and `account-links` are the same.
#[must_use]
pub fn kebab_case(name: &str) -> String {
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
