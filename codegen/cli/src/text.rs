//! Texts from elsewhere, made safe for a line on a terminal.

use crate::output::escape_line;

/// A text on one line of at most `max` characters, in which nothing moves the cursor, hides text or reverses it.
pub(crate) fn clean_line(text: &str, max: usize) -> String {
    let mut characters = text.chars().map(|c| if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c });
    let line: String = characters.by_ref().take(max).collect();
    let mut line = escape_line(&line).into_owned();
    if characters.next().is_some() {
        line.push('…');
    }
    line
}

/// Whether a name matches a pattern in which `*` stands for any text.
pub(crate) fn matches_pattern(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = name.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let Some(last) = pattern.rsplit('*').next().filter(|_| pattern.contains('*')) else {
        return rest.is_empty();
    };
    let middle: Vec<&str> = parts.collect();
    for part in middle.iter().take(middle.len().saturating_sub(1)) {
        let Some((_, after)) = rest.split_once(part) else { return false };
        rest = after;
    }
    rest.len() >= last.len() && rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_from_elsewhere_stay_on_their_line() {
        for (text, expected) in [
            ("paid", "paid"),
            ("a\nb\tc\r", "a b c "),
            ("\u{1b}[2Jgone", "\\u{1b}[2Jgone"),
            ("abc\u{202e}cba", "abc\\u{202e}cba"),
            ("zero\u{200b}width", "zero\\u{200b}width"),
            ("0123456789abc", "0123456789…"),
        ] {
            assert_eq!(clean_line(text, if text.starts_with('0') { 10 } else { 99 }), expected);
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
