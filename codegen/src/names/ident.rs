//! Any text to a Rust identifier: one place decides case, digits, symbols and keywords.

use heck::{ToKebabCase, ToSnakeCase, ToUpperCamelCase};

/// Keywords of edition 2024, weak ones that cannot be raw marked by position at the end.
const KEYWORDS: [&str; 52] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro",
    "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait",
    "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
    "crate", "self", "super", "Self",
];

/// Keywords that no `r#` can rescue.
const NEVER_RAW: [&str; 5] = ["crate", "self", "super", "Self", "_"];

/// Names that generated code relies on to mean what they mean in the prelude, and its type parameter.
const PRELUDE: [&str; 35] = [
    "AsMut",
    "AsRef",
    "Box",
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "Drop",
    "Eq",
    "Err",
    "Fn",
    "FnMut",
    "FnOnce",
    "From",
    "Future",
    "Hash",
    "Into",
    "IntoIterator",
    "Iterator",
    "None",
    "Ok",
    "Option",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Result",
    "S",
    "Send",
    "Sized",
    "Some",
    "String",
    "Sync",
    "ToOwned",
    "ToString",
    "Vec",
];

/// `snake_case`, for fields, methods and modules.
#[must_use]
pub fn snake(text: &str) -> String {
    keyword(digit_first(spell(text).to_snake_case()))
}

/// The same where no raw identifier can stand: file names and features.
#[must_use]
pub fn module(text: &str) -> String {
    let name = digit_first(spell(text).to_snake_case());
    let name = shortened(name);
    if KEYWORDS.contains(&name.as_str()) || is_device(&name) { format!("{name}_") } else { name }
}

/// The longest name of a file; file systems end at 255 bytes.
const LONGEST: usize = 120;

/// A name that a file can have: the end of a long one gives way to a number made of the whole.
fn shortened(name: String) -> String {
    if name.len() <= LONGEST {
        return name;
    }
    let hash = name
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    let start: String = name.chars().take(LONGEST - 17).collect();
    format!("{start}_{hash:016x}")
}

/// Whether Windows takes a file of this name for a device.
fn is_device(name: &str) -> bool {
    let numbered = ["com", "lpt"].iter().filter_map(|device| name.strip_prefix(device));
    ["con", "prn", "aux", "nul"].contains(&name)
        || numbered.into_iter().any(|rest| rest.len() == 1 && rest.bytes().all(|byte| byte.is_ascii_digit()))
}

/// `UpperCamelCase`, for types and variants.
#[must_use]
pub fn pascal(text: &str) -> String {
    keyword(digit_first(spell(text).to_upper_camel_case()))
}

/// `UpperCamelCase` for a type: never a name of the prelude.
#[must_use]
pub fn type_name(text: &str) -> String {
    apart_from_prelude(text, "Model")
}

/// `UpperCamelCase` for the builder of a request: never a name of the prelude.
#[must_use]
pub fn builder_name(text: &str) -> String {
    apart_from_prelude(text, "Request")
}

fn apart_from_prelude(text: &str, suffix: &str) -> String {
    let name = pascal(text);
    if PRELUDE.contains(&name.as_str()) { format!("{name}{suffix}") } else { name }
}

/// `kebab-case`, for cargo features and crates.
#[must_use]
pub fn kebab(text: &str) -> String {
    shortened(spell(text).to_kebab_case())
}

/// `SCREAMING_SNAKE_CASE`, for constants.
#[must_use]
pub fn constant(text: &str) -> String {
    digit_first(spell(text).to_snake_case()).to_uppercase()
}

/// The words of a name.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    spell(text).to_snake_case().split('_').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Replaces what no identifier can hold by words, so that different names stay different.
fn spell(text: &str) -> String {
    let mut spelled = String::with_capacity(text.len());
    let sign = text.starts_with('+')
        || (text.starts_with('-') && text[1..].starts_with(|c: char| c.is_ascii_digit()));
    let bare = !text.chars().any(|c| c.is_alphanumeric());
    for (index, c) in text.chars().enumerate() {
        match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '_' => spelled.push(c),
            _ if c.is_alphanumeric() => spelled.push_str(&format!("_u{:x}_", u32::from(c))),
            _ if bare || (sign && index == 0) => {
                spelled.push('_');
                spelled.push_str(&symbol(c));
                spelled.push('_');
            }
            _ if c.is_ascii() => spelled.push('_'),
            _ => spelled.push_str(&format!("_u{:x}_", u32::from(c))),
        }
    }
    match spelled.trim_matches('_') {
        "" if text.is_empty() => "empty".to_owned(),
        "" => "underscore".to_owned(),
        _ => spelled,
    }
}

fn symbol(c: char) -> String {
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
        other => return format!("u{:x}", u32::from(other)),
    };
    name.to_owned()
}

fn digit_first(name: String) -> String {
    if name.starts_with(|c: char| c.is_ascii_digit()) { format!("_{name}") } else { name }
}

fn keyword(name: String) -> String {
    if NEVER_RAW.contains(&name.as_str()) {
        format!("{name}_")
    } else if KEYWORDS.contains(&name.as_str()) {
        format!("r#{name}")
    } else {
        name
    }
}

/// One of many: `disputes` to `dispute`. A word that is no plural stays as it is.
#[must_use]
pub fn singular(word: &str) -> String {
    let keep = ["ss", "us", "is", "news", "series"].iter().any(|end| word.ends_with(end));
    if keep || word.len() < 4 {
        return word.to_owned();
    }
    if let Some(stem) = word.strip_suffix("ies") {
        return format!("{stem}y");
    }
    for end in ["sses", "xes", "ches", "shes", "uses"] {
        if word.ends_with(end) {
            return word[..word.len() - 2].to_owned();
        }
    }
    word.strip_suffix('s').unwrap_or(word).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn obstacle_course() {
        let cases = [
            ("type", "r#type", "Type"),
            ("self", "self_", "Self_"),
            ("7_days", "_7_days", "_7Days"),
            ("1d", "_1d", "_1d"),
            ("financial-activity", "financial_activity", "FinancialActivity"),
            ("foo.bar", "foo_bar", "FooBar"),
            ("+1", "plus_1", "Plus1"),
            ("-1", "minus_1", "Minus1"),
            ("--", "minus_minus", "MinusMinus"),
            ("$x", "x", "X"),
            ("", "empty", "Empty"),
            ("_", "underscore", "Underscore"),
            ("*/", "star_slash", "StarSlash"),
            ("café", "caf_ue9", "CafUe9"),
            ("createHTTPServer", "create_http_server", "CreateHttpServer"),
        ];
        for (text, as_snake, as_pascal) in cases {
            assert_eq!((snake(text).as_str(), pascal(text).as_str()), (as_snake, as_pascal), "{text:?}");
        }
        assert_eq!(type_name("option"), "OptionModel");
    }

    #[test]
    fn plurals() {
        for (many, one) in [
            ("disputes", "dispute"),
            ("companies", "company"),
            ("statuses", "status"),
            ("boxes", "box"),
            ("access", "access"),
            ("data", "data"),
        ] {
            assert_eq!(singular(many), one);
        }
    }
}
