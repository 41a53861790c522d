//! Encrypts payloads in the database, if the inbox has a key.

#[cfg(feature = "encryption")]
use chacha20poly1305::{
    KeyInit as _, XChaCha20Poly1305, XNonce,
    aead::{Aead as _, Payload},
};
#[cfg(feature = "encryption")]
use sha2::{Digest as _, Sha256};

use crate::error::{InboxError, InboxErrorKind};

/// The length of the nonce before an encrypted payload. It is random: 192 bits never repeat.
#[cfg(feature = "encryption")]
const NONCE_BYTES: usize = 24;

/// The keys of an inbox.
#[derive(Default)]
pub(crate) struct Cipher {
    /// The id of the key that encrypts.
    #[cfg(feature = "encryption")]
    current: Option<String>,
    #[cfg(feature = "encryption")]
    keys: Vec<(String, XChaCha20Poly1305)>,
}

impl Cipher {
    /// Sets the key that encrypts; it decrypts too.
    #[cfg(feature = "encryption")]
    pub(crate) fn set_key(&mut self, key: &[u8; 32]) {
        self.current = Some(self.add_key(key));
    }

    /// Adds a key that decrypts. Returns its id.
    #[cfg(feature = "encryption")]
    pub(crate) fn add_key(&mut self, key: &[u8; 32]) -> String {
        // The id says which key decrypts a payload. Of a digest of random bytes, it reveals nothing.
        let digest = Sha256::digest(key);
        let id: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        self.keys.push((id.clone(), XChaCha20Poly1305::new(&(*key).into())));
        id
    }

    #[cfg(feature = "encryption")]
    fn find_key(&self, id: &str) -> Option<&XChaCha20Poly1305> {
        self.keys.iter().find(|(known, _)| known == id).map(|(_, cipher)| cipher)
    }

    /// Encrypts a payload, if there is a key; returns it with the id of the key. The id of the event is authenticated too, so
    /// that no payload can be moved to another event.
    pub(crate) fn seal(&self, id: &str, payload: &[u8]) -> Result<(Vec<u8>, Option<String>), InboxError> {
        #[cfg(feature = "encryption")]
        if let Some(key_id) = &self.current
            && let Some(cipher) = self.find_key(key_id)
        {
            let nonce = create_nonce();
            let sealed = cipher
                .encrypt(&XNonce::from(nonce), Payload { msg: payload, aad: id.as_bytes() })
                .map_err(|_| {
                InboxError::new(InboxErrorKind::Crypto, "the payload cannot be encrypted: it is too long")
            })?;
            return Ok(([&nonce[..], &sealed].concat(), Some(key_id.clone())));
        }
        let _ = id;
        Ok((payload.to_vec(), None))
    }

    /// Whether a payload that was encrypted with the key of this id can be decrypted.
    pub(crate) fn knows(&self, key_id: Option<&str>) -> bool {
        #[cfg(feature = "encryption")]
        return key_id.is_none_or(|id| self.find_key(id).is_some());
        #[cfg(not(feature = "encryption"))]
        key_id.is_none()
    }

    /// Decrypts a payload that was encrypted with the key of this id.
    pub(crate) fn open(
        &self,
        id: &str,
        payload: Vec<u8>,
        key_id: Option<&str>,
    ) -> Result<Vec<u8>, InboxError> {
        let Some(key_id) = key_id else { return Ok(payload) };
        #[cfg(feature = "encryption")]
        if let Some(cipher) = self.find_key(key_id) {
            let damaged = || {
                InboxError::new(
                    InboxErrorKind::Crypto,
                    "the encrypted payload was changed or moved to another event",
                )
            };
            let (nonce, sealed) = payload.split_first_chunk::<NONCE_BYTES>().ok_or_else(damaged)?;
            return cipher
                .decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: id.as_bytes() })
                .map_err(|_| damaged());
        }
        let _ = id;
        let message = format!(
            "the payload is encrypted with the key {key_id}, which this inbox does not have: pass it to `encrypt` or `and_decrypt`"
        );
        Err(InboxError::new(InboxErrorKind::Crypto, message))
    }
}

/// Random bytes of the operating system, through two random ids: 244 of their 256 bits are random.
#[cfg(feature = "encryption")]
fn create_nonce() -> [u8; NONCE_BYTES] {
    let ids = [uuid::Uuid::new_v4(), uuid::Uuid::new_v4()];
    let digest = Sha256::digest([ids[0].as_bytes().as_slice(), ids[1].as_bytes()].concat());
    let mut nonce = [0; NONCE_BYTES];
    nonce.copy_from_slice(&digest[..NONCE_BYTES]);
    nonce
}

#[cfg(all(test, feature = "encryption"))]
mod tests {
    use super::*;

    fn cipher(keys: &[u8]) -> Cipher {
        let mut cipher = Cipher::default();
        if let [current, old @ ..] = keys {
            cipher.set_key(&[*current; 32]);
            old.iter().for_each(|byte| drop(cipher.add_key(&[*byte; 32])));
        }
        cipher
    }

    #[test]
    fn payloads_are_opened_with_old_keys_too() {
        let (sealed, key_id) = cipher(&[1]).seal("a", b"secret").unwrap();
        assert!(!sealed.windows(6).any(|part| part == b"secret"));
        let rotated = cipher(&[2, 1]);
        assert_eq!(rotated.open("a", sealed.clone(), key_id.as_deref()).unwrap(), b"secret");
        assert_ne!(rotated.seal("a", b"secret").unwrap().1, key_id);
        let error = cipher(&[2]).open("a", sealed, key_id.as_deref()).unwrap_err();
        assert_eq!(error.kind(), InboxErrorKind::Crypto);
        assert!(error.to_string().contains("and_decrypt"), "{error}");
    }

    #[test]
    fn changed_and_moved_payloads_are_refused() {
        let cipher = cipher(&[1]);
        let (mut sealed, key_id) = cipher.seal("a", b"secret").unwrap();
        assert!(cipher.open("b", sealed.clone(), key_id.as_deref()).is_err());
        assert!(cipher.open("a", sealed[..10].to_vec(), key_id.as_deref()).is_err());
        sealed[30] ^= 1;
        assert!(cipher.open("a", sealed, key_id.as_deref()).is_err());
        assert_eq!(cipher.open("a", b"plain".to_vec(), None).unwrap(), b"plain");
    }

    #[test]
    fn nonces_differ() {
        assert_ne!(create_nonce(), create_nonce());
    }
}
