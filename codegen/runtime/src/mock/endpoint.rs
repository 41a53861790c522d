//! An operation as a stub speaks of it: which one, what is asked of it, and what it answers with.

use std::{fmt, marker::PhantomData};

use bytes::Bytes;
use serde::{Serializer, ser::SerializeMap};

use super::tree::Json;
use crate::{
    json::{self, AsSerialize, Decode, Encode, Mismatch},
    page::{Page, PageInfo},
    response::Text,
};

/// An operation of the API: `Q` is what is asked of it, `R` what it answers with.
///
/// A generated crate has a constant for each, named as the method that calls it.
pub struct Endpoint<Q, R> {
    id: &'static str,
    types: PhantomData<fn(Q) -> R>,
}

impl<Q, R> Endpoint<Q, R> {
    /// For generated code.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(id: &'static str) -> Self {
        Self { id, types: PhantomData }
    }

    /// The `operationId`.
    #[must_use]
    pub const fn id(self) -> &'static str {
        self.id
    }
}

impl<Q, R> Clone for Endpoint<Q, R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<Q, R> Copy for Endpoint<Q, R> {}

impl<Q, R> fmt::Debug for Endpoint<Q, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Endpoint").field(&self.id).finish()
    }
}

/// What an operation can answer with: everything that is written as JSON, a page, text, octets, or nothing.
pub trait Reply: Sized + Send + 'static {
    /// Whether the body is the value itself, and no JSON.
    #[doc(hidden)]
    const PLAIN: bool = false;

    /// The body of an answer.
    ///
    /// # Errors
    /// Why the value cannot be written, such as a number that JSON lacks.
    #[doc(hidden)]
    fn to_content(&self) -> Result<Content, String>;

    /// The value of a body.
    ///
    /// # Errors
    /// [`Mismatch`] with the path of what does not fit.
    #[doc(hidden)]
    fn from_content(content: Content) -> Result<Self, Mismatch>;
}

/// The body of an answer, by its kind.
#[doc(hidden)]
#[derive(Clone, Debug)]
pub enum Content {
    /// No body.
    Empty,
    /// The text of a JSON value.
    Json(String),
    /// Text.
    Text(String),
    /// Anything.
    Octets(Bytes),
}

impl Content {
    /// The JSON value that it holds, if it is JSON.
    pub(crate) fn json(&self) -> Option<Json> {
        match self {
            Self::Json(text) => Json::parse(text).ok(),
            _ => None,
        }
    }

    /// The bytes that are sent.
    pub(crate) fn into_bytes(self) -> Bytes {
        match self {
            Self::Empty => Bytes::new(),
            Self::Json(text) | Self::Text(text) => text.into(),
            Self::Octets(bytes) => bytes,
        }
    }

    /// Its media type where the document names none.
    pub(crate) fn media_type(&self) -> Option<&'static str> {
        match self {
            Self::Empty => None,
            Self::Json(_) => Some("application/json"),
            Self::Text(_) => Some("text/plain; charset=utf-8"),
            Self::Octets(_) => Some("application/octet-stream"),
        }
    }

    /// The text of JSON, or of what stands as text.
    fn text(self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Json(text) | Self::Text(text) => text,
            Self::Octets(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        }
    }
}

impl<T: Encode + Decode + Send + 'static> Reply for T {
    fn to_content(&self) -> Result<Content, String> {
        written(self)
    }

    fn from_content(content: Content) -> Result<Self, Mismatch> {
        json::from_str(&content.text())
    }
}

impl<T: Encode + Decode + Send + 'static, I: PageInfo + Encode> Reply for Page<T, I> {
    fn to_content(&self) -> Result<Content, String> {
        written(&Written(self))
    }

    fn from_content(content: Content) -> Result<Self, Mismatch> {
        json::from_str(&content.text())
    }
}

impl Reply for () {
    fn to_content(&self) -> Result<Content, String> {
        Ok(Content::Empty)
    }

    fn from_content(_: Content) -> Result<Self, Mismatch> {
        Ok(())
    }
}

impl Reply for Text {
    const PLAIN: bool = true;

    fn to_content(&self) -> Result<Content, String> {
        Ok(Content::Text(self.0.clone()))
    }

    fn from_content(content: Content) -> Result<Self, Mismatch> {
        Ok(Self(content.text()))
    }
}

impl Reply for Bytes {
    const PLAIN: bool = true;

    fn to_content(&self) -> Result<Content, String> {
        Ok(Content::Octets(self.clone()))
    }

    fn from_content(content: Content) -> Result<Self, Mismatch> {
        Ok(content.into_bytes())
    }
}

fn written(value: &impl Encode) -> Result<Content, String> {
    let bytes = json::to_vec(value).map_err(|error| error.to_string())?;
    String::from_utf8(bytes).map(Content::Json).map_err(|error| error.to_string())
}

/// A page as a server writes it: clients only read them.
struct Written<'a, T, I>(&'a Page<T, I>);

impl<T: Encode, I: PageInfo + Encode> Encode for Written<'_, T, I> {
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Page { data, page_info, extra_fields, .. } = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry(I::NAMES.data, &AsSerialize(data))?;
        map.serialize_entry(I::NAMES.page_info, &AsSerialize(page_info))?;
        for (name, text) in extra_fields.entries() {
            map.serialize_entry(name, text)?;
        }
        map.end()
    }
}
