//! Bodies of several parts that the caller composes: `multipart/related` (RFC 2387), `multipart/mixed` and the like.

use std::{collections::VecDeque, fmt};

use serde::Serialize;
use uuid::Uuid;

use crate::wire::{
    body::{Body, TypedBody},
    headers::parse_header_name,
    multipart::{concatenate, quote_name},
};

/// A body of several parts, for a request whose media type is `multipart/related`, `multipart/mixed` or the like. The client makes
/// the boundary between the parts.
///
/// ```
/// # use openapi_client_runtime::{Multipart, Part};
/// let body = Multipart::related()
///     .part(Part::json(&serde_json::json!({"name": "cat.png"})))
///     .part(Part::new("\u{89}PNG").content_type("image/png").content_id("picture"));
/// ```
#[must_use = "parts do nothing until they are the body of a request"]
pub struct Multipart {
    subtype: String,
    parts: Vec<Part>,
}

impl Multipart {
    /// An empty body of the media type `multipart/<subtype>`.
    pub fn new(subtype: impl Into<String>) -> Self {
        Self { subtype: subtype.into(), parts: Vec::new() }
    }

    /// An empty body of the media type `multipart/related`. Its first part is the root, to which the others belong.
    pub fn related() -> Self {
        Self::new("related")
    }

    /// An empty body of the media type `multipart/mixed`.
    pub fn mixed() -> Self {
        Self::new("mixed")
    }

    /// An empty form. Each of its parts needs a [name](Part::name).
    pub fn form_data() -> Self {
        Self::new("form-data")
    }

    /// Adds a part after the others.
    pub fn part(mut self, part: impl Into<Part>) -> Self {
        self.parts.push(part.into());
        self
    }

    /// The body with this boundary, and its media type.
    fn encode(self, boundary: &str) -> Result<(String, Body), String> {
        let mut media_type = format!("multipart/{}; boundary={boundary}", self.subtype);
        if self.parts.is_empty() {
            return Err("a multipart body needs a part".to_owned());
        }
        if self.subtype.eq_ignore_ascii_case("related") {
            // RFC 2387, section 3.1: the type of the root.
            let root = self.parts.first().and_then(|part| part.content_type.as_deref());
            media_type += &format!("; type={}", quote_name(root.unwrap_or(DEFAULT_TYPE)));
        }
        let is_form = self.subtype.eq_ignore_ascii_case("form-data");
        let mut pieces = VecDeque::new();
        let mut bytes = Vec::new();
        for part in self.parts {
            bytes.extend_from_slice(format!("--{boundary}\r\n").as_bytes());
            bytes.extend_from_slice(part.head(is_form)?.as_bytes());
            let body = part.body?;
            match body.as_bytes() {
                Some(body) => bytes.extend_from_slice(body),
                None => {
                    pieces.push_back(std::mem::take(&mut bytes).into());
                    pieces.push_back(body);
                }
            }
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
        pieces.push_back(bytes.into());
        Ok((media_type, concatenate(pieces)))
    }
}

/// The media type of a part that does not state one (RFC 2046, section 5.1).
const DEFAULT_TYPE: &str = "text/plain";

impl From<Multipart> for TypedBody {
    fn from(parts: Multipart) -> Self {
        let boundary = Uuid::new_v4().simple().to_string();
        match parts.encode(&boundary) {
            Ok((media_type, body)) => Self::new(media_type, body),
            Err(error) => Self { error: Some(error), ..Self::new("", Body::empty()) },
        }
    }
}

impl fmt::Debug for Multipart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Multipart({}, {} parts)", self.subtype, self.parts.len())
    }
}

/// A part of a [`Multipart`] body: its contents and headers.
#[must_use = "a part does nothing until it is added to a body"]
pub struct Part {
    name: Option<String>,
    file_name: Option<String>,
    content_type: Option<String>,
    content_id: Option<String>,
    headers: Vec<(String, String)>,
    body: Result<Body, String>,
}

impl Part {
    /// A part with these contents, without a media type.
    pub fn new(body: impl Into<Body>) -> Self {
        let body = Ok(body.into());
        Self { name: None, file_name: None, content_type: None, content_id: None, headers: Vec::new(), body }
    }

    /// A part that is JSON: a model of the crate, `json!({…})`, or any other value that serde can serialize.
    pub fn json(value: &(impl Serialize + ?Sized)) -> Self {
        let json = serde_json::to_vec(value).map(Body::from);
        let part = Self::new(Body::empty()).content_type("application/json");
        Self { body: json.map_err(|error| error.to_string()), ..part }
    }

    /// Sets the media type, such as `image/png`.
    pub fn content_type(mut self, media_type: impl Into<String>) -> Self {
        self.content_type = Some(media_type.into());
        self
    }

    /// Sets the id by which other parts refer to this one (`cid:id`), with or without angle brackets.
    pub fn content_id(mut self, id: impl Into<String>) -> Self {
        self.content_id = Some(id.into());
        self
    }

    /// Sets the name of the field that the part is in a form.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Sets the name of the file that the part is.
    pub fn file_name(mut self, name: impl Into<String>) -> Self {
        self.file_name = Some(name.into());
        self
    }

    /// Adds a header.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The headers, and the empty line after them.
    fn head(&self, is_form: bool) -> Result<String, String> {
        let mut headers: Vec<(&str, String)> = Vec::new();
        if self.name.is_some() || self.file_name.is_some() {
            let kind = if is_form || self.name.is_some() { "form-data" } else { "attachment" };
            let name = self.name.iter().map(|name| format!("; name={}", quote_name(name)));
            let file = self.file_name.iter().map(|name| format!("; filename={}", quote_name(name)));
            headers.push(("Content-Disposition", name.chain(file).fold(kind.to_owned(), |a, b| a + &b)));
        }
        if is_form && self.name.is_none() {
            return Err("each part of a form needs a name".to_owned());
        }
        headers.extend(self.content_type.iter().map(|media_type| ("Content-Type", media_type.clone())));
        let id = self.content_id.iter().map(|id| id.trim_start_matches('<').trim_end_matches('>'));
        headers.extend(id.map(|id| ("Content-ID", format!("<{id}>"))));
        headers.extend(self.headers.iter().map(|(name, value)| (name.as_str(), value.clone())));
        let mut head = String::new();
        for (name, value) in headers {
            // Checks the name too, so that neither can end its line. Names of files may have letters beyond ASCII.
            parse_header_name(name)?;
            if value.bytes().any(|byte| byte.is_ascii_control()) {
                return Err(format!("the header `{name}` of a part must not contain control characters"));
            }
            head += &format!("{name}: {value}\r\n");
        }
        Ok(head + "\r\n")
    }
}

impl<B: Into<Body>> From<B> for Part {
    fn from(body: B) -> Self {
        Self::new(body)
    }
}

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Part")
            .field("name", &self.name)
            .field("content_type", &self.content_type)
            .field("content_id", &self.content_id)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn encode(body: Multipart) -> Result<(String, String), String> {
        let (media_type, body) = body.encode("B")?;
        Ok((media_type, String::from_utf8(body.as_bytes().unwrap().to_vec()).unwrap()))
    }

    #[test]
    fn the_first_part_is_the_root() {
        let body = Multipart::related()
            .part(Part::json(&serde_json::json!({"picture": "cid:p"})))
            .part(Part::new("PNG").content_type("image/png").content_id("<p>").header("X-Kind", "cover"));
        let (media_type, text) = encode(body).unwrap();
        assert_eq!(media_type, "multipart/related; boundary=B; type=\"application/json\"");
        let expected = [
            "--B\r\nContent-Type: application/json\r\n\r\n{\"picture\":\"cid:p\"}\r\n",
            "--B\r\nContent-Type: image/png\r\nContent-ID: <p>\r\nX-Kind: cover\r\n\r\nPNG\r\n",
            "--B--\r\n",
        ];
        assert_eq!(text, expected.concat());
    }

    #[test]
    fn other_kinds_have_no_root() {
        let (media_type, text) = encode(Multipart::mixed().part("a").part(Part::new("b"))).unwrap();
        assert_eq!(media_type, "multipart/mixed; boundary=B");
        assert_eq!(text, "--B\r\n\r\na\r\n--B\r\n\r\nb\r\n--B--\r\n");
        let file = Part::new("GIF").name("a\"").file_name("ä.gif").content_type("image/gif");
        let (media_type, text) = encode(Multipart::form_data().part(file)).unwrap();
        assert_eq!(media_type, "multipart/form-data; boundary=B");
        let head =
            "Content-Disposition: form-data; name=\"a%22\"; filename=\"ä.gif\"\r\nContent-Type: image/gif";
        assert_eq!(text, format!("--B\r\n{head}\r\n\r\nGIF\r\n--B--\r\n"));
    }

    #[test]
    fn a_stream_stays_a_stream() {
        struct Empty;
        impl futures_core::Stream for Empty {
            type Item = Result<Bytes, crate::BoxError>;
            fn poll_next(
                self: std::pin::Pin<&mut Self>,
                _: &mut std::task::Context<'_>,
            ) -> std::task::Poll<Option<Self::Item>> {
                std::task::Poll::Ready(None)
            }
        }
        let body = TypedBody::from(Multipart::mixed().part(Body::stream(Empty, Some(3))));
        assert_eq!(body.error, None);
        assert!(body.body.as_bytes().is_none());
        assert_eq!(body.body.length(), Some(3 + (2 + 32 + 2 + 2) + (2 + 2 + 32 + 2 + 2)));
    }

    #[test]
    fn nothing_ends_a_line_or_lacks_a_name() {
        for body in [
            Multipart::mixed(),
            Multipart::form_data().part("a"),
            Multipart::mixed().part(Part::new("a").content_type("a/b\r\nX: y")),
            Multipart::mixed().part(Part::new("a").content_id("a\nb")),
            Multipart::mixed().part(Part::new("a").header("X: y\r\nZ", "a")),
            Multipart::mixed().part(Part::new("").header("X", "\0")),
        ] {
            assert!(TypedBody::from(body).error.is_some());
        }
    }
}
