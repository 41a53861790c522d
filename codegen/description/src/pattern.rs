//! Patterns of names.

/// Whether a text matches a pattern, in which `*` stands for any characters.
#[must_use]
pub fn matches_pattern(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|start| text.strip_prefix(start)) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
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
