//! Texts of the document on a line of Markdown.

use std::fmt::Write as _;

/// A text of the document as one line of at most `max` characters, in which nothing is hidden and nothing is Markdown or HTML.
#[must_use]
pub fn plain_text(text: &str, max: usize) -> String {
    let visible: String = text.chars().map(|char| if is_hidden(char) { ' ' } else { char }).collect();
    let words: Vec<&str> = visible.split_whitespace().collect();
    let line = words.join(" ");
    let mut plain = String::with_capacity(line.len());
    for char in line.chars().take(max) {
        if matches!(char, '<' | '>' | '[' | ']' | '`' | '*' | '\\' | '|') {
            plain.push('\\');
        }
        plain.push(char);
    }
    let mut plain = plain.trim_end().to_owned();
    if line.chars().nth(max).is_some() {
        plain.push('…');
    }
    plain
}

/// Whether a character controls a terminal, changes the direction of text, or is invisible.
fn is_hidden(char: char) -> bool {
    char.is_control()
        || matches!(char,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// A text as a quoted scalar of YAML.
pub(super) fn quote_yaml(text: &str) -> String {
    let mut quoted = String::from("\"");
    for char in text.chars() {
        match char {
            '"' | '\\' => quoted.extend(['\\', char]),
            char if char.is_control() => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(char));
            }
            char => quoted.push(char),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_stay_on_their_line_and_are_no_markdown() {
        for (text, expected) in [
            ("List orders", "List orders"),
            (" a\n\n# b\t", "a # b"),
            ("<script>x</script>", "\\<script\\>x\\</script\\>"),
            ("[link](http://a) `code`", "\\[link\\](http://a) \\`code\\`"),
            ("a\u{202e}b\u{e0041}c\u{1b}[2J", "a b c \\[2J"),
        ] {
            assert_eq!(plain_text(text, 60), expected);
        }
        assert_eq!(plain_text("0123456789abc", 10), "0123456789…");
        assert_eq!(quote_yaml("a \"b\": c\\\n"), r#""a \"b\": c\\\u000a""#);
    }
}
