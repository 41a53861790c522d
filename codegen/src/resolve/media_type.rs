//! Decides what media types become: the tables of requests and of responses.
//!
//! | family | request | response |
//! |---|---|---|
//! | JSON: `application/json`, `text/json`, `…+json` | JSON | a value |
//! | events: `text/event-stream` | bytes | a stream of events |
//! | lines: `application/x-ndjson`, `application/jsonl`, `application/json-seq` | bytes | a stream of values |
//! | `application/x-www-form-urlencoded` | a form | text |
//! | `multipart/form-data` | a form | bytes |
//! | `multipart/…` | bytes, whose type with the boundary the caller gives | bytes |
//! | text: `text/…`, XML, YAML and other source text | bytes | text, or bytes by `format: binary` |
//! | others: `application/pdf`, `image/png` | bytes | bytes |
//!
//! A range is what its schema is: an object, list, number or boolean is JSON, a string is text, `format: binary` and no schema are
//! bytes. In a request, the caller gives the type of text and bytes.
//!
//! Of several types of a request, one has the setters, and each other one with another schema has a method; `request_media.rs` also
//! decides under which names they are sent. Of several types of a response, `send` decodes one (`success.rs`), and each other one
//! has a method (`alternatives.rs`). The configuration may choose the first (`chosen_media.rs`).

use openapiv3::{AnySchema, MediaType, Schema, SchemaKind, StringFormat, Type, VariantOrUnknownOrEmpty};

use super::Resolver;

/// A media type without its parameters, in lower case (RFC 9110, section 8.3.1).
pub(super) fn essence(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or(media_type).trim().to_ascii_lowercase()
}

/// What media types have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    Json,
    Events,
    Lines,
    Form,
    FormData,
    Multipart,
    Text,
    Bytes,
    /// A range, such as `*/*`.
    Range,
}

/// The family of a media type.
pub(super) fn family(media_type: &str) -> Family {
    let name = essence(media_type);
    let (kind, subtype) = name.split_once('/').unwrap_or((&name, ""));
    match (kind, subtype) {
        ("text", "event-stream") => Family::Events,
        (
            "application" | "text",
            "x-ndjson" | "ndjson" | "jsonl" | "x-jsonl" | "jsonlines" | "x-jsonlines",
        )
        | ("application", "json-lines" | "json-seq" | "stream+json" | "x-json-stream") => Family::Lines,
        _ if subtype.ends_with("+json-seq") => Family::Lines,
        ("application" | "text", "json") => Family::Json,
        _ if subtype.ends_with("+json") => Family::Json,
        ("application", "x-www-form-urlencoded") => Family::Form,
        ("multipart", "form-data") => Family::FormData,
        ("multipart", _) => Family::Multipart,
        _ if name.contains('*') => Family::Range,
        ("text", _)
        | ("application", "xml" | "yaml" | "x-yaml" | "javascript" | "graphql" | "sql" | "toml") => {
            Family::Text
        }
        _ if subtype.ends_with("+xml") || subtype.ends_with("+yaml") => Family::Text,
        _ => Family::Bytes,
    }
}

/// What the schema of a body describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// There is no schema, or an empty one.
    Unknown,
    /// `format: binary`
    Bytes,
    /// A string.
    Text,
    /// Any other value.
    Value,
}

/// What a response body is decoded into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ResponseKind {
    Json,
    Events,
    Lines,
    Text,
    Bytes,
}

/// What a response of this media type and with this schema is decoded into.
pub(super) fn response_kind(media_type: &str, content: Content) -> ResponseKind {
    match (family(media_type), content) {
        (Family::Json, _) => ResponseKind::Json,
        (Family::Events, _) => ResponseKind::Events,
        (Family::Lines, _) => ResponseKind::Lines,
        (Family::Text, Content::Bytes) => ResponseKind::Bytes,
        (Family::Text | Family::Form, _) => ResponseKind::Text,
        (Family::FormData | Family::Multipart | Family::Bytes, _) => ResponseKind::Bytes,
        (Family::Range, _) => match (range_of(media_type), content) {
            (Range::Text, Content::Text | Content::Unknown | Content::Value) => ResponseKind::Text,
            (Range::Any, Content::Text) => ResponseKind::Text,
            (Range::Any, Content::Value) => ResponseKind::Json,
            _ => ResponseKind::Bytes,
        },
    }
}

/// How a request body is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RequestKind {
    Json,
    Form,
    FormData,
    /// As it is.
    Raw,
}

/// How a request body of this media type and with this schema is encoded.
pub(super) fn request_kind(media_type: &str, content: Content) -> RequestKind {
    match (family(media_type), content) {
        (Family::Json, _) => RequestKind::Json,
        (Family::Form, _) => RequestKind::Form,
        (Family::FormData, _) => RequestKind::FormData,
        (Family::Range, Content::Value) if range_of(media_type) == Range::Any => RequestKind::Json,
        _ => RequestKind::Raw,
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Range {
    /// `*/*` or `application/*`
    Any,
    /// `text/*`
    Text,
    /// A range such as `image/*`.
    Bytes,
}

fn range_of(media_type: &str) -> Range {
    match essence(media_type).split('/').next() {
        Some("*" | "application") => Range::Any,
        Some("text") => Range::Text,
        _ => Range::Bytes,
    }
}

/// Whether a media type can be the value of a header. Others are left out.
pub(super) fn is_sendable(media_type: &str) -> bool {
    media_type.contains('/') && media_type.bytes().all(|byte| (0x20..0x7f).contains(&byte))
}

/// The `Accept` of a response that is decoded into this kind, from the media types that the document offers. None for the default,
/// `application/json`.
pub(super) fn accept(kind: ResponseKind, offered: &[&str]) -> Option<String> {
    let mut types: Vec<String> = Vec::new();
    for name in offered.iter().filter(|name| is_sendable(name)) {
        let name = without_charset(name);
        let is_range = family(&name) == Family::Range || essence(&name) == "application/*+json";
        match (kind, is_range) {
            // The client decodes nothing but JSON.
            (ResponseKind::Json, true) => types.push("application/json".to_owned()),
            (ResponseKind::Text, true) if range_of(&name) == Range::Any => {
                types.extend(["text/plain".to_owned(), format!("{name};q=0.8")]);
            }
            _ => types.push(name),
        }
    }
    // What every server speaks comes first.
    types.sort_by_key(|name| essence(name) != "application/json" || name.contains(';'));
    let mut seen = Vec::new();
    types.retain(|name| {
        let name = name.to_ascii_lowercase();
        let is_new = !seen.contains(&name);
        seen.push(name);
        is_new
    });
    let text = types.join(", ");
    match kind {
        _ if text == "application/json" => None,
        ResponseKind::Json if text.is_empty() => None,
        _ if text.is_empty() => Some("*/*".to_owned()),
        _ => Some(text),
    }
}

/// A media type without the parameter `charset`, which some servers compare.
pub(super) fn without_charset(media_type: &str) -> String {
    let parts = split_parameters(media_type).into_iter();
    parts.filter(|part| charset_of(part).is_none()).collect::<Vec<_>>().join("; ")
}

/// A media type without a `charset` other than UTF-8, which is how text is sent.
pub(super) fn with_charset_sent(media_type: &str) -> String {
    let is_other = |part: &str| {
        charset_of(part).is_some_and(|charset| !["utf-8", "utf8"].contains(&&*charset.to_ascii_lowercase()))
    };
    match split_parameters(media_type).into_iter().any(is_other) {
        true => without_charset(media_type),
        false => media_type.trim().to_owned(),
    }
}

/// Whether media types are the same with their parameters.
pub(super) fn is_same_media_type(one: &str, other: &str) -> bool {
    let normalize = |name: &str| name.replace(' ', "").to_ascii_lowercase();
    normalize(one) == normalize(other)
}

/// The parts of a media type between semicolons that no quotes surround: its name and its parameters.
fn split_parameters(media_type: &str) -> Vec<&str> {
    let mut is_quoted = false;
    let parts = media_type.split(|char| {
        is_quoted ^= char == '"';
        char == ';' && !is_quoted
    });
    parts.map(str::trim).collect()
}

/// The character set that a parameter of a media type names.
fn charset_of(parameter: &str) -> Option<&str> {
    let (key, value) = parameter.split_once('=')?;
    key.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches('"'))
}

/// The media type of a raw body that may have any of these: the type itself, or the range of several, which the caller
/// replaces.
pub(super) fn common_type(types: &[&str]) -> String {
    let kind = |name: &str| essence(name).split('/').next().unwrap_or_default().to_owned();
    let sendable: Vec<&str> = types.iter().copied().filter(|name| is_sendable(name)).collect();
    match sendable.as_slice() {
        [] => "*/*".to_owned(),
        [only] => (*only).to_owned(),
        [first, rest @ ..] if rest.iter().all(|name| kind(name) == kind(first)) => {
            format!("{}/*", kind(first))
        }
        _ => "*/*".to_owned(),
    }
}

impl<'a> Resolver<'a> {
    /// What the schema of a media type describes. A schema that is made of others describes what they all do, else a value.
    pub(super) fn content<'b>(&self, media: &'b MediaType) -> Content
    where
        'a: 'b,
    {
        let Some(schema) = &media.schema else { return Content::Unknown };
        let mut contents = self.flatten_schema(schema).into_iter().filter_map(own_content);
        let first = contents.next().unwrap_or(Content::Value);
        if contents.all(|other| other == first) { first } else { Content::Value }
    }
}

/// What a schema describes by itself; none if others describe it.
fn own_content(schema: &Schema) -> Option<Content> {
    match &schema.schema_kind {
        SchemaKind::Type(Type::String(string)) => match &string.format {
            VariantOrUnknownOrEmpty::Item(StringFormat::Binary) => Some(Content::Bytes),
            _ => Some(Content::Text),
        },
        SchemaKind::Any(any) if *any == AnySchema::default() => Some(Content::Unknown),
        SchemaKind::AllOf { .. } | SchemaKind::AnyOf { .. } | SchemaKind::OneOf { .. } => None,
        _ => Some(Content::Value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families() {
        for (family_of, names) in [
            (
                Family::Json,
                &[
                    "Application/JSON; charset=utf-8",
                    "text/json",
                    "application/problem+JSON",
                    "application/*+json",
                ] as &[&str],
            ),
            (Family::Events, &["text/event-stream", "TEXT/Event-Stream;charset=utf-8"]),
            (
                Family::Lines,
                &[
                    "application/x-ndjson",
                    "application/jsonl",
                    "application/json-seq",
                    "application/geo+json-seq",
                ],
            ),
            (Family::Form, &["application/x-www-form-urlencoded; charset=utf-8"]),
            (Family::FormData, &["Multipart/Form-Data"]),
            (Family::Multipart, &["multipart/related", "multipart/mixed; boundary=x", "multipart/*"]),
            (
                Family::Text,
                &["text/plain", "TEXT/CSV", "application/xml", "image/svg+xml", "application/yaml"],
            ),
            (Family::Bytes, &["application/pdf", "image/png", "application/octet-stream", "json", ""]),
            (Family::Range, &["*/*", "image/*", "text/*", "*/*; q=0.1", "*"]),
        ] {
            for name in names {
                assert_eq!(family(name), family_of, "{name}");
            }
        }
    }

    #[test]
    fn the_schema_decides_what_a_range_is() {
        use Content::{Bytes, Text, Unknown, Value};
        for (name, expected) in [
            ("*/*", [ResponseKind::Bytes, ResponseKind::Bytes, ResponseKind::Text, ResponseKind::Json]),
            (
                "application/*",
                [ResponseKind::Bytes, ResponseKind::Bytes, ResponseKind::Text, ResponseKind::Json],
            ),
            ("text/*", [ResponseKind::Text, ResponseKind::Bytes, ResponseKind::Text, ResponseKind::Text]),
            ("image/*", [ResponseKind::Bytes; 4]),
            ("text/csv", [ResponseKind::Text, ResponseKind::Bytes, ResponseKind::Text, ResponseKind::Text]),
            ("application/pdf", [ResponseKind::Bytes; 4]),
            ("application/json", [ResponseKind::Json; 4]),
            ("text/event-stream", [ResponseKind::Events; 4]),
            ("application/jsonl", [ResponseKind::Lines; 4]),
        ] {
            assert_eq!(
                [Unknown, Bytes, Text, Value].map(|content| response_kind(name, content)),
                expected,
                "{name}"
            );
        }
        for (name, expected) in [
            ("*/*", [RequestKind::Raw, RequestKind::Raw, RequestKind::Raw, RequestKind::Json]),
            ("image/*", [RequestKind::Raw; 4]),
            ("text/*", [RequestKind::Raw; 4]),
            ("application/vnd.x+json", [RequestKind::Json; 4]),
            ("multipart/form-data", [RequestKind::FormData; 4]),
            ("multipart/related", [RequestKind::Raw; 4]),
            ("application/xml", [RequestKind::Raw; 4]),
        ] {
            assert_eq!(
                [Unknown, Bytes, Text, Value].map(|content| request_kind(name, content)),
                expected,
                "{name}"
            );
        }
    }

    #[test]
    fn accept_names_what_the_document_offers() {
        for (kind, offered, expected) in [
            (ResponseKind::Json, &["application/json"] as &[&str], None),
            (ResponseKind::Json, &["Application/JSON; charset=utf-8"], Some("Application/JSON")),
            (ResponseKind::Json, &["*/*"], None),
            (ResponseKind::Json, &["application/vnd.x+json; v=1"], Some("application/vnd.x+json; v=1")),
            (
                ResponseKind::Json,
                &["text/json", "application/json", "application/*+json"],
                Some("application/json, text/json"),
            ),
            (ResponseKind::Text, &["*/*"], Some("text/plain, */*;q=0.8")),
            (ResponseKind::Bytes, &["image/*"], Some("image/*")),
            (
                ResponseKind::Bytes,
                &["application/pdf", "application/json"],
                Some("application/json, application/pdf"),
            ),
            (ResponseKind::Bytes, &["bad\ntype/x"], Some("*/*")),
        ] {
            assert_eq!(accept(kind, offered).as_deref(), expected, "{offered:?}");
        }
    }

    #[test]
    fn text_is_sent_as_utf_8() {
        for (name, expected) in [
            ("text/plain; charset=iso-8859-1", "text/plain"),
            ("text/plain ; Charset = \"latin1\" ; v=2", "text/plain; v=2"),
            ("text/plain;charset=UTF-8", "text/plain;charset=UTF-8"),
            (" text/csv; header=present", "text/csv; header=present"),
            ("text/x; note=\"a;charset=b\"; charset=latin1", "text/x; note=\"a;charset=b\""),
        ] {
            assert_eq!(with_charset_sent(name), expected);
        }
        assert_eq!(without_charset("text/plain; charset = utf-8"), "text/plain");
    }

    #[test]
    fn several_types_have_a_range() {
        assert_eq!(common_type(&["image/png"]), "image/png");
        assert_eq!(common_type(&["image/png", "Image/jpeg"]), "image/*");
        assert_eq!(common_type(&["image/png", "application/pdf"]), "*/*");
        assert_eq!(common_type(&["größe/x"]), "*/*");
    }
}
