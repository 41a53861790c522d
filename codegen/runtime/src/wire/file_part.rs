//! Files in forms: as fields of their own, and within the objects and lists of other fields.
//!
//! A field is encoded as JSON when it is set. A file in it is replaced by a placeholder, which the encoder of the form replaces
//! by a part.

use std::{
    cell::RefCell,
    fmt,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use serde::{
    de::{Deserialize, Deserializer},
    ser::{Error as _, Serialize, Serializer},
};
use serde_json::value::RawValue;

use crate::{
    json::{Decode, Encode},
    wire::body::Body,
};

/// A file to send: its contents, with an optional name and media type.
///
/// Clones share their contents. If these are a stream, only one of the clones can be sent.
#[derive(Clone)]
pub struct FilePart {
    pub(crate) file_name: Option<String>,
    pub(crate) content_type: Option<String>,
    pub(crate) headers: Vec<(String, String)>,
    /// Taken when it is sent, if it is a stream.
    body: Arc<Mutex<Option<Body>>>,
    pub(crate) is_text: bool,
}

impl FilePart {
    /// A file with these contents.
    pub fn new(body: impl Into<Body>) -> Self {
        let body = Arc::new(Mutex::new(Some(body.into())));
        Self { file_name: None, content_type: None, headers: Vec::new(), body, is_text: false }
    }

    /// A text in place of a file, such as the address of a file or its id, where an API takes both. It has no name.
    pub fn text(text: impl Into<String>) -> Self {
        Self { is_text: true, ..Self::new(text.into()) }
    }

    /// Sets the name of the file; `file` by default.
    #[must_use]
    pub fn file_name(mut self, name: impl Into<String>) -> Self {
        self.file_name = Some(name.into());
        self
    }

    /// Sets the media type, such as `image/png`. By default it is what the API expects, or `application/octet-stream`.
    #[must_use]
    pub fn content_type(mut self, media_type: impl Into<String>) -> Self {
        self.content_type = Some(media_type.into());
        self
    }

    /// Adds a header of the part, such as one that the API documents for this file. A request with a header that cannot be sent,
    /// or with a second `Content-Type` or `Content-Disposition`, fails.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The text, if this is a text in place of a file. Files in JSON are texts.
    #[must_use]
    pub fn to_text(&self) -> Option<String> {
        let body = self.body.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes = body.as_ref().filter(|_| self.is_text)?.as_bytes()?;
        std::str::from_utf8(bytes).ok().map(str::to_owned)
    }

    /// The contents, to send them.
    pub(crate) fn take_body(&self) -> Result<Body, String> {
        let mut body = self.body.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bytes) = body.as_ref().and_then(Body::as_bytes) {
            return Ok(bytes.clone().into());
        }
        body.take().ok_or_else(|| {
            "the contents of a file are a stream, which was sent with another request; create the file anew for each request"
                .to_owned()
        })
    }
}

/// The values of headers may be secret, so only their names are printed.
impl fmt::Debug for FilePart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("FilePart")
            .field("file_name", &self.file_name)
            .field("content_type", &self.content_type)
            .field("headers", &headers)
            .field("is_text", &self.is_text)
            .finish_non_exhaustive()
    }
}

impl<B: Into<Body>> From<B> for FilePart {
    fn from(body: B) -> Self {
        Self::new(body)
    }
}

/// Files are equal if they have the same bytes, name, media type and headers. A stream is equal to its clones only.
impl PartialEq for FilePart {
    fn eq(&self, other: &Self) -> bool {
        let bytes = |file: &Self| {
            let body = file.body.lock().unwrap_or_else(PoisonError::into_inner);
            body.as_ref().and_then(Body::as_bytes).cloned()
        };
        let has_same_contents = || {
            Arc::ptr_eq(&self.body, &other.body) || {
                let own = bytes(self);
                own.is_some() && own == bytes(other)
            }
        };
        self.is_text == other.is_text
            && self.file_name == other.file_name
            && self.content_type == other.content_type
            && self.headers == other.headers
            && has_same_contents()
    }
}

thread_local! {
    /// The files of the field that is being encoded.
    static COLLECTED: RefCell<Option<Vec<FilePart>>> = const { RefCell::new(None) };
}

/// Encodes a field, and returns the files for whose placeholders the text has.
pub(crate) fn collect_files<R>(encode: impl FnOnce() -> R) -> (R, Vec<FilePart>) {
    let collecting = Collecting::start();
    let result = encode();
    (result, collecting.finish())
}

/// While it exists, files are collected. Restores the collection around it when dropped, also if the encoder of a value panics:
/// the thread may encode other requests.
struct Collecting {
    outer: Option<Vec<FilePart>>,
}

impl Collecting {
    fn start() -> Self {
        Self { outer: COLLECTED.replace(Some(Vec::new())) }
    }

    fn finish(self) -> Vec<FilePart> {
        COLLECTED.take().unwrap_or_default()
    }
}

impl Drop for Collecting {
    fn drop(&mut self) {
        COLLECTED.set(self.outer.take());
    }
}

/// The start of placeholders. No text from elsewhere has it, not even one that is sent back as a server has written it.
static PLACEHOLDER: LazyLock<String> = LazyLock::new(|| format!("\"{} ", uuid::Uuid::new_v4().simple()));

/// The JSON text that stands for the file with this index.
pub(crate) fn placeholder(index: usize) -> String {
    format!("{}{index}\"", *PLACEHOLDER)
}

/// The file for which a JSON text is the placeholder.
pub(crate) fn find_file<'a>(text: &str, files: &'a [FilePart]) -> Option<&'a FilePart> {
    files.get(text.strip_prefix(PLACEHOLDER.as_str())?.strip_suffix('"')?.parse::<usize>().ok()?)
}

impl Encode for FilePart {
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // A text with a head of its own is a part of a form like a file.
        let has_head = self.file_name.is_some() || self.content_type.is_some() || !self.headers.is_empty();
        let is_collected = COLLECTED.with_borrow(Option::is_some);
        if let Some(text) = self.to_text().filter(|_| !(has_head && is_collected)) {
            return serializer.serialize_str(&text);
        }
        let index = COLLECTED.with_borrow_mut(|files| {
            let files = files.as_mut()?;
            files.push(self.clone());
            Some(files.len() - 1)
        });
        let Some(index) = index else {
            return Err(S::Error::custom(
                "a file can only be sent as a part of a form; use `FilePart::text` for a text in JSON",
            ));
        };
        RawValue::from_string(placeholder(index)).map_err(S::Error::custom)?.serialize(serializer)
    }
}

impl Decode for FilePart {
    fn blank() -> Self {
        Self::text("")
    }

    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{from_str, to_vec};

    #[test]
    fn a_file_is_encoded_only_while_files_are_collected() {
        let file = FilePart::new("x");
        assert!(to_vec(&file).is_err());
        let (json, files) = collect_files(|| to_vec(&vec![file.clone(), FilePart::text("id")]).unwrap());
        assert_eq!(String::from_utf8(json).unwrap(), format!("[{},\"id\"]", placeholder(0)));
        assert_eq!(find_file(&placeholder(0), &files), Some(&file));
        for other in [&placeholder(1), r#""file 0""#, PLACEHOLDER.as_str(), "0", "null"] {
            assert_eq!(find_file(other, &files), None, "{other}");
        }
        let text = FilePart::text("x").content_type("text/csv").header("X-Key", "87");
        let (json, files) = collect_files(|| to_vec(&text).unwrap());
        assert_eq!((json, files.len()), (placeholder(0).into_bytes(), 1));
        assert_eq!(to_vec(&text).unwrap(), br#""x""#);
        assert!(!format!("{text:?}").contains("87") && format!("{text:?}").contains("X-Key"));
        assert!(to_vec(&file).is_err());
    }

    #[test]
    fn a_panic_or_an_error_of_an_encoder_ends_the_collection() {
        struct Broken;
        impl Encode for Broken {
            fn encode<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
                panic!("an encoder with a mistake")
            }
        }
        struct Failing;
        impl Encode for Failing {
            fn encode<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
                Err(S::Error::custom("a value that cannot be encoded"))
            }
        }
        let file = FilePart::new("x");
        let panicked =
            std::panic::catch_unwind(|| collect_files(|| (to_vec(&file), to_vec(&vec![Broken]))).1);
        assert!(panicked.is_err());
        assert!(to_vec(&file).is_err());
        let (result, files) = collect_files(|| to_vec(&file).and_then(|_| to_vec(&vec![Failing])));
        assert!(result.is_err() && files.len() == 1);
        assert!(to_vec(&file).is_err());

        // The collection around it goes on with the files that it had.
        let (json, files) = collect_files(|| {
            to_vec(&file).unwrap();
            let inner = std::panic::catch_unwind(|| collect_files(|| to_vec(&vec![Broken])).1);
            assert!(inner.is_err());
            to_vec(&FilePart::new("y")).unwrap()
        });
        assert_eq!((json, files), (placeholder(1).into_bytes(), vec![file, FilePart::new("y")]));
    }

    #[test]
    fn a_text_of_json_is_a_text() {
        let file: FilePart = from_str(r#""file_1""#).unwrap();
        assert_eq!(file.to_text().as_deref(), Some("file_1"));
        assert_eq!(to_vec(&file).unwrap(), br#""file_1""#);
        assert_eq!(FilePart::new("file_1").to_text(), None);
    }

    #[test]
    fn a_stream_can_be_taken_once() {
        let file = FilePart::new(Body::stream(Body::from("x"), None));
        assert_eq!(file, file.clone());
        assert_ne!(file, FilePart::new(Body::stream(Body::from("x"), None)));
        assert!(file.clone().take_body().is_ok());
        assert!(file.take_body().is_err());
        let bytes = FilePart::new("x");
        assert_eq!(bytes, FilePart::new("x"));
        assert!(bytes.take_body().is_ok() && bytes.take_body().is_ok());
    }
}
