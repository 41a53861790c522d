//! Bodies that are no JSON, from the members of a request: forms, and forms with files (RFC 7578).

use std::{
    collections::VecDeque,
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use futures_core::Stream;
use serde_json::Value;

use crate::{
    body::{Body, BoxError},
    parameter::{Parameter, QueryStyle, push_query, text_of},
};

/// A file to send: its bytes, with a name and a media type if the server should know them.
#[derive(Debug)]
pub struct FilePart {
    file_name: Option<String>,
    content_type: Option<String>,
    body: Body,
}

impl FilePart {
    /// A file of these bytes.
    pub fn new(body: impl Into<Body>) -> Self {
        Self { file_name: None, content_type: None, body: body.into() }
    }

    /// Names the file.
    #[must_use]
    pub fn file_name(mut self, name: impl Into<String>) -> Self {
        self.file_name = Some(name.into());
        self
    }

    /// Says what the bytes are: `image/png`.
    #[must_use]
    pub fn content_type(mut self, media_type: impl Into<String>) -> Self {
        self.content_type = Some(media_type.into());
        self
    }
}

impl<B: Into<Body>> From<B> for FilePart {
    fn from(body: B) -> Self {
        Self::new(body)
    }
}

/// The members as `application/x-www-form-urlencoded`: lists repeat their name, objects put their keys in brackets.
pub(crate) fn form<'a>(members: impl Iterator<Item = (&'a str, &'a [u8])>) -> Result<Vec<u8>, String> {
    let mut out = String::new();
    for (name, json) in members {
        let text = String::from_utf8_lossy(json).into_owned();
        match text.as_bytes().first() {
            Some(b'n') => {}
            Some(b'{') => push_query(&mut out, name, QueryStyle::DeepObject, Parameter::Json(text))?,
            Some(b'[') => push_query(&mut out, name, QueryStyle::FormExplode, Parameter::Json(text))?,
            _ => {
                push_query(&mut out, name, QueryStyle::FormExplode, Parameter::Scalar(scalar(&text)?.into()))?
            }
        }
    }
    Ok(out.split_off(out.len().min(1)).into_bytes())
}

/// A JSON string without its quotes; numbers and truth values digit by digit as they stand.
fn scalar(text: &str) -> Result<String, String> {
    if text.starts_with('"') {
        serde_json::from_str(text).map_err(|error| error.to_string())
    } else {
        Ok(text.to_owned())
    }
}

/// The members and files as `multipart/form-data`, with the boundary in between.
pub(crate) fn multipart<'a>(
    boundary: &str,
    members: impl Iterator<Item = (&'a str, &'a [u8])>,
    files: Vec<(&'static str, FilePart)>,
) -> Result<Body, String> {
    let mut writer = Writer { boundary, bytes: Vec::new(), parts: VecDeque::new() };
    for (name, json) in members {
        let text = String::from_utf8_lossy(json);
        match text.as_bytes().first() {
            Some(b'n') => {}
            Some(b'{') => writer.text(name, Some("application/json"), &text)?,
            Some(b'[') => writer.list(name, &text)?,
            _ => writer.text(name, None, &scalar(&text)?)?,
        }
    }
    for (name, file) in files {
        writer.file(name, file)?;
    }
    Ok(writer.finish())
}

struct Writer<'a> {
    boundary: &'a str,
    bytes: Vec<u8>,
    parts: VecDeque<Body>,
}

impl Writer<'_> {
    fn head(
        &mut self,
        name: &str,
        file_name: Option<&str>,
        content_type: Option<&str>,
    ) -> Result<(), String> {
        self.line(&["--", self.boundary]);
        let name = quoted(name);
        match file_name.map(quoted) {
            Some(file_name) => {
                self.line(&["Content-Disposition: form-data; name=", &name, "; filename=", &file_name]);
            }
            None => self.line(&["Content-Disposition: form-data; name=", &name]),
        }
        if let Some(content_type) = content_type {
            if content_type.bytes().any(|byte| byte.is_ascii_control()) {
                return Err(format!("the content type of the file {name} holds a line break"));
            }
            self.line(&["Content-Type: ", content_type]);
        }
        self.line(&[]);
        Ok(())
    }

    fn line(&mut self, pieces: &[&str]) {
        pieces.iter().for_each(|piece| self.bytes.extend_from_slice(piece.as_bytes()));
        self.bytes.extend_from_slice(b"\r\n");
    }

    fn text(&mut self, name: &str, content_type: Option<&str>, text: &str) -> Result<(), String> {
        self.head(name, None, content_type)?;
        self.line(&[text]);
        Ok(())
    }

    /// A list of scalars repeats its name; any other is one part of JSON.
    fn list(&mut self, name: &str, text: &str) -> Result<(), String> {
        match serde_json::from_str::<Vec<Value>>(text) {
            Ok(items) if items.iter().all(|item| !item.is_object() && !item.is_array()) => {
                items.iter().try_for_each(|item| self.text(name, None, &text_of(item)))
            }
            _ => self.text(name, Some("application/json"), text),
        }
    }

    fn file(&mut self, name: &str, file: FilePart) -> Result<(), String> {
        let file_name = file.file_name.as_deref().unwrap_or("file");
        self.head(
            name,
            Some(file_name),
            Some(file.content_type.as_deref().unwrap_or("application/octet-stream")),
        )?;
        match file.body.as_bytes() {
            Some(bytes) => self.bytes.extend_from_slice(bytes),
            None => {
                self.parts.push_back(std::mem::take(&mut self.bytes).into());
                self.parts.push_back(file.body);
            }
        }
        self.line(&[]);
        Ok(())
    }

    fn finish(mut self) -> Body {
        self.line(&["--", self.boundary, "--"]);
        if self.parts.is_empty() {
            return self.bytes.into();
        }
        self.parts.push_back(self.bytes.into());
        let length = self.parts.iter().try_fold(0_u64, |sum, part| sum.checked_add(part.length()?));
        Body::stream(Chain(self.parts), length)
    }
}

/// A name in quotes, escaped as browsers do it: a name can end neither its quotes nor its line.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A"))
}

/// Bodies one after another.
struct Chain(VecDeque<Body>);

impl Stream for Chain {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        while let Some(body) = self.0.front_mut() {
            match std::task::ready!(body.poll_chunk(cx)) {
                Some(chunk) => return Poll::Ready(Some(chunk)),
                None => {
                    self.0.pop_front();
                }
            }
        }
        Poll::Ready(None)
    }
}

impl fmt::Debug for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Chain({} bodies)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MEMBERS: [(&str, &[u8]); 5] = [
        ("a", br#""x & \"y\"""#),
        ("b", b"0.10"),
        ("c", b"null"),
        ("d", b"[1,2]"),
        ("e\"\r\n", br#"{"f":true}"#),
    ];

    #[test]
    fn a_form() {
        let form = form(MEMBERS.into_iter()).unwrap();
        assert_eq!(
            String::from_utf8(form).unwrap(),
            "a=x%20%26%20%22y%22&b=0.10&d=1&d=2&e%22%0D%0A%5Bf%5D=true"
        );
        assert!(super::form(std::iter::empty()).unwrap().is_empty());
    }

    #[test]
    fn a_form_with_files() {
        let file = FilePart::new("GIF89a").file_name("a\".gif").content_type("image/gif");
        let body = multipart("B", MEMBERS.into_iter(), vec![("file", file)]).unwrap();
        let text = String::from_utf8(body.as_bytes().unwrap().to_vec()).unwrap();
        let part = |name: &str, rest: &str| {
            format!("--B\r\nContent-Disposition: form-data; name=\"{name}\"{rest}\r\n")
        };
        let expected = [
            part("a", "\r\n\r\nx & \"y\""),
            part("b", "\r\n\r\n0.10"),
            part("d", "\r\n\r\n1"),
            part("d", "\r\n\r\n2"),
            part("e%22%0D%0A", "\r\nContent-Type: application/json\r\n\r\n{\"f\":true}"),
            part("file", "; filename=\"a%22.gif\"\r\nContent-Type: image/gif\r\n\r\nGIF89a"),
            "--B--\r\n".to_owned(),
        ];
        assert_eq!(text, expected.concat());
    }

    #[test]
    fn a_media_type_cannot_add_a_line() {
        let file = FilePart::new("").content_type("a/b\r\nX: y");
        assert!(multipart("B", std::iter::empty(), vec![("file", file)]).is_err());
    }
}
