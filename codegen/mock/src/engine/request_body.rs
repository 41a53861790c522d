//! Decodes the body of a request into one value: JSON, a form, or a form with files. Validation comes later.

use bytes::Bytes;
use http::{HeaderMap, header::CONTENT_TYPE};
use openapi_client_description::{
    Body, BodyContent, Description, Encoding, Fields, JsonValue, ParseError, RejectionReason, Style, Type,
    TypeDefinition,
};

use crate::engine::multipart::{Parts, parse_multipart};
use crate::engine::parameter_values::{Pair, first_names, inner_style, parse_named, parse_pairs};
use openapi_client_description::check::Violation;

/// A decoded body.
pub(crate) enum DecodedBody {
    /// There is no body.
    Empty,
    Value(JsonValue),
    /// Bytes that are not decoded.
    Raw,
}

fn content_type(headers: &HeaderMap) -> &str {
    headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// A media type without its parameters, in lower case.
fn essence(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Whether media types are the same with their parameters.
fn is_same_media_type(one: &str, other: &str) -> bool {
    let normalize = |name: &str| -> String { name.chars().filter(|char| *char != ' ').collect() };
    normalize(one).eq_ignore_ascii_case(&normalize(other))
}

/// The body of another media type than the usual one that a request has, by its `Content-Type`.
pub(crate) fn find_alternative<'b>(body: &'b Body, headers: &HeaderMap) -> Option<&'b Body> {
    let content_type = content_type(headers);
    let is_same =
        |other: &&Body| other.media_type.as_deref().is_some_and(|own| is_same_media_type(own, content_type));
    if let Some(same) = body.alternatives.iter().find(is_same) {
        return Some(same);
    }
    let media_type = essence(content_type);
    let is_named = |own: &str| essence(own) == media_type;
    let is_usual = match (body.encoding, body.media_type.as_deref()) {
        (Encoding::Json, None) => media_type == "application/json",
        (Encoding::Json, Some(own)) => is_named(own),
        (Encoding::Form, _) => media_type == "application/x-www-form-urlencoded",
        (Encoding::Multipart, _) => media_type == "multipart/form-data",
        (Encoding::JsonOrMultipart, own) => {
            is_named(own.unwrap_or("application/json")) || media_type == "multipart/form-data"
        }
        (Encoding::Raw, own) => own.is_some_and(is_named),
    };
    let matches = |other: &&Body| {
        other.media_type.as_deref().is_some_and(|range| matches_media_type(range, &media_type))
    };
    body.alternatives.iter().find(matches).filter(|_| !is_usual)
}

/// Decodes a body by its media type.
pub(crate) fn decode_body(
    description: &Description,
    body: &Body,
    headers: &HeaderMap,
    bytes: &Bytes,
) -> Result<DecodedBody, Violation> {
    let content_type = content_type(headers);
    let media_type = essence(content_type);
    if bytes.is_empty() && media_type.is_empty() {
        return Ok(DecodedBody::Empty);
    }
    let is_json =
        matches!(media_type.as_str(), "application/json" | "text/json") || media_type.ends_with("+json");
    let is_form = media_type == "application/x-www-form-urlencoded";
    let is_multipart = media_type == "multipart/form-data";
    match body.encoding {
        Encoding::Json | Encoding::JsonOrMultipart if is_json && bytes.is_empty() => Ok(DecodedBody::Empty),
        Encoding::Json | Encoding::JsonOrMultipart if is_json => decode_json(bytes).map(DecodedBody::Value),
        Encoding::Form if is_form && is_text(description, body) => {
            Ok(DecodedBody::Value(JsonValue::string(String::from_utf8_lossy(bytes).as_ref())))
        }
        Encoding::Form if is_form => {
            let fields = parse_pairs(&String::from_utf8_lossy(bytes));
            Ok(DecodedBody::Value(decode_fields(description, body, Parts { fields, files: Vec::new() })))
        }
        Encoding::Multipart | Encoding::JsonOrMultipart if is_multipart => {
            let parts = parse_multipart(content_type, bytes).map_err(|error| {
                let details = format!("the form cannot be parsed: {error}");
                Violation { reason: RejectionReason::InvalidJson, path: String::new(), details }
            })?;
            Ok(DecodedBody::Value(decode_fields(description, body, parts)))
        }
        Encoding::Raw if matches_media_type(body.media_type.as_deref().unwrap_or("*/*"), &media_type) => {
            Ok(DecodedBody::Raw)
        }
        _ => Err(wrong_media_type(body, &media_type)),
    }
}

/// Whether a media type is in a range such as `image/*`.
fn matches_media_type(range: &str, media_type: &str) -> bool {
    let range = range.split(';').next().unwrap_or_default().trim();
    match range.split_once('/') {
        Some(("*", _)) => true,
        Some((kind, "*")) => media_type.split('/').next() == Some(kind),
        _ => range.eq_ignore_ascii_case(media_type),
    }
}

fn wrong_media_type(body: &Body, media_type: &str) -> Violation {
    let expected = match body.encoding {
        Encoding::Json | Encoding::JsonOrMultipart => {
            body.media_type.as_deref().unwrap_or("application/json")
        }
        Encoding::Form => "application/x-www-form-urlencoded",
        Encoding::Multipart => "multipart/form-data",
        Encoding::Raw => body.media_type.as_deref().unwrap_or("*/*"),
    };
    let multipart = (body.encoding == Encoding::JsonOrMultipart).then_some("multipart/form-data");
    let others = body.alternatives.iter().filter_map(|other| other.media_type.as_deref());
    let expected: Vec<&str> = std::iter::once(expected).chain(multipart).chain(others).collect();
    let expected = expected.join(" or ");
    let found = if media_type.is_empty() { "none".to_owned() } else { format!("`{media_type}`") };
    let details = format!("expected the content type {expected}, found {found}");
    Violation { reason: RejectionReason::WrongMediaType, path: String::new(), details }
}

fn decode_json(bytes: &Bytes) -> Result<JsonValue, Violation> {
    let invalid =
        |path: String, details: String| Violation { reason: RejectionReason::InvalidJson, path, details };
    let root = String::new;
    let text = std::str::from_utf8(bytes).map_err(|_| invalid(root(), "not UTF-8".to_owned()))?;
    JsonValue::parse(text).map_err(|error| match error {
        ParseError::Syntax(error) => invalid(root(), format!("not JSON: {error}")),
        ParseError::TooDeep => invalid(root(), "nested too deep".to_owned()),
        ParseError::DuplicateProperty(path) => {
            invalid(path, "given twice in the same object; give it once".to_owned())
        }
    })
}

/// Whether a body is one text.
fn is_text(description: &Description, body: &Body) -> bool {
    matches!(&body.content, BodyContent::Value(ty) if *description.resolve(ty) == Type::String)
}

/// The objects that a type can be.
fn objects_of<'a>(description: &'a Description, ty: &'a Type) -> Vec<&'a Fields> {
    match description.definition(ty) {
        Some(TypeDefinition::Object(object)) => vec![&object.fields],
        Some(TypeDefinition::Union(variants)) => {
            let objects = variants.iter().filter_map(|variant| description.object(&variant.ty));
            objects.map(|object| &object.fields).collect()
        }
        _ => Vec::new(),
    }
}

/// The fields of a form, with the types that the description states.
fn decode_fields(description: &Description, body: &Body, parts: Parts) -> JsonValue {
    let Parts { fields: mut pairs, files } = parts;
    let known: Vec<&Fields> = match &body.content {
        BodyContent::Variants(variants) => variants.iter().map(|variant| &variant.object.fields).collect(),
        BodyContent::Value(ty) => objects_of(description, ty),
    };
    // A file within a field has the way to it in brackets, as other values have.
    let is_field = |file: &Pair| known.iter().any(|fields| fields.iter().any(|(name, _)| *name == file.name));
    let (nested, files): (Vec<Pair>, Vec<Pair>) =
        files.into_iter().partition(|file| file.name.ends_with(']') && !is_field(file));
    pairs.extend(nested);
    let mut decoded: Vec<(String, JsonValue)> = Vec::new();
    for (name, field) in known.into_iter().flatten() {
        if decoded.iter().any(|(other, _)| other == name) {
            continue;
        }
        let ty = description.resolve(field.ty());
        let style = field.style.unwrap_or_else(|| inner_style(description, ty));
        let value = parse_named(description, field.ty(), style, name, &mut pairs)
            // A part with JSON in a form with files.
            .or_else(|| parse_named(description, field.ty(), Style::Json, name, &mut pairs));
        if let Some(value) = value {
            decoded.push((name.clone(), value));
        }
        let mut contents = files
            .iter()
            .filter(|file| file.name == *name)
            .map(|file| JsonValue::string(&file.value))
            .peekable();
        if contents.peek().is_some() {
            let value = match ty {
                Type::List(_) => Some(JsonValue::List(contents.collect())),
                _ => contents.next(),
            };
            decoded.extend(value.map(|value| (name.clone(), value)));
        }
    }
    if let BodyContent::Value(ty) = &body.content
        && let Type::Map(inner) = description.resolve(ty)
    {
        for name in first_names(&pairs) {
            let style = inner_style(description, inner);
            let value = parse_named(description, inner, style, &name, &mut pairs);
            decoded.extend(value.map(|value| (name, value)));
        }
    }
    // Unknown fields are kept, so that validation reports them.
    let rest: Vec<Pair> = pairs.into_iter().filter(|pair| !pair.used).chain(files).collect();
    for pair in rest {
        if !decoded.iter().any(|(name, _)| *name == pair.name) {
            decoded.push((pair.name, JsonValue::String(pair.value)));
        }
    }
    JsonValue::Object(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_type_selects_the_body() {
        let body = |encoding, media_type: Option<&str>, alternatives| Body {
            encoding,
            required: true,
            media_type: media_type.map(str::to_owned),
            content: BodyContent::Value(Type::Json),
            alternatives,
        };
        let patch = body(Encoding::Json, Some("application/json-patch+json"), Vec::new());
        let any = body(Encoding::Raw, Some("*/*"), Vec::new());
        let newer = body(Encoding::Json, Some("application/json; v=2"), Vec::new());
        let usual = body(Encoding::JsonOrMultipart, Some("application/vnd.x+json; v=1"), vec![any.clone()]);
        let json = body(Encoding::Json, Some("application/json"), Vec::new());
        let beside_json = body(Encoding::Json, Some("application/vnd.x+json"), vec![json]);
        for (content_type, is_usual) in [
            ("application/json", false),
            ("application/json; charset=utf-8", false),
            ("application/vnd.x+json", true),
        ] {
            let headers = HeaderMap::from_iter([(CONTENT_TYPE, content_type.parse().unwrap())]);
            assert_eq!(find_alternative(&beside_json, &headers).is_none(), is_usual, "{content_type}");
        }
        let body = body(Encoding::Json, None, vec![patch, newer, any]);
        for (content_type, expected) in [
            ("application/json; charset=utf-8", None),
            ("application/json;v=2", Some("application/json; v=2")),
            ("Application/JSON-Patch+JSON", Some("application/json-patch+json")),
            ("text/plain", Some("*/*")),
        ] {
            let headers = HeaderMap::from_iter([(CONTENT_TYPE, content_type.parse().unwrap())]);
            let found = find_alternative(&body, &headers).and_then(|other| other.media_type.as_deref());
            assert_eq!(found, expected, "{content_type}");
        }
        for (content_type, is_usual) in [
            ("application/vnd.x+json; v=1", true),
            ("multipart/form-data; boundary=x", true),
            ("application/json", false),
        ] {
            let headers = HeaderMap::from_iter([(CONTENT_TYPE, content_type.parse().unwrap())]);
            assert_eq!(find_alternative(&usual, &headers).is_none(), is_usual, "{content_type}");
        }
    }

    #[test]
    fn media_types_match_ranges() {
        for (range, media_type) in
            [("image/png", "image/png"), ("image/*", "image/gif"), ("*/*", "text/plain")]
        {
            assert!(matches_media_type(range, media_type));
        }
        assert!(!matches_media_type("image/*", "text/plain"));
    }
}
