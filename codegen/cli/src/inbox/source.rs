//! The deliveries that the API sent, as the inbox reads them.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::{Duration, UNIX_EPOCH},
};

use futures_core::Stream;
use openapi_client_inbox::{PastDeliveries, PastDelivery};
use openapi_client_runtime::{__private::Core, Error, ErrorKind};
use tokio::sync::mpsc;

use super::store::PastSource;
use crate::{
    error::{CliError, Exit},
    webhooks::history::{Delivery, History},
};

/// The source for an inbox. `chosen` is the endpoint of `--endpoint`.
pub(super) async fn open_source(
    history: History,
    core: Core,
    chosen: Option<&str>,
) -> Result<PastSource, CliError> {
    let endpoints = history.list_endpoints(&core, chosen).await?;
    // An API that has one list of all deliveries has one endpoint without an id.
    let endpoints = endpoints.into_iter().map(Option::unwrap_or_default).collect();
    let history = Arc::new(history);
    let open = move |endpoint: &str| open_deliveries(Arc::clone(&history), core.clone(), endpoint);
    Ok(PastSource { endpoints: Some(endpoints), open: Arc::new(open) })
}

/// The deliveries to an endpoint. They are read as fast as the inbox takes them.
fn open_deliveries(history: Arc<History>, core: Core, endpoint: &str) -> PastDeliveries {
    let endpoint = Some(endpoint.to_owned()).filter(|endpoint| !endpoint.is_empty());
    let (sender, receiver) = mpsc::channel(64);
    tokio::spawn(async move {
        let mut list = history.list_deliveries(&core, endpoint.as_deref());
        while let Some(page) = list.next().await {
            let (page, error) = match page {
                Ok(page) => (page, None),
                Err(error) => (Vec::new(), Some(error)),
            };
            let items = page.into_iter().map(|delivery| Ok(convert_delivery(delivery)));
            for item in items.chain(error.map(|error| Err(convert_error(error)))) {
                // The inbox has gone: it needs no more.
                if sender.send(item).await.is_err() {
                    return;
                }
            }
        }
    });
    PastDeliveries::new(Received(receiver))
}

fn convert_delivery(delivery: Delivery) -> PastDelivery {
    let millis = u64::try_from(delivery.sent_at).unwrap_or_default();
    let sent_at = UNIX_EPOCH.checked_add(Duration::from_millis(millis));
    PastDelivery::new(Some(delivery.message_id).filter(|_| delivery.has_message_id), sent_at, delivery.body)
}

fn convert_error(error: CliError) -> Error {
    let kind = match error.exit {
        Exit::Network => ErrorKind::Transport,
        Exit::Usage => ErrorKind::Request,
        _ => ErrorKind::Api,
    };
    Error::new(kind, error.message)
}

struct Received(mpsc::Receiver<Result<PastDelivery, Error>>);

impl Stream for Received {
    type Item = Result<PastDelivery, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context)
    }
}
