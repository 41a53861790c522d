//! The three headers of a delivery.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::scheme::WebhookScheme;

/// The header names in the order id, timestamp, signature.
pub(super) fn header_names(scheme: &WebhookScheme) -> [&'static str; 3] {
    [scheme.id_header, scheme.timestamp_header, scheme.signature_header]
}

/// The values of the three headers.
pub(super) struct SignedHeaders<V> {
    pub(super) id: Option<V>,
    pub(super) timestamp: Option<V>,
    pub(super) signatures: Vec<V>,
}

/// Finds the three headers. The first of several ids or timestamps counts, as it does in `http::HeaderMap::get`. Signatures may
/// be in several headers, because a proxy may split or join them (RFC 9110, section 5.3).
pub(super) fn find_headers<N: AsRef<[u8]>, V: AsRef<[u8]>>(
    scheme: &WebhookScheme,
    headers: impl IntoIterator<Item = (N, V)>,
) -> SignedHeaders<V> {
    let mut found = SignedHeaders { id: None, timestamp: None, signatures: Vec::new() };
    for (name, value) in headers {
        match header_names(scheme).map(|known| known.as_bytes().eq_ignore_ascii_case(name.as_ref())) {
            [true, ..] if found.id.is_none() => found.id = Some(value),
            [_, true, _] if found.timestamp.is_none() => found.timestamp = Some(value),
            [.., true] => found.signatures.push(value),
            _ => {}
        }
    }
    found
}

/// Decodes the signatures of one version: the text after each `version,`. Entries are separated by white space, or by commas where
/// a proxy joined several headers. Malformed entries and those of other versions are skipped, so that they do not hide a valid
/// signature.
pub(super) fn parse_signatures(header: &[u8], version: &str) -> Vec<Vec<u8>> {
    // Neither a version nor base64 contains a separator.
    let parts = header.split(|byte| matches!(byte, b' ' | b'\t' | b','));
    let mut parts = parts.filter(|part| !part.is_empty()).peekable();
    let mut signatures = Vec::new();
    while let Some(part) = parts.next() {
        if part == version.as_bytes()
            && let Some(signature) = parts.next_if(|next| *next != version.as_bytes())
        {
            signatures.extend(STANDARD.decode(signature));
        }
    }
    signatures
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
