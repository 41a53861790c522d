//! Replaces characters that an identifier cannot contain, by words where they matter.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Which symbols become words; the others only separate words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Spelling {
    /// Signs at the start (`-name`), comparisons at the end (`date<`), a plus at the end or before a digit, and every symbol of a
    /// name that has nothing else.
    Usual,
    /// All signs and comparisons but hyphens between words, for names that are otherwise the same.
    Signs,
    /// All symbols but hyphens, underscores, spaces and brackets between words.
    All,
}

/// What is never a word between two others.
const BETWEEN_WORDS: [char; 9] = ['-', '_', ' ', '(', ')', '[', ']', '{', '}'];

const SIGNS: [char; 6] = ['+', '-', '<', '>', '=', '!'];

/// Whether a text is spelled as it is in every [`Spelling`]: letters, digits and underscores between them, all of ASCII.
pub(crate) fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let edges = [bytes.first(), bytes.last()];
    edges.iter().all(|edge| edge.is_some_and(u8::is_ascii_alphanumeric))
        && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

/// Replaces all characters that are not letters, digits or underscores.
pub(super) fn replace(text: &str, spelling: Spelling) -> Cow<'_, str> {
    // Nearly every name is plain, and each is converted many times.
    if is_plain(text) { Cow::Borrowed(text) } else { Cow::Owned(spell_symbols(text, spelling)) }
}

fn spell_symbols(text: &str, spelling: Spelling) -> String {
    let chars: Vec<char> = text.chars().collect();
    if chars.is_empty() {
        return "empty".to_owned();
    }
    let is_word = |c: &char| c.is_alphanumeric();
    let Some((first, last)) = chars.iter().position(is_word).zip(chars.iter().rposition(is_word)) else {
        return chars.iter().map(|c| format!("_{}_", symbol_name(*c))).collect();
    };
    let mut replaced = String::with_capacity(text.len());
    for (index, c) in chars.iter().copied().enumerate() {
        let before = index.checked_sub(1).and_then(|index| chars.get(index)).copied();
        let next = chars.get(index + 1).copied();
        let is_spelled = || {
            let at_edge = index < first || index > last;
            // `#!` or `>}` is no comparison.
            let only_signs = |symbols: Option<&[char]>| {
                symbols.is_some_and(|symbols| symbols.iter().all(|c| SIGNS.contains(c)))
            };
            let is_prefix = index < first && only_signs(chars.get(..first));
            let is_suffix = index > last && only_signs(chars.get(last + 1..));
            let before_digit = next.is_some_and(|next| next.is_ascii_digit());
            let usual = match c {
                '+' => is_prefix || is_suffix || before_digit,
                '-' => is_prefix,
                '<' | '>' | '=' | '!' => is_prefix || is_suffix,
                _ => false,
            };
            let sign = match c {
                '-' => at_edge || (before_digit && before.is_some_and(|c| !c.is_ascii_digit())),
                _ => SIGNS.contains(&c),
            };
            usual
                || match spelling {
                    Spelling::Usual => false,
                    Spelling::Signs => sign,
                    Spelling::All => sign || at_edge || !BETWEEN_WORDS.contains(&c),
                }
        };
        match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' => replaced.push(c),
            '_' if spelling < Spelling::All || (first..=last).contains(&index) => replaced.push(c),
            _ if is_letter(c, before) => replaced.push(c),
            _ if is_separator(c) => replaced.push('_'),
            _ if !c.is_ascii() || is_spelled() => {
                replaced.push('_');
                replaced.push_str(&symbol_name(c));
                replaced.push('_');
            }
            _ => replaced.push('_'),
        }
    }
    replaced
}

/// Whether an identifier may contain a character beyond ASCII: a letter, a digit, or a mark on the letter before.
fn is_letter(c: char, before: Option<char>) -> bool {
    let has_letter = before.is_some_and(|before| before.is_alphabetic() || is_combining_mark(before));
    let is_selector = matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}');
    unicode_ident::is_xid_continue(c)
        && !is_selector
        && (c.is_alphanumeric() && !is_combining_mark(c) || is_combining_mark(c) && has_letter)
}

/// Whether a character beyond ASCII separates words: spaces, quotes, dashes and other punctuation, and what is not visible.
fn is_separator(c: char) -> bool {
    let is_punctuation = matches!(c, '\u{ab}' | '\u{b7}' | '\u{bb}' | '\u{2010}'..='\u{2027}' | '\u{2032}'..='\u{205e}'
        | '\u{3000}'..='\u{3004}' | '\u{3008}'..='\u{3020}' | '\u{30fb}' | '\u{fe0f}' | '\u{ff01}'..='\u{ff0f}');
    !c.is_ascii() && (c.is_whitespace() || c.is_control() || is_punctuation || is_combining_mark(c))
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}')
}

fn symbol_name(c: char) -> String {
    let name = match c {
        '+' => "plus",
        '-' => "minus",
        '*' => "star",
        '.' => "dot",
        '$' => "dollar",
        '/' => "slash",
        '<' => "less",
        '>' => "greater",
        '=' => "equals",
        '!' => "not",
        '%' => "percent",
        '&' => "and",
        '|' => "or",
        '#' => "hash",
        '@' => "at",
        '?' => "question",
        '_' => "underscore",
        ' ' => "space",
        '~' => "tilde",
        ':' => "colon",
        ',' => "comma",
        '\u{b0}' => "degrees",
        '\u{b2}' => "squared",
        '\u{b3}' => "cubed",
        '\u{d7}' => "times",
        '\u{20ac}' => "euro",
        '\u{a3}' => "pound",
        '\u{2264}' => "less_equals",
        '\u{2265}' => "greater_equals",
        '\u{2260}' => "not_equals",
        other => return format!("u{:x}", u32::from(other)),
    };
    name.to_owned()
}

/// A text in ASCII, for names of files, features and packages: letters without their marks, others by their number.
pub(super) fn to_ascii(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut ascii = String::with_capacity(text.len());
    for c in text.nfd().filter(|c| !('\u{300}'..='\u{36f}').contains(c)) {
        match c {
            'ß' => ascii.push_str("ss"),
            'ø' => ascii.push('o'),
            'æ' => ascii.push_str("ae"),
            'œ' => ascii.push_str("oe"),
            'ł' => ascii.push('l'),
            'đ' | 'ð' => ascii.push('d'),
            'ı' => ascii.push('i'),
            _ if c.is_ascii() => ascii.push(c),
            _ => ascii.push_str(&format!("_u{:x}_", u32::from(c))),
        }
    }
    let words: Vec<&str> = ascii.split('_').filter(|word| !word.is_empty()).collect();
    words.join("_")
}

#[cfg(test)]
mod tests {
    use super::{Spelling, is_plain, spell_symbols};

    #[test]
    fn plain_names_are_spelled_as_they_are() {
        for (text, plain) in [
            ("a", true),
            ("userId_2", true),
            ("", false),
            ("_a", false),
            ("a_", false),
            ("a-b", false),
            ("ä", false),
        ] {
            assert_eq!(is_plain(text), plain, "{text}");
            let spelled =
                [Spelling::Usual, Spelling::Signs, Spelling::All].map(|how| spell_symbols(text, how));
            assert!(!plain || spelled.iter().all(|spelled| spelled == text), "{text}");
        }
    }
}
