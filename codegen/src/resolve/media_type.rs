//! Classifies media types.

/// A media type without its parameters.
pub(super) fn essence(media_type: &str) -> &str {
    media_type.split(';').next().unwrap_or(media_type).trim()
}

/// Whether a media type is JSON. `*/*` counts: documents use it where they do not care, and their servers speak JSON.
pub(super) fn is_json(media_type: &str) -> bool {
    let name = essence(media_type);
    name == "application/json" || name.ends_with("+json") || name == "*/*" || name == "text/json"
}

/// Whether a media type is text that is complete once it ends: a stream of events is not.
pub(super) fn is_text(media_type: &str) -> bool {
    let name = essence(media_type);
    name.starts_with("text/") && name != "text/event-stream" || name == "application/xml"
}
