//! Stubs: responses and expectations that a test defines for the calls of an operation.

pub(crate) mod builder;
pub(crate) mod definition;
pub(crate) mod registry;
pub(crate) mod response;
