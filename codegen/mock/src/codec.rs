//! Encodes typed responses as bodies, and decodes them.

use bytes::Bytes;
use openapi_client_runtime::{
    __private::{AsSerialize, ExtraFields, Text},
    Page, PageInfo,
    json::{self, Decode, DecodeError, Encode},
};
use serde::{
    Serialize, Serializer,
    ser::{Error, SerializeMap},
};

use openapi_client_description::JsonValue;

/// Encodes and decodes values of one response type.
///
/// A struct of functions, since a trait would need overlapping implementations: one for all JSON types, and others for `()`,
/// text and bytes.
pub(crate) struct Codec<R> {
    /// Whether the body is the value itself and not JSON.
    pub(crate) is_plain: bool,
    /// Encodes a value. Fails for values without a JSON form, such as an infinite number.
    pub(crate) encode: fn(&R) -> Result<Content, String>,
    /// Decodes a body.
    pub(crate) decode: fn(Content) -> Result<R, DecodeError>,
}

impl<R> Clone for Codec<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Codec<R> {}

impl<R: Encode + Decode> Codec<R> {
    pub(crate) const fn json() -> Self {
        Self { is_plain: false, encode: encode_json, decode: |content| json::from_str(&content.text()) }
    }
}

impl<T: Encode + Decode, I: PageInfo + Encode> Codec<Page<T, I>> {
    pub(crate) const fn page() -> Self {
        Self {
            is_plain: false,
            encode: |page| encode_json(&EncodedPage(page)),
            decode: |content| json::from_str(&content.text()),
        }
    }
}

impl Codec<()> {
    pub(crate) const fn empty() -> Self {
        Self { is_plain: false, encode: |()| Ok(Content::Empty), decode: |_| Ok(()) }
    }
}

impl Codec<Text> {
    pub(crate) const fn text() -> Self {
        Self {
            is_plain: true,
            encode: |text| Ok(Content::Text(text.0.clone())),
            decode: |content| Ok(Text(content.text())),
        }
    }
}

impl Codec<Bytes> {
    pub(crate) const fn bytes() -> Self {
        Self {
            is_plain: true,
            encode: |bytes| Ok(Content::Binary(bytes.clone())),
            decode: |content| Ok(content.into_bytes()),
        }
    }
}

/// The body of a response.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    /// No body.
    Empty,
    /// The text of a JSON value.
    Json(String),
    /// Text.
    Text(String),
    /// Bytes.
    Binary(Bytes),
}

impl Content {
    /// The body of an example. That of a text or binary response is a JSON string that holds the body itself.
    pub(crate) fn from_example(example: &JsonValue, is_plain: bool) -> Self {
        match example.as_str() {
            Some(text) if is_plain => Self::Text(text.to_owned()),
            _ => Self::Json(example.to_string()),
        }
    }

    /// The JSON value, if the body is JSON.
    pub(crate) fn json(&self) -> Option<JsonValue> {
        match self {
            Self::Json(text) => JsonValue::parse(text).ok(),
            _ => None,
        }
    }

    /// The bytes that are sent.
    pub(crate) fn into_bytes(self) -> Bytes {
        match self {
            Self::Empty => Bytes::new(),
            Self::Json(text) | Self::Text(text) => text.into(),
            Self::Binary(bytes) => bytes,
        }
    }

    /// The media type for operations whose description has none.
    pub(crate) fn media_type(&self) -> Option<&'static str> {
        match self {
            Self::Empty => None,
            Self::Json(_) => Some("application/json"),
            Self::Text(_) => Some("text/plain; charset=utf-8"),
            Self::Binary(_) => Some("application/octet-stream"),
        }
    }

    /// The body as text.
    fn text(self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Json(text) | Self::Text(text) => text,
            Self::Binary(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        }
    }
}

fn encode_json(value: &impl Encode) -> Result<Content, String> {
    let bytes = json::to_vec(value).map_err(|error| error.to_string())?;
    String::from_utf8(bytes).map(Content::Json).map_err(|error| error.to_string())
}

/// Encodes a page. [`Page`] itself can only be decoded, which is all that clients need.
struct EncodedPage<'a, T, I>(&'a Page<T, I>);

impl<T: Encode, I: PageInfo + Encode> Encode for EncodedPage<'_, T, I> {
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Page { data, page_info, extra_fields, .. } = self.0;
        if let Some(path) = I::LIST {
            return encode_around(path, data, page_info, extra_fields)
                .map_err(S::Error::custom)?
                .serialize(serializer);
        }
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry(I::NAMES.data, &AsSerialize(data))?;
        map.serialize_entry(I::NAMES.page_info, &AsSerialize(page_info))?;
        for (name, text) in extra_fields.entries() {
            map.serialize_entry(name, text)?;
        }
        map.end()
    }
}

/// A page whose items are at `path` in the object that its information is the rest of.
fn encode_around<T: Encode, I: Encode>(
    path: &[&str],
    data: &Vec<T>,
    page_info: &I,
    extra_fields: &ExtraFields,
) -> Result<serde_json::Value, serde_json::Error> {
    let list = serde_json::to_value(AsSerialize(data))?;
    let Some((name, outer)) = path.split_last() else { return Ok(list) };
    let mut value = serde_json::to_value(AsSerialize(page_info))?;
    if let Some(object) = value.as_object_mut() {
        object.insert((*name).to_owned(), list);
    }
    for name in outer.iter().rev() {
        value = serde_json::Value::from_iter([((*name).to_owned(), value)]);
    }
    if let Some(object) = value.as_object_mut() {
        for (name, text) in extra_fields.entries() {
            object.insert(name.to_owned(), serde_json::to_value(text)?);
        }
    }
    Ok(value)
}
