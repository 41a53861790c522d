//! The media types that the configuration chooses for single operations.

use openapiv3::{Operation as Source, ReferenceOr};

use super::Resolver;
use super::media_type::essence;
use super::success::documented_results;
use crate::config::{MediaTypes, dead_entry, keys_of_operation};
use crate::document::pointer;

/// The media types that the configuration chooses for an operation, which offers them.
#[derive(Clone, Copy, Default)]
pub(super) struct ChosenMedia<'a> {
    pub(super) request: Option<&'a str>,
    pub(super) response: Option<&'a str>,
}

impl<'a> Resolver<'a> {
    /// The media types that the configuration chooses for the operation with this id and call (`GET /path`).
    pub(super) fn choose_media_types(&mut self, source: &'a Source, id: &str, call: &str) -> ChosenMedia<'a> {
        let table = &self.config.media_types;
        let mut chosen = ChosenMedia::default();
        if table.is_empty() {
            return chosen;
        }
        let body = source.request_body.as_ref().and_then(ReferenceOr::as_item);
        let requests: Vec<&str> =
            body.iter().flat_map(|body| body.content.keys().map(String::as_str)).collect();
        let results = documented_results(source).into_iter();
        let responses: Vec<&str> =
            results.flat_map(|(_, response)| response.content.keys().map(String::as_str)).collect();
        for key in keys_of_operation(table, id, call) {
            let Some(MediaTypes { request, response }) = table.get(key) else { continue };
            let (of_requests, of_responses) = self.offered_media.entry(key).or_default();
            of_requests.extend(&requests);
            of_responses.extend(&responses);
            chosen.request = chosen.request.or(request.as_deref().filter(|name| is_among(name, &requests)));
            chosen.response =
                chosen.response.or(response.as_deref().filter(|name| is_among(name, &responses)));
        }
        chosen
    }

    /// Reports the configured media types that no operation offers.
    pub(super) fn report_unmet_media_types(&mut self) {
        for (key, MediaTypes { request, response }) in &self.config.media_types {
            let at = pointer::from_segments(["media-types", key]);
            let Some((of_requests, of_responses)) = self.offered_media.get(key.as_str()) else {
                let message = format!("no operation is called `{key}`");
                self.diagnostics.push_misfit(dead_entry(at, message));
                continue;
            };
            if request.is_none() && response.is_none() {
                let message = format!("the entry of `{key}` chooses no media type");
                self.diagnostics.push_misfit(dead_entry(at.as_str(), message));
            }
            let places = [("request", request, of_requests), ("response", response, of_responses)];
            for (word, wanted, offered) in places {
                let Some(wanted) = wanted.as_ref().filter(|wanted| !is_among(wanted, offered)) else {
                    continue;
                };
                let offered: Vec<String> = offered.iter().map(|name| format!("`{name}`")).collect();
                let found = match offered.is_empty() {
                    true => "no media type is described there".to_owned(),
                    false => format!("it offers {}", offered.join(", ")),
                };
                let message = format!("`{key}` does not offer `{wanted}` as its {word}: {found}");
                self.diagnostics.push_misfit(dead_entry(format!("{at}/{word}"), message));
            }
        }
    }
}

/// Whether a media type is one of several, whatever their case and parameters are.
fn is_among<'n>(wanted: &str, names: impl IntoIterator<Item = &'n &'n str>) -> bool {
    let wanted = essence(wanted);
    names.into_iter().any(|name| essence(name) == wanted)
}
