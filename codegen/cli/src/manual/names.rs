//! Names of the description besides those of operations, read without reading the rest.

use std::collections::BTreeMap;

use openapi_client_description::EventDocs;
use serde::{Deserialize, de::IgnoredAny};

use crate::{
    error::{CliError, Exit},
    program::App,
};

/// An event.
#[derive(Debug)]
pub(super) struct EventName {
    /// As webhooks have it.
    pub(super) name: String,
    pub(super) summary: Option<String>,
}

#[derive(Deserialize)]
struct Described {
    #[serde(default)]
    events: Vec<EventHead>,
}

#[derive(Deserialize)]
struct EventHead {
    name: String,
    #[serde(default)]
    event: Option<String>,
}

#[derive(Deserialize)]
struct Documented {
    #[serde(default)]
    events: BTreeMap<String, EventDocs>,
}

#[derive(Deserialize)]
struct Types {
    #[serde(default)]
    types: BTreeMap<String, IgnoredAny>,
}

/// The events of the API in document order.
pub(super) fn read_events(app: &App) -> Result<Vec<EventName>, CliError> {
    let described: Described = read(app.description)?;
    let mut documented: Documented = read(app.docs)?;
    let events = described.events.into_iter().map(|head| {
        let docs = documented.events.remove(&head.name).unwrap_or_default();
        EventName { name: head.event.unwrap_or(head.name), summary: docs.summary.or(docs.description) }
    });
    Ok(events.collect())
}

/// The types that have a name in the document.
pub(super) fn read_type_names(app: &App) -> Result<Vec<String>, CliError> {
    let types: Types = read(app.description)?;
    Ok(types.types.into_keys().filter(|name| !name.starts_with('~')).collect())
}

fn read<T: for<'de> Deserialize<'de>>(text: &str) -> Result<T, CliError> {
    serde_json::from_str(text)
        .map_err(|error| CliError::new(Exit::Api, format!("the description of the API is damaged: {error}")))
}
