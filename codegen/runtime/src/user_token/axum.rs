//! The extractor for `axum`: a handler that takes a user is called for verified users only.

use axum_core::{
    body::Body,
    extract::{FromRef, FromRequestParts},
    response::{IntoResponse, Response},
};
use http::request::Parts;

use super::{UserToken, UserTokenError, UserTokenVerifier, UserTokens};

/// The [`UserTokenVerifier`] comes from the router's state, or from a part of it that `FromRef` gives. What is not valid is
/// answered with the status and the few words of [`UserTokenError`], and the handler is not called.
impl<S, T> FromRequestParts<S> for UserToken<T>
where
    S: Send + Sync,
    T: UserTokens,
    UserTokenVerifier<T>: FromRef<S>,
{
    type Rejection = UserTokenError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, UserTokenError> {
        let verifier = UserTokenVerifier::<T>::from_ref(state);
        let token =
            parts.headers.get(T::SCHEME.header).and_then(|value| value.to_str().ok()).unwrap_or_default();
        verifier.verify(token.trim()).await
    }
}

/// The status and a few words; nothing of the token.
impl IntoResponse for UserTokenError {
    fn into_response(self) -> Response<Body> {
        (self.status(), self.reason()).into_response()
    }
}
