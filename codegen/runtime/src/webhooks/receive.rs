//! The body of a request, whole and no longer than allowed, for the two ways into servers.

use std::error::Error as StdError;

use bytes::Bytes;
use http_body::Body;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

use super::VerifyError;

pub(super) async fn receive<B>(body: B, limit: usize) -> Result<Bytes, VerifyError>
where
    B: Body,
    B::Error: Into<Box<dyn StdError + Send + Sync>>,
{
    match Limited::new(body, limit).collect().await {
        Ok(whole) => Ok(whole.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(VerifyError::TooLarge { limit }),
        Err(_) => Err(VerifyError::Incomplete),
    }
}
