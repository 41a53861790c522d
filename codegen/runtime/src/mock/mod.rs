//! A server in its users' tests that answers as the API would, out of the table that the generator makes of the document.

mod engine;
mod tree;
