//! The extractor for `axum`: a handler that takes a user is called for verified users only.

use axum_core::{
    body::Body,
    extract::{FromRef, FromRequestParts},
    response::{IntoResponse, Response},
};
use http::request::Parts;

use super::{TokenError, Tokens, UserToken, Verifier};

/// The [`Verifier`] comes from the router's state, or from a part of it that `FromRef` gives. What is not valid is
/// answered with the status and the few words of [`TokenError`], and the handler is not called.
impl<S, T> FromRequestParts<S> for UserToken<T>
where
    S: Send + Sync,
    T: Tokens,
    Verifier<T>: FromRef<S>,
{
    type Rejection = TokenError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, TokenError> {
        let verifier = Verifier::<T>::from_ref(state);
        let token =
            parts.headers.get(T::SCHEME.header).and_then(|value| value.to_str().ok()).unwrap_or_default();
        verifier.verify(token.trim()).await
    }
}

/// The status and a few words; nothing of the token.
impl IntoResponse for TokenError {
    fn into_response(self) -> Response<Body> {
        (self.status(), self.reason()).into_response()
    }
}
