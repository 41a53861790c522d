//! Splits a name into words and joins them in a case: at separators and where the case of letters changes.

use unicode_normalization::UnicodeNormalization as _;

/// Words that are one word although the case of their letters changes.
const MIXED: [&str; 7] = [OAUTH, "iOS", "iPadOS", "eSIM", "gRPC", "mTLS", "vCPU"];

/// The one of them that has a capital inside a name in `UpperCamelCase` too.
const OAUTH: &str = "OAuth";

/// Splits a text whose symbols are replaced.
pub(super) fn split(text: &str) -> Vec<&str> {
    let is_separator = |c: char| c == '_' || !unicode_ident::is_xid_continue(c);
    let mut words = Vec::new();
    for part in text.split(is_separator).filter(|part| !part.is_empty()) {
        // The case of letters splits nothing in most names, which have none in upper case.
        if part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()) {
            words.push(part);
        } else {
            words.extend(split_at_case(part));
        }
    }
    words
}

/// Splits `userId` and `HTTPServer`, but not a plural (`VPCs`), a version (`IPv4`) or a word of [`MIXED`].
fn split_at_case(text: &str) -> Vec<&str> {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let mut words = Vec::new();
    let (mut start, mut at) = (0, 0);
    // Whether the letter before was upper case, if there was one in the same word.
    let mut was_upper = None;
    while let Some((index, c)) = chars.get(at).copied() {
        let rest = text.get(index..).unwrap_or_default();
        if was_upper.is_none()
            && let Some(length) = whole_word(rest)
        {
            at += length;
            was_upper = Some(false);
        } else if was_upper == Some(true) && c.is_uppercase() && begins_word(&chars, at) {
            words.push(text.get(start..index).unwrap_or_default());
            (start, was_upper) = (index, None);
            continue;
        } else {
            at += 1;
            if c.is_uppercase() || c.is_lowercase() {
                was_upper = Some(c.is_uppercase());
            }
            if c.is_uppercase()
                && let Some(length) = acronym_end(&chars, at)
                && was_upper == Some(true)
                && at >= 2
                && chars.get(at - 2).is_some_and(|(_, before)| before.is_uppercase())
            {
                at += length;
                was_upper = Some(false);
            }
        }
        if was_upper == Some(false)
            && let Some((next, c)) = chars.get(at)
            && c.is_uppercase()
        {
            words.push(text.get(start..*next).unwrap_or_default());
            (start, was_upper) = (*next, None);
        }
    }
    words.push(text.get(start..).unwrap_or_default());
    words.retain(|word| !word.is_empty());
    words
}

/// The length of a word of [`MIXED`] at the start of a text.
fn whole_word(text: &str) -> Option<usize> {
    let ends = |word: &str| !text.chars().nth(word.len()).is_some_and(char::is_lowercase);
    let word = MIXED.iter().find(|word| text.starts_with(**word) && ends(word))?;
    Some(word.len())
}

/// Whether an upper case letter begins a word, since a small one follows that is not part of an acronym: `S` in `HTTPServer`.
fn begins_word(chars: &[(usize, char)], at: usize) -> bool {
    let next_is_small = chars.get(at + 1).is_some_and(|(_, next)| next.is_lowercase());
    next_is_small && acronym_end(chars, at + 1).is_none()
}

/// The length of what ends an acronym in small letters, if it stands at this place: a plural (`VPCs`) or a version (`IPv4`).
fn acronym_end(chars: &[(usize, char)], at: usize) -> Option<usize> {
    let next = chars.get(at + 1).map(|(_, next)| *next);
    match chars.get(at)?.1 {
        's' if !next.is_some_and(|c| c.is_lowercase() || c.is_ascii_digit()) => Some(1),
        'v' if next.is_some_and(|c| c.is_ascii_digit()) => Some(1),
        _ => None,
    }
}

/// The words in lower case.
pub(super) fn lower(text: &str) -> Vec<String> {
    split(text).into_iter().map(lower_word).collect()
}

fn lower_word(word: &str) -> String {
    // ASCII is normalized as it is.
    if word.is_ascii() { word.to_ascii_lowercase() } else { word.to_lowercase().nfc().collect() }
}

/// The words, each with a capital first letter, joined.
pub(super) fn upper_camel(text: &str) -> String {
    let mut name = String::with_capacity(text.len());
    for word in split(text) {
        push_capitalized(&mut name, word);
    }
    name
}

fn push_capitalized(name: &mut String, word: &str) {
    if word.starts_with(OAUTH) {
        name.push_str(word);
        return;
    }
    if word.is_ascii() {
        let start = name.len();
        name.push_str(word);
        let (first, rest) = name.split_at_mut(start).1.split_at_mut(word.len().min(1));
        first.make_ascii_uppercase();
        rest.make_ascii_lowercase();
        return;
    }
    let mut chars = word.chars();
    let first = chars.next().into_iter().flat_map(char::to_uppercase);
    name.extend(first.chain(chars.as_str().to_lowercase().chars()).nfc());
}

#[cfg(test)]
mod tests {
    use super::{lower, upper_camel};

    #[test]
    fn names_are_split_as_a_person_would() {
        for (text, words, camel) in [
            ("userId", "user id", "UserId"),
            ("createHTTPServer", "create http server", "CreateHttpServer"),
            ("HTTPSUrl", "https url", "HttpsUrl"),
            ("VPCs", "vpcs", "Vpcs"),
            ("listVPCsOfUser", "list vpcs of user", "ListVpcsOfUser"),
            ("IPs", "ips", "Ips"),
            ("userIDs", "user ids", "UserIds"),
            ("IPv4Address", "ipv4 address", "Ipv4Address"),
            ("APIKeys", "api keys", "ApiKeys"),
            ("OAuth2Token", "oauth2 token", "OAuth2Token"),
            ("createOAuthApp", "create oauth app", "CreateOAuthApp"),
            ("iOSVersion", "ios version", "IosVersion"),
            ("gRPC", "grpc", "Grpc"),
            ("pUSD", "p usd", "PUsd"),
            ("xAxis", "x axis", "XAxis"),
            ("aB", "a b", "AB"),
            ("A1b", "a1b", "A1b"),
            ("a1B", "a1 b", "A1B"),
            ("ISsue", "i ssue", "ISsue"),
            ("größe", "größe", "Größe"),
            ("cafe\u{301}", "café", "Café"),
            ("用户", "用户", "用户"),
            ("मुद्रा", "मुद्रा", "मुद्रा"),
            ("ÄrgerÜber", "ärger über", "ÄrgerÜber"),
        ] {
            assert_eq!(
                (lower(text).join(" ").as_str(), upper_camel(text).as_str()),
                (words, camel),
                "{text}"
            );
        }
    }
}
