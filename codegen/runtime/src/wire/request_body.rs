//! The parts of a request body before it is encoded.

use std::borrow::Cow;

use crate::json::Tree;
use crate::wire::{
    body::Body,
    entry_buffer::EntryBuffer,
    file_part::{FilePart, find_file},
    form::FormFields,
};

/// The parts of a request body before it is encoded.
#[derive(Debug, Default)]
pub(crate) struct RequestBody {
    /// The fields of an object body, each encoded as JSON.
    pub(crate) fields: EntryBuffer,
    /// A body that is a single JSON value and has no fields.
    pub(crate) json: Option<Vec<u8>>,
    /// A body that is sent unchanged.
    pub(crate) raw: Option<Body>,
    /// Whether `raw` is a stream that the original of this copy has.
    pub(crate) lacks_stream: bool,
    pub(crate) files: Vec<(Cow<'static, str>, FilePart)>,
    /// The fields that may have files within them, with these files.
    pub(crate) nested_files: Vec<(Cow<'static, str>, Vec<FilePart>)>,
    /// The files within [`json`](Self::json).
    pub(crate) whole_files: Vec<FilePart>,
}

impl RequestBody {
    /// Whether nothing is set.
    pub(crate) fn is_empty(&self) -> bool {
        let has_raw = self.raw.is_some() || self.lacks_stream;
        self.fields.is_empty() && self.json.is_none() && !has_raw && self.files.is_empty()
    }

    /// Whether it is set as a whole, so that it has no fields that could be changed.
    pub(crate) fn is_whole(&self) -> bool {
        self.json.is_some() || self.raw.is_some() || self.lacks_stream
    }

    /// Whether a file is set, as a field or within one.
    pub(crate) fn has_files(&self) -> bool {
        !self.files.is_empty()
            || !self.whole_files.is_empty()
            || self.nested_files.iter().any(|(_, files)| !files.is_empty())
    }

    /// Whether it can be sent again: it has no file and no stream.
    #[cfg(feature = "event-stream")]
    pub(crate) fn is_reusable(&self) -> bool {
        !self.has_files()
            && !self.lacks_stream
            && self.raw.as_ref().is_none_or(|raw| raw.as_bytes().is_some())
    }

    /// A copy for another request. What is in memory is sent again, files too, wherever they are. A stream can be read only
    /// once: of the requests that have it, the second one fails instead of being sent without it.
    pub(crate) fn duplicate(&self) -> Self {
        let raw = self.raw.as_ref().and_then(Body::as_bytes).cloned().map(Body::from);
        Self {
            fields: self.fields.clone(),
            json: self.json.clone(),
            lacks_stream: self.lacks_stream || (self.raw.is_some() && raw.is_none()),
            raw,
            files: self.files.clone(),
            nested_files: self.nested_files.clone(),
            whole_files: self.whole_files.clone(),
        }
    }

    /// Makes fields of the files that a whole body holds: those that are values of their own, and those within others.
    pub(crate) fn take_whole_files(&mut self, values: &mut FormFields) {
        let found = std::mem::take(&mut self.whole_files);
        if found.is_empty() {
            return;
        }
        let file = |value: &Tree| match value {
            Tree::Text(text) => find_file(text, &found).cloned(),
            _ => None,
        };
        values.retain(|(name, value)| {
            let files: Option<Vec<FilePart>> = match value {
                Tree::Array(items) if !items.is_empty() => items.iter().map(file).collect(),
                value => file(value).map(|file| vec![file]),
            };
            match files {
                Some(files) => {
                    self.files.extend(files.into_iter().map(|file| (name.clone().into(), file)));
                    false
                }
                None => {
                    if holds_file(value, &found) {
                        self.nested_files.push((name.clone().into(), found.clone()));
                    }
                    true
                }
            }
        });
    }
}

fn holds_file(value: &Tree, files: &[FilePart]) -> bool {
    match value {
        Tree::Text(text) => find_file(text, files).is_some(),
        Tree::Array(items) => items.iter().any(|item| holds_file(item, files)),
        Tree::Object(entries) => entries.iter().any(|(_, value)| holds_file(value, files)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{file_part::placeholder, form::form_fields};

    #[test]
    fn files_of_a_whole_body_become_fields() {
        let json = r#"{"a":ZERO,"b":[ONE,ZERO],"c":{"d":ONE},"e":["x"],"f":[]}"#;
        let json = json.replace("ONE", &placeholder(1)).replace("ZERO", &placeholder(0));
        let whole_files = vec![FilePart::new("0"), FilePart::new("1")];
        let mut body = RequestBody { json: Some(json.into_bytes()), whole_files, ..RequestBody::default() };
        assert!(body.has_files());
        let mut values = form_fields(body.json.as_deref(), &body.fields).unwrap();
        body.take_whole_files(&mut values);
        let left: Vec<&str> = values.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(left, ["c", "e", "f"]);
        let files: Vec<&str> = body.files.iter().map(|(name, _)| &**name).collect();
        assert_eq!(files, ["a", "b", "b"]);
        let nested: Vec<&str> = body.nested_files.iter().map(|(name, _)| &**name).collect();
        assert_eq!(nested, ["c"]);
    }
}
