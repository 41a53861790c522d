//! The HTTP endpoint: a request in, a status and a reason out. The route of `axum` and the service of `tower` share it.

use std::error::Error as StdError;

use http::{HeaderMap, StatusCode};
use openapi_client_runtime::{__private::webhooks::read_body, webhooks::Events};

use crate::{inbox::Inbox, log::log_event};

/// Receives a delivery. Returns the status of the response, and its text.
pub(crate) async fn receive_request<E, B>(
    inbox: &Inbox<E>,
    headers: &HeaderMap,
    body: B,
) -> (StatusCode, &'static str)
where
    E: Events + Send + Sync + 'static,
    B: http_body::Body,
    B::Error: Into<Box<dyn StdError + Send + Sync>>,
{
    let received = match read_body(body, inbox.body_limit()).await {
        Ok(body) => inbox.receive(headers, &body).await,
        Err(error) => Err(error.into()),
    };
    match received {
        Ok(_) => (StatusCode::NO_CONTENT, ""),
        Err(error) => {
            log_event!(debug, status = error.status().as_u16(), "a delivery was refused: {error}");
            (error.status(), error.reason())
        }
    }
}
