//! The compact form of a JWS (RFC 7515, section 3.1) into its parts, as far as ES256 needs them. Written here and not
//! taken from a library: those that are kept well choose their cryptography once for the whole process, which a library
//! must not do for its users, and all else they bring is what must not be accepted.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value};

use super::TokenError;

/// A token in its parts, nothing of it verified.
pub(super) struct Jws<'a> {
    /// What the signature is about: header and payload as they stand in the token.
    pub(super) signed: &'a str,
    /// The name of the key.
    pub(super) key_id: Option<String>,
    /// Not to be read before the signature was found to be right.
    payload: &'a str,
    pub(super) signature: Vec<u8>,
}

pub(super) fn invalid(reason: &'static str) -> TokenError {
    TokenError::Invalid { reason }
}

impl<'a> Jws<'a> {
    pub(super) fn parse(token: &'a str) -> Result<Self, TokenError> {
        let parts = token.rsplit_once('.').and_then(|(signed, signature)| {
            let (header, payload) = signed.split_once('.')?;
            (!payload.contains('.')).then_some((signed, header, payload, signature))
        });
        let (signed, header, payload, signature) = parts.ok_or(invalid("it is no compact JWS"))?;
        let header = object(header).ok_or(invalid("its header is no JSON object in base64url"))?;
        // The algorithm is ours to say, not the token's: `none`, or a MAC keyed with the public key, ends here.
        if header.get("alg").and_then(Value::as_str) != Some("ES256") {
            return Err(invalid("it is not signed with ES256"));
        }
        // RFC 7515, section 4.1.11: what must be understood and is not understood makes the token invalid.
        if header.contains_key("crit") {
            return Err(invalid("it demands extensions that are not known"));
        }
        let key_id = match header.get("kid") {
            None => None,
            Some(Value::String(key_id)) => Some(key_id.clone()),
            Some(_) => return Err(invalid("the name of its key is no text")),
        };
        let signature =
            URL_SAFE_NO_PAD.decode(signature).map_err(|_| invalid("its signature is not base64url"))?;
        Ok(Self { signed, key_id, payload, signature })
    }

    /// The claims, for whoever has verified the signature.
    pub(super) fn claims(&self) -> Result<Map<String, Value>, TokenError> {
        object(self.payload).ok_or(invalid("its payload is no JSON object in base64url"))
    }
}

fn object(part: &str) -> Option<Map<String, Value>> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}
