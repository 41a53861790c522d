//! Lowers `format`, and the keywords of 3.1 that have the same meaning.

use super::context::LowerContext;
use crate::document::pointer;
use serde_json::{Map, Value};

/// Replaces formats by their standard names, and converts the content keywords into formats.
pub(super) fn lower_formats(map: &mut Map<String, Value>, cx: &mut LowerContext<'_>) {
    if let Some(Value::String(format)) = map.get_mut("format")
        && let Some(standard) = cx.options.formats.get(format.as_str())
    {
        cx.applied.insert(pointer::from_segments(["formats", format.as_str()]));
        standard.clone_into(format);
    }
    let encoding = map.shift_remove("contentEncoding");
    let media_type = map.shift_remove("contentMediaType");
    let is_string = map.get("type").is_none_or(|name| name == "string");
    if !is_string || map.contains_key("format") {
        return;
    }
    let format =
        match (encoding.as_ref().and_then(Value::as_str), media_type.as_ref().and_then(Value::as_str)) {
            (Some("base64" | "base64url"), _) => "byte",
            (Some("binary"), _) => "binary",
            (None, Some(media_type)) if !is_text(media_type) => "binary",
            _ => return,
        };
    map.insert("type".to_owned(), "string".into());
    map.insert("format".to_owned(), format.into());
    // The media type of such a part of a form.
    let media_type = media_type.filter(|name| name != "application/octet-stream");
    map.extend(media_type.map(|name| ("x-codegen-content-media-type".to_owned(), name)));
}

/// A media type without its parameters.
pub(super) fn essence(media_type: &str) -> &str {
    media_type.split(';').next().unwrap_or_default().trim()
}

/// Whether contents of this media type are text, so that a string holds them unencoded.
fn is_text(media_type: &str) -> bool {
    let essence = essence(media_type);
    essence.starts_with("text/")
        || essence.ends_with("+json")
        || essence.ends_with("+xml")
        || matches!(
            essence,
            "application/json" | "application/xml" | "application/jwt" | "application/x-www-form-urlencoded"
        )
}
