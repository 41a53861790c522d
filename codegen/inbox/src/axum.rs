//! The endpoint as a route of `axum`.

use axum::{
    extract::Request,
    response::{IntoResponse as _, Response},
    routing::{MethodRouter, post},
};
use openapi_client_runtime::webhooks::Events;

use crate::{endpoint::receive_request, inbox::Inbox};

impl<E: Events + Send + Sync + 'static> Inbox<E> {
    /// A route that receives deliveries.
    ///
    /// It accepts POST. The response is 204 once the event is committed, otherwise the status of the
    /// [`ReceiveError`](crate::ReceiveError) with its reason.
    ///
    /// ```
    /// # use openapi_client_inbox::Inbox;
    /// # use openapi_client_runtime::webhooks::Events;
    /// # fn example<Event: Events + Send + Sync + 'static>(inbox: &Inbox<Event>) -> axum::Router {
    /// axum::Router::new().route("/webhooks", inbox.axum_route())
    /// # }
    /// ```
    #[cfg_attr(openapi_client_docs, doc(cfg(feature = "axum")))]
    pub fn axum_route<S: Clone + Send + Sync + 'static>(&self) -> MethodRouter<S> {
        let inbox = self.clone();
        post(move |request: Request| {
            let inbox = inbox.clone();
            async move { respond(&inbox, request).await }
        })
    }
}

async fn respond<E: Events + Send + Sync + 'static>(inbox: &Inbox<E>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    receive_request(inbox, &parts.headers, body).await.into_response()
}
