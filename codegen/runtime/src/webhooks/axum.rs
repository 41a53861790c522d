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
///
/// A state with other fields hands out the verifier by `FromRef`:
///
/// ```
/// use axum::{Router, extract::FromRef, http::StatusCode, routing::post};
/// # use openapi_client_runtime::webhooks::{Events, Verified, WebhookVerifier};
///
/// struct AppState<Event> {
///     verifier: WebhookVerifier<Event>,
///     shop: String,
/// }
/// # impl<Event> Clone for AppState<Event> {
/// #     fn clone(&self) -> Self {
/// #         Self { verifier: self.verifier.clone(), shop: self.shop.clone() }
/// #     }
/// # }
///
/// impl<Event> FromRef<AppState<Event>> for WebhookVerifier<Event> {
///     fn from_ref(state: &AppState<Event>) -> Self {
///         state.verifier.clone()
///     }
/// }
///
/// # fn example<Event: Events + Send + 'static>(verifier: WebhookVerifier<Event>) -> Router {
/// # async fn receive<Event>(Verified(_): Verified<Event>) -> StatusCode {
/// #     StatusCode::NO_CONTENT
/// # }
/// let state = AppState { verifier, shop: "Tea".to_owned() };
/// Router::new().route("/webhooks", post(receive::<Event>)).with_state(state)
/// # }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Verified<E>(pub Delivery<E>);

/// The state of a router that has the verifier which [`Verified`] needs. Implemented for every state from which `FromRef` makes
/// a [`WebhookVerifier`]; it exists for its compiler message.
#[diagnostic::on_unimplemented(
    message = "the router's state `{Self}` has no `WebhookVerifier<{E}>`, which `Verified<{E}>` needs",
    label = "this state has no verifier",
    note = "pass the verifier itself as the state: `.with_state(WebhookVerifier::<{E}>::from_env()?)`",
    note = "or give `{Self}` a field with it, and implement `FromRef<{Self}> for WebhookVerifier<{E}>` by a clone of that field"
)]
pub trait HasWebhookVerifier<E> {
    /// The verifier.
    fn webhook_verifier(&self) -> WebhookVerifier<E>;
}

#[diagnostic::do_not_recommend]
impl<S, E> HasWebhookVerifier<E> for S
where
    WebhookVerifier<E>: FromRef<S>,
{
    fn webhook_verifier(&self) -> WebhookVerifier<E> {
        WebhookVerifier::from_ref(self)
    }
}

impl<S, E> FromRequest<S> for Verified<E>
where
    S: HasWebhookVerifier<E> + Send + Sync,
    E: Events,
{
    type Rejection = WebhookError;

    async fn from_request(request: Request, state: &S) -> Result<Self, WebhookError> {
        let verifier = state.webhook_verifier();
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
