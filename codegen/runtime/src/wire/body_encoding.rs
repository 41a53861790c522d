//! Encodes the body of a request from what its setters have set.
//!
//! There is one function per encoding, and the constant of an operation names its function: a program links only the
//! encodings of the operations that it calls.

use bytes::Bytes;
use http::HeaderValue;
use uuid::Uuid;

use crate::wire::{
    body::Body,
    entry_buffer::EntryBuffer,
    multipart::{FilePart, encode_form, encode_multipart},
};

/// How the body of a request is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyEncoding {
    /// The operation has no body.
    None,
    /// `application/json`
    Json,
    /// `application/x-www-form-urlencoded`
    Form,
    /// `multipart/form-data` (RFC 7578)
    Multipart,
    /// JSON, or multipart if a file is set.
    JsonOrMultipart,
    /// Bytes or text of this media type, sent unchanged.
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
    pub(crate) files: Vec<(&'static str, FilePart)>,
}

impl RequestBody {
    /// Whether nothing is set.
    pub(crate) fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.json.is_none() && self.raw.is_none() && self.files.is_empty()
    }

    /// A copy without files and streams, which can be read only once.
    pub(crate) fn clone_reusable(&self) -> Self {
        Self {
            fields: self.fields.clone(),
            json: self.json.clone(),
            raw: self.raw.as_ref().and_then(Body::as_bytes).cloned().map(Body::from),
            files: Vec::new(),
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
pub(crate) type EncodeBody = fn(&mut RequestBody, BodyEncoding) -> EncodedBody;

/// The function that implements an encoding.
pub(crate) const fn body_encoder(encoding: BodyEncoding) -> EncodeBody {
    match encoding {
        BodyEncoding::None => encode_optional_json,
        BodyEncoding::Json => encode_json,
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
fn encode_optional_json(body: &mut RequestBody, encoding: BodyEncoding) -> EncodedBody {
    if body.fields.is_empty() {
        return Ok((Payload::Bytes(Bytes::new()), None));
    }
    encode_json(body, encoding)
}

fn encode_json(body: &mut RequestBody, _: BodyEncoding) -> EncodedBody {
    match body.json.take() {
        Some(_) if !body.fields.is_empty() => Err(
            "cannot add a field to the body: the body of this operation is not an object with named fields"
                .to_owned(),
        ),
        Some(json) => Ok(with_media_type(json, "application/json")),
        None => Ok(with_media_type(std::mem::take(&mut body.fields).finish_object(), "application/json")),
    }
}

fn encode_urlencoded(body: &mut RequestBody, _: BodyEncoding) -> EncodedBody {
    encode_form(body.fields.values()).map(|form| with_media_type(form, "application/x-www-form-urlencoded"))
}

fn encode_json_or_multipart(body: &mut RequestBody, encoding: BodyEncoding) -> EncodedBody {
    if body.files.is_empty() { encode_json(body, encoding) } else { encode_with_files(body, encoding) }
}

fn encode_with_files(body: &mut RequestBody, _: BodyEncoding) -> EncodedBody {
    let boundary = Uuid::new_v4().simple().to_string();
    let files = std::mem::take(&mut body.files);
    let multipart = encode_multipart(&boundary, body.fields.values(), files)?;
    let media_type = HeaderValue::try_from(format!("multipart/form-data; boundary={boundary}"))
        .map_err(|error| error.to_string())?;
    Ok((multipart.into(), Some(media_type)))
}

fn encode_raw(body: &mut RequestBody, encoding: BodyEncoding) -> EncodedBody {
    let BodyEncoding::Raw(media_type) = encoding else { return encode_json(body, encoding) };
    Ok(match body.raw.take() {
        Some(raw) => (raw.into(), Some(HeaderValue::from_static(media_type))),
        None => (Payload::Bytes(Bytes::new()), None),
    })
}
