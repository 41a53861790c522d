//! What explains the program: completions, manual pages, the description as pages, and the API's own reference.

pub(crate) mod completions;
mod names;
#[cfg(test)]
pub(crate) mod test_library;
