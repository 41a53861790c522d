//! The errors that stop the loading of a text, in either format.

use super::limits::{MAX_ALIAS_BYTES, MAX_DEPTH};
use super::location::LineColumn;
use crate::diagnostic::Code;

/// An error at a position of the text.
pub(super) struct Failure {
    pub(super) code: Code,
    pub(super) message: String,
    pub(super) at: LineColumn,
    pub(super) help: &'static str,
}

impl Failure {
    pub(super) fn broken_json(message: &str, at: LineColumn) -> Self {
        Self::broken(Code::BROKEN_JSON, "JSON", message, at)
    }

    pub(super) fn broken_yaml(message: &str, at: LineColumn) -> Self {
        Self::broken(Code::BROKEN_YAML, "YAML", message, at)
    }

    fn broken(code: Code, format: &str, message: &str, at: LineColumn) -> Self {
        let message = format!("the document is not valid {format}: {message}");
        let help = "correct the file at or before this position; the rest was not parsed";
        Self { code, message, at, help }
    }

    pub(super) fn repeated_key(key: &str, at: LineColumn) -> Self {
        let message = format!("the key `{key}` occurs twice in one object");
        Self { code: Code::REPEATED_KEY, message, at, help: "remove one of the two, or rename it" }
    }

    pub(super) fn too_deep(at: LineColumn) -> Self {
        let message = format!("the document is nested more than {MAX_DEPTH} levels deep");
        Self { code: Code::TOO_DEEP, message, at, help: "move inner schemas to `components/schemas`" }
    }

    pub(super) fn too_large(at: LineColumn) -> Self {
        let message = "the document has too many nodes".to_owned();
        Self { code: Code::TOO_LARGE, message, at, help: "split the document, or convert it to JSON" }
    }

    pub(super) fn several_documents(at: LineColumn) -> Self {
        let message = "the file contains more than one YAML document".to_owned();
        Self { code: Code::SEVERAL_DOCUMENTS, message, at, help: "keep one; `---` starts the next one" }
    }

    pub(super) fn complex_key(what: &str, at: LineColumn) -> Self {
        let message = format!("{what} cannot be the key of a mapping");
        let help = "use a plain name as the key; quote it if it starts with a special character";
        Self { code: Code::COMPLEX_KEY, message, at, help }
    }

    pub(super) fn alias_loop(at: LineColumn) -> Self {
        let message = "the alias is inside the node that it refers to".to_owned();
        let help = "use `$ref` for a schema that contains itself";
        Self { code: Code::ALIAS_LOOP, message, at, help }
    }

    pub(super) fn alias_limit(at: LineColumn) -> Self {
        let message = format!("the document's aliases expand to more than {} MiB", MAX_ALIAS_BYTES >> 20);
        Self { code: Code::ALIAS_LIMIT, message, at, help: "use `$ref` for schemas that are used often" }
    }
}
