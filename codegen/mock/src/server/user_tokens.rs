//! User tokens as the API's proxy adds them to requests. The server signs them and publishes the public key under
//! the path that the real issuer uses.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::json;

use crate::{
    MockedTokens, server::mock_server::Server, server::token_issuer::TokenIssuer,
    server::verification::fail_test,
};
use openapi_client_runtime::user_token::{UserTokenVerifier, UserTokens};

/// How long a token is valid, in seconds.
const LIFETIME_SECONDS: u64 = 3600;

impl<A: MockedTokens> Server<A> {
    /// Returns a token for a user of an app, valid for one hour. Send it in the header that the API's proxy sets.
    ///
    /// # Panics
    /// If the operating system provides no random numbers.
    #[must_use]
    #[track_caller]
    pub fn user_token(&self, user_id: impl AsRef<str>, app_id: impl AsRef<str>) -> String {
        self.user_token_at(SystemTime::now(), user_id, app_id)
    }

    /// Like [`user_token`](Self::user_token), issued at another time. A token issued two hours ago is expired.
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
        issue_token::<A>(self.token_issuer(), time, user_id.as_ref(), app_id.as_ref())
    }

    /// Returns a token that is signed with a different key under the same key id.
    ///
    /// # Panics
    /// As [`user_token`](Self::user_token).
    #[must_use]
    #[track_caller]
    pub fn forged_user_token(&self, user_id: impl AsRef<str>, app_id: impl AsRef<str>) -> String {
        issue_token::<A>(&TokenIssuer::new(), SystemTime::now(), user_id.as_ref(), app_id.as_ref())
    }

    /// Returns the URL of the public keys, for [`UserTokenVerifier::keys_url`] or the environment variable that
    /// sets it.
    ///
    /// # Panics
    /// As [`user_token`](Self::user_token).
    #[must_use]
    #[track_caller]
    pub fn user_token_keys_url(&self) -> String {
        self.token_issuer();
        format!("{}{}", self.url(), keys_path::<A>())
    }

    /// Returns a verifier of this server's tokens for an app.
    ///
    /// # Panics
    /// If the id of the app is empty.
    #[must_use]
    #[track_caller]
    pub fn user_token_verifier(&self, app_id: impl AsRef<str>) -> UserTokenVerifier<A::Tokens> {
        match UserTokenVerifier::with_transport(self.transport(), app_id) {
            Ok(verifier) => verifier.keys_url(self.user_token_keys_url()),
            Err(error) => fail_test(error),
        }
    }

    /// The issuer of this server. The first call generates its key pair and publishes the public key.
    #[track_caller]
    fn token_issuer(&self) -> &TokenIssuer {
        self.token_issuer.get_or_init(|| {
            let issuer = TokenIssuer::new();
            self.state.static_documents().insert(keys_path::<A>(), issuer.key_set());
            issuer
        })
    }
}

/// The path under which the real issuer publishes its keys.
fn keys_path<A: MockedTokens>() -> String {
    let uri = <A::Tokens as UserTokens>::SCHEME.keys_url.parse::<http::Uri>().unwrap_or_default();
    uri.path().to_owned()
}

#[track_caller]
fn issue_token<A: MockedTokens>(
    issuer: &TokenIssuer,
    time: SystemTime,
    user_id: &str,
    app_id: &str,
) -> String {
    let issued_at = time.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO).as_secs();
    let claims = json!({
        "iss": <A::Tokens as UserTokens>::SCHEME.issuer,
        "sub": user_id,
        "aud": app_id,
        "iat": issued_at,
        "exp": issued_at.saturating_add(LIFETIME_SECONDS),
    });
    match issuer.sign(&claims) {
        Ok(token) => token,
        Err(error) => fail_test(format_args!("cannot sign the user token: {error}")),
    }
}
