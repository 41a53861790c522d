//! Compares two documents and reports what changes for users of the old one.
//!
//! It compares models, so a change of notation without a change of meaning is not reported. Both models are walked from
//! their operations and events. A pair of types is compared once per direction, and a change in a shared component is
//! reported once, with the operations it affects.
//!
//! # Matching
//!
//! Operations are matched by method, path and id, then by method and path, then by id. Events by name, then by value.
//! Components by name; two components whose names exist in one document only are a rename if at least half of their fields
//! match, and so is an inline type that became a component. A removed and an added field of one object are a rename if they
//! agree on presence and on two of: type, position, a word of the name. With several candidates, all three must match. An
//! unused component is reported on its own; any other is reported with what uses it.
//!
//! # Impact
//!
//! To *Rust*: does a program that compiles with the crate of the old document compile with that of the new one? On the
//! *wire*: does a program that was built with the old crate work with a server of the new document? `b` is breaking, `c`
//! compatible, `d` documentation only.
//!
//! | change | request: Rust | wire | response: Rust | wire | because |
//! |---|---|---|---|---|---|
//! | operation, event or component added | c | c | c | c | no program calls it yet |
//! | operation removed | b | b | b | b | |
//! | operation renamed, tag moved | b | c | b | c | method and module are named after them |
//! | path or method moved | c | b | c | b | updating the crate fixes it |
//! | optional field or parameter added | c | c | c | c | structs are not exhaustive, unknown fields are kept |
//! | required field or parameter added | b | b | c | c | the request would be incomplete |
//! | the same with one value only | c | b | c | c | the crate sends it by itself |
//! | optional field removed | b | b | b | c | the setter or field is gone; a server no longer does what the caller requested |
//! | required field removed | b | b | b | b | a response without it cannot be decoded |
//! | field renamed | b | b | b | as removed | |
//! | made required | b | b | b | c | `Option<T>` becomes `T` |
//! | made optional | c | c | b | b | the setter stays; `T` becomes `Option<T>` |
//! | made nullable | c | c | b | b, c if it was optional | the setter accepts what it accepted, and `Null` |
//! | never null any more | b | b | b | c | |
//! | both at once, with the same number of `Option`s | as each | as each | c | as each | the field's type stays |
//! | retyped | b | c if the new type accepts all old values | b | c if the old type accepts all new values | |
//! | one value only, before and after | c | b | c | c | |
//! | enum value or variant added | c | c | c | c | both are open |
//! | enum value or variant removed | b | b | b | c | the variant is gone |
//! | component renamed, or inline before | b | c | b | c | |
//! | body made required | c | b | | | |
//! | encoding of a body, style of a parameter | c | b | | | |
//! | success of another type | | | b | c if it was empty | |
//! | responses become pages, or stop being pages | | | b | c | the method returns another type |
//! | body of an error | | | c | c | the crate exposes it as JSON |
//! | common shape of errors | | | b | c | |
//! | security: an alternative removed | c | b | | | |
//! | security: an alternative added, none required, or stated for the first time | c | c | | | the credential was sent already |
//! | credential sent in another place | b | b | | | |
//! | server | c | b | c | b | updating the crate fixes it |
//! | event removed or renamed | | | b | c | |
//! | discriminator value of an event | | | c | b | |
//! | deprecated, or no longer deprecated | c | c | c | c | |
//! | descriptions, limits, examples | d | d | d | d | the client does not check limits |
//!
//! A type that travels in both directions gets the worse impact of both. Request structs are built with setters, so the types
//! of their fields do not count. The fields of an unused component count as fields of a response.
//!
//! Only Rust breakage decides the version bump: one breaking change makes it *major*, one compatible change *minor*, otherwise
//! it is *patch*. Wire breakage is fixed by a compatible release. Before 1.0, Cargo treats the second number as the major one:
//! major is `0.x+1.0`, and both others are `0.x.y+1`.

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

pub use change::{Change, Diff, Direction, Impact, Impacts, Kind, Location, Unread, Verdict};
pub use report::{escape_markdown, next_version, render_markdown, render_text};

use crate::model::Model;
use crate::stack::run_with_large_stack;

/// Compares two models.
#[must_use]
pub fn diff(old: &Model, new: &Model) -> Diff {
    let diff = run_with_large_stack(|| {
        let mut walker = walk::Walker::new(old, new);
        walker.compare_operations();
        walker.compare_webhooks();
        walker.compare_api();
        walker.compare_queued_pairs();
        walker.compare_unused_components();
        Some(walker.into_diff())
    });
    diff.unwrap_or_default()
}
