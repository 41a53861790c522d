//! Tests that every member of an object other than schemas which lowering keeps has an effect on the generated crate, or is
//! reported.
#![allow(clippy::unwrap_used)]

mod cases;
mod wire_cases;

use std::collections::BTreeSet;

use self::cases::{CASES, DOCUMENT};
use self::wire_cases::WIRE_CASES;
use crate::keyword_effects::generate_document;
use crate::lower::represented_members;

fn document(part: &str, replacement: &str) -> String {
    assert_eq!(DOCUMENT.matches(part).count(), 1, "`{part}` must be in the document once");
    DOCUMENT.replace(part, replacement)
}

#[test]
fn every_kept_member_has_an_effect() {
    let mut without_effect = Vec::new();
    for (object, member, part, without, with) in CASES.iter().chain(WIRE_CASES) {
        if generate_document(&document(part, without)) == generate_document(&document(part, with)) {
            without_effect.push((object, member));
        }
    }
    assert!(without_effect.is_empty(), "without effect: {without_effect:?}");
    let tested: BTreeSet<(&str, &str)> =
        CASES.iter().chain(WIRE_CASES).map(|(object, member, ..)| (*object, *member)).collect();
    let kept: BTreeSet<(&str, &str)> = represented_members().collect();
    let untested: Vec<_> = kept.difference(&tested).collect();
    assert!(untested.is_empty(), "kept without a case: {untested:?}");
    let not_kept: Vec<_> = tested.difference(&kept).collect();
    assert!(not_kept.is_empty(), "a case of a member that is not kept: {not_kept:?}");
}
