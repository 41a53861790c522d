//! Characters of untrusted texts that would control a terminal.

use std::{borrow::Cow, fmt::Write as _};

/// Whether a terminal would obey the character, or show the text around it in another order or not at all.
///
/// These are the control characters, the controls of bidirectional text, the characters that break lines, and invisible ones
/// that hide text. The joiners, which words and emoji need, are not among them.
pub(super) fn is_control(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// A text as one line that a terminal shows as it is: control characters become `\n`, `\u{1b}` and so on.
pub(crate) fn escape_line(text: &str) -> Cow<'_, str> {
    escape_text(text, |_| false)
}

/// The same for a text of several lines, which keeps line breaks and tabs.
pub(crate) fn escape_lines(text: &str) -> Cow<'_, str> {
    escape_text(text, |c| matches!(c, '\n' | '\t'))
}

fn escape_text(text: &str, is_kept: fn(char) -> bool) -> Cow<'_, str> {
    let is_escaped = |c: char| is_control(c) && !is_kept(c);
    if !text.contains(is_escaped) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_escaped(c) {
            escaped.extend(c.escape_default());
        } else {
            escaped.push(c);
        }
    }
    Cow::Owned(escaped)
}

/// Replaces such characters in JSON by `\u…`, which JSON can only have within strings. Line breaks between values stay.
pub(crate) fn escape_json(json: String) -> String {
    if !json.contains(|c| is_control(c) && c != '\n') {
        return json;
    }
    let mut escaped = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        if is_control(c) && c != '\n' {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        } else {
            escaped.push(c);
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_are_escaped_and_other_characters_are_not() {
        assert_eq!(escape_line("a\u{1b}[2Jb\r\nc\td\u{9b}31m"), r"a\u{1b}[2Jb\r\nc\td\u{9b}31m");
        assert_eq!(
            escape_line("\u{202e}evil\u{2066}\u{feff}\u{e0041}"),
            r"\u{202e}evil\u{2066}\u{feff}\u{e0041}"
        );
        assert_eq!(escape_lines("a\n\tb\r\u{7f}"), "a\n\tb\\r\\u{7f}");
        for text in ["Zürich – 東京 🇨🇭", "👩\u{200d}💻", "e\u{301}", "क्\u{200d}ष"] {
            assert_eq!(escape_line(text), text);
        }
    }

    #[test]
    fn escaped_json_has_the_same_value() {
        let value = "\u{9b}31m\u{202e}\u{7f}\u{e0041}é";
        let json = serde_json::to_string(value).unwrap();
        let escaped = escape_json(format!("[\n{json}\n]"));
        assert!(!escaped.contains(|c| is_control(c) && c != '\n'), "{escaped:?}");
        assert_eq!(serde_json::from_str::<Vec<String>>(&escaped).unwrap(), [value]);
    }
}
