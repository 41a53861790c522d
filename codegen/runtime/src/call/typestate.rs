//! Which required fields of a request are set, in its type, so that an incomplete request does not compile.

use std::marker::PhantomData;

/// The field `F` is not set yet. `F` is a marker type that bears the name of the field.
#[derive(Debug)]
pub struct Missing<F>(PhantomData<fn() -> F>);

/// A field is set.
#[derive(Debug)]
pub struct Set;

/// Never implemented: exists for the message of the compiler, in which `Self` is the name of the field.
#[diagnostic::on_unimplemented(
    message = "the required field `{Self}` is not set",
    label = "call `.{Self}(…)` before this",
    note = "the setter of the same name sets it"
)]
pub trait IsSet {}

/// A place in the state of a request whose field is set.
pub trait Given {}

impl Given for Set {}
impl<F: IsSet> Given for Missing<F> {}

/// A request all of whose required fields are set.
#[diagnostic::on_unimplemented(
    message = "a required field is not set: `{Self}`",
    label = "this request is not complete",
    note = "every `Missing<field>` in that list names a field to set"
)]
pub trait Complete {}

impl Complete for () {}

// Pairs in pairs serve any number of fields with one impl, which keeps the compiler's list of candidates short.
impl<First: Given, Rest: Complete> Complete for (First, Rest) {}

/// Defines the marker types that name required fields in the state of a builder.
#[doc(hidden)]
#[macro_export]
macro_rules! __fields {
    ($($name:ident),* $(,)?) => {$(
        #[allow(missing_docs, non_camel_case_types)]
        #[derive(Debug)]
        pub enum $name {}
    )*};
}
