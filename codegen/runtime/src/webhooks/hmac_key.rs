//! An HMAC-SHA256 key that signs and verifies deliveries.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _, digest::CtOutput};
use sha2::Sha256;

use crate::secret::trim_secret;

/// An HMAC-SHA256 key.
#[derive(Clone)]
pub(super) struct HmacKey(Hmac<Sha256>);

impl HmacKey {
    /// `None` if the key is empty or blank: HMAC accepts such a key, with which anyone could sign.
    pub(super) fn new(bytes: &[u8]) -> Option<Self> {
        if std::str::from_utf8(bytes).is_ok_and(|text| trim_secret(text).is_empty()) {
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

    /// The signature in base64, without its version.
    pub(super) fn sign(&self, id: &[u8], timestamp: &[u8], body: &[u8]) -> String {
        STANDARD.encode(self.mac(id, timestamp, body).finalize().into_bytes())
    }

    /// Whether this key made one of the signatures. Compares in constant time.
    pub(super) fn matches(&self, id: &[u8], timestamp: &[u8], body: &[u8], signatures: &[Vec<u8>]) -> bool {
        // The body is hashed once per key, however many signatures the sender puts into the header.
        let expected = self.mac(id, timestamp, body).finalize();
        signatures
            .iter()
            .filter_map(|bytes| <[u8; 32]>::try_from(bytes.as_slice()).ok())
            .any(|bytes| CtOutput::<Hmac<Sha256>>::new(bytes.into()) == expected)
    }
}
