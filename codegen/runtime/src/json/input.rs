//! What setters take: values that may be `null`, lists, maps, and objects that are built member by member.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde_json::{Map, Value};

/// An explicit `null`, for members that the document calls nullable.
///
/// Leaving a member out and sending `null` are different things to most APIs: the second clears what is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Null;

/// A value for a nullable member: anything that converts into `T`, or [`Null`].
///
/// `Kind` only tells the two ways apart for the compiler, which finds it by itself.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no value for this member: it takes what converts into `{T}`, or `Null`",
    label = "neither `Into<{T}>` nor `Null`"
)]
pub trait IntoNullable<T, Kind> {
    /// The value, `None` for `null`.
    fn into_nullable(self) -> Option<T>;
}

/// A list for a nullable member: anything that iterates over what converts into `T`, or [`Null`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no value for this member: it takes a list of what converts into `{T}`, or `Null`"
)]
pub trait IntoNullableList<T, Kind> {
    /// The list, `None` for `null`.
    fn into_nullable_list(self) -> Option<Vec<T>>;
}

/// A map for a nullable member: anything that iterates over names and what converts into `T`, or [`Null`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no value for this member: it takes pairs of a name and what converts into `{T}`, or `Null`"
)]
pub trait IntoNullableMap<T, Kind> {
    /// The entries, `None` for `null`.
    fn into_nullable_map(self) -> Option<Vec<(String, T)>>;
}

/// The way in for values.
#[derive(Debug)]
pub struct ByValue;

/// The way in for [`Null`].
#[derive(Debug)]
pub struct ByNull;

impl<T, U: Into<T>> IntoNullable<T, ByValue> for U {
    #[inline]
    fn into_nullable(self) -> Option<T> {
        Some(self.into())
    }
}

impl<T> IntoNullable<T, ByNull> for Null {
    #[inline]
    fn into_nullable(self) -> Option<T> {
        None
    }
}

impl<T, I: IntoIterator<Item: Into<T>>> IntoNullableList<T, ByValue> for I {
    #[inline]
    fn into_nullable_list(self) -> Option<Vec<T>> {
        Some(list(self))
    }
}

impl<T> IntoNullableList<T, ByNull> for Null {
    #[inline]
    fn into_nullable_list(self) -> Option<Vec<T>> {
        None
    }
}

impl<T, N: Into<String>, V: Into<T>, I: IntoIterator<Item = (N, V)>> IntoNullableMap<T, ByValue> for I {
    #[inline]
    fn into_nullable_map(self) -> Option<Vec<(String, T)>> {
        Some(self.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

impl<T> IntoNullableMap<T, ByNull> for Null {
    #[inline]
    fn into_nullable_map(self) -> Option<Vec<(String, T)>> {
        None
    }
}

/// The value of a nullable member, `None` for `null`.
#[inline]
pub fn nullable<T, Kind>(value: impl IntoNullable<T, Kind>) -> Option<T> {
    value.into_nullable()
}

/// The list of a nullable member, `None` for `null`.
#[inline]
pub fn nullable_list<T, Kind>(value: impl IntoNullableList<T, Kind>) -> Option<Vec<T>> {
    value.into_nullable_list()
}

/// The entries of a nullable member, `None` for `null`.
#[inline]
pub fn nullable_map<T, Kind>(value: impl IntoNullableMap<T, Kind>) -> Option<Vec<(String, T)>> {
    value.into_nullable_map()
}

/// A list of what converts into its items.
#[inline]
pub fn list<T>(items: impl IntoIterator<Item: Into<T>>) -> Vec<T> {
    items.into_iter().map(Into::into).collect()
}

/// A map of what converts into its values.
#[inline]
pub fn map<T>(entries: impl IntoIterator<Item = (impl Into<String>, impl Into<T>)>) -> BTreeMap<String, T> {
    entries.into_iter().map(|(name, value)| (name.into(), value.into())).collect()
}

/// A JSON object of what converts into JSON.
#[inline]
pub fn object(
    entries: impl IntoIterator<Item = (impl Into<String>, impl Into<Value>)>,
) -> Map<String, Value> {
    entries.into_iter().map(|(name, value)| (name.into(), value.into())).collect()
}

/// An object that is built member by member; `S` says which of its required members are set.
pub struct ModelBuilder<T, S> {
    value: T,
    state: PhantomData<fn() -> S>,
}

impl<T: super::Model, S> ModelBuilder<T, S> {
    /// Nothing is set yet.
    #[inline]
    #[must_use]
    pub fn new() -> Self {
        Self { value: T::blank(), state: PhantomData }
    }
}

impl<T: super::Model, S> Default for ModelBuilder<T, S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T, S> ModelBuilder<T, S> {
    /// Sets a member.
    #[inline]
    pub fn set<N>(mut self, set: impl FnOnce(&mut T)) -> ModelBuilder<T, N> {
        set(&mut self.value);
        ModelBuilder { value: self.value, state: PhantomData }
    }

    /// The object.
    #[inline]
    pub fn build(self) -> T {
        self.value
    }
}

impl<T: Clone, S> Clone for ModelBuilder<T, S> {
    fn clone(&self) -> Self {
        Self { value: self.value.clone(), state: PhantomData }
    }
}

impl<T, S> fmt::Debug for ModelBuilder<T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ModelBuilder").finish_non_exhaustive()
    }
}

/// Gives the builder of a generated struct its end: `build`, and the conversion that lets a setter take it as it is.
#[doc(hidden)]
#[macro_export]
macro_rules! __model_builder {
    ($builder:ident => $model:ident) => {
        impl<S> $builder<S> {
            /// The finished object. Does not compile while a required member is missing.
            #[inline]
            #[must_use]
            pub fn build(self) -> $model
            where
                S: $crate::__private::Complete,
            {
                self.0.build()
            }
        }

        impl<S: $crate::__private::Complete> ::core::convert::From<$builder<S>> for $model {
            #[inline]
            fn from(builder: $builder<S>) -> Self {
                builder.build()
            }
        }
    };
}

/// Defines the markers that name required fields in the types of builders.
#[doc(hidden)]
#[macro_export]
macro_rules! __fields {
    ($($name:ident),* $(,)?) => {$(
        #[allow(missing_docs, non_camel_case_types)]
        #[derive(Debug)]
        pub enum $name {}
    )*};
}

/// Describes a call: its id, method and path, and what else is said of it.
#[doc(hidden)]
#[macro_export]
macro_rules! __operation {
    ($name:ident: $id:literal $method:ident $path:literal $($part:ident($($value:expr)?))*) => {
        static $name: $crate::__private::Operation =
            $crate::__private::Operation::new($id, $crate::__private::Method::$method, $path)
                $(.$part($($value)?))*;
    };
}

/// Reads the cursors of a page from a generated struct.
#[doc(hidden)]
#[macro_export]
macro_rules! __page_info {
    ($name:ty { $($part:ident: $field:ident $kind:ident),* $(,)? }) => {
        impl $crate::PageInfo for $name {
            $($crate::__page_part!($part $field $kind);)*
        }
    };
}

/// One part of [`__page_info`].
#[doc(hidden)]
#[macro_export]
macro_rules! __page_part {
    ($part:ident $field:ident flag) => {
        #[inline]
        fn $part(&self) -> bool {
            self.$field
        }
    };
    ($part:ident $field:ident optional_flag) => {
        #[inline]
        fn $part(&self) -> bool {
            self.$field.unwrap_or_default()
        }
    };
    ($part:ident $field:ident absent_flag) => {
        #[inline]
        fn $part(&self) -> bool {
            false
        }
    };
    ($part:ident $field:ident absent_text) => {
        #[inline]
        fn $part(&self) -> ::core::option::Option<&str> {
            ::core::option::Option::None
        }
    };
    ($part:ident $field:ident text) => {
        #[inline]
        fn $part(&self) -> ::core::option::Option<&str> {
            ::core::option::Option::Some(self.$field.as_ref())
        }
    };
    ($part:ident $field:ident optional_text) => {
        #[inline]
        fn $part(&self) -> ::core::option::Option<&str> {
            self.$field.as_deref()
        }
    };
    ($part:ident $field:ident nullable_text) => {
        #[inline]
        fn $part(&self) -> ::core::option::Option<&str> {
            self.$field.as_ref()?.as_deref()
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text<K>(value: impl IntoNullable<String, K>) -> Option<String> {
        value.into_nullable()
    }

    fn numbers<K>(value: impl IntoNullableList<i64, K>) -> Option<Vec<i64>> {
        value.into_nullable_list()
    }

    fn pairs<K>(value: impl IntoNullableMap<Value, K>) -> Option<Vec<(String, Value)>> {
        value.into_nullable_map()
    }

    #[test]
    fn values_and_null_go_the_same_way() {
        assert_eq!(text("x"), Some("x".to_owned()));
        assert_eq!(text(Null), None);
        assert_eq!(numbers([1, 2]), Some(vec![1, 2]));
        assert_eq!(numbers(Null), None);
        assert_eq!(pairs([("a", 1)]), Some(vec![("a".to_owned(), Value::from(1))]));
        assert_eq!(pairs(Null), None);
    }
}
