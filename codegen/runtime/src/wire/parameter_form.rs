//! How identifiers and enums of text, and references, become parameters: by their form.

use crate::{
    json::{AsPointee, AsText, Formed, TextLike},
    wire::parameter::{Parameter, ToParameter},
};

/// A form by which values of `T` are parameters.
pub trait ParameterForm<T: ?Sized> {
    /// Formats the value as text.
    fn to_parameter(value: &T) -> Parameter<'_>;
}

#[diagnostic::do_not_recommend]
impl<T: Formed + ?Sized> ToParameter for T
where
    T::Form: ParameterForm<T>,
{
    #[inline]
    fn to_parameter(&self) -> Parameter<'_> {
        T::Form::to_parameter(self)
    }
}

impl<T: TextLike> ParameterForm<T> for AsText {
    #[inline]
    fn to_parameter(value: &T) -> Parameter<'_> {
        Parameter::Scalar(value.as_ref().into())
    }
}

impl<T: ToParameter + ?Sized> ParameterForm<&T> for AsPointee {
    #[inline]
    fn to_parameter<'a>(value: &'a &T) -> Parameter<'a> {
        (**value).to_parameter()
    }
}
