//! The work of the generator grows with its document and not faster, counted in allocations, which are the same on any machine.

#![allow(clippy::expect_used, reason = "a test that cannot go on should stop")]

#[path = "../../src/bench/synthetic.rs"]
mod synthetic;

use std::alloc::System;

use stats_alloc::{INSTRUMENTED_SYSTEM, Region, Stats, StatsAlloc};
use whop_codegen::document::Source;
use whop_codegen::{Inputs, Options, generate};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const SMALL: usize = 250;
const LARGE: usize = 2_500;

/// How many times the work of the small document the large one may take, in percent.
const MOST: usize = 1_070;

fn count(operations: usize) -> Stats {
    let text = synthetic::synthetic_document(operations).to_string();
    let inputs = Inputs::new(Source { name: "synthetic.json".to_owned(), text });
    let region = Region::new(ALLOCATOR);
    let generated = generate(inputs, &Options::default());
    let stats = region.change();
    assert!(!generated.failed, "{:?}", generated.messages);
    assert_eq!(generated.summary.operations, operations);
    stats
}

#[test]
fn ten_times_the_operations_take_ten_times_the_allocations() {
    let (small, large) = (count(SMALL), count(LARGE));
    for (what, small, large) in [
        ("allocations", small.allocations, large.allocations),
        ("moves to a larger place", small.reallocations, large.reallocations),
        ("bytes", small.bytes_allocated, large.bytes_allocated),
    ] {
        println!("{what}: {small} for {SMALL} operations, {large} for {LARGE}");
        assert!(large * 100 < small * MOST, "{what}: {small} for {SMALL} operations, {large} for {LARGE}");
    }
}
