//! Why a text gives no tree: what both formats have in common.

use super::limits::{MAX_ALIAS_BYTES, MAX_DEPTH};
use super::location::LineColumn;

pub(super) const TOO_LARGE: &str = "too-large";

/// A fault at a place of the text.
pub(super) struct Failure {
    pub(super) code: &'static str,
    pub(super) message: String,
    pub(super) at: LineColumn,
    pub(super) help: &'static str,
}

impl Failure {
    pub(super) fn broken(format: &str, message: &str, at: LineColumn) -> Self {
        let code = if format == "JSON" { "broken-json" } else { "broken-yaml" };
        let message = format!("the document is no valid {format}: {message}");
        Self {
            code,
            message,
            at,
            help: "correct the file at or before this place; nothing behind it was read",
        }
    }

    pub(super) fn repeated_key(key: &str, at: LineColumn) -> Self {
        let message = format!("the key `{key}` stands twice in one object");
        Self { code: "repeated-key", message, at, help: "remove one of the two, or rename it" }
    }

    pub(super) fn too_deep(at: LineColumn) -> Self {
        let message = format!("the document is nested deeper than {MAX_DEPTH} levels");
        Self { code: "too-deep", message, at, help: "move inner schemas to `components/schemas`" }
    }

    pub(super) fn too_large(at: LineColumn) -> Self {
        let message = "the document has too many nodes".to_owned();
        Self { code: TOO_LARGE, message, at, help: "split the document, or write it as JSON" }
    }

    pub(super) fn several_documents(at: LineColumn) -> Self {
        let message = "the file holds more than one YAML document".to_owned();
        Self { code: "several-documents", message, at, help: "keep one; `---` begins the next" }
    }

    pub(super) fn complex_key(what: &str, at: LineColumn) -> Self {
        let message = format!("{what} cannot be the key of a mapping");
        Self {
            code: "complex-key",
            message,
            at,
            help: "a key is a plain name; quote it if it begins with a sign",
        }
    }

    pub(super) fn alias_loop(at: LineColumn) -> Self {
        let message = "the alias stands inside the node it stands for".to_owned();
        Self { code: "alias-loop", message, at, help: "use `$ref` for what contains itself" }
    }

    pub(super) fn alias_limit(at: LineColumn) -> Self {
        let message =
            format!("the aliases of the document add up to more than {} MiB", MAX_ALIAS_BYTES >> 20);
        Self { code: "alias-limit", message, at, help: "use `$ref` for what is used often" }
    }
}
