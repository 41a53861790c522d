//! Compares two documents and reports what changes for users of the old one.
//!
//! It compares models, so a change of notation without a change of meaning is not reported. Both models are walked from
//! their operations and events. A pair of types is compared once per direction, and a change in a shared component is
//! reported once, with the operations it affects.
//!
//! # Matching
//!
//! Operations are matched by method, path and id, then by method and path, then by id. Events by name, then by value. Types
//! that are in the same place are compared, also where one component gives way to another one or to an inline schema: one
//! change names the pair, and others list what its fields lost. It is a *rename* if both names exist in one document only and
//! at least half of the fields match. Variants of unions and of bodies are matched by their fields, then by their constants,
//! and last by their names. An unused component is reported on its own; any other is reported with what uses it.
//!
//! A removed and an added field of one object are a rename if the pair recurs: in `renames`, a first walk over the documents
//! counts in how many objects one name gives way to the other, and a second walk takes such pairs for renames everywhere. Any
//! other pair is a rename if the fields agree on presence and on two of: type, position, name, where names agree if they end
//! in the same word or one adds words to the other. With several candidates, all three must match.
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
//! | operation renamed, tag moved | b, c if the names in Rust stay | c | as request | c | method and module are named after them |
//! | path or method moved | c | b | c | b | updating the crate fixes it |
//! | optional field or parameter added | c | c | c | c | structs are not exhaustive, unknown fields are kept |
//! | required field or parameter added | b | b | c | c | the request would be incomplete |
//! | the same with one value only, or in an optional body | c | b | c | c | the crate sends it by itself; no setter has to be called |
//! | optional field removed | b | b | b | c | the setter or field is gone; a server no longer does what the caller requested |
//! | required field removed | b | b | b | b | a response without it cannot be decoded |
//! | field with one value removed | c | b | as removed | as removed | it has no setter |
//! | field renamed | b, c if the name in Rust stays | b | as request | as removed | |
//! | made required | b, c in an optional body | b | b | c | `Option<T>` becomes `T` |
//! | made optional | c | c | b | b | the setter stays; `T` becomes `Option<T>` |
//! | made nullable | c | c | b | b, c if it was optional | the setter accepts what it accepted, and `Null` |
//! | never null any more | b | b | b | c | |
//! | both at once, with the same number of `Option`s | as each | as each | c | as each | the field's type stays |
//! | retyped | b | c if the new type accepts all old values | b | c if the old type accepts all new values | |
//! | one value only, before and after | c | b | c | c | |
//! | type in the place of another one | b, c if the name in Rust stays | c | as request | c | its fields are compared |
//! | limit tightened, or a pattern replaced | c | b | c | c | a server refuses what it accepted; the crate checks no limits |
//! | limit loosened | c | c | c | c | in a response too: values are decoded without regard to limits |
//! | default changed | c | b | c | c | a request that leaves it out means something else |
//! | default stated, or not stated any more | c | c | c | c | what a server does is not known to change |
//! | enum value or variant added | c | c | c | c | both are open |
//! | enum value or variant removed | b | b | b | c | the variant is gone |
//! | variant renamed | b | c | b | c | |
//! | discriminator stated, or not stated any more | c | c | c | c | the values were sent before |
//! | discriminator value replaced | c | b | c | b | c if the reader knows all values |
//! | component renamed, or inline before | b, c if the name in Rust stays | c | as request | c | |
//! | body made required | b, c without required setters | b | | | |
//! | body removed as a variant | b | b, c if another variant accepts it | | | |
//! | one variant of a body becomes several, or several one | b | c | | | the caller has to choose one; each variant is compared |
//! | encoding of a body, style of a parameter | c | b | | | c from JSON to JSON or multipart |
//! | success of another type | | | b | c if it was empty | |
//! | responses become pages, or stop being pages | | | b | c | the method returns another type |
//! | body of an error | | | c | c | the crate exposes it as JSON |
//! | common shape of errors | | | b | c | |
//! | security: an alternative removed, a scheme or scope more in one | c | b | | | |
//! | security: an alternative added, a scheme or scope less, none required, or stated for the first time | c | c | | | the credential was sent already |
//! | credential sent in another place | b | b | | | |
//! | server | c | b | c | b | updating the crate fixes it |
//! | environment removed | b | b | b | b | its constant is gone |
//! | environment added | c | c | c | c | |
//! | event removed or renamed | | | b, c if the name in Rust stays | c | |
//! | discriminator value of an event | | | c | b | |
//! | deprecated, or no longer deprecated | c | c | c | c | |
//! | version, descriptions, examples, formats that make no type | d | d | d | d | |
//!
//! A type that travels in both directions gets the worse impact of both. Request structs are built with setters, so the types
//! of their fields do not count. The fields of an unused component count as fields of a response.
//!
//! Only Rust breakage decides the version bump: one breaking change makes it *major*, one compatible change *minor*, otherwise
//! it is *patch*. Wire breakage is fixed by a compatible release. Before 1.0, Cargo treats the second number as the major one:
//! major is `0.x+1.0`, and both others are `0.x.y+1`.

mod alternatives;
mod body;
mod change;
mod found;
mod impact;
mod limits;
mod matching;
mod members;
mod occurrence;
mod operations;
mod relation;
mod renames;
mod report;
mod side;
mod types;
mod unread;
mod variants;
mod walk;
mod whole;

pub use change::{Change, Diff, Direction, Impact, Impacts, Kind, Location, Unread, Verdict};
pub use report::{escape_markdown, next_version, render_markdown, render_text, sanitize_line};

use self::renames::Renames;
use self::side::Side;
use self::unread::{UnreadPlaces, list_unread};
use self::walk::Walker;
use crate::model::Model;
use crate::stack::run_with_large_stack;

/// Compares two models.
#[must_use]
pub fn diff(old: &Model, new: &Model) -> Diff {
    let diff = run_with_large_stack(|| {
        let places = UnreadPlaces::new(old, new);
        // The first walk finds which renames recur; the second one applies them everywhere.
        let sides = (Side::new(old, &places), Side::new(new, &places));
        let mut first = Walker::new(sides.0, sides.1, Renames::default());
        first.compare_all();
        let (one, other, renames) = first.into_renames();
        let mut second = Walker::new(one, other, renames);
        second.compare_all();
        let mut diff = second.into_diff();
        diff.changes.retain(|change| !places.explains(change));
        diff.unread = list_unread(old).chain(list_unread(new)).collect();
        Some(diff)
    });
    diff.unwrap_or_default()
}
