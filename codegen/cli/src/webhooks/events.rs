//! The events of the API, and those that a name or a pattern selects.

use std::collections::BTreeMap;

use openapi_client_description::{Event, EventDocs, matches_pattern};
use serde::Deserialize;

use crate::{
    catalog::find_nearest,
    error::{CliError, Exit},
    output::escape_line,
    program::App,
};

/// The events of an API with their texts.
pub(super) struct EventList {
    events: Vec<Event>,
    docs: BTreeMap<String, EventDocs>,
}

/// The part of the description that is about events: reading only this takes a fraction of the time.
#[derive(Deserialize)]
struct DescribedEvents {
    #[serde(default)]
    events: Vec<Event>,
}

#[derive(Deserialize)]
struct DocumentedEvents {
    #[serde(default)]
    events: BTreeMap<String, EventDocs>,
}

impl EventList {
    pub(super) fn read(app: &App) -> Result<Self, CliError> {
        let broken = |error: serde_json::Error| {
            CliError::new(Exit::Api, format!("cannot decode the description of the API: {error}"))
        };
        let DescribedEvents { events } = serde_json::from_str(app.description).map_err(broken)?;
        let DocumentedEvents { events: docs } = serde_json::from_str(app.docs).map_err(broken)?;
        Ok(Self { events, docs })
    }

    /// The names as deliveries have them.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.events.iter().map(|event| event.event.as_ref().unwrap_or(&event.name).as_str())
    }

    /// A line for each event: its name, and its summary if it has one. Nothing in it controls a terminal.
    pub(super) fn describe(&self) -> Vec<String> {
        let names: Vec<_> = self.names().map(escape_line).collect();
        let width = names.iter().map(|name| name.chars().count()).max().unwrap_or_default();
        let lines = self.events.iter().zip(names).map(|(event, name)| {
            let docs = self.docs.get(&event.name);
            let text = docs.and_then(|docs| docs.summary.as_deref().or(docs.description.as_deref()));
            let text = escape_line(text.and_then(|text| text.lines().next()).unwrap_or_default());
            format!("{name:width$}  {text}").trim_end().to_owned()
        });
        lines.collect()
    }

    /// The names that a name or a pattern such as `payment.*` selects.
    pub(super) fn select(&self, pattern: &str) -> Result<Vec<&str>, CliError> {
        let found: Vec<&str> = self.names().filter(|name| matches_pattern(pattern, name)).collect();
        if !found.is_empty() {
            return Ok(found);
        }
        let shown = crate::text::clean_line(pattern, 80);
        let error = CliError::usage(format!("the API has no event `{shown}`"));
        // `payments.*` is near to the names up to the dot of all events.
        let (family, tail) = pattern.split_once('.').unwrap_or((pattern, ""));
        let families = || self.names().filter_map(|name| Some(name.split_once('.')?.0));
        let near = find_nearest(pattern, self.names()).map(str::to_owned).or_else(|| {
            let family = find_nearest(family, families())?;
            Some(format!("{family}.{}", if tail.is_empty() || !tail.contains('*') { "*" } else { tail }))
        });
        Err(match near {
            Some(near) => error.hint(format!("did you mean `{near}`? `trigger --list` prints all events")),
            None => error.hint("`trigger --list` prints all events"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_the_document_control_no_terminal() {
        let name = "order.\u{9b}2J";
        let event = Event { name: name.to_owned(), event: None, payload: None };
        let docs = EventDocs { summary: Some("Paid\u{202e}\u{1b}[2J".to_owned()), description: None };
        let list = EventList { events: vec![event], docs: BTreeMap::from([(name.to_owned(), docs)]) };
        assert_eq!(list.describe(), ["order.\\u{9b}2J  Paid\\u{202e}\\u{1b}[2J"]);
    }
}
