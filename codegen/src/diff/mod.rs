//! Two documents to what differs between them, for whoever depends on the old one.
//!
//! The comparison is one of models, not of texts: what is written in another way and means the same is no change. Both
//! models are walked from their operations and events; a pair of types is compared once, for requests and for answers
//! apart, and a change of it is told once, with all calls that it reaches.
//!
//! # What is the same
//!
//! Operations are matched by method, path and id, then by method and path, then by id. Events by name, then by value.
//! Components by name; two names that stand on one side only are a renamed component if at least half of the members are
//! the same, and so is an inline type that became a component. Of the members of an object, one that went and one that
//! came are a rename if, of type, place and a word of the name, two are the same, and so is whether it is required; of
//! several, all three must be. A component that nothing uses is told on its own; any other comes and goes with what uses it.
//!
//! # What a change means
//!
//! To *Rust*: does a program that compiles with the crate of the old document compile with that of the new one? On the
//! *wire*: does a program that was built with the old crate work with a server of the new document? `b` is breaking, `c`
//! compatible, `d` documentation only.
//!
//! | change | request: Rust | wire | response: Rust | wire | because |
//! |---|---|---|---|---|---|
//! | operation, event or component added | c | c | c | c | nobody calls it yet |
//! | operation removed | b | b | b | b | |
//! | operation renamed, tag moved | b | c | b | c | its method and module are named after them |
//! | path or method moved | c | b | c | b | an update of the crate mends it |
//! | optional member or parameter added | c | c | c | c | structs are not exhaustive, unknown members are kept |
//! | required member or parameter added | b | b | c | c | the request would not be complete |
//! | the same with one value only | c | b | c | c | the crate sends it of its own accord |
//! | optional member removed | b | b | b | c | the setter or field is gone; a server no longer does what was asked |
//! | required member removed | b | b | b | b | an answer without it is not read |
//! | member renamed | b | b | b | as removed | |
//! | made required | b | b | b | c | `Option<T>` becomes `T` |
//! | made optional | c | c | b | b | the setter stays; `T` becomes `Option<T>` |
//! | made nullable | c | c | b | b, c if it was optional | the setter takes what it took, and `Null` besides |
//! | never null any more | b | b | b | c | |
//! | both at once, with as many `Option`s | as each | as each | c | as each | the field's type stays |
//! | retyped | b | c if the new takes all old values | b | c if the old takes all new values | |
//! | one value only, before and after | c | b | c | c | |
//! | enum value or union form added | c | c | c | c | both are open |
//! | enum value or union form removed | b | b | b | c | the variant is gone |
//! | component renamed, or inline before | b | c | b | c | |
//! | body made required | c | b | | | |
//! | encoding of a body, style of a parameter | c | b | | | |
//! | success of another type | | | b | c if it was empty | |
//! | answers become pages, or stop being | | | b | c | the call gives another type |
//! | body of an error | | | c | c | the crate gives it as JSON |
//! | common shape of errors | | | b | c | |
//! | security: a way to be let in is gone | c | b | | | |
//! | security: a way added, none needed, or stated for the first time | c | c | | | the credential was sent already |
//! | credential sent in another way | b | b | | | |
//! | server | c | b | c | b | an update of the crate mends it |
//! | event removed or renamed | | | b | c | |
//! | event marked by another value | | | c | b | |
//! | deprecated, or no longer | c | c | c | c | |
//! | descriptions, limits, examples | d | d | d | d | limits are checked by the server alone |
//!
//! A type that travels both ways gets the worse of both. A struct of a request is built with setters, so that the types of
//! its fields do not count. What a component that nothing uses holds counts as an answer.
//!
//! The verdict follows Rust alone: one breaking change makes it *major*, one compatible *minor*, otherwise it is *patch*.
//! What breaks on the wire is mended by the update, which must reach everyone. Before 1.0, Cargo takes the second number
//! for the first: major is `0.x+1.0`, and both others are `0.x.y+1`.

mod body;
mod change;
mod impact;
mod matching;
mod members;
mod operations;
mod relation;
mod report;
mod side;
mod types;
mod walk;
mod whole;

pub use change::{Change, Diff, Direction, Impact, Impacts, Kind, Location, Verdict};
pub use report::{inert, markdown, next_version, text};

use crate::lower::deep;
use crate::model::Model;

/// Compares two models.
#[must_use]
pub fn diff(old: &Model, new: &Model) -> Diff {
    let diff = deep(|| {
        let mut walker = walk::Walker::new(old, new);
        walker.operations();
        walker.webhooks();
        walker.api();
        walker.drain();
        walker.components();
        Some(walker.finish())
    });
    diff.unwrap_or_default()
}
