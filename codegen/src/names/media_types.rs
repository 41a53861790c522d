//! Names the methods that are for one media type: `accept_csv` of responses, `body_json_patch` of requests.

use super::scope::Scope;
use crate::ident::snake_case;
use crate::ir::{Operation, Success};

/// The methods that request other media types: `accept_csv`, or `accept_events` for a stream of events.
pub(super) fn name_alternatives(operation: &Operation) -> Vec<String> {
    let mut scope = Scope::default();
    let names = operation.alternatives.iter().map(|alternative| {
        let (kind, subtype) = split(&alternative.media_type);
        let short = match &alternative.success {
            Success::Events { .. } => "events",
            Success::Lines(_) => "lines",
            _ => short_subtype(kind, subtype),
        };
        let names = [format!("accept {short}"), format!("accept {kind} {short}")];
        scope.first_free(&names.map(|name| snake_case(&name)), &operation.pointer)
    });
    names.collect()
}

/// The methods that set a body of another media type: `body_form`, `body_json_patch`.
pub(super) fn name_bodies(operation: &Operation) -> Vec<String> {
    let mut scope = Scope::default();
    let bodies = operation.body.iter().flat_map(|body| &body.alternatives);
    let names = bodies.map(|other| {
        let (kind, subtype) = split(&other.media_type);
        let (short, whole) = (short_media_type(&other.media_type), short_subtype(kind, subtype));
        let names = [format!("body {short}"), format!("body {whole}"), format!("body {kind} {whole}")];
        scope.first_free(&names.map(|name| snake_case(&name)), &operation.pointer)
    });
    names.collect()
}

/// The short name of the media type of a request: `form`, `json_patch`.
pub(super) fn short_media_type(media_type: &str) -> String {
    match split(media_type) {
        (_, "x-www-form-urlencoded") => "form".to_owned(),
        ("multipart", "form-data") => "multipart".to_owned(),
        (kind, subtype) => {
            let short = short_subtype(kind, subtype);
            let short = short.strip_suffix("+json").filter(|name| *name != "*").unwrap_or(short);
            short.to_owned()
        }
    }
}

/// The two parts of a media type, without its parameters.
fn split(media_type: &str) -> (&str, &str) {
    let essence = media_type.split(';').next().unwrap_or_default();
    let (kind, subtype) = essence.split_once('/').unwrap_or((essence, ""));
    (kind, subtype.trim())
}

fn short_subtype<'t>(kind: &'t str, subtype: &'t str) -> &'t str {
    match subtype {
        "plain" => "text",
        "octet-stream" => "bytes",
        "*" if kind == "*" => "any",
        "*" => kind,
        subtype => subtype.strip_prefix("x-").unwrap_or(subtype),
    }
}
