//! Converts the named model into the description of the API that the crate's mock server reads.

mod docs;
mod operations;
mod risks;
mod rule_effects;
mod rule_search;
mod rules;
#[cfg(test)]
mod tests;
mod types;
#[cfg(test)]
mod wire_tests;

use std::collections::BTreeMap;

use openapi_client_description::{
    DeliveryHistory, Description, Docs, ErrorExample, ErrorTemplate, Event, PageFields, RejectionReason,
    Rules, TokenMinting, Upload,
};

use super::Context;
use crate::diagnostic::Diagnostics;
use types::TypeTable;

/// The description and the texts for people, unless the API has no operations.
///
/// Only the description is compiled, into the mock server: the texts would add two thirds to its size.
pub(crate) fn describe_api(cx: &Context<'_>, diagnostics: &mut Diagnostics) -> Option<(Description, Docs)> {
    if cx.api.operations.is_empty() {
        return None;
    }
    let mut description = description(cx);
    risks::classify_operations(cx.config.cli.as_ref(), &mut description, diagnostics);
    description.rules = rules::resolve_rules(&cx.config.mock, &description, diagnostics);
    Some((description, docs::docs(cx)))
}

fn description(cx: &Context<'_>) -> Description {
    let mut types = TypeTable::new(cx);
    let operations = cx.operations().map(|named| operations::operation(cx, &mut types, named)).collect();
    let events = cx.api.webhooks.iter().map(|webhook| Event {
        name: webhook.name.clone(),
        event: Some(&webhook.event).filter(|event| **event != webhook.name).cloned(),
        payload: webhook.payload.as_ref().map(|payload| types.ty(payload)),
    });
    let events = events.collect();
    Description {
        versions: cx.api.known_versions.clone(),
        rejections: rejections(cx),
        error_examples: error_examples(cx),
        pages: PageFields {
            data: cx.config.pages.data.clone(),
            info: cx.config.pages.info.clone(),
            min_size: cx.config.pages.min_size,
        },
        uploads: uploads(cx),
        token_mintings: token_mintings(cx),
        delivery_history: delivery_history(cx),
        rules: Rules::default(),
        operations,
        types: types.into_definitions(),
        events,
    }
}

/// The errors that the configuration states for invalid requests.
fn rejections(cx: &Context<'_>) -> BTreeMap<RejectionReason, ErrorTemplate> {
    let mock = &cx.config.mock;
    let templates = [
        (RejectionReason::MissingCredential, &mock.missing_credential),
        (RejectionReason::UnknownPath, &mock.unknown_path),
        (RejectionReason::WrongMethod, &mock.wrong_method),
        (RejectionReason::MissingParameter, &mock.missing_parameter),
        (RejectionReason::InvalidParameter, &mock.invalid_parameter),
        (RejectionReason::UnknownParameter, &mock.unknown_parameter),
        (RejectionReason::InvalidJson, &mock.invalid_json),
        (RejectionReason::WrongMediaType, &mock.wrong_media_type),
        (RejectionReason::NotFound, &mock.not_found),
        (RejectionReason::IdempotencyMismatch, &mock.idempotency_mismatch),
        (RejectionReason::IdempotencyKeyTooLong, &mock.idempotency_key_too_long),
        (RejectionReason::UnsupportedVersion, &mock.unsupported_version),
        (RejectionReason::RateLimited, &mock.rate_limited),
    ];
    let templates = templates.into_iter().filter_map(|(reason, template)| {
        let template = template.as_ref()?;
        let template = ErrorTemplate {
            status: template.status,
            kind: template.kind.clone(),
            code: template.code.clone(),
            message: template.message.clone(),
        };
        Some((reason, template))
    });
    templates.collect()
}

/// The document's example of an error for each status.
fn error_examples(cx: &Context<'_>) -> BTreeMap<u16, ErrorExample> {
    let Some(envelope) = &cx.api.error else { return BTreeMap::new() };
    let examples = envelope.examples.iter().map(|(status, example)| {
        let error = envelope.root.iter().try_fold(example, |value, name| value.get(name));
        let text = |name: &str| error?.get(name)?.as_str().map(str::to_owned);
        (*status, ErrorExample { kind: text("type"), code: text("code"), message: text("message") })
    });
    examples.collect()
}

/// The uploads whose storage a mock can play: the configuration has to state the status before the bytes arrive.
fn uploads(cx: &Context<'_>) -> Vec<Upload> {
    let uploads = cx.flows.uploads.iter().filter_map(|upload| cx.config.uploads.get(upload.config));
    let uploads = uploads.filter_map(|upload| {
        Some(Upload {
            create: upload.create.clone(),
            retrieve: upload.retrieve.clone(),
            id: upload.id.clone(),
            status: upload.status.clone(),
            pending: upload.pending.clone()?,
            ready: upload.ready.clone(),
            url: upload.url.clone(),
            headers: upload.headers.clone(),
            size: upload.size.clone(),
            location: upload.location.clone(),
        })
    });
    uploads.collect()
}

fn token_mintings(cx: &Context<'_>) -> Vec<TokenMinting> {
    let sources = cx.flows.sources.iter().filter_map(|source| cx.config.token_sources.get(source.config));
    let mintings = sources.map(|source| TokenMinting {
        operation: source.create.clone(),
        token: source.token.clone(),
        expires: source.expires.clone(),
        lifetime_ms: i64::try_from(source.life_ms).unwrap_or(i64::MAX),
        requested_expiry: source.asked.clone(),
    });
    mintings.collect()
}

/// Where the mock lists what it delivered. Without the URL of endpoints, it does not know whose list that is.
fn delivery_history(cx: &Context<'_>) -> Option<DeliveryHistory> {
    let flow = cx.flows.history.as_ref()?;
    let config = cx.config.webhooks.as_ref()?.history.as_ref()?;
    let knows_endpoints = config.endpoints.is_some() && config.endpoint_url.is_some();
    (knows_endpoints || !flow.of_endpoint).then(|| DeliveryHistory {
        deliveries: config.deliveries.clone(),
        endpoints: config.endpoints.clone(),
        endpoint_url: config.endpoint_url.clone(),
        sent_at: config.sent_at.clone(),
        is_unix_time: flow.is_unix_time,
        body: config.body.clone(),
        message_id: Some(config.message_id.clone()),
        delivery_id: config.delivery_id.clone(),
        endpoint_id: Some(&config.endpoint_id).filter(|id| *id != "id").cloned(),
        replay: config.replay.clone(),
        event: config.event.clone(),
        accepted: config.accepted.clone(),
        response_status: config.response_status.clone(),
    })
}
