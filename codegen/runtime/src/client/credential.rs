//! Credentials: where they come from, and which part of a request carries them.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{HeaderName, HeaderValue, header::AUTHORIZATION};

use crate::{
    client::service::Authentication,
    error::{Error, ErrorKind},
    secret::Secret,
    wire::body::{BoxError, BoxFuture},
    wire::headers::parse_header_name,
};

/// Provides tokens that expire, such as those of OAuth.
///
/// The provider caches the token: the client asks before every attempt and keeps nothing. When the server rejects a
/// token with 401, the client calls [`refresh`](Self::refresh), once for all calls that were rejected with that token, and sends
/// their requests again, once each, if it returns a different token. That is safe for any request: one that is rejected with 401 "has not been applied"
/// (RFC 9110, section 15.5.2).
pub trait TokenProvider: Send + Sync {
    /// Returns the token for the next attempt.
    ///
    /// # Errors
    /// Any error of the provider; the call fails with it as the source of its error.
    fn token(&self) -> BoxFuture<'_, Result<Secret, BoxError>>;

    /// Returns a new token, after the server rejected `rejected`.
    ///
    /// A client does not call this again for a token while a call is in progress, nor for a minute after it returned a different
    /// token. If the call that waits for it is dropped, its future is dropped too, and the next call asks anew.
    ///
    /// # Errors
    /// Any error of the provider; the call then fails with the server's 401.
    fn refresh(&self, rejected: Secret) -> BoxFuture<'_, Result<Secret, BoxError>> {
        let _ = rejected;
        self.token()
    }
}

/// The source of a request's credential.
#[derive(Clone)]
pub(crate) enum Credential {
    None,
    Fixed(Secret),
    Provided(Arc<dyn TokenProvider>),
}

/// The part of a request that carries its credential.
pub(crate) enum CredentialPart {
    Header(HeaderName, HeaderValue),
    /// The name of the query parameter.
    Query(&'static str),
}

/// Returns the part of a request that carries this credential, if the API takes one.
pub(crate) fn credential_part(
    authentication: Authentication,
    secret: &Secret,
) -> Result<Option<CredentialPart>, Error> {
    let header = |name: HeaderName, text: String| {
        // The conversion error is dropped: its text could contain the credential.
        let mut value = HeaderValue::try_from(text).map_err(|_| {
            config_error("the credential contains characters that are not allowed in a header")
        })?;
        value.set_sensitive(true);
        Ok::<_, Error>(Some(CredentialPart::Header(name, value)))
    };
    let key = secret.expose();
    if secret.is_blank() && !matches!(authentication, Authentication::None) {
        return Err(config_error("the credential is empty or blank: check what the token provider returns"));
    }
    match authentication {
        Authentication::Bearer => header(AUTHORIZATION, format!("Bearer {key}")),
        Authentication::Header(name) => {
            header(parse_header_name(name).map_err(config_error)?, key.to_owned())
        }
        Authentication::Basic => {
            let pair = if key.contains(':') { key.to_owned() } else { format!("{key}:") };
            header(AUTHORIZATION, format!("Basic {}", STANDARD.encode(pair)))
        }
        Authentication::Query(name) => Ok(Some(CredentialPart::Query(name))),
        Authentication::None => Ok(None),
    }
}

/// Validates that a header can carry the key. The error does not contain it.
pub(crate) fn validate_key(key: &Secret) -> Result<(), Error> {
    if key.is_blank() {
        return Err(config_error("the API key is empty or blank"));
    }
    if !key.expose().bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(config_error(
            "the API key contains a space, a line break or a character that is not ASCII: copy it again",
        ));
    }
    Ok(())
}

fn config_error(text: impl Into<String>) -> Error {
    Error::new(ErrorKind::Config, text)
}
