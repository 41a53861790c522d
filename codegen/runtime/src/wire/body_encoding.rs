//! Encodes the body of a request from what its setters have set.
//!
//! There is one function per encoding, and the constant of an operation names its function: a program links only the
//! encodings of the operations that it calls.

use bytes::Bytes;
use http::HeaderValue;
use uuid::Uuid;

use crate::wire::{
    body::Body,
    field_encoding::FieldEncoding,
    form::{encode_form, encoded_text, form_fields},
    multipart::encode_multipart,
    request_body::RequestBody,
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
    /// `application/json`, or multipart if a file is set.
    JsonOrMultipart,
    /// JSON of this media type, or multipart if a file is set.
    JsonAsOrMultipart(&'static str),
    /// Bytes or text of this media type, sent unchanged. A range such as `image/*` has to be replaced by the caller's type.
    Raw(&'static str),
}

impl BodyEncoding {
    /// The media type, for messages.
    pub(crate) fn describe(self) -> String {
        match self {
            Self::None => "a body of no media type".to_owned(),
            Self::JsonOrMultipart => format!("`{JSON}` or `{MULTIPART}`"),
            Self::JsonAsOrMultipart(media_type) => format!("`{media_type}` or `{MULTIPART}`"),
            Self::Json => format!("`{JSON}`"),
            Self::Form => format!("`{FORM}`"),
            Self::Multipart => format!("`{MULTIPART}`"),
            Self::JsonAs(media_type) | Self::Raw(media_type) => format!("`{media_type}`"),
        }
    }
}

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data";

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
        BodyEncoding::JsonOrMultipart | BodyEncoding::JsonAsOrMultipart(_) => encode_json_or_multipart,
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
    let media_type = match encoding {
        BodyEncoding::JsonAs(media_type) | BodyEncoding::JsonAsOrMultipart(media_type) => media_type,
        _ => JSON,
    };
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
    Ok(with_media_type(form, FORM))
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
    body.take_whole_files(&mut values);
    let files = std::mem::take(&mut body.files);
    let multipart = encode_multipart(&boundary, &values, files, &body.nested_files, fields)?;
    let media_type = HeaderValue::try_from(format!("{MULTIPART}; boundary={boundary}"))
        .map_err(|error| error.to_string())?;
    Ok((multipart.into(), Some(media_type)))
}

fn encode_raw(body: &mut RequestBody, encoding: BodyEncoding, fields: &[FieldEncoding]) -> EncodedBody {
    let BodyEncoding::Raw(media_type) = encoding else { return encode_json(body, encoding, fields) };
    if !body.fields.is_empty() {
        return Err(format!(
            "cannot add a field to the body: it is sent as `{media_type}`, which has no fields"
        ));
    }
    if body.lacks_stream {
        return Err(
            "the body is a stream, which was sent with another request; create the request anew, or send bytes"
                .to_owned(),
        );
    }
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
    use std::borrow::Cow;

    use super::*;
    use crate::wire::file_part::{FilePart, placeholder};

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

        let encoding = BodyEncoding::JsonAsOrMultipart("application/vnd.example+json");
        let mut body = RequestBody { json: Some(b"{}".to_vec()), ..RequestBody::default() };
        let (_, media_type) = body_encoder(encoding)(&mut body, encoding, &[]).unwrap();
        assert_eq!(media_type.unwrap(), "application/vnd.example+json");
        let files = vec![("a".into(), FilePart::new("A"))];
        let mut body = RequestBody { files, ..RequestBody::default() };
        let (_, media_type) = body_encoder(encoding)(&mut body, encoding, &[]).unwrap();
        assert!(media_type.unwrap().to_str().unwrap().starts_with("multipart/form-data; boundary="));
    }

    /// The files of a body with one in each place.
    fn body_with_files(file: impl Fn() -> FilePart) -> RequestBody {
        let fields = [("nested", format!("[{{\"file\":{}}}]", placeholder(0)))];
        let mut body = RequestBody {
            files: vec![("top".into(), file())],
            nested_files: vec![("nested".into(), vec![file()])],
            ..RequestBody::default()
        };
        for (name, json) in fields {
            body.fields.begin_field(Cow::Borrowed(name)).extend_from_slice(json.as_bytes());
        }
        body
    }

    /// The text of a form, or why it cannot be sent.
    fn encode_form_text(mut body: RequestBody) -> Result<String, String> {
        let (mut payload, _) = encode_with_files(&mut body, BodyEncoding::Multipart, &[])?;
        let body = payload.take();
        Ok(body.as_bytes().map_or_else(String::new, |bytes| String::from_utf8_lossy(bytes).into_owned()))
    }

    #[test]
    fn a_copy_sends_files_of_bytes_again_wherever_they_are() {
        let body = body_with_files(|| FilePart::new("DATA"));
        let copy = body.duplicate();
        for text in [body, copy.duplicate(), copy].map(|body| encode_form_text(body).unwrap()) {
            assert!(
                text.contains("name=\"top\"; filename")
                    && text.contains("name=\"nested[0][file]\"; filename")
            );
            assert_eq!(text.matches("DATA").count(), 2, "{text}");
        }
        let json = format!("{{\"a\":{}}}", placeholder(0)).into_bytes();
        let whole_files = vec![FilePart::new("DATA")];
        let body = RequestBody { json: Some(json), whole_files, ..RequestBody::default() };
        for text in [body.duplicate(), body].map(|body| encode_form_text(body).unwrap()) {
            assert!(text.contains("DATA"), "{text}");
        }
    }

    #[test]
    fn a_copy_of_a_stream_fails_wherever_the_stream_is() {
        let stream = || Body::stream(Body::from("DATA"), None);
        let json = || Some(format!("{{\"a\":[{}]}}", placeholder(0)).into_bytes());
        let file = || FilePart::new(stream());
        let mut nested = body_with_files(file);
        nested.files.clear();
        let bodies = [
            RequestBody { files: vec![("a".into(), file())], ..RequestBody::default() },
            nested,
            RequestBody { json: json(), whole_files: vec![file()], ..RequestBody::default() },
        ];
        for body in bodies {
            let copy = body.duplicate();
            assert!(!copy.is_empty());
            assert!(encode_form_text(body).is_ok());
            let error = encode_form_text(copy).unwrap_err();
            assert!(error.contains("sent with another request"), "{error}");
        }
        let encoding = BodyEncoding::Raw("text/plain");
        let mut body = RequestBody { raw: Some(stream()), ..RequestBody::default() };
        let mut copy = body.duplicate().duplicate();
        assert!(!copy.is_empty());
        assert!(encode_raw(&mut body, encoding, &[]).is_ok());
        let error = encode_raw(&mut copy, encoding, &[]).err().unwrap();
        assert!(error.contains("sent with another request"), "{error}");
    }

    #[test]
    fn a_field_is_not_lost_in_a_body_without_fields() {
        let mut body = RequestBody { raw: Some(Body::from("a")), ..RequestBody::default() };
        body.fields.begin_field(Cow::Borrowed("b")).extend_from_slice(b"1");
        let error = encode_raw(&mut body, BodyEncoding::Raw("text/csv"), &[]).err().unwrap();
        assert!(error.contains("`text/csv`"), "{error}");
    }
}
