//! Patterns of names.

/// Whether a text matches a pattern, in which `*` stands for any characters.
#[must_use]
pub fn matches_pattern(pattern: &str, text: &str) -> bool {
    // As bytes: a sequence of characters begins in UTF-8 only where a character does.
    let (mut pattern, mut text) = (pattern.as_bytes(), text.as_bytes());
    loop {
        match (pattern, text) {
            ([b'*', rest @ ..], _) => return matches_after_star(rest, text),
            ([expected, after_expected @ ..], [found, after_found @ ..]) if expected == found => {
                (pattern, text) = (after_expected, after_found);
            }
            _ => return pattern.is_empty() && text.is_empty(),
        }
    }
}

/// Whether any end of the text matches.
fn matches_after_star(pattern: &[u8], mut text: &[u8]) -> bool {
    let mut parts = pattern.split(|byte| *byte == b'*').peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return text.ends_with(part);
        }
        let found = text.windows(part.len().max(1)).position(|window| window.starts_with(part));
        match found {
            Some(start) => text = text.get(start + part.len()..).unwrap_or_default(),
            None if part.is_empty() => {}
            None => return false,
        }
    }
    true
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
