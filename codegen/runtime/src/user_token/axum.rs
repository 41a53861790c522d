//! The `axum` extractor: verifies the user token before the handler runs.

use axum_core::{
    body::Body,
    extract::{FromRef, FromRequestParts},
    response::{IntoResponse, Response},
};
use http::request::Parts;

use super::{claims::UserToken, error::UserTokenError, scheme::UserTokens, verifier::UserTokenVerifier};

/// The state of a router that has the verifier which the extractor [`UserToken`] needs. Implemented for every state from which
/// `FromRef` makes a [`UserTokenVerifier`]; it exists for its compiler message.
#[diagnostic::on_unimplemented(
    message = "the router's state `{Self}` has no `UserTokenVerifier<{T}>`, which the extractor `UserToken` needs",
    label = "this state has no verifier",
    note = "pass the verifier itself as the state: `.with_state(verifier)`",
    note = "or give `{Self}` a field with it, and implement `FromRef<{Self}> for UserTokenVerifier<{T}>` by a clone of that field"
)]
pub trait HasUserTokenVerifier<T> {
    /// The verifier.
    fn user_token_verifier(&self) -> UserTokenVerifier<T>;
}

#[diagnostic::do_not_recommend]
impl<S, T> HasUserTokenVerifier<T> for S
where
    UserTokenVerifier<T>: FromRef<S>,
{
    fn user_token_verifier(&self) -> UserTokenVerifier<T> {
        UserTokenVerifier::from_ref(self)
    }
}

/// The [`UserTokenVerifier`] is taken from the router's state through `FromRef`. If the verification fails, the handler does
/// not run and the response has the status and the reason of the [`UserTokenError`].
///
/// ```
/// use axum::{Router, routing::get};
/// # use openapi_client_runtime::user_token::{UserToken, UserTokenVerifier, UserTokens};
///
/// # fn example<Tokens: UserTokens>(verifier: UserTokenVerifier<Tokens>) -> Router {
/// async fn greet<Tokens: UserTokens>(user: UserToken<Tokens>) -> String {
///     format!("Hello, {}", user.user_id.as_ref())
/// }
///
/// Router::new().route("/greeting", get(greet::<Tokens>)).with_state(verifier)
/// # }
/// ```
impl<S, T> FromRequestParts<S> for UserToken<T>
where
    S: HasUserTokenVerifier<T> + Send + Sync,
    T: UserTokens,
{
    type Rejection = UserTokenError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, UserTokenError> {
        let verifier = state.user_token_verifier();
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
