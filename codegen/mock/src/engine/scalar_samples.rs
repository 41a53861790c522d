//! Generates numbers and texts from a seed, as the names of fields and their formats suggest.

use openapi_client_description::Constraints;
use rust_decimal::Decimal;

use crate::engine::number_range::nearest_number;
use crate::engine::random::{random_letters, random_number};

/// The number of letters and digits in an identifier after its prefix.
pub(crate) const ID_LENGTH: usize = 14;

/// A number, with two decimals unless it is an integer.
pub(crate) fn sample_number(
    seed: u64,
    constraints: Option<&Constraints>,
    key: &str,
    is_integer: bool,
) -> Decimal {
    let cents = i64::try_from(random_number(seed, key) % 9_000).unwrap_or_default() + 1_000;
    let number = if is_integer { Decimal::from(cents / 100) } else { Decimal::new(cents, 2) };
    constraints.map_or(number.normalize(), |constraints| nearest_number(constraints, number, is_integer))
}

/// Text of the format, or as the name of the field suggests.
pub(crate) fn sample_text(seed: u64, constraints: Option<&Constraints>, key: &str) -> String {
    let name = key.rsplit('.').next().unwrap_or_default().split('[').next().unwrap_or_default();
    let name: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
    let name = if name.is_empty() { "text".to_owned() } else { name };
    let code = random_letters(seed, key, 6).to_lowercase();
    let ends_with = |end: &str| name == end || name.ends_with(&format!("_{end}"));
    let text = match constraints.and_then(|constraints| constraints.format.as_deref()).unwrap_or_default() {
        "email" | "idn-email" => format!("{code}@example.com"),
        "uri" | "url" | "iri" | "uri-reference" => format!("https://example.com/{code}"),
        "hostname" | "idn-hostname" => format!("{code}.example.com"),
        "ipv4" => "192.0.2.1".to_owned(),
        "ipv6" => "2001:db8::1".to_owned(),
        "time" => "09:30:00Z".to_owned(),
        "duration" => "P1D".to_owned(),
        "byte" => "AAAA".to_owned(),
        "uuid" => sample_uuid(seed, key),
        _ if ends_with("id") => random_letters(seed, key, ID_LENGTH),
        _ if ends_with("email") => format!("{code}@example.com"),
        _ if ends_with("url") || ends_with("uri") => format!("https://example.com/{code}"),
        _ => format!("{} {code}", name.replace('_', " ")),
    };
    let (min, max) =
        constraints.map_or((None, None), |constraints| (constraints.min_length, constraints.max_length));
    let text: String = text.chars().take(max.unwrap_or(usize::MAX)).collect();
    let missing = min.unwrap_or_default().saturating_sub(text.chars().count());
    text + &"x".repeat(missing)
}

fn sample_uuid(seed: u64, key: &str) -> String {
    let hex = format!("{:016x}{:016x}", random_number(seed, key), random_number(!seed, key));
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    format!("{}-{}-4{}-8{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
}
