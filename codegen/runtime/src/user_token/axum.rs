//! The `axum` extractor: verifies the user token before the handler runs.

use axum_core::{
    body::Body,
    extract::{FromRef, FromRequestParts},
    response::{IntoResponse, Response},
};
use http::request::Parts;

use super::{claims::UserToken, error::UserTokenError, scheme::UserTokens, verifier::UserTokenVerifier};

/// The [`UserTokenVerifier`] is taken from the router's state through `FromRef`. If the verification fails, the handler does
/// not run and the response has the status and the reason of the [`UserTokenError`].
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

/// Responds with the status and the reason only; the response contains nothing of the token.
impl IntoResponse for UserTokenError {
    fn into_response(self) -> Response<Body> {
        (self.status(), self.reason()).into_response()
    }
}
