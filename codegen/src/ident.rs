//! Converts any text into a Rust identifier, a file name or a feature name: case, leading digits, symbols and keywords.

use heck::{ToKebabCase, ToSnakeCase, ToUpperCamelCase};

/// The keywords of edition 2024, strict and reserved.
const KEYWORDS: [&str; 52] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro",
    "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait",
    "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
    "crate", "self", "super", "Self",
];

/// Names that cannot be written as raw identifiers (`r#self` does not compile).
const NEVER_RAW: [&str; 5] = ["crate", "self", "super", "Self", "_"];

/// Names that a generated type must not have, because generated code uses them as the prelude defines them. `S` is the type
/// parameter of builders.
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
pub fn snake_case(text: &str) -> String {
    escape_keyword(escape_leading_digit(replace_symbols(text).to_snake_case()))
}

/// `snake_case` for a module with a file of its own: never a raw identifier, since the file has the same name.
#[must_use]
pub fn module_name(text: &str) -> String {
    let name = escape_leading_digit(replace_symbols(text).to_snake_case());
    let name = shorten_file_name(name);
    let is_reserved = KEYWORDS.contains(&name.as_str()) || is_windows_device(&name);
    if is_reserved { format!("{name}_") } else { name }
}

/// The longest file name in bytes. File systems allow 255, which must also hold extensions and suffixes.
const MAX_FILE_NAME: usize = 120;

/// Cuts a name that is too long for a file, and appends a hash (FNV-1a) of the whole name so that it stays unique.
fn shorten_file_name(name: String) -> String {
    if name.len() <= MAX_FILE_NAME {
        return name;
    }
    let hash = name
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    let start: String = name.chars().take(MAX_FILE_NAME - 17).collect();
    format!("{start}_{hash:016x}")
}

/// Whether the name is a device on Windows, which cannot be the name of a file.
fn is_windows_device(name: &str) -> bool {
    let numbered = ["com", "lpt"].iter().filter_map(|device| name.strip_prefix(device));
    ["con", "prn", "aux", "nul"].contains(&name)
        || numbered.into_iter().any(|rest| rest.len() == 1 && rest.bytes().all(|byte| byte.is_ascii_digit()))
}

/// `UpperCamelCase`, for types and variants.
#[must_use]
pub fn pascal_case(text: &str) -> String {
    let name = separate_numbers(&replace_symbols(text), |part| part.to_upper_camel_case());
    escape_keyword(escape_leading_digit(name))
}

/// Converts the parts of a name between which only the separator keeps two numbers apart, and joins them by `_`, as in
/// `V1_2` for `v1.2`: `V12` could also be `v12`.
fn separate_numbers(text: &str, convert: impl Fn(&str) -> String) -> String {
    let mut parts: Vec<String> = vec![String::new()];
    for word in text.split('_').filter(|word| !word.is_empty()) {
        let is_number = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
        match parts.last_mut() {
            Some(part) if !(is_number(part.chars().last()) && is_number(word.chars().next())) => {
                part.push('_');
                part.push_str(word);
            }
            _ => parts.push(word.to_owned()),
        }
    }
    parts.iter().map(|part| convert(part)).collect::<Vec<_>>().join("_")
}

/// `UpperCamelCase` for a type; a name of the prelude gets the suffix `Model`.
#[must_use]
pub fn type_name(text: &str) -> String {
    avoid_prelude(text, "Model")
}

/// `UpperCamelCase` for the builder of a request; a name of the prelude gets the suffix `Request`.
#[must_use]
pub fn builder_name(text: &str) -> String {
    avoid_prelude(text, "Request")
}

fn avoid_prelude(text: &str, suffix: &str) -> String {
    let name = pascal_case(text);
    if PRELUDE.contains(&name.as_str()) { format!("{name}{suffix}") } else { name }
}

/// `kebab-case`, for Cargo features and crates.
#[must_use]
pub fn kebab_case(text: &str) -> String {
    shorten_file_name(replace_symbols(text).to_kebab_case())
}

/// `SCREAMING_SNAKE_CASE`, for constants.
#[must_use]
pub fn constant_case(text: &str) -> String {
    escape_leading_digit(replace_symbols(text).to_snake_case()).to_uppercase()
}

/// Whether a text is an identifier as generated code writes it, which may begin with `r#`.
#[must_use]
pub fn is_identifier(text: &str) -> bool {
    let (raw, name) = text.strip_prefix("r#").map_or((false, text), |name| (true, name));
    let begins = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let refused: &[&str] = if raw { &NEVER_RAW } else { &KEYWORDS };
    begins
        && name != "_"
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !refused.contains(&name)
}

/// Splits a name into its words, in lower case.
#[must_use]
pub fn split_words(text: &str) -> Vec<String> {
    replace_symbols(text)
        .to_snake_case()
        .split('_')
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Replaces characters that an identifier cannot contain by words, so that different names stay different: `+1` becomes
/// `plus_1`. A sign matters only at the start, and other symbols only in a name that consists of symbols.
fn replace_symbols(text: &str) -> String {
    let mut replaced = String::with_capacity(text.len());
    let is_signed = text.starts_with('+')
        || (text.starts_with('-') && text[1..].starts_with(|c: char| c.is_ascii_digit()));
    let is_symbols_only = !text.chars().any(|c| c.is_alphanumeric());
    for (index, c) in text.chars().enumerate() {
        match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '_' => replaced.push(c),
            _ if c.is_alphanumeric() => replaced.push_str(&format!("_u{:x}_", u32::from(c))),
            _ if is_symbols_only || (is_signed && index == 0) => {
                replaced.push('_');
                replaced.push_str(&symbol_name(c));
                replaced.push('_');
            }
            _ if c.is_ascii() => replaced.push('_'),
            _ => replaced.push_str(&format!("_u{:x}_", u32::from(c))),
        }
    }
    match replaced.trim_matches('_') {
        "" if text.is_empty() => "empty".to_owned(),
        "" => "underscore".to_owned(),
        _ => replaced,
    }
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
        other => return format!("u{:x}", u32::from(other)),
    };
    name.to_owned()
}

fn escape_leading_digit(name: String) -> String {
    if name.starts_with(|c: char| c.is_ascii_digit()) { format!("_{name}") } else { name }
}

fn escape_keyword(name: String) -> String {
    if NEVER_RAW.contains(&name.as_str()) {
        format!("{name}_")
    } else if KEYWORDS.contains(&name.as_str()) {
        format!("r#{name}")
    } else {
        name
    }
}

/// Converts an English plural to its singular: `disputes` to `dispute`. A word that is not a plural is unchanged.
#[must_use]
pub fn to_singular(word: &str) -> String {
    let is_singular = ["ss", "us", "is", "news", "series"].iter().any(|end| word.ends_with(end));
    if is_singular || word.len() < 4 {
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
    fn difficult_names_become_identifiers() {
        let cases = [
            ("type", "r#type", "Type"),
            ("self", "self_", "Self_"),
            ("7_days", "_7_days", "_7Days"),
            ("1d", "_1d", "_1d"),
            ("financial-activity", "financial_activity", "FinancialActivity"),
            ("foo.bar", "foo_bar", "FooBar"),
            ("+1", "plus_1", "Plus1"),
            ("v1.2", "v1_2", "V1_2"),
            ("2026-07-08-1", "_2026_07_08_1", "_2026_07_08_1"),
            ("3d_secure_2", "_3d_secure_2", "_3dSecure2"),
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
            assert_eq!(
                (snake_case(text).as_str(), pascal_case(text).as_str()),
                (as_snake, as_pascal),
                "{text:?}"
            );
        }
        assert_eq!(type_name("option"), "OptionModel");
    }

    #[test]
    fn plurals_become_singulars() {
        for (plural, singular) in [
            ("disputes", "dispute"),
            ("companies", "company"),
            ("statuses", "status"),
            ("boxes", "box"),
            ("access", "access"),
            ("data", "data"),
        ] {
            assert_eq!(to_singular(plural), singular);
        }
    }
}
