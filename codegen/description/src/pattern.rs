//! Patterns of names.

/// Whether a text matches a pattern, in which `*` stands for any characters.
#[must_use]
pub fn matches_pattern(pattern: &str, text: &str) -> bool {
    // Most names differ from most patterns in their first character.
    let pairs = pattern.bytes().zip(text.bytes());
    let same = pairs.take_while(|(expected, found)| expected == found && *expected != b'*').count();
    // Within a character, both differ in a part of it.
    let Some((pattern, text)) = pattern.get(same..).zip(text.get(same..)) else { return false };
    match pattern.strip_prefix('*') {
        Some(rest) => matches_after_star(rest, text),
        None => pattern.is_empty() && text.is_empty(),
    }
}

/// Whether any end of the text matches.
fn matches_after_star(mut pattern: &str, mut text: &str) -> bool {
    while let Some((part, rest)) = pattern.split_once('*') {
        let Some((_, after)) = text.split_once(part) else { return false };
        (pattern, text) = (rest, after);
    }
    text.ends_with(pattern)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_characters() {
        for (pattern, text, expected) in [
            ("id", "id", true),
            ("id", "ids", false),
            ("*_at", "created_at", true),
            ("*_at", "_at", true),
            ("*_at", "at", false),
            ("*_at", "created_at_end", false),
            ("stats_*", "stats_from", true),
            ("a*b*c", "a_b_b_c", true),
            ("a*b*c", "acb", false),
            ("*", "", true),
            ("*.x", "Owner.x", true),
            ("a**", "a", true),
            ("a*é*", "aé", true),
            ("*è", "aé", false),
            ("é", "è", false),
            ("*", "*", true),
        ] {
            assert_eq!(matches_pattern(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn a_star_in_a_pattern_is_any_text() {
        for (pattern, name) in [
            ("*", ""),
            ("*", "a.b"),
            ("a.*", "a.b"),
            ("*.b", "a.b"),
            ("a*c*e", "abcde"),
            ("a.b", "a.b"),
            ("*a*", "a"),
        ] {
            assert!(matches_pattern(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [
            ("", "a"),
            ("a.*", "ab"),
            ("*.b", "a.bc"),
            ("a*a", "a"),
            ("a.b", "a.b.c"),
            ("a*c*e", "ace_"),
            ("*aa", "a"),
        ] {
            assert!(!matches_pattern(pattern, name), "{pattern} {name}");
        }
    }
}
