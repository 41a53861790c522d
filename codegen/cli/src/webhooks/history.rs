//! Reads the deliveries that the API sent, from the lists that the description names.

use openapi_client_description::{DeliveryHistory, JsonValue, Location};
use openapi_client_runtime::__private::{Core, DateTime};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::find_pointer;
use crate::{
    call::{Call, CallSettings, Pages, Reply},
    catalog::Loaded,
    error::{CliError, Exit},
    session::Session,
    text::{clean_line, to_hex},
};

/// How many pages of a list are read: a server may send pages with new cursors for ever.
pub(super) const MAX_PAGES: usize = 1000;

/// The lists of deliveries and endpoints of an API.
pub(crate) struct History {
    names: DeliveryHistory,
    deliveries: &'static Loaded,
    endpoints: Option<&'static Loaded>,
    replay: Option<&'static Loaded>,
}

/// A delivery that the API sent: one try to deliver an event to an endpoint.
#[derive(Clone, Debug)]
pub(crate) struct Delivery {
    /// Different for every delivery, and the same whenever it is listed.
    pub(crate) key: String,
    pub(crate) endpoint: Option<String>,
    pub(crate) id: Option<String>,
    /// The same in every delivery of an event.
    pub(crate) message_id: String,
    /// Whether the body states it, so that it is not made up.
    #[cfg_attr(
        not(any(feature = "inbox-postgres", feature = "inbox-sqlite")),
        expect(dead_code, reason = "only the inbox stores nothing without an id")
    )]
    pub(crate) has_message_id: bool,
    pub(crate) event: Option<String>,
    /// In milliseconds since 1970.
    pub(crate) sent_at: i64,
    /// The time as the API has it.
    pub(crate) sent_at_text: String,
    pub(crate) body: String,
    /// Whether the endpoint of the API accepted it, and its status, if the API says so.
    pub(crate) accepted: Option<bool>,
    pub(crate) status: Option<String>,
}

/// The part of the description that names the lists.
#[derive(Deserialize)]
struct Described {
    delivery_history: Option<DeliveryHistory>,
}

impl History {
    pub(crate) fn find(session: &Session<'_>) -> Result<Self, CliError> {
        let described: Described = serde_json::from_str(session.app.description).map_err(|error| {
            CliError::new(Exit::Api, format!("cannot decode the description of the API: {error}"))
        })?;
        let names = described.delivery_history.ok_or_else(|| {
            CliError::usage(
                "the API has no list of the deliveries that it sent, as far as its description says",
            )
            .hint("`trigger` makes events without the API")
        })?;
        let load = |id: &str| {
            let summary = session.catalog.find_operation(id);
            let summary =
                summary.ok_or_else(|| CliError::usage(format!("the description has no operation `{id}`")))?;
            session.catalog.load(summary)
        };
        Ok(Self {
            deliveries: load(&names.deliveries)?,
            endpoints: names.endpoints.as_deref().map(load).transpose()?,
            replay: names.replay.as_deref().map(load).transpose()?,
            names,
        })
    }

    /// Whether the API can send a delivery again.
    pub(crate) fn can_replay(&self) -> bool {
        self.replay.is_some()
    }

    /// Whether deliveries are listed for an endpoint.
    fn is_of_endpoint(&self) -> bool {
        self.deliveries.operation.parameters.fields(Location::Path).iter().next().is_some()
    }

    /// The endpoints whose deliveries are listed; one without an id if the API has one list of all.
    pub(crate) async fn list_endpoints(
        &self,
        core: &Core,
        chosen: Option<&str>,
    ) -> Result<Vec<Option<String>>, CliError> {
        if !self.is_of_endpoint() {
            return match chosen {
                None => Ok(vec![None]),
                Some(_) => {
                    Err(CliError::usage("--endpoint: the API lists the deliveries to all endpoints together"))
                }
            };
        }
        if let Some(id) = chosen {
            return Ok(vec![Some(id.to_owned())]);
        }
        let list = self.endpoints.ok_or_else(|| {
            CliError::usage("the API cannot list its endpoints").hint("name one with --endpoint ID")
        })?;
        let name = self.names.endpoint_id.as_deref().unwrap_or("id");
        let mut pages = Call::new(list).pages(core, &CallSettings::default());
        let mut ids = Vec::new();
        let mut count = 0;
        while let Some(page) = pages.next().await {
            let page = page?;
            count_page(&mut count)?;
            ids.extend(page.iter().filter_map(|endpoint| endpoint.get(name)).map(|id| Some(id.to_text())));
        }
        Ok(ids)
    }

    /// The deliveries to an endpoint, newest first.
    pub(crate) fn list_deliveries(&self, core: &Core, endpoint: Option<&str>) -> DeliveryList<'_> {
        let mut call = Call::new(self.deliveries);
        let parameters = self.deliveries.operation.parameters.iter();
        let path = parameters.filter(|parameter| parameter.location == Location::Path);
        for (parameter, id) in path.zip(endpoint) {
            call.arguments.insert(parameter.request_name().to_owned(), JsonValue::string(id));
        }
        DeliveryList {
            history: self,
            endpoint: endpoint.map(str::to_owned),
            pages: call.pages(core, &CallSettings::default()),
            count: 0,
            unreadable: 0,
        }
    }

    /// Asks the API to send a delivery again, to the endpoint to which it was sent.
    pub(crate) async fn replay(
        &self,
        core: &Core,
        delivery: &Delivery,
        settings: &CallSettings,
    ) -> Result<Reply, CliError> {
        let loaded = self.replay.ok_or_else(|| {
            CliError::usage("the API cannot send a delivery again, as far as its description says")
                .hint("with --forward-to it is sent to a consumer on this machine")
        })?;
        let ids = delivery.endpoint.iter().chain(&delivery.id);
        let parameters = loaded.operation.parameters.iter();
        let mut path: Vec<&str> = parameters
            .filter(|parameter| parameter.location == Location::Path)
            .map(|parameter| parameter.request_name())
            .collect();
        // The order of the path, not that in which the description lists the parameters.
        path.sort_by_key(|name| loaded.operation.path.find(&format!("{{{name}}}")));
        let mut call = Call::new(loaded);
        call.arguments
            .extend(path.into_iter().zip(ids).map(|(name, id)| (name.to_owned(), JsonValue::string(id))));
        call.send(core, settings).await
    }

    /// Reads an item of the list; `None` if it has no time or no body.
    fn read_delivery(&self, endpoint: Option<&str>, item: &JsonValue) -> Option<Delivery> {
        let names = &self.names;
        let body = match &names.body {
            Some(name) => item.get(name).filter(|body| matches!(body, JsonValue::Object(_)))?,
            None => item,
        };
        let time = item.get(&names.sent_at)?;
        let sent_at = read_time(time)?;
        let text = |name: &Option<String>| {
            name.as_deref().and_then(|name| item.get(name)).and_then(JsonValue::as_str).map(str::to_owned)
        };
        let id = text(&names.delivery_id);
        let stated = find_pointer(body, names.message_id.as_deref().unwrap_or("/id"));
        let stated = stated.and_then(JsonValue::as_str).filter(|id| !id.is_empty());
        let hash = |parts: &[&str]| {
            let mut hash = Sha256::new();
            for part in parts {
                hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
                hash.update(part.as_bytes());
            }
            to_hex(hash.finalize().get(..12).unwrap_or_default())
        };
        let body_text = body.to_string();
        let message_id = stated
            .map_or_else(|| format!("msg_{}", hash(&[id.as_deref().unwrap_or(&body_text)])), str::to_owned);
        let key = match &id {
            Some(id) => hash(&[endpoint.unwrap_or_default(), id]),
            None => hash(&[endpoint.unwrap_or_default(), &message_id, &sent_at.to_string()]),
        };
        let event = text(&names.event).or_else(|| {
            // Payloads state the name of their event in a property, whose name the description does not tell.
            body.get("type").or_else(|| body.get("event")).and_then(JsonValue::as_str).map(str::to_owned)
        });
        let of_item = |name: &Option<String>| name.as_deref().and_then(|name| item.get(name));
        Some(Delivery {
            key,
            endpoint: endpoint.map(str::to_owned),
            id,
            message_id,
            has_message_id: stated.is_some(),
            event,
            sent_at,
            sent_at_text: time.to_text(),
            body: body_text,
            accepted: of_item(&names.accepted).map(JsonValue::is_true),
            status: of_item(&names.response_status)
                .filter(|status| **status != JsonValue::Null)
                .map(|status| clean_line(&status.to_text(), 20)),
        })
    }
}

/// A list of deliveries, read page by page.
pub(crate) struct DeliveryList<'a> {
    history: &'a History,
    endpoint: Option<String>,
    pages: Pages,
    /// How many pages were read.
    count: usize,
    /// How many items had no time or no body.
    pub(crate) unreadable: usize,
}

impl DeliveryList<'_> {
    /// The deliveries of the next page; `None` after the last one. An error after [`MAX_PAGES`] pages.
    pub(crate) async fn next(&mut self) -> Option<Result<Vec<Delivery>, CliError>> {
        let page = self.pages.next().await?;
        let items = match page.and_then(|items| count_page(&mut self.count).map(|()| items)) {
            Ok(items) => items,
            Err(error) => return Some(Err(error)),
        };
        let mut deliveries = Vec::with_capacity(items.len());
        for item in &items {
            match self.history.read_delivery(self.endpoint.as_deref(), item) {
                Some(delivery) => deliveries.push(delivery),
                None => self.unreadable += 1,
            }
        }
        Some(Ok(deliveries))
    }
}

fn count_page(count: &mut usize) -> Result<(), CliError> {
    *count += 1;
    if *count <= MAX_PAGES {
        return Ok(());
    }
    let message = format!("the list has more than {MAX_PAGES} pages; the rest was not read");
    Err(CliError::new(Exit::Api, message).hint("shorten it, such as with --since or --endpoint"))
}

/// A time in milliseconds since 1970, from an RFC 3339 text or a number of Unix seconds.
fn read_time(value: &JsonValue) -> Option<i64> {
    match value {
        JsonValue::String(text) => Some(DateTime::parse_from_rfc3339(text).ok()?.timestamp_millis()),
        JsonValue::Number(_) => value.as_number::<i64>()?.checked_mul(1000),
        _ => None,
    }
}
