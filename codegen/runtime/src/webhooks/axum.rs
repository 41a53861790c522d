//! The `axum` extractor: verifies a delivery before the handler runs.

use axum_core::{
    body::Body,
    extract::{FromRef, FromRequest, Request},
    response::{IntoResponse, Response},
};

use super::{
    body::read_body, delivery::Delivery, error::WebhookError, scheme::Events, verifier::WebhookVerifier,
};

/// Extracts a verified delivery in an `axum` handler.
///
/// The [`WebhookVerifier`] is taken from the router's state through `FromRef`. If the verification fails, the handler does
/// not run and the response has the status and the reason of the [`WebhookError`]; extract `Result<Verified<E>, WebhookError>`
/// to respond yourself.
///
/// ```
/// use axum::{Router, http::StatusCode, routing::post};
/// # use openapi_client_runtime::webhooks::{Events, Verified, WebhookError, WebhookVerifier};
///
/// # fn example<Event: Events + Send + 'static>() -> Result<Router, WebhookError> {
/// async fn receive<Event>(Verified(delivery): Verified<Event>) -> StatusCode {
///     println!("received {}", delivery.id);
///     StatusCode::NO_CONTENT // respond at once; move slow work to a task or a queue
/// }
///
/// let app =
///     Router::new().route("/webhooks", post(receive::<Event>)).with_state(WebhookVerifier::<Event>::from_env()?);
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
        let body = read_body(body, verifier.body_limit()).await?;
        verifier.verify(&parts.headers, &body).map(Self)
    }
}

/// Responds with the status and the reason only: the response contains nothing of the request and no detail that helps to
/// forge a delivery.
impl IntoResponse for WebhookError {
    fn into_response(self) -> Response<Body> {
        (self.status(), self.reason()).into_response()
    }
}
