//! What all clones of an inbox share.

use std::sync::Arc;

use openapi_client_runtime::webhooks::WebhookVerifier;
use tokio::sync::{Notify, watch};

use crate::{receive::Writer, settings::Settings, store::Store};

pub(crate) struct Shared<E> {
    pub(crate) verifier: WebhookVerifier<E>,
    pub(crate) settings: Settings<E>,
    pub(crate) store: Arc<Store>,
    pub(crate) writer: Writer,
    /// Notified when there may be something to handle.
    pub(crate) stored: Arc<Notify>,
    /// Whether the workers should stop.
    pub(crate) stop: watch::Sender<bool>,
}
