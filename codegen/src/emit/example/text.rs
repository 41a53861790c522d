//! Texts and numbers for examples: values that could be real, chosen by the format and the name of what they are for.

use openapi_client_description::{Constraints, JsonValue, validate::find_violation};

use super::identifiers::{described_id, holds_identifier, named_id};
use crate::ident::{split_words, to_singular};
use crate::ir::IdKind;

/// What is known of the text that a property or parameter takes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hints<'a> {
    pub(super) name: &'a str,
    pub(super) description: &'a str,
    pub(super) constraints: &'a Constraints,
    /// What the property belongs to, such as `promo code`.
    pub(super) resource: &'a str,
    /// The configured kinds of identifiers.
    pub(super) ids: &'a [IdKind],
}

/// A text for a property or parameter. What the document states goes before what its name suggests.
pub(super) fn example_text(hints: Hints<'_>) -> String {
    let Hints { description, constraints, .. } = hints;
    let words = split_words(hints.name);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let listed = constraints.allowed_values.iter().find_map(|value| match value {
        JsonValue::String(text) => Some(text.clone()),
        _ => None,
    });
    let text = listed
        .or_else(|| constraints.format.as_deref().and_then(|format| by_format(format, &words)))
        .or_else(|| quoted_example(description))
        .or_else(|| holds_identifier(&words, description).then(|| identifier(hints, &words)))
        .or_else(|| names_timestamp(description).then(|| timestamp(&words).to_owned()))
        .unwrap_or_else(|| by_name(&words, hints.resource));
    fit_length(text, constraints)
}

fn identifier(hints: Hints<'_>, words: &[&str]) -> String {
    let own = || match words {
        ["id" | "identifier"] => named_id(&split_words(hints.resource)),
        words => named_id(words),
    };
    described_id(hints.ids, hints.description).unwrap_or_else(own)
}

/// The first code behind words such as "for example" in a description.
fn quoted_example(description: &str) -> Option<String> {
    const WORDS: [&str; 4] = ["for example", "e.g.", "such as", "example:"];
    let lower = description.to_ascii_lowercase();
    let behind = WORDS.iter().filter_map(|word| Some((lower.find(word)?, word.len()))).min()?;
    let rest = description.get(behind.0 + behind.1..)?.trim_start_matches([' ', ',', ':']);
    let code = rest.strip_prefix('`')?.split('`').next()?;
    (!code.is_empty() && super::is_plain(code)).then(|| code.to_owned())
}

/// Whether a description names the notation of dates and times.
fn names_timestamp(description: &str) -> bool {
    ["RFC 3339", "RFC3339", "ISO 8601", "ISO8601"].iter().any(|name| description.contains(name))
}

fn by_format(format: &str, words: &[&str]) -> Option<String> {
    Some(match format {
        "uri" | "url" | "iri" | "uri-reference" => url(words),
        "email" | "idn-email" => "ada@example.com".to_owned(),
        "uuid" => "3f2504e0-4f89-41d3-9a0c-0305e82c3301".to_owned(),
        "hostname" => "example.com".to_owned(),
        "ipv4" => "192.0.2.1".to_owned(),
        "ipv6" => "2001:db8::1".to_owned(),
        "date" => date(words).to_owned(),
        "date-time" => timestamp(words).to_owned(),
        "time" => "09:30:00Z".to_owned(),
        "duration" => "P30D".to_owned(),
        "byte" | "base64" => "aGVsbG8=".to_owned(),
        _ => return None,
    })
}

fn by_name(words: &[&str], resource: &str) -> String {
    let text = match words {
        [.., "url" | "uri" | "link" | "website" | "href"] => return url(words),
        [.., "slug" | "route" | "handle"] => return format!("my-{}", resource.replace(' ', "-")),
        [.., "token" | "key" | "secret"] => return named_id(words),
        [.., "email"] => "ada@example.com",
        [.., "phone"] | [.., "phone", "number"] => "+15555550100",
        [.., "tracking", "number"] => "1Z999AA10123456784",
        [.., "country"] | [.., "country", "code"] => "US",
        [.., "state" | "province" | "region"] => "CA",
        [.., "currency"] | [.., "currency", "code"] => "usd",
        [.., "language" | "locale"] => "en",
        [.., "timezone"] | [.., "time", "zone"] => "Europe/London",
        [.., "city"] => "London",
        [.., "zip"] | [.., "postal", "code"] | [.., "zip", "code"] => "94107",
        [.., "ip"] | [.., "ip", "address"] => "192.0.2.1",
        [.., "address" | "street" | "line1"] => "1 Main Street",
        [.., "hostname" | "host" | "domain"] | [.., "domain", "name"] => "example.com",
        [.., "filename"] | [.., "file", "name"] => "report.pdf",
        [.., "mime", "type"] | [.., "content", "type"] | [.., "media", "type"] => "application/pdf",
        [.., "first", "name"] => "Ada",
        [.., "last", "name"] => "Lovelace",
        [.., "full", "name"] => "Ada Lovelace",
        [.., "username"] | [.., "user", "name"] | ["nickname"] => "ada",
        [.., "name" | "title" | "label" | "nickname"] => return format!("My {resource}"),
        [.., "description" | "summary"] => return format!("What this {resource} is for"),
        [.., "message" | "content" | "text" | "body" | "comment" | "reply"] => "Hello!",
        [.., "prompt" | "question"] => "What is new this week?",
        [.., "query" | "search"] | ["q"] => "ada",
        [.., "reason" | "note" | "notes" | "justification"] => "Requested by the customer",
        [.., "color" | "colour"] => "#336699",
        [.., "code"] => "SUMMER25",
        // The digits of an amount, in whatever unit the API counts.
        [.., "amount" | "price" | "quantity" | "units"] | [.., "amount", "usd" | "eur" | "gbp" | "cents"] => {
            "100"
        }
        [.., "number" | "count"] => "1024",
        [.., "date"] => date(words),
        [.., "time" | "at" | "after" | "before" | "since" | "until"] => timestamp(words),
        [.., "checksum" | "hash" | "digest" | "md5"] => "9e107d9d372bb6826bd81d3542a419d6",
        [.., "signature"] => "aGVsbG8=",
        [.., "json"] => "{}",
        [.., "version"] => "1.2.0",
        [.., "scopes" | "permissions"] | [.., "scope" | "permission"] => "read",
        words => return words.join("_"),
    };
    text.to_owned()
}

/// A date that suits its purpose: the first and the last one of a range differ, and what ends is in the future.
pub(super) fn date(words: &[&str]) -> &'static str {
    match range_end(words) {
        Some(true) => "2030-01-31",
        Some(false) => "2026-01-01",
        None => "2026-01-31",
    }
}

/// The same, with a time.
pub(super) fn timestamp(words: &[&str]) -> &'static str {
    match range_end(words) {
        Some(true) => "2030-01-31T09:30:00Z",
        Some(false) => "2026-01-01T00:00:00Z",
        None => "2026-01-31T09:30:00Z",
    }
}

/// Whether a name is that of the end of a range of time, or of its start.
fn range_end(words: &[&str]) -> Option<bool> {
    let mut found = words.iter().map(|word| match *word {
        "end" | "ends" | "to" | "until" | "before" | "expires" | "expiry" | "expiration" | "expire"
        | "due" => Some(true),
        "start" | "starts" | "from" | "since" | "after" | "begin" | "begins" => Some(false),
        _ => None,
    });
    found.find_map(|end| end)
}

/// A URL whose path is the purpose of the property: `return_url` gives `https://example.com/return`.
fn url(words: &[&str]) -> String {
    match words.split_last() {
        Some((_, purpose)) if !purpose.is_empty() => format!("https://example.com/{}", purpose.join("-")),
        _ => "https://example.com".to_owned(),
    }
}

/// What the last word of a type or tag names: `promo_codes` gives `promo code`.
pub(super) fn resource_name(name: &str) -> String {
    let mut words = split_words(name);
    if let Some(last) = words.last_mut() {
        *last = to_singular(last);
    }
    words.join(" ")
}

fn fit_length(text: String, constraints: &Constraints) -> String {
    let length = text.chars().count();
    match (constraints.min_length, constraints.max_length) {
        (_, Some(max)) if length > max => text.chars().take(max).collect(),
        (Some(min), _) if length < min && min <= 80 && length > 0 => text.chars().cycle().take(min).collect(),
        _ => text,
    }
}

/// A number as text: a usual value for the name or the document's example if the constraints allow it, otherwise a number
/// that they allow.
pub(super) fn example_number(
    name: &str,
    constraints: &Constraints,
    example: Option<String>,
    integer: bool,
) -> String {
    let words = split_words(name);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let is_money =
        words.iter().any(|word| ["amount", "budget", "cents", "fee", "price", "total"].contains(word));
    let usual = match words.as_slice() {
        _ if is_money => Some(if integer { "1000" } else { "10.50" }),
        [.., "days"] => Some("30"),
        [.., "months"] => Some("3"),
        [.., "limit" | "first" | "last" | "size"] => Some("20"),
        _ => None,
    };
    let Constraints { minimum, exclusive_minimum, maximum, exclusive_maximum, multiple_of, .. } = constraints;
    let limits = [minimum, exclusive_minimum, maximum, exclusive_maximum, multiple_of].into_iter().flatten();
    let near_limits = limits.flat_map(|limit| {
        let limit_as_integer = limit.parse::<i64>().ok();
        let neighbours = limit_as_integer.map(|limit| [limit.saturating_add(1), limit.saturating_sub(1)]);
        let neighbours = neighbours.into_iter().flatten().map(|number| number.to_string());
        std::iter::once(limit.clone()).chain(neighbours)
    });
    let listed = constraints.allowed_values.iter().map(ToString::to_string);
    let usual = usual.map(str::to_owned).into_iter();
    let mut candidates = listed.chain(usual).chain(example).chain(["1".to_owned()]).chain(near_limits);
    let is_number = |text: &str| if integer { text.parse::<i64>().is_ok() } else { is_short_decimal(text) };
    let is_allowed = |text: &str| find_violation(constraints, &JsonValue::number(text)).is_none();
    candidates.find(|text| is_number(text) && is_allowed(text)).unwrap_or_else(|| "1".to_owned())
}

/// Whether a text is a decimal number whose digits fit a 64 bit integer.
fn is_short_decimal(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text).replacen('.', "", 1);
    !digits.is_empty() && digits.len() <= 18 && digits.bytes().all(|digit| digit.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hints<'a>(name: &'a str, description: &'a str, constraints: &'a Constraints) -> Hints<'a> {
        Hints { name, description, constraints, resource: "promo code", ids: &[] }
    }

    #[test]
    fn texts_follow_names_and_formats() {
        let text = |name: &str| example_text(hints(name, "", &Constraints::default()));
        assert_eq!(text("return_url"), "https://example.com/return");
        assert_eq!(text("url"), "https://example.com");
        assert_eq!(text("contactEmail"), "ada@example.com");
        assert_eq!(text("title"), "My promo code");
        assert_eq!(text("order_id"), "order_123");
        assert_eq!(text("id"), "promo_code_123");
        assert_eq!(text("offer_token"), "offer_token_123");
        assert_eq!(text("use_case"), "use_case");
        assert_eq!(text("sent_after"), "2026-01-01T00:00:00Z");
        assert_eq!(text("expires_at"), "2030-01-31T09:30:00Z");
        assert_eq!(text("expected_amount_usd"), "100");
        let limited =
            Constraints { max_length: Some(5), format: Some("uri".to_owned()), ..Constraints::default() };
        assert_eq!(example_text(hints("x", "", &limited)), "https");
    }

    #[test]
    fn texts_follow_descriptions() {
        let text =
            |name: &str, description: &str| example_text(hints(name, description, &Constraints::default()));
        assert_eq!(text("metric", "The metric, for example `gross_revenue` or `users`."), "gross_revenue");
        assert_eq!(text("metric", "The metric, such as revenue."), "metric");
        assert_eq!(text("window", "Its start, as an RFC 3339 time."), "2026-01-31T09:30:00Z");
        assert_eq!(text("destination", "Id of the account that receives it."), "destination_123");
    }

    #[test]
    fn numbers_keep_to_their_limits() {
        let number = |name: &str, constraints: &Constraints, example: Option<&str>, integer: bool| {
            example_number(name, constraints, example.map(str::to_owned), integer)
        };
        let (zero, five) = (Some("0".to_owned()), Some("5".to_owned()));
        let narrow = Constraints { exclusive_minimum: zero, maximum: five, ..Constraints::default() };
        assert_eq!(number("count", &narrow, Some("42"), true), "1");
        assert_eq!(number("amount", &narrow, Some("4"), true), "4");
        assert_eq!(number("amount", &Constraints::default(), None, true), "1000");
        assert_eq!(number("amount", &Constraints::default(), None, false), "10.50");
        assert_eq!(number("ratio", &Constraints::default(), Some("6.9"), false), "6.9");
        let large = Constraints { minimum: Some("100".to_owned()), ..Constraints::default() };
        assert_eq!(number("count", &large, Some("1.5"), true), "100");
    }
}
