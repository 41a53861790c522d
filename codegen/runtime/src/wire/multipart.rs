//! Encodes the fields of a request as a form with files (`multipart/form-data`, RFC 7578).

use std::{
    borrow::Cow,
    collections::VecDeque,
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use futures_core::Stream;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};

use crate::{
    json::{Tree, unquote},
    wire::{
        body::{Body, BoxError},
        field_encoding::FieldEncoding,
        file_part::{FilePart, find_file},
        form::FormFields,
        headers::parse_header_name,
        parameter::QueryStyle,
        styled_pairs::{Delimiter, PairTarget, for_each_pair},
    },
};

/// Encodes fields and files as `multipart/form-data`. `nested` has the fields that may have files within them, with these files.
pub(crate) fn encode_multipart(
    boundary: &str,
    fields: &FormFields,
    files: Vec<(Cow<'static, str>, FilePart)>,
    nested: &[(Cow<'static, str>, Vec<FilePart>)],
    table: &[FieldEncoding],
) -> Result<Body, String> {
    let mut writer = Writer { boundary, bytes: Vec::new(), parts: VecDeque::new() };
    let find = |name: &str| FieldEncoding::find(table, name).copied().unwrap_or(FieldEncoding::new(""));
    for (name, value) in fields {
        match nested.iter().find(|(field, _)| field == name) {
            Some((_, files)) => writer.write_members(name, name, value, files, &find)?,
            None => writer.write_field(name, value, &find(name))?,
        }
    }
    for (name, file) in files {
        writer.write_file(&name, &file, &find(&name))?;
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
        encoding: &FieldEncoding,
        own_headers: &[(String, String)],
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
        let is_own = |name: &str| own_headers.iter().any(|(own, _)| own.eq_ignore_ascii_case(name));
        for (header, value) in encoding.headers.iter().filter(|(header, _)| !is_own(header)) {
            self.write_line(&[header, ": ", value]);
        }
        for (header, value) in own_headers {
            check_part_header(header, value)?;
            self.write_line(&[header, ": ", value]);
        }
        self.write_line(&[]);
        Ok(())
    }

    fn write_line(&mut self, pieces: &[&str]) {
        pieces.iter().for_each(|piece| self.bytes.extend_from_slice(piece.as_bytes()));
        self.bytes.extend_from_slice(b"\r\n");
    }

    /// A field in the style that the document names for it, or else as one part for each item of a list: objects as JSON,
    /// other values as text.
    fn write_field(&mut self, name: &str, value: &Tree, encoding: &FieldEncoding) -> Result<(), String> {
        match (encoding.style, value) {
            (None, Tree::Array(items)) => {
                items.iter().try_for_each(|item| self.write_value(name, item, encoding))
            }
            (None, _) => self.write_value(name, value, encoding),
            (Some(QueryStyle::Json), _) => self.write_json(name, value, encoding),
            (Some(style), _) => {
                let mut result = Ok(());
                for_each_pair(name, style, value, PairTarget::Form, &mut |name, values, delimiter| {
                    let delimiter = match delimiter {
                        Delimiter::Comma => ",",
                        Delimiter::Space => " ",
                        Delimiter::Pipe => "|",
                    };
                    let written = self.write_text(name, &values.join(delimiter), encoding);
                    result = std::mem::replace(&mut result, Ok(())).and(written);
                });
                result
            }
        }
    }

    fn write_value(&mut self, name: &str, value: &Tree, encoding: &FieldEncoding) -> Result<(), String> {
        match value.as_scalar() {
            Some(text) => self.write_text(name, &text, encoding),
            None => self.write_json(name, value, encoding),
        }
    }

    /// Writes each value within a field as a part, whose name is the way to it in brackets. The pattern is the name without
    /// indices, under which the table has the encoding.
    fn write_members(
        &mut self,
        name: &str,
        pattern: &str,
        value: &Tree,
        files: &[FilePart],
        find: &dyn Fn(&str) -> FieldEncoding,
    ) -> Result<(), String> {
        match value {
            Tree::Text(text) => match find_file(text, files) {
                Some(file) => self.write_file(name, file, &find(pattern)),
                None => self.write_value(name, value, &find(pattern)),
            },
            Tree::Array(items) => items.iter().enumerate().try_for_each(|(index, item)| {
                self.write_members(&format!("{name}[{index}]"), &format!("{pattern}[]"), item, files, find)
            }),
            Tree::Object(entries) => entries.iter().try_for_each(|(key, value)| {
                let key = unquote(key);
                self.write_members(
                    &format!("{name}[{key}]"),
                    &format!("{pattern}[{key}]"),
                    value,
                    files,
                    find,
                )
            }),
        }
    }

    fn write_json(&mut self, name: &str, value: &Tree, encoding: &FieldEncoding) -> Result<(), String> {
        let content_type = encoding.content_type.unwrap_or("application/json");
        self.write_head(name, None, Some(content_type), encoding, &[])?;
        self.write_line(&[&value.to_string()]);
        Ok(())
    }

    fn write_text(&mut self, name: &str, text: &str, encoding: &FieldEncoding) -> Result<(), String> {
        self.write_head(name, None, encoding.content_type, encoding, &[])?;
        self.write_line(&[text]);
        Ok(())
    }

    fn write_file(&mut self, name: &str, file: &FilePart, encoding: &FieldEncoding) -> Result<(), String> {
        let body = file.take_body()?;
        let content_type = file.content_type.as_deref();
        if file.is_text {
            self.write_head(name, file.file_name.as_deref(), content_type, encoding, &file.headers)?;
        } else {
            let file_name = file.file_name.as_deref().unwrap_or("file");
            let content_type = content_type.or(encoding.content_type).unwrap_or("application/octet-stream");
            self.write_head(name, Some(file_name), Some(content_type), encoding, &file.headers)?;
        }
        match body.as_bytes() {
            Some(bytes) => self.bytes.extend_from_slice(bytes),
            None => {
                self.parts.push_back(std::mem::take(&mut self.bytes).into());
                self.parts.push_back(body);
            }
        }
        self.write_line(&[]);
        Ok(())
    }

    fn finish(mut self) -> Body {
        self.write_line(&["--", self.boundary, "--"]);
        self.parts.push_back(self.bytes.into());
        concatenate(self.parts)
    }
}

/// Checks a header that a caller adds to a part. Error messages do not contain the value.
fn check_part_header(name: &str, value: &str) -> Result<(), String> {
    let parsed = parse_header_name(name)?;
    if parsed == CONTENT_TYPE || parsed == CONTENT_DISPOSITION {
        return Err(format!(
            "use `content_type` and `file_name` of the file in place of its header `{parsed}`"
        ));
    }
    if value.bytes().any(|byte| byte.is_ascii_control()) {
        return Err(format!("the header `{parsed}` of a file must not contain control characters"));
    }
    Ok(())
}

/// One body after another: a stream, unless there is only one.
pub(crate) fn concatenate(mut parts: VecDeque<Body>) -> Body {
    if parts.len() == 1 {
        return parts.pop_front().unwrap_or_default();
    }
    let length = parts.iter().try_fold(0_u64, |sum, part| sum.checked_add(part.length()?));
    Body::stream(Concatenated(parts), length)
}

/// Quotes a field or file name. It is escaped as browsers do it (HTML Standard, "Multipart form data"), so that a name
/// cannot end its quotes or its line.
pub(crate) fn quote_name(name: &str) -> String {
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
    use crate::wire::{entry_buffer::EntryBuffer, file_part::placeholder, form::form_fields};

    fn text(fields: &str, files: Vec<(Cow<'static, str>, FilePart)>, table: &[FieldEncoding]) -> String {
        let fields = form_fields(Some(fields.as_bytes()), &EntryBuffer::default()).unwrap();
        let body = encode_multipart("B", &fields, files, &[], table).unwrap();
        String::from_utf8(body.as_bytes().unwrap().to_vec()).unwrap()
    }

    fn part(name: &str, rest: &str) -> String {
        format!("--B\r\nContent-Disposition: form-data; name=\"{name}\"{rest}\r\n")
    }

    #[test]
    fn encodes_a_form_with_files() {
        let file = FilePart::new("GIF89a").file_name("a\".gif").content_type("image/gif");
        let fields = r#"{"a":"x & \"y\"","b":0.10,"c":null,"d":[1,{"k":[2]}],"e\"\r\n":{"f":true}}"#;
        let expected = [
            part("a", "\r\n\r\nx & \"y\""),
            part("b", "\r\n\r\n0.10"),
            part("c", "\r\n\r\n"),
            part("d", "\r\n\r\n1"),
            part("d", "\r\nContent-Type: application/json\r\n\r\n{\"k\":[2]}"),
            part("e%22%0D%0A", "\r\nContent-Type: application/json\r\n\r\n{\"f\":true}"),
            part("file", "; filename=\"a%22.gif\"\r\nContent-Type: image/gif\r\n\r\nGIF89a"),
            "--B--\r\n".to_owned(),
        ];
        assert_eq!(text(fields, vec![("file".into(), file)], &[]), expected.concat());
    }

    #[test]
    fn the_table_decides_on_its_fields() {
        const TABLE: [FieldEncoding; 5] = [
            FieldEncoding::new("tags").style(QueryStyle::Form),
            FieldEncoding::new("meta").style(QueryStyle::DeepObject).headers(&[("X-Part", "1")]),
            FieldEncoding::new("list").style(QueryStyle::Json),
            FieldEncoding::new("xml").content_type("application/xml"),
            FieldEncoding::new("image").content_type("image/png").headers(&[("X-Kind", "cover")]),
        ];
        let fields = r#"{"tags":["a","b"],"meta":{"k":[1]},"list":["a"],"xml":"<a/>"}"#;
        let files = vec![
            ("image".into(), FilePart::new("1")),
            ("image".into(), FilePart::new("2").content_type("image/gif")),
            ("image".into(), FilePart::text("https://example.com")),
        ];
        let expected = [
            part("tags", "\r\n\r\na,b"),
            part("meta[k][0]", "\r\nX-Part: 1\r\n\r\n1"),
            part("list", "\r\nContent-Type: application/json\r\n\r\n[\"a\"]"),
            part("xml", "\r\nContent-Type: application/xml\r\n\r\n<a/>"),
            part("image", "; filename=\"file\"\r\nContent-Type: image/png\r\nX-Kind: cover\r\n\r\n1"),
            part("image", "; filename=\"file\"\r\nContent-Type: image/gif\r\nX-Kind: cover\r\n\r\n2"),
            part("image", "\r\nX-Kind: cover\r\n\r\nhttps://example.com"),
            "--B--\r\n".to_owned(),
        ];
        assert_eq!(text(fields, files, &TABLE), expected.concat());
    }

    #[test]
    fn a_content_type_cannot_inject_a_header() {
        let file = FilePart::new("").content_type("a/b\r\nX: y");
        assert!(encode_multipart("B", &Vec::new(), vec![("file".into(), file)], &[], &[]).is_err());
    }

    #[test]
    fn a_file_has_headers_of_its_own() {
        const TABLE: [FieldEncoding; 1] =
            [FieldEncoding::new("file").headers(&[("X-Kind", "cover"), ("X-A", "1")])];
        let file = FilePart::new("x").header("x-kind", "back").header("X-Rotate", "90");
        let expected = [
            part(
                "file",
                "; filename=\"file\"\r\nContent-Type: application/octet-stream\r\nX-A: 1\r\nx-kind: back\r\nX-Rotate: 90\r\n\r\nx",
            ),
            "--B--\r\n".to_owned(),
        ];
        assert_eq!(text("{}", vec![("file".into(), file)], &TABLE), expected.concat());
        for (name, value) in [("X-A", "87\r\nX-B: b"), ("X:", "87"), ("", "87"), ("content-TYPE", "87")] {
            let file = FilePart::new("x").header(name, value);
            let error =
                encode_multipart("B", &Vec::new(), vec![("file".into(), file)], &[], &[]).unwrap_err();
            assert!(!error.contains("87"), "{error}");
        }
    }

    #[test]
    fn files_within_a_field_have_names_in_brackets() {
        const TABLE: [FieldEncoding; 1] = [FieldEncoding::new("items[][file]").content_type("image/png")];
        let json = r#"{"items":[{"kind":"a","file":ONE,"tags":["x"],"none":null},{"file":ZERO}]}"#;
        let json = json.replace("ONE", &placeholder(1)).replace("ZERO", &placeholder(0));
        let fields = form_fields(Some(json.as_bytes()), &EntryBuffer::default()).unwrap();
        let nested =
            [(Cow::Borrowed("items"), vec![FilePart::new("A"), FilePart::new("B").file_name("b.gif")])];
        let body = encode_multipart("B", &fields, Vec::new(), &nested, &TABLE).unwrap();
        let expected = [
            part("items[0][kind]", "\r\n\r\na"),
            part("items[0][file]", "; filename=\"b.gif\"\r\nContent-Type: image/png\r\n\r\nB"),
            part("items[0][tags][0]", "\r\n\r\nx"),
            part("items[0][none]", "\r\n\r\n"),
            part("items[1][file]", "; filename=\"file\"\r\nContent-Type: image/png\r\n\r\nA"),
            "--B--\r\n".to_owned(),
        ];
        assert_eq!(body.as_bytes().unwrap(), expected.concat().as_bytes());
    }
}
