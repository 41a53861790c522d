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

macro_rules! complete {
    ($($place:ident)*) => {
        impl<$($place: Given),*> Complete for ($($place,)*) {}
    };
}

macro_rules! complete_up_to {
    () => { complete!(); };
    ($first:ident $($rest:ident)*) => {
        complete!($first $($rest)*);
        complete_up_to!($($rest)*);
    };
}

complete_up_to!(
    P1 P2 P3 P4 P5 P6 P7 P8 P9 P10 P11 P12 P13 P14 P15 P16
    P17 P18 P19 P20 P21 P22 P23 P24 P25 P26 P27 P28 P29 P30 P31 P32
    P33 P34 P35 P36 P37 P38 P39 P40 P41 P42 P43 P44 P45 P46 P47 P48
    P49 P50 P51 P52 P53 P54 P55 P56 P57 P58 P59 P60 P61 P62 P63 P64
);
