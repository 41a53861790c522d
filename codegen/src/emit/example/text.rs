//! Texts and numbers for examples: values that could be real, chosen by the format and the name of what they are for.

use openapi_client_description::{Constraints, JsonValue, validate::find_violation};

use crate::ident::{split_words, to_singular};

/// A text for a property or parameter of this name. `resource` says what it belongs to, such as `promo code`.
pub(super) fn example_text(name: &str, constraints: &Constraints, resource: &str) -> String {
    let words = split_words(name);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let text = constraints.format.as_deref().and_then(|format| by_format(format, &words));
    let text = text.unwrap_or_else(|| by_name(&words, resource));
    fit_length(text, constraints)
}

fn by_format(format: &str, words: &[&str]) -> Option<String> {
    Some(match format {
        "uri" | "url" | "iri" | "uri-reference" => url(words),
        "email" | "idn-email" => "ada@example.com".to_owned(),
        "uuid" => "3f2504e0-4f89-41d3-9a0c-0305e82c3301".to_owned(),
        "hostname" => "example.com".to_owned(),
        "ipv4" => "192.0.2.1".to_owned(),
        "ipv6" => "2001:db8::1".to_owned(),
        "date" => "2026-01-31".to_owned(),
        "date-time" => "2026-01-31T09:30:00Z".to_owned(),
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
        [.., "id" | "identifier" | "token" | "key" | "secret"] => return identifier("", &words.join("_")),
        [.., "email"] => "ada@example.com",
        [.., "phone"] | [.., "phone", "number"] => "+15555550100",
        [.., "country"] | [.., "country", "code"] => "US",
        [.., "currency"] | [.., "currency", "code"] => "usd",
        [.., "language" | "locale"] => "en",
        [.., "timezone"] | [.., "time", "zone"] => "Europe/London",
        [.., "city"] => "London",
        [.., "zip"] | [.., "postal", "code"] | [.., "zip", "code"] => "94107",
        [.., "address" | "street" | "line1"] => "1 Main Street",
        [.., "filename"] | [.., "file", "name"] => "report.pdf",
        [.., "first", "name"] => "Ada",
        [.., "last", "name"] => "Lovelace",
        [.., "username"] | [.., "user", "name"] => "ada",
        [.., "name" | "title" | "label"] => return format!("My {resource}"),
        [.., "description" | "summary"] => return format!("What this {resource} is for"),
        [.., "message" | "content" | "text" | "body" | "comment" | "reply"] => "Hello!",
        [.., "reason" | "note" | "notes"] => "Requested by the customer",
        [.., "color" | "colour"] => "#336699",
        [.., "code"] => "SUMMER25",
        [.., "amount" | "price" | "quantity" | "units"] => "100",
        [.., "date"] => "2026-01-31",
        [.., "time" | "at"] => "2026-01-31T09:30:00Z",
        [.., "checksum" | "hash" | "digest" | "md5"] => "9e107d9d372bb6826bd81d3542a419d6",
        [.., "version"] => "1.2.0",
        words => return words.join(" "),
    };
    text.to_owned()
}

/// A URL whose path is the purpose of the property: `return_url` gives `https://example.com/return`.
fn url(words: &[&str]) -> String {
    match words.split_last() {
        Some((_, purpose)) if !purpose.is_empty() => format!("https://example.com/{}", purpose.join("-")),
        _ => "https://example.com".to_owned(),
    }
}

/// An identifier that looks as if a server had assigned it; the same for the same kind.
pub(super) fn identifier(prefix: &str, kind: &str) -> String {
    const DIGITS: &[u8] = b"0123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    // FNV-1a, continued for as many characters as there are.
    let mut hash = kind.bytes().fold(0xcbf2_9ce4_8422_2325_u64, next_hash);
    let mut text = prefix.to_owned();
    for _ in 0..14 {
        let index = usize::try_from(hash >> 33).unwrap_or_default() % DIGITS.len();
        text.push(DIGITS.get(index).copied().map_or('0', char::from));
        hash = next_hash(hash, 0);
    }
    text
}

fn next_hash(hash: u64, byte: u8) -> u64 {
    (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
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

    #[test]
    fn texts_follow_names_and_formats() {
        let text = |name: &str| example_text(name, &Constraints::default(), "promo code");
        assert_eq!(text("return_url"), "https://example.com/return");
        assert_eq!(text("url"), "https://example.com");
        assert_eq!(text("contactEmail"), "ada@example.com");
        assert_eq!(text("title"), "My promo code");
        assert_eq!(text("order_id").len(), 14);
        assert_eq!(text("use_case"), "use case");
        let limited =
            Constraints { max_length: Some(5), format: Some("uri".to_owned()), ..Constraints::default() };
        assert_eq!(example_text("x", &limited, ""), "https");
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
