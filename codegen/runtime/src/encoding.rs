//! The body of a request from what was set: one function per encoding, named in the operation's constant, so that a
//! program holds only those encodings whose operations it calls.

use bytes::Bytes;
use http::HeaderValue;
use uuid::Uuid;

use crate::{
    body::Body,
    draft::Draft,
    multipart::{form, multipart},
    operation::BodyEncoding,
    prepare::Payload,
};

/// The body and its media type, or why there cannot be one.
pub(crate) type Encoded = Result<(Payload, Option<HeaderValue>), String>;

/// Turns what was set into a body.
pub(crate) type Encode = fn(&mut Draft) -> Encoded;

/// The function for an encoding.
pub(crate) const fn encoder(encoding: BodyEncoding) -> Encode {
    match encoding {
        BodyEncoding::None => none,
        BodyEncoding::Json => json,
        BodyEncoding::Form => urlencoded,
        BodyEncoding::Multipart => with_files,
        BodyEncoding::JsonOrMultipart => json_or_files,
        BodyEncoding::Raw(_) => raw,
    }
}

fn typed(bytes: Vec<u8>, media_type: &'static str) -> (Payload, Option<HeaderValue>) {
    (Payload::Bytes(bytes.into()), Some(HeaderValue::from_static(media_type)))
}

fn none(draft: &mut Draft) -> Encoded {
    if draft.members.is_empty() {
        return Ok((Payload::Bytes(Bytes::new()), None));
    }
    json(draft)
}

fn json(draft: &mut Draft) -> Encoded {
    match draft.whole.take() {
        Some(_) if !draft.members.is_empty() => {
            Err("a body field cannot be added: the body of this operation is no object with members"
                .to_owned())
        }
        Some(whole) => Ok(typed(whole, "application/json")),
        None => Ok(typed(std::mem::take(&mut draft.members).finish_object(), "application/json")),
    }
}

fn urlencoded(draft: &mut Draft) -> Encoded {
    form(draft.members.values()).map(|form| typed(form, "application/x-www-form-urlencoded"))
}

fn json_or_files(draft: &mut Draft) -> Encoded {
    if draft.files.is_empty() { json(draft) } else { with_files(draft) }
}

fn with_files(draft: &mut Draft) -> Encoded {
    let boundary = Uuid::new_v4().simple().to_string();
    let files = std::mem::take(&mut draft.files);
    let body = multipart(&boundary, draft.members.values(), files)?;
    let media_type = HeaderValue::try_from(format!("multipart/form-data; boundary={boundary}"))
        .map_err(|error| error.to_string())?;
    Ok((payload(body), Some(media_type)))
}

fn raw(draft: &mut Draft) -> Encoded {
    let BodyEncoding::Raw(media_type) = draft.operation.body else { return json(draft) };
    Ok(match draft.raw.take() {
        Some(body) => (payload(body), Some(HeaderValue::from_static(media_type))),
        None => (Payload::Bytes(Bytes::new()), None),
    })
}

fn payload(body: Body) -> Payload {
    match body.as_bytes() {
        Some(bytes) => Payload::Bytes(bytes.clone()),
        None => Payload::Once(Some(body)),
    }
}
