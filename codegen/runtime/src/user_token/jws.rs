//! A token in the compact form of a JWS (RFC 7515, section 3.1), taken apart by `jsonwebtoken`.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, dangerous::insecure_decode_claims, decode_header};
use serde_json::{Map, Value};

use super::UserTokenError;

/// A token in its parts, nothing of it verified.
pub(super) struct Jws<'a> {
    token: &'a str,
    /// What the signature is about: header and payload as they stand in the token.
    pub(super) signed: &'a str,
    /// The name of the key.
    pub(super) key_id: Option<String>,
    pub(super) signature: Vec<u8>,
}

pub(super) fn invalid(reason: &'static str) -> UserTokenError {
    UserTokenError::Invalid { reason }
}

impl<'a> Jws<'a> {
    pub(super) fn parse(token: &'a str) -> Result<Self, UserTokenError> {
        let (signed, signature) = token.rsplit_once('.').ok_or(invalid("it is no compact JWS"))?;
        let header = decode_header(token).map_err(|_| invalid("its header is none of a JWS"))?;
        // The algorithm is ours to say, not the token's: `none`, or a MAC keyed with the public key, ends here.
        if header.alg != Algorithm::ES256 {
            return Err(invalid("it is not signed with ES256"));
        }
        // RFC 7515, section 4.1.11: what must be understood and is not understood makes the token invalid.
        if header.crit.is_some() {
            return Err(invalid("it demands extensions that are not known"));
        }
        let signature =
            URL_SAFE_NO_PAD.decode(signature).map_err(|_| invalid("its signature is not base64url"))?;
        Ok(Self { token, signed, key_id: header.kid, signature })
    }

    /// The claims, for whoever has verified the signature.
    pub(super) fn claims(&self) -> Result<Map<String, Value>, UserTokenError> {
        insecure_decode_claims(self.token).map_err(|_| invalid("its payload is no JSON object in base64url"))
    }
}
