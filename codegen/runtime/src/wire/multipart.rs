//! Encodes the fields of a request as a form (`application/x-www-form-urlencoded`) or as a form with files
//! (`multipart/form-data`, RFC 7578).

use std::{
    collections::VecDeque,
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use futures_core::Stream;
use serde_json::Value;

use crate::wire::{
    body::{Body, BoxError},
    parameter::{Parameter, QueryStyle, append_query, scalar_text},
};

/// A file to send: its contents, with an optional name and media type.
#[derive(Debug)]
pub struct FilePart {
    file_name: Option<String>,
    content_type: Option<String>,
    body: Body,
}

impl FilePart {
    /// A file with these contents.
    pub fn new(body: impl Into<Body>) -> Self {
        Self { file_name: None, content_type: None, body: body.into() }
    }

    /// Sets the name of the file; `file` by default.
    #[must_use]
    pub fn file_name(mut self, name: impl Into<String>) -> Self {
        self.file_name = Some(name.into());
        self
    }

    /// Sets the media type, such as `image/png`; `application/octet-stream` by default.
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

/// Encodes JSON fields as `application/x-www-form-urlencoded`: the name of a list is repeated for each item, the keys of
/// an object follow in brackets, `null` is omitted.
pub(crate) fn encode_form<'a>(fields: impl Iterator<Item = (&'a str, &'a [u8])>) -> Result<Vec<u8>, String> {
    let mut out = String::new();
    for (name, json) in fields {
        let text = String::from_utf8_lossy(json).into_owned();
        match text.as_bytes().first() {
            Some(b'n') => {}
            Some(b'{') => append_query(&mut out, name, QueryStyle::DeepObject, Parameter::Json(text))?,
            Some(b'[') => append_query(&mut out, name, QueryStyle::FormExplode, Parameter::Json(text))?,
            _ => {
                let value = Parameter::Scalar(unquote_scalar(&text)?.into());
                append_query(&mut out, name, QueryStyle::FormExplode, value)?;
            }
        }
    }
    Ok(out.split_off(out.len().min(1)).into_bytes())
}

/// A JSON string without its quotes and escapes; numbers and booleans keep their text, so that no digit is lost.
fn unquote_scalar(json: &str) -> Result<String, String> {
    if json.starts_with('"') {
        serde_json::from_str(json).map_err(|error| error.to_string())
    } else {
        Ok(json.to_owned())
    }
}

/// Encodes JSON fields and files as `multipart/form-data`.
pub(crate) fn encode_multipart<'a>(
    boundary: &str,
    fields: impl Iterator<Item = (&'a str, &'a [u8])>,
    files: Vec<(&'static str, FilePart)>,
) -> Result<Body, String> {
    let mut writer = Writer { boundary, bytes: Vec::new(), parts: VecDeque::new() };
    for (name, json) in fields {
        let text = String::from_utf8_lossy(json);
        match text.as_bytes().first() {
            Some(b'n') => {}
            Some(b'{') => writer.write_text(name, Some("application/json"), &text)?,
            Some(b'[') => writer.write_list(name, &text)?,
            _ => writer.write_text(name, None, &unquote_scalar(&text)?)?,
        }
    }
    for (name, file) in files {
        writer.write_file(name, file)?;
    }
    Ok(writer.finish())
}

struct Writer<'a> {
    boundary: &'a str,
    bytes: Vec<u8>,
    /// The finished parts before `bytes`, once a file is a stream.
    parts: VecDeque<Body>,
}

impl Writer<'_> {
    fn write_head(
        &mut self,
        name: &str,
        file_name: Option<&str>,
        content_type: Option<&str>,
    ) -> Result<(), String> {
        self.write_line(&["--", self.boundary]);
        let name = quote_name(name);
        match file_name.map(quote_name) {
            Some(file_name) => {
                self.write_line(&["Content-Disposition: form-data; name=", &name, "; filename=", &file_name]);
            }
            None => self.write_line(&["Content-Disposition: form-data; name=", &name]),
        }
        if let Some(content_type) = content_type {
            if content_type.bytes().any(|byte| byte.is_ascii_control()) {
                return Err(format!(
                    "the content type of the file {name} must not contain control characters"
                ));
            }
            self.write_line(&["Content-Type: ", content_type]);
        }
        self.write_line(&[]);
        Ok(())
    }

    fn write_line(&mut self, pieces: &[&str]) {
        pieces.iter().for_each(|piece| self.bytes.extend_from_slice(piece.as_bytes()));
        self.bytes.extend_from_slice(b"\r\n");
    }

    fn write_text(&mut self, name: &str, content_type: Option<&str>, text: &str) -> Result<(), String> {
        self.write_head(name, None, content_type)?;
        self.write_line(&[text]);
        Ok(())
    }

    /// A list of scalars is one part per item, all with the same name; any other list is one JSON part.
    fn write_list(&mut self, name: &str, text: &str) -> Result<(), String> {
        match serde_json::from_str::<Vec<Value>>(text) {
            Ok(items) if items.iter().all(|item| !item.is_object() && !item.is_array()) => {
                items.iter().try_for_each(|item| self.write_text(name, None, &scalar_text(item)))
            }
            _ => self.write_text(name, Some("application/json"), text),
        }
    }

    fn write_file(&mut self, name: &str, file: FilePart) -> Result<(), String> {
        let file_name = file.file_name.as_deref().unwrap_or("file");
        let content_type = file.content_type.as_deref().unwrap_or("application/octet-stream");
        self.write_head(name, Some(file_name), Some(content_type))?;
        match file.body.as_bytes() {
            Some(bytes) => self.bytes.extend_from_slice(bytes),
            None => {
                self.parts.push_back(std::mem::take(&mut self.bytes).into());
                self.parts.push_back(file.body);
            }
        }
        self.write_line(&[]);
        Ok(())
    }

    fn finish(mut self) -> Body {
        self.write_line(&["--", self.boundary, "--"]);
        if self.parts.is_empty() {
            return self.bytes.into();
        }
        self.parts.push_back(self.bytes.into());
        let length = self.parts.iter().try_fold(0_u64, |sum, part| sum.checked_add(part.length()?));
        Body::stream(Concatenated(self.parts), length)
    }
}

/// Quotes a field or file name. It is escaped as browsers do it (HTML Standard, "Multipart form data"), so that a name
/// cannot end its quotes or its line.
fn quote_name(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A"))
}

/// Bodies, streamed one after another.
struct Concatenated(VecDeque<Body>);

impl Stream for Concatenated {
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

impl fmt::Debug for Concatenated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Concatenated({} bodies)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: [(&str, &[u8]); 5] = [
        ("a", br#""x & \"y\"""#),
        ("b", b"0.10"),
        ("c", b"null"),
        ("d", b"[1,2]"),
        ("e\"\r\n", br#"{"f":true}"#),
    ];

    #[test]
    fn encodes_a_form() {
        let form = encode_form(FIELDS.into_iter()).unwrap();
        assert_eq!(
            String::from_utf8(form).unwrap(),
            "a=x%20%26%20%22y%22&b=0.10&d=1&d=2&e%22%0D%0A%5Bf%5D=true"
        );
        assert!(encode_form(std::iter::empty()).unwrap().is_empty());
    }

    #[test]
    fn encodes_a_form_with_files() {
        let file = FilePart::new("GIF89a").file_name("a\".gif").content_type("image/gif");
        let body = encode_multipart("B", FIELDS.into_iter(), vec![("file", file)]).unwrap();
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
    fn a_content_type_cannot_inject_a_header() {
        let file = FilePart::new("").content_type("a/b\r\nX: y");
        assert!(encode_multipart("B", std::iter::empty(), vec![("file", file)]).is_err());
    }
}
