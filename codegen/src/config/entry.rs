//! Messages about entries of the configuration.

use crate::diagnostic::{Code, Diagnostic, SourceId};

/// A message for [`Diagnostics::push_misfit`](crate::diagnostic::Diagnostics::push_misfit) about the entry at a JSON Pointer of
/// the configuration.
pub(crate) fn dead_entry(pointer: impl Into<String>, message: impl Into<String>) -> Diagnostic {
    Diagnostic::error(Code::DEAD_ENTRY, message)
        .at_source(SourceId::Configuration, pointer)
        .help("correct the entry, or delete it")
}

/// A message about the entry at a JSON Pointer of the configuration that is wrong for every document.
pub(crate) fn invalid_entry(
    pointer: impl Into<String>,
    message: impl Into<String>,
    help: impl Into<String>,
) -> Diagnostic {
    Diagnostic::error(Code::CONFIGURATION, message).at_source(SourceId::Configuration, pointer).help(help)
}
