//! Finds the list of past deliveries and that of endpoints, and checks the properties of their items.

use super::HistoryFlow;
use super::search::{Search, is_text, shape_of};
use crate::config::WebhookHistory;
use crate::ir::{Field, Operation, ParameterLocation, Shape, TypeRef};

/// The operations of the history.
pub(super) fn find_operations(search: &mut Search<'_>, config: &WebhookHistory) -> Option<HistoryFlow> {
    let (deliveries, list) = search.find_operation("deliveries", &config.deliveries)?;
    let endpoint = find_endpoint_parameter(search, list)?;
    let items = search.find_items(list)?;
    let kind = "a date-time, a string or an integer";
    let sent_at = search.find_property(items, ("sent-at", &config.sent_at), kind, is_time)?;
    if let Some(name) = &config.body {
        let api = search.api;
        let is_body = |ty: &TypeRef| is_object(ty) || matches!(shape_of(api, ty), Some(Shape::Object(_)));
        search.find_property(items, ("body", name), "an object or any JSON", is_body)?;
    }
    let is_number = |ty: &TypeRef| matches!(ty, TypeRef::Integer | TypeRef::Unsigned | TypeRef::Decimal);
    let is_flag = |ty: &TypeRef| *ty == TypeRef::Boolean;
    for (key, name, kind, is_kind) in [
        ("delivery-id", &config.delivery_id, "a string", &is_text as &dyn Fn(&TypeRef) -> bool),
        ("event", &config.event, "a string", &is_text),
        ("accepted", &config.accepted, "a boolean", &is_flag),
        ("response-status", &config.response_status, "a number", &is_number),
    ] {
        if let Some(name) = name {
            search.find_property(items, (key, name), kind, is_kind)?;
        }
    }
    let endpoints = match &config.endpoints {
        Some(id) => Some(find_endpoints(search, config, (id, endpoint))?),
        None => None,
    };
    if let Some(id) = &config.replay {
        check_replay(search, id, endpoint.is_some())?;
    }
    Some(HistoryFlow {
        deliveries,
        endpoints,
        of_endpoint: endpoint.is_some(),
        is_unix_time: matches!(sent_at.ty.split_null().0, TypeRef::Integer | TypeRef::Unsigned),
    })
}

/// The parameter with the id of the endpoint: the only one of the path. A list that has none is that of all endpoints.
#[allow(clippy::option_option, reason = "`None` is an error that was reported")]
fn find_endpoint_parameter<'a>(search: &mut Search<'a>, list: &'a Operation) -> Option<Option<&'a Field>> {
    if !search.check_parameters(list, Some(ParameterLocation::Path)) {
        return None;
    }
    let path = list.parameters.iter().filter(|parameter| parameter.location == ParameterLocation::Path);
    let path: Vec<&Field> = path.map(|parameter| &parameter.field).collect();
    match path.as_slice() {
        [] => Some(None),
        [only] if is_text(&only.ty) => Some(Some(only)),
        _ => {
            let message = format!(
                "the path of `{}` needs one parameter, a string with the id of an endpoint, or none",
                list.id
            );
            search.reject(&message, &list.id);
            None
        }
    }
}

/// Checks that nothing but the ids of the endpoint and of the delivery is needed to send a delivery again.
fn check_replay(search: &mut Search<'_>, id: &str, of_endpoint: bool) -> Option<()> {
    let (_, replay) = search.find_operation("replay", id)?;
    if !search.check_parameters(replay, Some(ParameterLocation::Path)) {
        return None;
    }
    let path = replay.parameters.iter().filter(|parameter| parameter.location == ParameterLocation::Path);
    let path: Vec<&Field> = path.map(|parameter| &parameter.field).collect();
    let expected = if of_endpoint {
        "two parameters, strings with the ids of an endpoint and of a delivery"
    } else {
        "one parameter, a string with the id of a delivery"
    };
    if path.len() != 1 + usize::from(of_endpoint) || !path.iter().all(|field| is_text(&field.ty)) {
        search.reject(&format!("the path of `{}` needs {expected}", replay.id), &replay.id);
        return None;
    }
    let body = replay.body.as_ref();
    let needs_body = body.filter(|body| body.required).is_some_and(|body| {
        body.whole.is_some()
            || body.variants.iter().all(|variant| variant.fields.iter().any(|field| field.required))
    });
    if needs_body {
        search.reject(&format!("`{}` requires a body, which a flow cannot set", replay.id), &replay.id);
        return None;
    }
    Some(())
}

fn find_endpoints(
    search: &mut Search<'_>,
    config: &WebhookHistory,
    (id, endpoint): (&str, Option<&Field>),
) -> Option<usize> {
    let (index, list) = search.find_operation("endpoints", id)?;
    if endpoint.is_none() {
        let message = format!(
            "`endpoints` lists endpoints, but the path of `{}` has no parameter for the id of one",
            config.deliveries
        );
        search.reject_value("endpoints", message, "delete `endpoints` in the table `[webhooks.history]`");
        return None;
    }
    if !search.check_parameters(list, None) {
        return None;
    }
    let items = search.find_items(list)?;
    search.find_property(items, ("endpoint-id", &config.endpoint_id), "a string", is_text)?;
    if let Some(url) = &config.endpoint_url {
        search.find_property(items, ("endpoint-url", url), "a string", is_text)?;
    }
    Some(index)
}

fn is_time(ty: &TypeRef) -> bool {
    is_text(ty) || matches!(ty, TypeRef::DateTime | TypeRef::Integer | TypeRef::Unsigned)
}

/// Whether values of a type are JSON objects with any properties, or any JSON.
fn is_object(ty: &TypeRef) -> bool {
    matches!(ty, TypeRef::Json | TypeRef::JsonObject | TypeRef::Map(_))
}
