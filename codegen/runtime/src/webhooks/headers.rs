//! The three headers of a delivery.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::scheme::WebhookScheme;

/// The header names in the order id, timestamp, signature.
pub(super) fn header_names(scheme: &WebhookScheme) -> [&'static str; 3] {
    [scheme.id_header, scheme.timestamp_header, scheme.signature_header]
}

/// Finds the values of the headers with these names. The first of several headers with one name counts, as it does in
/// `http::HeaderMap::get`.
pub(super) fn find_headers<N: AsRef<[u8]>, V>(
    names: [&str; 3],
    headers: impl IntoIterator<Item = (N, V)>,
) -> [Option<V>; 3] {
    let mut values = [None, None, None];
    for (name, value) in headers {
        let index = names.iter().position(|known| known.as_bytes().eq_ignore_ascii_case(name.as_ref()));
        if let Some(slot) = index.and_then(|index| values.get_mut(index)).filter(|slot| slot.is_none()) {
            *slot = Some(value);
        }
    }
    values
}

/// Decodes the signatures of one version. Malformed entries and those of other versions are skipped, so that they do not
/// hide a valid signature.
pub(super) fn parse_signatures(header: &[u8], version: &str) -> Vec<Vec<u8>> {
    header.split(|byte| *byte == b' ').filter_map(|entry| decode_signature(entry, version)).collect()
}

fn decode_signature(entry: &[u8], version: &str) -> Option<Vec<u8>> {
    let signature = entry.strip_prefix(version.as_bytes())?.strip_prefix(b",")?;
    STANDARD.decode(signature).ok()
}

/// Parses a number of seconds in decimal digits.
pub(super) fn parse_timestamp(header: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(header).ok()?;
    // `str::parse` accepts a plus sign as well.
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}
