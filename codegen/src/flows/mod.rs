//! Finds the flows of the configuration in the model: the operations and properties that uploads, token sources, the versions
//! of events and the history of their deliveries use.

mod final_states;
mod search;
#[cfg(test)]
mod tests;
mod token_source;
mod upload;
mod webhook_history;
mod webhook_version;

use crate::config::Config;
use crate::diagnostic::Diagnostics;
use crate::ir::{Api, TypeId};
use search::Search;

/// All flows.
#[derive(Debug, Default)]
pub struct Flows {
    /// Uploads, in the order of the configuration.
    pub uploads: Vec<UploadFlow>,
    /// Token sources, in the order of the configuration.
    pub sources: Vec<TokenFlow>,
    /// States that do not change any more, in the order of the configuration.
    pub final_states: Vec<FinalStates>,
    /// The list of the deliveries that the API sent.
    pub history: Option<HistoryFlow>,
}

/// An upload.
#[derive(Debug)]
pub struct UploadFlow {
    /// The index of its entry in [`Config::uploads`].
    pub config: usize,
    /// The index in [`Api::operations`] of the operation that creates the file's record.
    pub create: usize,
    /// The index of the operation that retrieves the record.
    pub retrieve: usize,
}

/// A source of tokens.
#[derive(Debug)]
pub struct TokenFlow {
    /// The index of its entry in [`Config::token_sources`].
    pub config: usize,
    /// The index in [`Api::operations`] of the operation that creates a token.
    pub create: usize,
}

/// The states of a type that do not change any more.
#[derive(Debug)]
pub struct FinalStates {
    /// The type.
    pub ty: TypeId,
    /// The index of its field with the state.
    pub field: usize,
    /// The final values of the field.
    pub values: Vec<String>,
}

/// The list of the deliveries that the API sent, from which the inbox stores what it missed.
#[derive(Debug)]
pub struct HistoryFlow {
    /// The index in [`Api::operations`] of the list of deliveries.
    pub deliveries: usize,
    /// The index of the list of endpoints.
    pub endpoints: Option<usize>,
    /// Whether deliveries are listed for an endpoint, whose id is in the path.
    pub of_endpoint: bool,
    /// Whether the times are numbers, not texts.
    pub is_unix_time: bool,
}

/// Finds the flows. What the model does not have, or has with another type, is an error.
pub fn find_flows(api: &Api, config: &Config, diagnostics: &mut Diagnostics) -> Flows {
    let tag = |operation: usize| api.operations.get(operation).map(|operation| operation.tag);
    let mut flows = Flows::default();
    for (index, entry) in config.uploads.iter().enumerate() {
        let mut search = Search { api, table: "uploads", index: Some(index), diagnostics };
        let Some((create, retrieve)) = upload::find_operations(&mut search, entry) else { continue };
        if flows.uploads.iter().any(|other| tag(other.create) == tag(create)) {
            search.reject("a tag can have only one upload, and this is the second", &entry.create);
        }
        flows.uploads.push(UploadFlow { config: index, create, retrieve });
    }
    for (index, entry) in config.token_sources.iter().enumerate() {
        let mut search = Search { api, table: "token-sources", index: Some(index), diagnostics };
        let Some(create) = token_source::find_operation(&mut search, entry) else { continue };
        if flows.sources.iter().any(|other| tag(other.create) == tag(create)) {
            search.reject("a tag can have only one token source, and this is the second", &entry.create);
        }
        flows.sources.push(TokenFlow { config: index, create });
    }
    for (index, entry) in config.final_states.iter().enumerate() {
        let mut search = Search { api, table: "final-states", index: Some(index), diagnostics };
        let Some(states) = final_states::find_states(&mut search, entry) else { continue };
        if flows.final_states.iter().any(|other| other.ty == states.ty) {
            search.reject("a type can have only one entry of final states", &entry.operation);
        }
        flows.final_states.push(states);
    }
    if let Some(webhooks) = &config.webhooks {
        let mut search = Search { api, table: "webhooks", index: None, diagnostics };
        webhook_version::check(&mut search, webhooks);
        if let Some(history) = &webhooks.history {
            let mut search = Search { api, table: "webhooks/history", index: None, diagnostics };
            flows.history = webhook_history::find_operations(&mut search, history);
        }
    }
    flows
}
