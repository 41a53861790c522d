//! Signs user tokens with a key pair, and publishes the public key as a JSON Web Key Set.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use p256::{
    ecdsa::{Signature, SigningKey, signature::Signer as _},
    elliptic_curve::rand_core::OsRng,
};
use serde_json::{Value, json};

/// The id of the key (`kid`).
const KEY_ID: &str = "mock-key";

/// A key pair that signs tokens with ES256.
pub(crate) struct TokenIssuer(SigningKey);

impl TokenIssuer {
    /// Generates a new key pair.
    ///
    /// # Panics
    /// If the operating system provides no random numbers.
    pub(crate) fn new() -> Self {
        Self(SigningKey::random(&mut OsRng))
    }

    /// The JSON Web Key Set (RFC 7517, section 5) of the public key.
    pub(crate) fn key_set(&self) -> String {
        // The uncompressed encoding of a point is the byte 4, then x and y (SEC 1, section 2.3.3).
        let point = self.0.verifying_key().to_encoded_point(false);
        let point = point.as_bytes().get(1..).unwrap_or_default();
        let (x, y) = point.split_at(point.len() / 2);
        let [x, y] = [x, y].map(|coordinate| URL_SAFE_NO_PAD.encode(coordinate));
        let key = json!({
            "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": KEY_ID, "x": x, "y": y,
        });
        json!({"keys": [key]}).to_string()
    }

    /// Signs claims as a JWT in the compact serialization (RFC 7515, section 7.1).
    pub(crate) fn sign(&self, claims: &Value) -> Result<String, p256::ecdsa::Error> {
        let header = json!({"alg": "ES256", "typ": "JWT", "kid": KEY_ID});
        let [header, payload] = [&header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
        let signing_input = format!("{header}.{payload}");
        let signature: Signature = self.0.try_sign(signing_input.as_bytes())?;
        Ok(format!("{signing_input}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes())))
    }
}

impl fmt::Debug for TokenIssuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenIssuer")
    }
}
