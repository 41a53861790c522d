//! A source as the credential of a client.

use super::TokenSource;
use crate::{
    client::options::TokenProvider,
    secret::Secret,
    wire::body::{BoxError, BoxFuture},
};

/// The client must be another than the one that mints.
impl TokenProvider for TokenSource {
    fn token(&self) -> BoxFuture<'_, Result<Secret, BoxError>> {
        Box::pin(async { Ok(self.get().await?.token) })
    }

    fn refresh(&self, rejected: Secret) -> BoxFuture<'_, Result<Secret, BoxError>> {
        Box::pin(async move { Ok(self.renew(&rejected).await?.token) })
    }
}
