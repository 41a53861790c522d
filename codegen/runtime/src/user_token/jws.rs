//! Parses a token in the compact serialization of a JWS (RFC 7515, section 3.1).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, dangerous::insecure_decode_claims, decode_header};
use serde_json::{Map, Value};

use super::error::UserTokenError;

/// A parsed token whose signature is not verified yet.
pub(super) struct Jws<'a> {
    token: &'a str,
    /// The signed text: the header and the payload as they are in the token.
    pub(super) signed: &'a str,
    /// The id of the key that signed the token (`kid`).
    pub(super) key_id: Option<String>,
    pub(super) signature: Vec<u8>,
}

impl<'a> Jws<'a> {
    pub(super) fn parse(token: &'a str) -> Result<Self, UserTokenError> {
        let (signed, signature) =
            token.rsplit_once('.').ok_or(UserTokenError::invalid("it is not a compact JWS"))?;
        let header =
            decode_header(token).map_err(|_| UserTokenError::invalid("its header is not a JWS header"))?;
        // The verifier decides the algorithm, not the token: this rejects `none`, and an HMAC keyed with the public key.
        if header.alg != Algorithm::ES256 {
            return Err(UserTokenError::invalid("it is not signed with ES256"));
        }
        // RFC 7515, section 4.1.11: a token with a critical extension that is not supported must be rejected.
        if header.crit.is_some() {
            return Err(UserTokenError::invalid("it requires unsupported extensions (`crit`)"));
        }
        let signature = URL_SAFE_NO_PAD
            .decode(signature)
            .map_err(|_| UserTokenError::invalid("its signature is not base64url"))?;
        Ok(Self { token, signed, key_id: header.kid, signature })
    }

    /// Decodes the claims. Verify the signature before.
    pub(super) fn claims(&self) -> Result<Map<String, Value>, UserTokenError> {
        insecure_decode_claims(self.token)
            .map_err(|_| UserTokenError::invalid("its payload is not a JSON object in base64url"))
    }
}
