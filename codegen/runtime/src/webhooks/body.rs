//! Reads a request body up to a limit, for the `axum` extractor and the `tower` layer.

use std::error::Error as StdError;

use bytes::Bytes;
use http_body::Body;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

use super::error::WebhookError;

/// Reads the whole body; fails once it exceeds `limit` bytes.
///
/// # Errors
/// [`WebhookError::TooLarge`], or [`WebhookError::Incomplete`] if the connection breaks.
pub async fn read_body<B>(body: B, limit: usize) -> Result<Bytes, WebhookError>
where
    B: Body,
    B::Error: Into<Box<dyn StdError + Send + Sync>>,
{
    match Limited::new(body, limit).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(WebhookError::TooLarge { limit }),
        Err(_) => Err(WebhookError::Incomplete),
    }
}
