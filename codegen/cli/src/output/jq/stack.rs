//! The stack of an expression, which may call itself without an end.

use std::{any::Any, panic::resume_unwind};

use jaq_core::{DataT, Lut, data::HasLut};
use jaq_json::Val;

/// The sizes of the stack that are tried, in bytes. Systems reserve addresses for it, and memory only for what is used.
pub(super) const STACK_SIZES: [usize; 4] = [LARGEST, 1 << 30, 1 << 28, 1 << 26];

#[cfg(target_pointer_width = "64")]
const LARGEST: usize = 1 << 32;
#[cfg(not(target_pointer_width = "64"))]
const LARGEST: usize = 1 << 29;

/// The most bytes of the stack that calls may use, and at most this part of it. The rest is for what recurses without calls, such as
/// reading and dropping nested values.
const MAX_CALLS: usize = 1 << 25;
const PART_OF_CALLS: usize = 4;

/// What ends an expression whose calls are too deep. The interpreter has no error that an expression cannot catch.
pub(super) struct TooDeep;

impl TooDeep {
    /// Whether a panic is this one.
    pub(super) fn is_reason(reason: &(dyn Any + Send)) -> bool {
        reason.is::<Self>()
    }
}

/// Where the stack of a thread begins, and how much of it calls may use.
#[derive(Clone, Copy)]
pub(super) struct StackGuard {
    start: usize,
    limit: usize,
}

impl StackGuard {
    /// For the thread that begins here, with a stack of `size` bytes.
    pub(super) fn begin(size: usize) -> Self {
        Self { start: find_stack_position(), limit: MAX_CALLS.min(size / PART_OF_CALLS) }
    }

    /// What the interpreter gets.
    pub(super) fn watch(self, lut: &Lut<Data>) -> Watched<'_> {
        Watched { lut, guard: self }
    }
}

/// About the address of the top of the stack.
#[inline(never)]
fn find_stack_position() -> usize {
    let here = 0_u8;
    std::ptr::from_ref(std::hint::black_box(&here)) as usize
}

/// The kind of data of expressions.
pub(super) struct Data;

impl DataT for Data {
    type V<'a> = Val;
    type Data<'a> = Watched<'a>;
}

/// The compiled expression. The interpreter asks for it at each step, so the depth of the stack is checked here.
#[derive(Clone)]
pub(super) struct Watched<'a> {
    lut: &'a Lut<Data>,
    guard: StackGuard,
}

impl<'a> HasLut<'a, Data> for Watched<'a> {
    fn lut(&self) -> &'a Lut<Data> {
        if self.guard.start.abs_diff(find_stack_position()) > self.guard.limit {
            // Unlike `panic!`, this prints nothing.
            resume_unwind(Box::new(TooDeep));
        }
        self.lut
    }
}
