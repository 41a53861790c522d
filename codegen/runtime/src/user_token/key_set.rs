//! The P-256 public keys of an issuer: parsed from a JWK or a JWK set (RFC 7517) or from PEM (RFC 7468), and used to verify
//! ES256 signatures.

use std::fmt;

use jsonwebtoken::{
    Algorithm, DecodingKey,
    crypto::{JwtVerifier, rust_crypto::DEFAULT_PROVIDER},
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse},
};
use serde_json::Value;

use super::{error::UserTokenError, jws::Jws};

/// A public key and its id (`kid`).
#[derive(Clone)]
struct PublicKey {
    id: Option<String>,
    key: DecodingKey,
}

/// The public keys of an issuer.
#[derive(Clone, Debug)]
pub(super) struct KeySet {
    keys: Vec<PublicKey>,
    /// Whether the caller passed a single key. It verifies every token, whatever key id the token has.
    single: bool,
}

impl KeySet {
    /// Parses PEM, a JWK or a JWK set.
    pub(super) fn parse(text: &str) -> Result<Self, &'static str> {
        if text.trim_start().starts_with("-----BEGIN") {
            let key = DecodingKey::from_ec_pem(text.trim().as_bytes()).ok().filter(is_usable);
            let key = key.ok_or("expected a P-256 public key in PEM (`BEGIN PUBLIC KEY`)")?;
            return Ok(Self { keys: vec![PublicKey { id: None, key }], single: true });
        }
        let json: Value = serde_json::from_str(text).map_err(|_| "expected PEM or JSON")?;
        match json.get("keys") {
            Some(_) => Self::from_jwk_set(&json),
            None => {
                let key =
                    parse_jwk(&json).ok_or("expected a JWK with a P-256 public key for ES256 signatures")?;
                Ok(Self { keys: vec![key], single: true })
            }
        }
    }

    /// Reads a JWK set. Keys of other types are ignored (RFC 7517, section 5), but at least one usable key is required.
    pub(super) fn from_jwk_set(json: &Value) -> Result<Self, &'static str> {
        let keys = json
            .get("keys")
            .and_then(Value::as_array)
            .ok_or("expected a JWK set: a JSON object with the list `keys`")?;
        let keys: Vec<PublicKey> = keys.iter().filter_map(parse_jwk).collect();
        if keys.is_empty() {
            return Err("the JWK set has no P-256 public key for ES256 signatures");
        }
        Ok(Self { keys, single: false })
    }

    /// Whether there is a key to verify a token that has this key id.
    pub(super) fn has_key_for(&self, id: Option<&str>) -> bool {
        self.single || id.is_none_or(|id| self.keys.iter().any(|key| key.id.as_deref() == Some(id)))
    }

    /// Verifies the signature with the key that the token names. If the token names no key, each key is tried.
    pub(super) fn verify(&self, token: &Jws<'_>) -> Result<(), UserTokenError> {
        let id = token.key_id.as_deref();
        if !self.has_key_for(id) {
            return Err(UserTokenError::NoMatchingKey);
        }
        let mut keys = self.keys.iter().filter(|key| self.single || id.is_none() || key.id.as_deref() == id);
        if keys.any(|key| is_signed_by(&key.key, token)) {
            Ok(())
        } else {
            Err(UserTokenError::invalid("its signature does not match"))
        }
    }
}

/// Creates the ES256 verifier of a key. It comes from the provider that this crate compiles in, not from the process-wide
/// provider of `jsonwebtoken`: which one an application installs there, if any, makes no difference here.
fn es256_verifier(key: &DecodingKey) -> Option<Box<dyn JwtVerifier>> {
    (DEFAULT_PROVIDER.verifier_factory)(&Algorithm::ES256, key).ok()
}

fn is_usable(key: &DecodingKey) -> bool {
    es256_verifier(key).is_some()
}

/// The signature is the concatenation of r and s in 64 bytes (RFC 7518, section 3.4), not DER.
fn is_signed_by(key: &DecodingKey, token: &Jws<'_>) -> bool {
    es256_verifier(key)
        .is_some_and(|verifier| verifier.verify(token.signed.as_bytes(), &token.signature).is_ok())
}

/// `None` if the JWK is not a P-256 public key for ES256 signatures.
fn parse_jwk(json: &Value) -> Option<PublicKey> {
    let jwk: Jwk = serde_json::from_value(json.clone()).ok()?;
    let common = &jwk.common;
    let is_p256 =
        matches!(&jwk.algorithm, AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P256);
    let is_for_es256 =
        common.public_key_use.as_ref().is_none_or(|purpose| *purpose == PublicKeyUse::Signature)
            && common.key_algorithm.is_none_or(|algorithm| algorithm == KeyAlgorithm::ES256);
    let key = DecodingKey::from_jwk(&jwk).ok().filter(is_usable)?;
    (is_p256 && is_for_es256).then_some(PublicKey { id: jwk.common.key_id, key })
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PublicKey").field("id", &self.id).finish_non_exhaustive()
    }
}
