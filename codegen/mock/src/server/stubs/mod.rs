//! Stubs: responses that a test chooses in place of the default ones.

pub(crate) mod builder;
pub(crate) mod registry;
pub(crate) mod response;
