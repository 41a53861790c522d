//! A server in its users' tests that answers as the API would, out of the table that the generator makes of the document.

mod answer;
mod arguments;
mod body;
mod chance;
mod check;
mod document;
mod engine;
mod filters;
mod limits;
mod pages;
mod path;
mod resources;
mod sample;
mod store;
mod text;
mod tree;
mod words;
