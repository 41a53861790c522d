//! Default values in the written description.

/// Whether a value is its type's default, which the written description leaves out.
pub(crate) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
