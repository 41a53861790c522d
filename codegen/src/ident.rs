//! Converts any text into a Rust identifier, a file name or a feature name: case, leading digits, symbols and keywords.

mod length;
mod symbols;
mod words;

use length::shorten_file_name;
pub(crate) use length::shorten_item;
pub(crate) use symbols::{Spelling, is_plain};

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
    snake_case_with(text, Spelling::Usual)
}

/// `snake_case` with more of its symbols as words.
pub(crate) fn snake_case_with(text: &str, spelling: Spelling) -> String {
    escape_keyword(escape_first(words::lower(&symbols::replace(text, spelling)).join("_")))
}

/// `snake_case` for a module with a file of its own: never a raw identifier, since the file has the same name, and in ASCII,
/// which rustc requires.
#[must_use]
pub fn module_name(text: &str) -> String {
    let name = shorten_file_name(escape_first(spell_number(&ascii_words(text).join("_"))));
    escape_module(name)
}

/// `snake_case` for a module whose file has another name, that of [`module_name`], where it is not ASCII.
pub(crate) fn tag_module_name(text: &str) -> String {
    let name = words::lower(&symbols::replace(text, Spelling::Usual)).join("_");
    if name.is_ascii() {
        module_name(text)
    } else {
        escape_module(shorten_item(escape_first(spell_number(&name))))
    }
}

fn escape_module(name: String) -> String {
    let is_reserved = KEYWORDS.contains(&name.as_str()) || is_windows_device(&name);
    if is_reserved { format!("{name}_") } else { name }
}

/// The words in lower case, in ASCII.
fn ascii_words(text: &str) -> Vec<String> {
    let words = words::lower(&symbols::replace(text, Spelling::Usual));
    words.iter().map(|word| symbols::to_ascii(word)).filter(|word| !word.is_empty()).collect()
}

/// Writes out a small number at the start: `one_click` for `1_click`.
fn spell_number(name: &str) -> String {
    const NUMBERS: [&str; 13] = [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
        "twelve",
    ];
    let (first, rest) = name.split_once('_').unwrap_or((name, ""));
    match first.parse::<usize>().ok().and_then(|number| NUMBERS.get(number)) {
        Some(word) if rest.is_empty() => (*word).to_owned(),
        // `2_3` is not a number of things.
        Some(word) if !rest.starts_with(|c: char| c.is_ascii_digit()) => format!("{word}_{rest}"),
        _ => name.to_owned(),
    }
}

/// A name with a small number at its start as a word.
pub(crate) fn spell_first(text: &str) -> String {
    if !text.starts_with(|c: char| c.is_ascii_digit()) {
        return text.to_owned();
    }
    spell_number(&words::lower(&symbols::replace(text, Spelling::Usual)).join("_"))
}

/// `snake_case` for a method that the client or a handle has: a small number at its start is a word.
pub(crate) fn method_name(text: &str) -> String {
    let name = words::lower(&symbols::replace(text, Spelling::Usual)).join("_");
    escape_keyword(escape_first(spell_number(&name)))
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
    pascal_case_with(text, Spelling::Usual)
}

/// `UpperCamelCase` with more of its symbols as words.
pub(crate) fn pascal_case_with(text: &str, spelling: Spelling) -> String {
    let name = separate_numbers(&symbols::replace(text, spelling), words::upper_camel);
    escape_keyword(escape_first(name))
}

/// A name in `UpperCamelCase` made of two, of which the second may begin with a digit: `Funnel` and `_0` are `Funnel0`.
pub(crate) fn join_pascal(first: &str, second: &str) -> String {
    let second = second.trim_start_matches("r#");
    // The underscore after a reserved word, such as `Self_`, has no use within a longer name.
    let first = first.trim_start_matches("r#").trim_end_matches('_');
    let bare = second.trim_start_matches('_').trim_end_matches('_');
    let ends_with_digit = first.ends_with(|c: char| c.is_numeric());
    let separator = if ends_with_digit && bare.starts_with(|c: char| c.is_numeric()) { "_" } else { "" };
    format!("{first}{separator}{bare}")
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
    type_name_with(text, Spelling::Usual)
}

/// [`type_name`] with more of its symbols as words.
pub(crate) fn type_name_with(text: &str, spelling: Spelling) -> String {
    avoid_prelude(pascal_case_with(text, spelling), "Model")
}

/// `UpperCamelCase` for the builder of a request; a name of the prelude gets the suffix `Request`.
#[must_use]
pub fn builder_name(text: &str) -> String {
    avoid_prelude(pascal_case(text), "Request")
}

fn avoid_prelude(name: String, suffix: &str) -> String {
    let name = shorten_item(name);
    if PRELUDE.contains(&name.as_str()) { format!("{name}{suffix}") } else { name }
}

/// `kebab-case`, for Cargo features and crates.
#[must_use]
pub fn kebab_case(text: &str) -> String {
    shorten_file_name(ascii_words(text).join("_")).replace('_', "-")
}

/// `SCREAMING_SNAKE_CASE`, for constants.
#[must_use]
pub fn constant_case(text: &str) -> String {
    let name = words::lower(&symbols::replace(text, Spelling::Usual)).join("_").to_uppercase();
    shorten_item(escape_first(name))
}

/// Whether a text is an identifier as generated code writes it, which may begin with `r#`.
#[must_use]
pub fn is_identifier(text: &str) -> bool {
    let (raw, name) = text.strip_prefix("r#").map_or((false, text), |name| (true, name));
    let begins = name.starts_with(|c: char| unicode_ident::is_xid_start(c) || c == '_');
    let refused: &[&str] = if raw { &NEVER_RAW } else { &KEYWORDS };
    begins && name != "_" && name.chars().all(unicode_ident::is_xid_continue) && !refused.contains(&name)
}

/// Splits a name into its words, in lower case.
#[must_use]
pub fn split_words(text: &str) -> Vec<String> {
    words::lower(&symbols::replace(text, Spelling::Usual))
}

/// Puts an underscore before a digit at the start, with which an identifier cannot begin.
fn escape_first(name: String) -> String {
    if name.starts_with(unicode_ident::is_xid_start) { name } else { format!("_{name}") }
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
            ("café", "café", "Café"),
            ("größe", "größe", "Größe"),
            ("名前", "名前", "名前"),
            ("\u{2764}\u{fe0f}", "u2764_ufe0f", "U2764Ufe0f"),
            ("it’s", "it_s", "ItS"),
            ("m²", "m_squared", "MSquared"),
            ("-name", "minus_name", "MinusName"),
            ("StartTime<", "start_time_less", "StartTimeLess"),
            ("GMT+1", "gmt_plus_1", "GmtPlus1"),
            ("ld+json", "ld_json", "LdJson"),
            ("us-east-1", "us_east_1", "UsEast1"),
            ("18+", "_18_plus", "_18Plus"),
            ("VPCs", "vpcs", "Vpcs"),
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
    fn more_symbols_become_words_where_names_are_the_same() {
        for (text, signs, all) in [
            ("_links", "links", "underscore_links"),
            ("@id", "id", "at_id"),
            ("$ref", "r#ref", "dollar_ref"),
            ("created-at", "created_at", "created_at"),
            ("Etc/GMT-1", "etc_gmt_minus_1", "etc_slash_gmt_minus_1"),
            ("A-", "a_minus", "a_minus"),
            ("2026-07-08", "_2026_07_08", "_2026_07_08"),
        ] {
            let spelled = [Spelling::Signs, Spelling::All].map(|spelling| snake_case_with(text, spelling));
            assert_eq!(spelled, [signs, all], "{text}");
        }
    }

    #[test]
    fn names_of_files_are_ascii() {
        for (text, expected) in [
            ("größe", "grosse"),
            ("año", "ano"),
            ("用户", "u7528_u6237"),
            ("1-Click Applications", "one_click_applications"),
            ("2026-07", "_2026_07"),
            ("nul", "nul_"),
        ] {
            assert_eq!(module_name(text), expected);
        }
        assert_eq!(kebab_case("1-Click größe"), "1-click-grosse");
    }

    #[test]
    fn parts_of_names_are_joined() {
        for (first, second, joined) in
            [("Funnel", "_0", "Funnel0"), ("Step2", "_0", "Step2_0"), ("Shape", "Round", "ShapeRound")]
        {
            assert_eq!(join_pascal(first, second), joined);
        }
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
