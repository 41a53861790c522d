//! What explains the program: completions, manual pages, the description as pages, and the API's own reference.

pub(crate) mod completions;
pub(crate) mod docs;
pub(crate) mod man;
mod names;
pub(crate) mod open;
mod page;
#[cfg(test)]
pub(crate) mod test_library;
