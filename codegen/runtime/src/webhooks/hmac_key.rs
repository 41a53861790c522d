//! The signature itself: from a key, an id, a time and a body to the digest, and from a header to the digests in it.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// A key, ready for use.
#[derive(Clone)]
pub(super) struct Key(Hmac<Sha256>);

impl Key {
    /// `None` for an empty key: HMAC would take it, and anybody could sign.
    pub(super) fn new(bytes: &[u8]) -> Option<Self> {
        if bytes.is_empty() {
            return None;
        }
        Hmac::new_from_slice(bytes).ok().map(Self)
    }

    fn mac(&self, id: &[u8], timestamp: &[u8], body: &[u8]) -> Hmac<Sha256> {
        let mut mac = self.0.clone();
        for part in [id, b".", timestamp, b".", body] {
            mac.update(part);
        }
        mac
    }

    /// The signature as it stands in the header, without its version.
    pub(super) fn sign(&self, id: &[u8], timestamp: &[u8], body: &[u8]) -> String {
        STANDARD.encode(self.mac(id, timestamp, body).finalize().into_bytes())
    }

    /// Whether one of the signatures is this key's. Compares in constant time.
    pub(super) fn matches(&self, id: &[u8], timestamp: &[u8], body: &[u8], signatures: &[Vec<u8>]) -> bool {
        // One pass over the body, whatever the number of signatures: that number is the sender's to choose.
        let expected = self.mac(id, timestamp, body).finalize();
        signatures.iter().filter_map(|bytes| <[u8; 32]>::try_from(bytes.as_slice()).ok()).any(|bytes| {
            let came: hmac::digest::CtOutput<Hmac<Sha256>> = hmac::digest::CtOutput::new(bytes.into());
            came == expected
        })
    }
}

/// The signatures of the version that a header holds. What is malformed, or of another version, is passed over: a bad
/// entry must not hide a good one.
pub(super) fn signatures(header: &[u8], version: &str) -> Vec<Vec<u8>> {
    header.split(|byte| *byte == b' ').filter_map(|entry| decode(entry, version)).collect()
}

fn decode(entry: &[u8], version: &str) -> Option<Vec<u8>> {
    let signature = entry.strip_prefix(version.as_bytes())?.strip_prefix(b",")?;
    STANDARD.decode(signature).ok()
}

/// A number of seconds in decimal digits, and nothing else.
pub(super) fn seconds(header: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(header).ok()?;
    // `parse` would take a plus sign.
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}
