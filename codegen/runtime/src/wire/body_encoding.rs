//! Encodes the body of a request from what its setters have set.
//!
//! There is one function per encoding, and the constant of an operation names its function: a program links only the
//! encodings of the operations that it calls.

use std::borrow::Cow;

use bytes::Bytes;
use http::HeaderValue;
use uuid::Uuid;

use crate::json::Tree;
use crate::wire::{
    body::Body,
    entry_buffer::EntryBuffer,
    field_encoding::FieldEncoding,
    file_part::{FilePart, find_file},
    form::{FormFields, encode_form, encoded_text, form_fields},
    multipart::encode_multipart,
};

/// How the body of a request is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyEncoding {
    /// The operation has no body.
    None,
    /// `application/json`
    Json,
    /// JSON of this media type, such as `application/merge-patch+json`.
    JsonAs(&'static str),
    /// `application/x-www-form-urlencoded`
    Form,
    /// `multipart/form-data` (RFC 7578)
    Multipart,
    /// JSON, or multipart if a file is set.
    JsonOrMultipart,
    /// Bytes or text of this media type, sent unchanged. A range such as `image/*` has to be replaced by the caller's type.
    Raw(&'static str),
}

/// The parts of a request body before it is encoded.
#[derive(Debug, Default)]
pub(crate) struct RequestBody {
    /// The fields of an object body, each encoded as JSON.
    pub(crate) fields: EntryBuffer,
    /// A body that is a single JSON value and has no fields.
    pub(crate) json: Option<Vec<u8>>,
    /// A body that is sent unchanged.
    pub(crate) raw: Option<Body>,
    pub(crate) files: Vec<(Cow<'static, str>, FilePart)>,
    /// The fields that may have files within them, with these files.
    pub(crate) nested_files: Vec<(Cow<'static, str>, Vec<FilePart>)>,
    /// The files within [`json`](Self::json).
    pub(crate) whole_files: Vec<FilePart>,
}

impl RequestBody {
    /// Whether nothing is set.
    pub(crate) fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.json.is_none() && self.raw.is_none() && self.files.is_empty()
    }

    /// Whether a file is set, as a field or within one.
    fn has_files(&self) -> bool {
        !self.files.is_empty()
            || !self.whole_files.is_empty()
            || self.nested_files.iter().any(|(_, files)| !files.is_empty())
    }

    /// Whether it can be sent again: it has no file and no stream.
    #[cfg(feature = "event-stream")]
    pub(crate) fn is_reusable(&self) -> bool {
        !self.has_files() && self.raw.as_ref().is_none_or(|raw| raw.as_bytes().is_some())
    }

    /// A copy without files and streams, which can be read only once.
    pub(crate) fn clone_reusable(&self) -> Self {
        Self {
            fields: self.fields.clone(),
            json: self.json.clone(),
            raw: self.raw.as_ref().and_then(Body::as_bytes).cloned().map(Body::from),
            files: Vec::new(),
            nested_files: self.nested_files.clone(),
            whole_files: self.whole_files.clone(),
        }
    }
}

/// An encoded body.
pub(crate) enum Payload {
    /// The same bytes for every attempt.
    Bytes(Bytes),
    /// A stream, until the first attempt takes it.
    Stream(Option<Body>),
}

impl Payload {
    /// Whether another attempt can send it.
    pub(crate) fn is_reusable(&self) -> bool {
        matches!(self, Self::Bytes(_))
    }

    /// The body of the next attempt.
    pub(crate) fn take(&mut self) -> Body {
        match self {
            Self::Bytes(bytes) => bytes.clone().into(),
            Self::Stream(body) => body.take().unwrap_or_default(),
        }
    }
}

impl From<Body> for Payload {
    fn from(body: Body) -> Self {
        match body.as_bytes() {
            Some(bytes) => Self::Bytes(bytes.clone()),
            None => Self::Stream(Some(body)),
        }
    }
}

/// The encoded body with its media type, or the reason why the body cannot be encoded.
pub(crate) type EncodedBody = Result<(Payload, Option<HeaderValue>), String>;

/// Encodes a body. The encoding is passed for the media type of [`BodyEncoding::Raw`].
pub(crate) type EncodeBody = fn(&mut RequestBody, BodyEncoding, &[FieldEncoding]) -> EncodedBody;

/// The function that implements an encoding.
pub(crate) const fn body_encoder(encoding: BodyEncoding) -> EncodeBody {
    match encoding {
        BodyEncoding::None => encode_optional_json,
        BodyEncoding::Json | BodyEncoding::JsonAs(_) => encode_json,
        BodyEncoding::Form => encode_urlencoded,
        BodyEncoding::Multipart => encode_with_files,
        BodyEncoding::JsonOrMultipart => encode_json_or_multipart,
        BodyEncoding::Raw(_) => encode_raw,
    }
}

fn with_media_type(bytes: Vec<u8>, media_type: &'static str) -> (Payload, Option<HeaderValue>) {
    (Payload::Bytes(bytes.into()), Some(HeaderValue::from_static(media_type)))
}

/// The options of a call can add fields to the body of an operation that has none.
fn encode_optional_json(
    body: &mut RequestBody,
    encoding: BodyEncoding,
    fields: &[FieldEncoding],
) -> EncodedBody {
    if body.fields.is_empty() {
        return Ok((Payload::Bytes(Bytes::new()), None));
    }
    encode_json(body, encoding, fields)
}

fn encode_json(body: &mut RequestBody, encoding: BodyEncoding, _: &[FieldEncoding]) -> EncodedBody {
    let media_type =
        if let BodyEncoding::JsonAs(media_type) = encoding { media_type } else { "application/json" };
    match body.json.take() {
        Some(_) if !body.fields.is_empty() => Err(
            "cannot add a field to the body: the body of this operation is not an object with named fields"
                .to_owned(),
        ),
        Some(json) => Ok(with_media_type(json, media_type)),
        None => Ok(with_media_type(std::mem::take(&mut body.fields).finish_object(), media_type)),
    }
}

fn encode_urlencoded(body: &mut RequestBody, _: BodyEncoding, fields: &[FieldEncoding]) -> EncodedBody {
    let whole = body.json.as_deref();
    let form = match encoded_text(whole)?.filter(|_| body.fields.is_empty()) {
        Some(text) => text,
        None => encode_form(&form_fields(whole, &body.fields)?, fields),
    };
    Ok(with_media_type(form, "application/x-www-form-urlencoded"))
}

fn encode_json_or_multipart(
    body: &mut RequestBody,
    encoding: BodyEncoding,
    fields: &[FieldEncoding],
) -> EncodedBody {
    if !body.has_files() {
        encode_json(body, encoding, fields)
    } else {
        encode_with_files(body, encoding, fields)
    }
}

fn encode_with_files(body: &mut RequestBody, _: BodyEncoding, fields: &[FieldEncoding]) -> EncodedBody {
    let boundary = Uuid::new_v4().simple().to_string();
    let mut values = form_fields(body.json.as_deref(), &body.fields)?;
    take_whole_files(body, &mut values);
    let files = std::mem::take(&mut body.files);
    let multipart = encode_multipart(&boundary, &values, files, &body.nested_files, fields)?;
    let media_type = HeaderValue::try_from(format!("multipart/form-data; boundary={boundary}"))
        .map_err(|error| error.to_string())?;
    Ok((multipart.into(), Some(media_type)))
}

/// Makes fields of the files that a whole body holds: those that are values of their own, and those within others.
fn take_whole_files(body: &mut RequestBody, values: &mut FormFields) {
    let found = std::mem::take(&mut body.whole_files);
    if found.is_empty() {
        return;
    }
    let file = |value: &Tree| match value {
        Tree::Text(text) => find_file(text, &found).cloned(),
        _ => None,
    };
    values.retain(|(name, value)| {
        let files: Option<Vec<FilePart>> = match value {
            Tree::Array(items) if !items.is_empty() => items.iter().map(file).collect(),
            value => file(value).map(|file| vec![file]),
        };
        match files {
            Some(files) => {
                body.files.extend(files.into_iter().map(|file| (name.clone().into(), file)));
                false
            }
            None => {
                if holds_file(value, &found) {
                    body.nested_files.push((name.clone().into(), found.clone()));
                }
                true
            }
        }
    });
}

fn holds_file(value: &Tree, files: &[FilePart]) -> bool {
    match value {
        Tree::Text(text) => find_file(text, files).is_some(),
        Tree::Array(items) => items.iter().any(|item| holds_file(item, files)),
        Tree::Object(entries) => entries.iter().any(|(_, value)| holds_file(value, files)),
    }
}

fn encode_raw(body: &mut RequestBody, encoding: BodyEncoding, fields: &[FieldEncoding]) -> EncodedBody {
    let BodyEncoding::Raw(media_type) = encoding else { return encode_json(body, encoding, fields) };
    Ok(match body.raw.take() {
        Some(raw) => (raw.into(), Some(HeaderValue::from_static(media_type))),
        None => (Payload::Bytes(Bytes::new()), None),
    })
}

/// Why a body cannot be sent under a media type: it is a range, or `multipart` without the boundary that separates its parts
/// (RFC 2046, section 5.1.1).
pub(crate) fn check_media_type(media_type: &HeaderValue) -> Result<(), String> {
    let text = String::from_utf8_lossy(media_type.as_bytes()).to_ascii_lowercase();
    let (essence, parameters) = text.split_once(';').unwrap_or((&text, ""));
    if essence.contains('*') {
        return Err(format!(
            "cannot send a body as `{essence}`, which is a range: set the media type of the body"
        ));
    }
    let has_boundary = parameters.split(';').any(|parameter| parameter.trim_start().starts_with("boundary="));
    if essence.trim_start().starts_with("multipart/") && !has_boundary {
        return Err(format!(
            "cannot send a body as `{essence}` without a boundary: set the media type with the boundary of the body, such as \
             `{essence}; boundary=…`"
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::file_part::placeholder;

    #[test]
    fn a_range_and_multipart_without_a_boundary_are_not_sent() {
        let check = |media_type: &'static str| check_media_type(&HeaderValue::from_static(media_type));
        for media_type in
            ["image/png", "text/plain; charset=utf-8", "Multipart/Related; type=a/b; Boundary=x"]
        {
            assert_eq!(check(media_type), Ok(()), "{media_type}");
        }
        for media_type in ["*/*", "image/*", "multipart/mixed", "MULTIPART/related; type=a/b"] {
            assert!(check(media_type).is_err(), "{media_type}");
        }
    }

    #[test]
    fn json_is_sent_under_its_media_type() {
        let encoding = BodyEncoding::JsonAs("application/merge-patch+json");
        let mut body = RequestBody { json: Some(b"{}".to_vec()), ..RequestBody::default() };
        let (_, media_type) = body_encoder(encoding)(&mut body, encoding, &[]).unwrap();
        assert_eq!(media_type.unwrap(), "application/merge-patch+json");
    }
    #[test]
    fn files_of_a_whole_body_become_fields() {
        let json = r#"{"a":ZERO,"b":[ONE,ZERO],"c":{"d":ONE},"e":["x"],"f":[]}"#;
        let json = json.replace("ONE", &placeholder(1)).replace("ZERO", &placeholder(0));
        let whole_files = vec![FilePart::new("0"), FilePart::new("1")];
        let mut body = RequestBody { json: Some(json.into_bytes()), whole_files, ..RequestBody::default() };
        assert!(body.has_files());
        let mut values = form_fields(body.json.as_deref(), &body.fields).unwrap();
        take_whole_files(&mut body, &mut values);
        let left: Vec<&str> = values.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(left, ["c", "e", "f"]);
        let files: Vec<&str> = body.files.iter().map(|(name, _)| &**name).collect();
        assert_eq!(files, ["a", "b", "b"]);
        let nested: Vec<&str> = body.nested_files.iter().map(|(name, _)| &**name).collect();
        assert_eq!(nested, ["c"]);
    }
}
