//! Converts the arguments of setters: nullable values, lists, maps and free JSON objects.

use std::collections::BTreeMap;

use serde_json::Value;

/// An explicit `null`, for fields that are nullable.
///
/// Most APIs distinguish an omitted field from `null`: omitting a field keeps its value, `null` clears it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Null;

/// A value for a nullable field: [`Null`], or any type that converts into `T`.
///
/// `Kind` is [`ByValue`] or [`ByNull`]. The compiler infers it; without it, the two implementations would overlap.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a value for this field: expected `Null` or a type that converts into `{T}`",
    label = "expected `Null` or `Into<{T}>`"
)]
pub trait IntoNullable<T, Kind> {
    /// The value; `None` for `null`.
    fn into_nullable(self) -> Option<T>;
}

/// A list for a nullable field: [`Null`], or an iterator of values that convert into `T`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a value for this field: expected `Null` or a list of values that convert into `{T}`"
)]
pub trait IntoNullableList<T, Kind> {
    /// The list; `None` for `null`.
    fn into_nullable_list(self) -> Option<Vec<T>>;
}

/// A map for a nullable field: [`Null`], or an iterator of pairs of a key and a value that converts into `T`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a value for this field: expected `Null` or pairs of a key and a value that converts into `{T}`"
)]
pub trait IntoNullableMap<T, Kind> {
    /// The entries; `None` for `null`.
    fn into_nullable_map(self) -> Option<Vec<(String, T)>>;
}

/// Selects the implementation for values.
#[derive(Debug)]
pub struct ByValue;

/// Selects the implementation for [`Null`].
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

impl<T, K: Into<String>, V: Into<T>, I: IntoIterator<Item = (K, V)>> IntoNullableMap<T, ByValue> for I {
    #[inline]
    fn into_nullable_map(self) -> Option<Vec<(String, T)>> {
        Some(self.into_iter().map(|(key, value)| (key.into(), value.into())).collect())
    }
}

impl<T> IntoNullableMap<T, ByNull> for Null {
    #[inline]
    fn into_nullable_map(self) -> Option<Vec<(String, T)>> {
        None
    }
}

/// Converts the value of a nullable field.
#[inline]
pub fn nullable<T, Kind>(value: impl IntoNullable<T, Kind>) -> Option<T> {
    value.into_nullable()
}

/// Converts the list of a nullable field.
#[inline]
pub fn nullable_list<T, Kind>(value: impl IntoNullableList<T, Kind>) -> Option<Vec<T>> {
    value.into_nullable_list()
}

/// Converts the entries of a nullable field.
#[inline]
pub fn nullable_map<T, Kind>(value: impl IntoNullableMap<T, Kind>) -> Option<Vec<(String, T)>> {
    value.into_nullable_map()
}

/// Converts a list item by item.
#[inline]
pub fn list<T>(items: impl IntoIterator<Item: Into<T>>) -> Vec<T> {
    items.into_iter().map(Into::into).collect()
}

/// Converts a map value by value.
#[inline]
pub fn map<T>(entries: impl IntoIterator<Item = (impl Into<String>, impl Into<T>)>) -> BTreeMap<String, T> {
    entries.into_iter().map(|(key, value)| (key.into(), value.into())).collect()
}

/// Converts entries into a JSON object.
#[inline]
pub fn object(
    entries: impl IntoIterator<Item = (impl Into<String>, impl Into<Value>)>,
) -> BTreeMap<String, Value> {
    entries.into_iter().map(|(key, value)| (key.into(), value.into())).collect()
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
    fn setters_accept_values_and_null() {
        assert_eq!(text("x"), Some("x".to_owned()));
        assert_eq!(text(Null), None);
        assert_eq!(numbers([1, 2]), Some(vec![1, 2]));
        assert_eq!(numbers(Null), None);
        assert_eq!(pairs([("a", 1)]), Some(vec![("a".to_owned(), Value::from(1))]));
        assert_eq!(pairs(Null), None);
    }
}
