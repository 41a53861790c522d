//! The extractor for `axum`: a handler that takes it is called for genuine deliveries only.

use axum_core::{
    body::Body,
    extract::{FromRef, FromRequest, Request},
    response::{IntoResponse, Response},
};

use super::{Delivery, Events, WebhookError, WebhookVerifier, body::receive};

/// A delivery whose signature was right, as an argument of an `axum` handler.
///
/// The [`WebhookVerifier`] comes from the router's state, or from a part of it that `FromRef` gives. What is not genuine is
/// answered with the status and the few words of [`WebhookError`], and the handler is not called; take
/// `Result<Verified<E>, WebhookError>` to answer yourself.
///
/// ```
/// use axum::{Router, http::StatusCode, routing::post};
/// # use openapi_client_runtime::webhooks::{Events, Verified, WebhookVerifier, WebhookError};
///
/// # fn example<Event: Events + Send + 'static>() -> Result<Router, WebhookError> {
/// async fn receive<Event>(Verified(delivery): Verified<Event>) -> StatusCode {
///     println!("{} is genuine", delivery.id);
///     StatusCode::NO_CONTENT // answer first; what takes long goes to a task or a queue
/// }
///
/// let app = Router::new().route("/webhooks", post(receive::<Event>)).with_state(WebhookVerifier::<Event>::from_env()?);
/// # Ok(app)
/// # }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Verified<E>(pub Delivery<E>);

impl<S, E> FromRequest<S> for Verified<E>
where
    S: Send + Sync,
    E: Events,
    WebhookVerifier<E>: FromRef<S>,
{
    type Rejection = WebhookError;

    async fn from_request(request: Request, state: &S) -> Result<Self, WebhookError> {
        let verifier = WebhookVerifier::<E>::from_ref(state);
        let (parts, body) = request.into_parts();
        let body = receive(body, verifier.body_limit()).await?;
        verifier.verify(&parts.headers, &body).map(Self)
    }
}

/// The status and a few words; nothing of the request, and nothing that helps to forge one.
impl IntoResponse for WebhookError {
    fn into_response(self) -> Response<Body> {
        (self.status(), self.reason()).into_response()
    }
}
