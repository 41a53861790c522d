//! Tokens of users as the API's proxy makes them, signed with a key of the server's own, which it publishes where the
//! issuer publishes his.

use std::{
    fmt,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use p256::{
    ecdsa::{Signature, SigningKey, signature::Signer as _},
    elliptic_curve::rand_core::OsRng,
};
use serde_json::{Value, json};

use crate::{MockedTokens, server::mock_server::Server, server::verification::fail};
use openapi_client_runtime::user_token::{UserTokenVerifier, UserTokens};

/// The name of the key.
const KEY: &str = "mock-key";

/// How long a token is valid, in seconds.
const VALID: u64 = 3600;

/// A key, and what is signed with it.
pub(crate) struct Issuer(SigningKey);

impl Issuer {
    fn new() -> Self {
        Self(SigningKey::random(&mut OsRng))
    }

    /// The set of its one public key (RFC 7517).
    fn keys(&self) -> String {
        // A point that is not compressed: 4, x, y.
        let point = self.0.verifying_key().to_encoded_point(false);
        let point = point.as_bytes().get(1..).unwrap_or_default();
        let (x, y) = point.split_at(point.len() / 2);
        let [x, y] = [x, y].map(|number| URL_SAFE_NO_PAD.encode(number));
        let key =
            json!({"kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": KEY, "x": x, "y": y});
        json!({"keys": [key]}).to_string()
    }

    /// A compact JWS (RFC 7515).
    fn sign(&self, claims: &Value) -> Result<String, p256::ecdsa::Error> {
        let header = json!({"alg": "ES256", "typ": "JWT", "kid": KEY});
        let [header, claims] = [&header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
        let signed = format!("{header}.{claims}");
        let signature: Signature = self.0.try_sign(signed.as_bytes())?;
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes())))
    }
}

impl fmt::Debug for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Issuer")
    }
}

impl<A: MockedTokens> Server<A> {
    /// A token that says that this user uses this app, valid for an hour: for the header that the API's proxy sets.
    ///
    /// # Panics
    /// If the operating system has no random numbers.
    #[must_use]
    #[track_caller]
    pub fn user_token(&self, user_id: impl AsRef<str>, app_id: impl AsRef<str>) -> String {
        self.user_token_at(SystemTime::now(), user_id, app_id)
    }

    /// The same, made at another time: one of two hours ago has expired.
    ///
    /// # Panics
    /// As [`user_token`](Self::user_token).
    #[must_use]
    #[track_caller]
    pub fn user_token_at(
        &self,
        time: SystemTime,
        user_id: impl AsRef<str>,
        app_id: impl AsRef<str>,
    ) -> String {
        token::<A>(self.issuer(), time, user_id.as_ref(), app_id.as_ref())
    }

    /// A token that somebody else has signed, and calls the server's.
    ///
    /// # Panics
    /// As [`user_token`](Self::user_token).
    #[must_use]
    #[track_caller]
    pub fn forged_user_token(&self, user_id: impl AsRef<str>, app_id: impl AsRef<str>) -> String {
        token::<A>(&Issuer::new(), SystemTime::now(), user_id.as_ref(), app_id.as_ref())
    }

    /// Where the server publishes the key: for [`UserTokenVerifier::keys_url`], or the environment variable of that address.
    ///
    /// # Panics
    /// As [`user_token`](Self::user_token).
    #[must_use]
    #[track_caller]
    pub fn user_token_keys_url(&self) -> String {
        self.issuer();
        format!("{}{}", self.url(), keys_path::<A>())
    }

    /// A verifier of this server's tokens for an app.
    ///
    /// # Panics
    /// If the id of the app is empty.
    #[must_use]
    #[track_caller]
    pub fn user_token_verifier(&self, app_id: impl AsRef<str>) -> UserTokenVerifier<A::Tokens> {
        match UserTokenVerifier::with_transport(self.transport(), app_id) {
            Ok(verifier) => verifier.keys_url(self.user_token_keys_url()),
            Err(error) => fail(error),
        }
    }

    /// The server's own, made and published when it is first asked for.
    #[track_caller]
    fn issuer(&self) -> &Issuer {
        self.issuer.get_or_init(|| {
            let issuer = Issuer::new();
            self.shared.documents().insert(keys_path::<A>(), issuer.keys());
            issuer
        })
    }
}

/// The path of the issuer's own address.
fn keys_path<A: MockedTokens>() -> String {
    let uri = <A::Tokens as UserTokens>::SCHEME.keys_url.parse::<http::Uri>().unwrap_or_default();
    uri.path().to_owned()
}

#[track_caller]
fn token<A: MockedTokens>(issuer: &Issuer, time: SystemTime, user_id: &str, app_id: &str) -> String {
    let at = time.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO).as_secs();
    let name = <A::Tokens as UserTokens>::SCHEME.issuer;
    let claims =
        json!({"iss": name, "sub": user_id, "aud": app_id, "iat": at, "exp": at.saturating_add(VALID)});
    match issuer.sign(&claims) {
        Ok(token) => token,
        Err(error) => fail(format_args!("the token cannot be signed: {error}")),
    }
}
