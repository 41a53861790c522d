//! Parses what a response states about the end of its operation: `Deprecation` (RFC 9745), `Sunset` (RFC 8594), and the
//! link to a successor (RFC 8288; the relation type is from RFC 5829).
//!
//! The values are shown to people. What is kept of them has no control characters, whatever the server sent.

use std::{
    fmt,
    time::{SystemTime, UNIX_EPOCH},
};

use chrono::{DateTime, Datelike as _, FixedOffset, SecondsFormat};
use http::{HeaderMap, header::LINK};

use crate::secret::redaction::MIN_SECRET_BYTES;

/// The relation type of a link to the successor.
const SUCCESSOR: &str = "successor-version";

/// The longest target of a link that is kept, in bytes.
const MAX_TARGET: usize = 2048;

/// What a response states about the end of its operation, in the headers `Deprecation` (RFC 9745), `Sunset` (RFC 8594)
/// and `Link` (RFC 8288). Headers that are malformed are ignored.
///
/// `Display` writes one line.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Deprecation {
    /// Since when the operation is deprecated; `None` if the response does not state that it is.
    pub since: Option<DeprecatedSince>,
    /// When the operation is expected to stop working.
    pub sunset: Option<DateTime<FixedOffset>>,
    /// The target of the first link with the relation `successor-version`, as the server sent it: a URL, or a reference
    /// relative to the URL of the request. The client never follows it; it may point to any host.
    pub successor: Option<String>,
}

/// Since when an operation is deprecated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeprecatedSince {
    /// Since this time, which may be in the future.
    Date(DateTime<FixedOffset>),
    /// The server sent `true`, as in drafts of RFC 9745, without a date.
    Unstated,
}

impl Deprecation {
    /// Parses the headers of a response; `None` if they state nothing.
    pub(crate) fn from_headers(headers: &HeaderMap) -> Option<Self> {
        let texts = |name: &str| headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
        let since = texts("deprecation").find_map(parse_deprecation);
        let sunset = texts("sunset").find_map(parse_http_date);
        // The title of a link may have bytes that are not ASCII. They must not hide its target.
        let mut links = headers.get_all(LINK).into_iter();
        let successor = links.find_map(|value| find_successor(&String::from_utf8_lossy(value.as_bytes())));
        Self { since, sunset, successor }.unless_empty()
    }

    /// Removes the successor if it contains this credential, so that hooks and traces do not receive it; `None` if nothing is
    /// left. A credential that is too short to be searched for is ignored.
    pub(crate) fn without_credential(mut self, credential: &str) -> Option<Self> {
        self.successor.take_if(|target| credential.len() >= MIN_SECRET_BYTES && target.contains(credential));
        self.unless_empty()
    }

    fn unless_empty(self) -> Option<Self> {
        let is_empty = self.since.is_none() && self.sunset.is_none() && self.successor.is_none();
        (!is_empty).then_some(self)
    }
}

impl fmt::Display for Deprecation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        match &self.since {
            Some(DeprecatedSince::Date(date)) => write!(f, "deprecated as of {}", format_date(date))?,
            Some(DeprecatedSince::Unstated) => f.write_str("deprecated")?,
            None => {}
        }
        if self.since.is_some() {
            separator = "; ";
        }
        if let Some(date) = &self.sunset {
            write!(f, "{separator}expected to stop working at {}", format_date(date))?;
            separator = "; ";
        }
        if let Some(target) = &self.successor {
            write!(f, "{separator}successor: {target}")?;
        }
        Ok(())
    }
}

pub(crate) fn format_date(date: &DateTime<FixedOffset>) -> String {
    date.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Parses a structured date (`@1688169599`, RFC 9651), or the forms of the drafts: `true` and an HTTP date.
fn parse_deprecation(value: &str) -> Option<DeprecatedSince> {
    let value = value.trim();
    if let Some(item) = value.strip_prefix('@') {
        // A structured item may have parameters; none is defined.
        let number = item.split(';').next().unwrap_or_default().trim_end();
        let digits = number.strip_prefix('-').unwrap_or(number);
        let is_integer = (1..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        let seconds = number.parse().ok().filter(|_| is_integer)?;
        return date_from_seconds(seconds).map(DeprecatedSince::Date);
    }
    if value.eq_ignore_ascii_case("true") || value == "?1" {
        return Some(DeprecatedSince::Unstated);
    }
    parse_http_date(value).map(DeprecatedSince::Date)
}

fn parse_http_date(value: &str) -> Option<DateTime<FixedOffset>> {
    let time: SystemTime = httpdate::parse_http_date(value.trim()).ok()?;
    date_from_seconds(i64::try_from(time.duration_since(UNIX_EPOCH).ok()?.as_secs()).ok()?)
}

/// A date of the years that RFC 3339 can express.
fn date_from_seconds(seconds: i64) -> Option<DateTime<FixedOffset>> {
    let date = DateTime::from_timestamp(seconds, 0)?.fixed_offset();
    (0..=9999).contains(&date.year()).then_some(date)
}

/// The target of the first link to a successor in one line of `Link`. What follows a syntax error is ignored.
fn find_successor(line: &str) -> Option<String> {
    let mut rest = line;
    loop {
        let link = rest.trim_start_matches([' ', '\t', ',']).strip_prefix('<')?;
        let (target, after) = link.split_once('>')?;
        let (is_successor, after) = read_link_parameters(after);
        if is_successor && is_printable_target(target.trim()) {
            return Some(target.trim().to_owned());
        }
        rest = after;
    }
}

/// Reads the parameters of a link. Returns whether it leads from this response to its successor, and the text that follows.
fn read_link_parameters(mut rest: &str) -> (bool, &str) {
    let mut relation: Option<String> = None;
    let mut has_anchor = false;
    while let Some(parameter) = rest.trim_start_matches(BLANKS).strip_prefix(';') {
        let parameter = parameter.trim_start_matches(BLANKS);
        let end = parameter.find(['=', ';', ',', ' ', '\t']).unwrap_or(parameter.len());
        let (name, after) = parameter.split_at(end);
        let (value, after) = match after.trim_start_matches(BLANKS).strip_prefix('=') {
            Some(value) => read_parameter_value(value.trim_start_matches(BLANKS)),
            None => (String::new(), after),
        };
        if name.eq_ignore_ascii_case("rel") {
            // Only the first relation counts (RFC 8288, section 3.3).
            relation.get_or_insert(value);
        } else if name.eq_ignore_ascii_case("anchor") {
            // The link is about another resource than this response.
            has_anchor = true;
        }
        rest = after;
    }
    let mut relations = relation.iter().flat_map(|relation| relation.split_ascii_whitespace());
    let is_successor = relations.any(|relation| relation.eq_ignore_ascii_case(SUCCESSOR));
    (is_successor && !has_anchor, rest)
}

const BLANKS: [char; 2] = [' ', '\t'];

/// Reads a token or a quoted string. Returns its value and the text that follows.
fn read_parameter_value(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find([';', ',', ' ', '\t']).unwrap_or(text.len());
        let (value, rest) = text.split_at(end);
        return (value.to_owned(), rest);
    };
    let mut value = String::new();
    let mut characters = quoted.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => break,
            '\\' => value.extend(characters.next()),
            other => value.push(other),
        }
    }
    (value, characters.as_str())
}

/// Whether a target has only characters of URLs (RFC 3986), and not too many.
fn is_printable_target(target: &str) -> bool {
    !target.is_empty()
        && target.len() <= MAX_TARGET
        && target.bytes().all(|byte| byte.is_ascii_graphic() && !br#""<>\^`{|}"#.contains(&byte))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    fn parse(headers: &[(&'static str, &str)]) -> Option<Deprecation> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        Deprecation::from_headers(&map)
    }

    fn text(headers: &[(&'static str, &str)]) -> String {
        parse(headers).map(|deprecation| deprecation.to_string()).unwrap_or_default()
    }

    fn successor(link: &str) -> Option<String> {
        parse(&[("link", link)]).and_then(|deprecation| deprecation.successor)
    }

    #[test]
    fn each_header_is_surfaced() {
        let date = |text: &str| DateTime::parse_from_rfc3339(text).unwrap();
        let all = parse(&[
            ("deprecation", "@1688169599"),
            ("sunset", "Sat, 31 Dec 2033 23:59:59 GMT"),
            ("link", "<https://new.test/v2/things>; rel=\"successor-version\""),
        ])
        .unwrap();
        assert_eq!(all.since, Some(DeprecatedSince::Date(date("2023-06-30T23:59:59Z"))));
        assert_eq!(all.sunset, Some(date("2033-12-31T23:59:59Z")));
        assert_eq!(all.successor.as_deref(), Some("https://new.test/v2/things"));
        assert_eq!(
            all.to_string(),
            "deprecated as of 2023-06-30T23:59:59Z; expected to stop working at 2033-12-31T23:59:59Z; \
             successor: https://new.test/v2/things"
        );
        assert_eq!(text(&[("deprecation", "true")]), "deprecated");
        assert_eq!(
            text(&[("sunset", "Sat, 31 Dec 2033 23:59:59 GMT")]),
            "expected to stop working at 2033-12-31T23:59:59Z"
        );
        assert_eq!(text(&[("link", "</v2>; rel=successor-version")]), "successor: /v2");
        assert_eq!(parse(&[]), None);
    }

    #[test]
    fn deprecation_dates_have_several_forms() {
        for (value, expected) in [
            ("@0", "deprecated as of 1970-01-01T00:00:00Z"),
            ("@-1", "deprecated as of 1969-12-31T23:59:59Z"),
            (" @86400 ; a=b", "deprecated as of 1970-01-02T00:00:00Z"),
            ("?1", "deprecated"),
            ("TRUE", "deprecated"),
            ("Sun, 11 Nov 2018 23:59:59 GMT", "deprecated as of 2018-11-11T23:59:59Z"),
            ("Sunday, 11-Nov-18 23:59:59 GMT", "deprecated as of 2018-11-11T23:59:59Z"),
        ] {
            assert_eq!(text(&[("deprecation", value)]), expected, "{value}");
        }
        for value in [
            "",
            "@",
            "@-",
            "@1.5",
            "@ 1",
            "@+1",
            "@1x",
            "@9999999999999999",
            "@999999999999999",
            "?0",
            "false",
            "soon",
        ] {
            assert_eq!(parse(&[("deprecation", value)]), None, "{value}");
        }
        assert_eq!(parse(&[("sunset", "@1688169599")]), None);
        // The first line that can be parsed counts.
        assert_eq!(text(&[("deprecation", "x"), ("deprecation", "true")]), "deprecated");
    }

    #[test]
    fn links_are_found_among_others() {
        for link in [
            "<a>; rel=\"successor-version\"",
            "<a>;rel=successor-version",
            "<a> ; REL = \"latest-version Successor-Version\"",
            "<b>; rel=next; title=\"x, <c>; rel=successor-version\", <a>; rel=successor-version",
            "<b>; rel=\"ne\\\"xt\" , , <a>; title=\"schön\"; rel=\"successor-version\"; type=text",
            "<b>; anchor=\"#x\"; rel=successor-version, <a>; rel=successor-version",
            "<a>; flag; rel=successor-version",
            "< a >; rel=successor-version",
        ] {
            assert_eq!(successor(link).as_deref(), Some("a"), "{link}");
        }
        for link in [
            "a; rel=successor-version",
            "<a>; rel=successor",
            "<a>; rel=next; rel=successor-version",
            "<a>; rel=\"successor-version\"; anchor=\"/other\"",
            "<>; rel=successor-version",
            "<a b>; rel=successor-version",
            "<a{id}>; rel=successor-version",
            "<é>; rel=successor-version",
            "<a; rel=successor-version",
            "<b> x, <a>; rel=successor-version",
        ] {
            assert_eq!(successor(link), None, "{link}");
        }
        let long = format!("<{}>; rel=successor-version", "a".repeat(MAX_TARGET + 1));
        assert_eq!(successor(&long), None);
    }

    #[test]
    fn a_successor_with_the_credential_is_removed() {
        let link = ("link", "</?k=sk_12345>; rel=successor-version");
        let found = parse(&[("deprecation", "true"), link]).unwrap();
        assert_eq!(found.clone().without_credential(""), Some(found.clone()));
        assert_eq!(found.clone().without_credential("k"), Some(found.clone()));
        assert_eq!(found.without_credential("sk_12345").unwrap().to_string(), "deprecated");
        assert_eq!(parse(&[link]).unwrap().without_credential("sk_12345"), None);
    }

    /// Bytes that a header can carry, often close to valid values.
    fn hostile_value() -> impl Strategy<Value = Vec<u8>> {
        prop_oneof![
            any::<Vec<u8>>(),
            "[@?]-?[0-9]{0,20}(\\.[0-9]+)?(;.*)?".prop_map(String::into_bytes),
            "(<[^>]{0,9}>? *[;,]? *(rel|anchor|REL|title)?=?\"?(successor-version|next)?[\\\\\"]?,? ?){0,4}"
                .prop_map(String::into_bytes),
            "[A-Z][a-z]{2}, [0-9]{1,2} [A-Z][a-z]{2} [0-9]{1,6} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT"
                .prop_map(String::into_bytes),
            Just("<\u{85}a\u{9b}31m>; rel=successor-version".as_bytes().to_vec()),
        ]
    }

    proptest! {
        #[test]
        fn hostile_values_do_not_panic_and_print_one_line(
            values in prop::collection::vec((0..3_usize, hostile_value()), 0..6),
        ) {
            let mut headers = HeaderMap::new();
            for (name, value) in values {
                if let Ok(value) = HeaderValue::from_bytes(&value) {
                    headers.append(["deprecation", "sunset", "link"][name], value);
                }
            }
            if let Some(found) = Deprecation::from_headers(&headers) {
                let text = found.to_string();
                prop_assert!(!text.is_empty() && text.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "{text:?}");
            }
        }

        /// Headers are parsed as text, so the parsers see no other characters than these; they do not rely on it.
        #[test]
        fn the_parsers_accept_any_text(value in any::<String>()) {
            let _ = (parse_deprecation(&value), parse_http_date(&value));
            if let Some(target) = find_successor(&value) {
                prop_assert!(target.bytes().all(|byte| byte.is_ascii_graphic()));
            }
        }

        #[test]
        fn every_date_and_target_comes_back(
            seconds in -60_000_000_000_i64..250_000_000_000,
            target in "(https?://[a-z]{1,9}\\.test)?/[a-zA-Z0-9/?&=%~_.;,-]{0,40}",
        ) {
            let deprecation = format!("@{seconds}");
            let link = format!("<{target}>; rel=\"successor-version\"");
            let found = parse(&[("deprecation", &deprecation), ("link", &link)]).unwrap();
            let Some(DeprecatedSince::Date(date)) = found.since else { panic!("{found:?}") };
            prop_assert_eq!(date.timestamp(), seconds);
            prop_assert_eq!(found.successor, Some(target));
        }
    }
}
