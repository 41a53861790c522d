//! Public keys of P-256: read from a JWK or a set of them (RFC 7517), or from PEM (RFC 7468), and used for ES256.

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use serde_json::Value;

use super::{
    TokenError,
    jws::{Jws, invalid},
};

/// What stands before the point in the DER of every public key of P-256 (RFC 5480): the names of algorithm and curve.
pub(super) const PREFIX: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86,
    0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];

/// A point of the curve, not compressed: 4, x, y.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Key([u8; 65]);

/// A key with its name.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Named {
    id: Option<String>,
    key: Key,
}

/// Keys of an issuer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Keys {
    keys: Vec<Named>,
    /// Given as one key, which is then used for every token, whatever key that names.
    single: bool,
}

impl Keys {
    /// A key or a set of keys in any of the forms, or what is wrong with it.
    pub(super) fn parse(text: &str) -> Result<Self, &'static str> {
        if text.trim_start().starts_with("-----BEGIN") {
            let key = from_pem(text).ok_or("it is no public key of P-256 in PEM")?;
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
    pub(super) fn verify(&self, token: &Jws<'_>) -> Result<(), TokenError> {
        let id = token.key_id.as_deref();
        if !self.knows(id) {
            return Err(TokenError::NoMatchingKey);
        }
        let mut keys = self.keys.iter().filter(|key| self.single || id.is_none() || key.id.as_deref() == id);
        if keys.any(|key| key.key.verifies(token)) {
            Ok(())
        } else {
            Err(invalid("its signature does not match"))
        }
    }
}

impl Key {
    /// The signature is r and s in 64 bytes (RFC 7518, section 3.4), never DER.
    fn verifies(&self, token: &Jws<'_>) -> bool {
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &self.0)
            .verify(token.signed.as_bytes(), &token.signature)
            .is_ok()
    }
}

fn named(jwk: &Value) -> Option<Named> {
    let text = |name: &str| jwk.get(name).and_then(Value::as_str);
    let is = |name: &str, value: &str| text(name) == Some(value);
    let is_or_absent = |name: &str, value: &str| jwk.get(name).is_none() || is(name, value);
    let fits =
        is("kty", "EC") && is("crv", "P-256") && is_or_absent("use", "sig") && is_or_absent("alg", "ES256");
    if !fits {
        return None;
    }
    let coordinate = |name: &str| URL_SAFE_NO_PAD.decode(text(name)?).ok().filter(|bytes| bytes.len() == 32);
    let point: Vec<u8> = [vec![4], coordinate("x")?, coordinate("y")?].concat();
    Some(Named { id: text("kid").map(str::to_owned), key: Key(point.try_into().ok()?) })
}

fn from_pem(text: &str) -> Option<Key> {
    let body =
        text.trim().strip_prefix("-----BEGIN PUBLIC KEY-----")?.strip_suffix("-----END PUBLIC KEY-----")?;
    let body: String = body.split_ascii_whitespace().collect();
    let der = STANDARD.decode(body).ok()?;
    let point = der.strip_prefix(&PREFIX)?;
    (point.first() == Some(&4)).then(|| point.try_into().ok().map(Key)).flatten()
}
