//! Public keys of P-256: read from a JWK or a set of them (RFC 7517), or from PEM (RFC 7468), and used for ES256.

use std::fmt;

use jsonwebtoken::{
    Algorithm, DecodingKey,
    crypto::{JwtVerifier, rust_crypto::DEFAULT_PROVIDER},
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse},
};
use serde_json::Value;

use super::{
    UserTokenError,
    jws::{Jws, invalid},
};

/// A key with its name.
#[derive(Clone)]
struct Named {
    id: Option<String>,
    key: DecodingKey,
}

/// Keys of an issuer.
#[derive(Clone, Debug)]
pub(super) struct Keys {
    keys: Vec<Named>,
    /// Given as one key, which is then used for every token, whatever key that names.
    single: bool,
}

impl Keys {
    /// A key or a set of keys in any of the forms, or what is wrong with it.
    pub(super) fn parse(text: &str) -> Result<Self, &'static str> {
        if text.trim_start().starts_with("-----BEGIN") {
            let key = DecodingKey::from_ec_pem(text.trim().as_bytes()).ok().filter(usable);
            let key = key.ok_or("it is no public key of P-256 in PEM")?;
            return Ok(Self { keys: vec![Named { id: None, key }], single: true });
        }
        let json: Value = serde_json::from_str(text).map_err(|_| "it is neither PEM nor JSON")?;
        match json.get("keys") {
            Some(_) => Self::of_set(&json),
            None => {
                let key = named(&json).ok_or("it is no public key of P-256 for ES256 signatures")?;
                Ok(Self { keys: vec![key], single: true })
            }
        }
    }

    /// A set of keys. Those of other kinds are passed over (RFC 7517, section 5), but one must be left.
    pub(super) fn of_set(json: &Value) -> Result<Self, &'static str> {
        let keys = json.get("keys").and_then(Value::as_array).ok_or("it is no set of keys")?;
        let keys: Vec<Named> = keys.iter().filter_map(named).collect();
        if keys.is_empty() {
            return Err("it holds no public key of P-256 for ES256 signatures");
        }
        Ok(Self { keys, single: false })
    }

    /// Whether a token that names this key could be verified.
    pub(super) fn knows(&self, id: Option<&str>) -> bool {
        self.single || id.is_none_or(|id| self.keys.iter().any(|key| key.id.as_deref() == Some(id)))
    }

    /// Verifies with the key that the token names; with each, if it names none or only one was given.
    pub(super) fn verify(&self, token: &Jws<'_>) -> Result<(), UserTokenError> {
        let id = token.key_id.as_deref();
        if !self.knows(id) {
            return Err(UserTokenError::NoMatchingKey);
        }
        let mut keys = self.keys.iter().filter(|key| self.single || id.is_none() || key.id.as_deref() == id);
        if keys.any(|named| verifies(&named.key, token)) {
            Ok(())
        } else {
            Err(invalid("its signature does not match"))
        }
    }
}

/// What verifies with a key. Asked of the provider that is compiled in with this crate, and not of the one that the
/// process may have chosen for all of `jsonwebtoken`: an application that chooses another, or none, changes nothing here.
fn es256(key: &DecodingKey) -> Option<Box<dyn JwtVerifier>> {
    (DEFAULT_PROVIDER.verifier_factory)(&Algorithm::ES256, key).ok()
}

fn usable(key: &DecodingKey) -> bool {
    es256(key).is_some()
}

/// The signature is r and s in 64 bytes (RFC 7518, section 3.4), never DER.
fn verifies(key: &DecodingKey, token: &Jws<'_>) -> bool {
    es256(key).is_some_and(|verifier| verifier.verify(token.signed.as_bytes(), &token.signature).is_ok())
}

fn named(json: &Value) -> Option<Named> {
    let jwk: Jwk = serde_json::from_value(json.clone()).ok()?;
    let common = &jwk.common;
    let curve =
        matches!(&jwk.algorithm, AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P256);
    let fits = curve
        && common.public_key_use.as_ref().is_none_or(|purpose| *purpose == PublicKeyUse::Signature)
        && common.key_algorithm.is_none_or(|algorithm| algorithm == KeyAlgorithm::ES256);
    let key = DecodingKey::from_jwk(&jwk).ok().filter(usable)?;
    fits.then_some(Named { id: jwk.common.key_id, key })
}

impl fmt::Debug for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key").field("id", &self.id).finish_non_exhaustive()
    }
}
