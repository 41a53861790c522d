//! Credentials: where they come from, and which part of a request carries them.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{HeaderName, HeaderValue, header::AUTHORIZATION};

use crate::{
    client::service::{Authentication, Service},
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

/// The source of a credential.
#[derive(Clone)]
pub(crate) enum Credential {
    None,
    Fixed(Secret),
    Provided(Arc<dyn TokenProvider>),
}

impl Credential {
    pub(crate) fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }

    /// What kind of credential it is, for `Debug`.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Fixed(_) => "fixed",
            Self::Provided(_) => "provided",
        }
    }
}

/// The part of a request that carries its credential.
pub(crate) enum CredentialPart {
    Header(HeaderName, HeaderValue),
    /// The name of the query parameter.
    Query(&'static str),
    /// A pair for the header `Cookie`, such as `session=…`.
    Cookie(String),
}

/// Returns the part of a request that carries this credential.
pub(crate) fn credential_part(
    authentication: Authentication,
    secret: &Secret,
) -> Result<CredentialPart, Error> {
    let header = |name: HeaderName, text: String| {
        // The conversion error is dropped: its text could contain the credential.
        let mut value = HeaderValue::try_from(text).map_err(|_| {
            config_error("the credential contains characters that are not allowed in a header")
        })?;
        value.set_sensitive(true);
        Ok::<_, Error>(CredentialPart::Header(name, value))
    };
    let key = secret.expose();
    if secret.is_blank() {
        return Err(config_error("the credential is empty or blank: check what the token provider returns"));
    }
    match authentication {
        Authentication::Bearer => header(AUTHORIZATION, format!("Bearer {key}")),
        Authentication::Http(scheme) => header(AUTHORIZATION, format!("{scheme} {key}")),
        Authentication::Header(name) => {
            header(parse_header_name(name).map_err(config_error)?, key.to_owned())
        }
        Authentication::Basic => header(AUTHORIZATION, format!("Basic {}", encode_basic(key))),
        Authentication::Query(name) => Ok(CredentialPart::Query(name)),
        Authentication::Cookie(name) if is_allowed(authentication, key) => {
            Ok(CredentialPart::Cookie(format!("{name}={key}")))
        }
        Authentication::Cookie(_) => {
            Err(config_error("the credential contains characters that are not allowed in a cookie"))
        }
    }
}

/// Encodes a pair of user name and password (RFC 7617, section 2). A key without a colon is a user name with an empty password.
pub(crate) fn encode_basic(key: &str) -> String {
    if key.contains(':') { STANDARD.encode(key) } else { STANDARD.encode(format!("{key}:")) }
}

/// Joins a user name and a password to the credential of the scheme Basic.
pub(crate) fn join_basic(user: &str, password: &Secret) -> Result<Secret, String> {
    if user.contains(':') {
        // RFC 7617, section 2: the server would take the rest of the name for the password.
        return Err("the user name must not contain a colon".to_owned());
    }
    Ok(Secret::from(format!("{user}:{}", password.expose())))
}

/// Validates that a request can carry a credential. The error does not contain it.
pub(crate) fn validate_credential(service: &Service, index: usize, credential: &Secret) -> Result<(), Error> {
    let scheme = service.credentials.get(index);
    let what = match scheme {
        Some(scheme) if service.credentials.len() > 1 => format!("the credential `{}`", scheme.name),
        _ => "the API key".to_owned(),
    };
    if credential.is_blank() {
        return Err(config_error(format!("{what} is empty or blank")));
    }
    let authentication = scheme.map_or(Authentication::Bearer, |scheme| scheme.authentication);
    if is_allowed(authentication, credential.expose()) {
        return Ok(());
    }
    let characters = match authentication {
        Authentication::Basic => "a line break or another control character",
        Authentication::Cookie(_) => "a space, a line break, a semicolon or a character that is not ASCII",
        _ if allows_spaces(authentication) => "a line break or a character that is not ASCII",
        _ => "a space, a line break or a character that is not ASCII",
    };
    Err(config_error(format!("{what} contains {characters}: copy it again")))
}

/// Whether the part of a request that carries the credential can carry these characters.
fn is_allowed(authentication: Authentication, key: &str) -> bool {
    match authentication {
        // The pair is encoded.
        Authentication::Basic => !key.chars().any(char::is_control),
        Authentication::Cookie(_) => key.bytes().all(|byte| byte.is_ascii_graphic() && byte != b';'),
        _ if allows_spaces(authentication) => key.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' '),
        _ => key.bytes().all(|byte| byte.is_ascii_graphic()),
    }
}

/// Whether the credential can consist of several words: a list of parameters, or a scheme and its token.
fn allows_spaces(authentication: Authentication) -> bool {
    match authentication {
        Authentication::Http(_) => true,
        Authentication::Header(name) => name.eq_ignore_ascii_case(AUTHORIZATION.as_str()),
        _ => false,
    }
}

fn config_error(text: impl Into<String>) -> Error {
    Error::new(ErrorKind::Config, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_must_fit_the_part_that_carries_them() {
        let (header, words) = (Authentication::Header("X-Key"), Authentication::Header("authorization"));
        for (authentication, key, expected) in [
            (Authentication::Bearer, "abc", true),
            (Authentication::Bearer, "a bc", false),
            (header, "a bc", false),
            (words, "Token abc", true),
            (words, "Token\nabc", false),
            (Authentication::Http("Digest"), "username=\"a\", nonce=\"b\"", true),
            (Authentication::Http("Digest"), "a\r\nb", false),
            (Authentication::Basic, "Zoë:pass word", true),
            (Authentication::Basic, "a:b\nc", false),
            (Authentication::Cookie("s"), "abc=", true),
            (Authentication::Cookie("s"), "abc; admin=1", false),
            (Authentication::Query("key"), "ä", false),
        ] {
            assert_eq!(is_allowed(authentication, key), expected, "{authentication:?} {key:?}");
        }
        assert!(join_basic("a:b", &Secret::from("c")).is_err());
        assert_eq!(join_basic("a", &Secret::from("b:c")).unwrap().expose(), "a:b:c");
    }
}
