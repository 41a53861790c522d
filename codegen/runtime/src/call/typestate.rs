//! Tracks in the type of a request which required fields are set, so that sending an incomplete request does not compile.
//!
//! The state is a nested pair list with one entry per required field: `(Missing<a>, (Set, ()))`.

use std::marker::PhantomData;

/// The state of a field that is not set. `F` is a marker type with the name of the field.
#[derive(Debug)]
pub struct Missing<F>(PhantomData<fn() -> F>);

/// The state of a field that is set.
#[derive(Debug)]
pub struct Set;

/// Never implemented. It exists for its compiler message, in which `Self` is the name of the field.
#[diagnostic::on_unimplemented(
    message = "the required field `{Self}` is not set",
    label = "call `.{Self}(…)` before this",
    note = "the setter of the same name sets it"
)]
pub trait IsSet {}

/// The state of a field that may be sent. `Missing<F>` implements it if `F: IsSet`, which never holds, so that the compiler
/// reports `F` and not the whole state.
pub trait FieldIsSet {}

impl FieldIsSet for Set {}
impl<F: IsSet> FieldIsSet for Missing<F> {}

/// The state of a request whose required fields are all set.
#[diagnostic::on_unimplemented(
    message = "a required field is not set: `{Self}`",
    label = "this request is not complete",
    note = "every `Missing<field>` in that list names a field to set"
)]
pub trait Complete {}

impl Complete for () {}

// A nested pair list needs two impls for any number of fields. One impl per tuple size would add dozens of lines, the
// candidates, to each compiler message.
impl<First: FieldIsSet, Rest: Complete> Complete for (First, Rest) {}

/// The state of a request whose form is not chosen.
#[derive(Debug)]
pub struct NoForm;

/// Gives a request whose form is not chosen the methods that it has afterwards, with a bound that never holds: the compiler
/// then reports the message, which names the forms, in place of a method that does not exist.
#[doc(hidden)]
#[macro_export]
macro_rules! __forms {
    ($builder:ident $message:literal { $($method:ident),* $(,)? }) => {
        const _: () = {
            #[doc(hidden)]
            #[diagnostic::on_unimplemented(message = $message, label = "this request has no form yet")]
            pub trait FormIsChosen {}

            // A bound without any parameter would be checked here, and not where the method is called.
            impl $builder {
                $(
                    #[doc(hidden)]
                    #[inline]
                    pub fn $method<Argument>(self, _: Argument) -> Self
                    where
                        for<'call> $crate::__private::NoForm: FormIsChosen,
                    {
                        self
                    }
                )*

                #[doc(hidden)]
                #[inline]
                pub fn with_options(self, options: $crate::CallOptions) -> Self
                where
                    for<'call> $crate::__private::NoForm: FormIsChosen,
                {
                    Self(self.0.with_options(options))
                }

                #[doc(hidden)]
                #[inline]
                pub fn send(self) -> $crate::__private::Sending<()>
                where
                    for<'call> $crate::__private::NoForm: FormIsChosen,
                {
                    self.0.send()
                }

                #[doc(hidden)]
                #[inline]
                pub fn send_raw(self) -> $crate::__private::SendingRaw<()>
                where
                    for<'call> $crate::__private::NoForm: FormIsChosen,
                {
                    self.0.send_raw()
                }

                #[doc(hidden)]
                #[inline]
                pub fn send_bytes(self) -> $crate::__private::SendingRaw<$crate::__private::Bytes>
                where
                    for<'call> $crate::__private::NoForm: FormIsChosen,
                {
                    self.0.send_raw()
                }
            }
        };
    };
}

/// Defines the marker types that name required fields in the state of a builder.
#[doc(hidden)]
#[macro_export]
macro_rules! __fields {
    ($($name:ident),* $(,)?) => {$(
        // Hidden for rustdoc only: the compiler would write the whole path in place of the name in the errors about missing fields.
        #[cfg_attr(all(doc, not(docsrs)), doc(hidden))]
        #[allow(missing_docs, non_camel_case_types)]
        #[derive(Debug)]
        pub enum $name {}
    )*};
}
