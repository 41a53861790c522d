//! What the configuration and the overlays say about a document that has changed since: the version that it describes, and
//! properties that it no longer has.

mod brought_back;
mod version;

pub(crate) use brought_back::report_brought_back;
pub(crate) use version::{find_api_version, find_known_versions};

#[cfg(test)]
mod tests;
