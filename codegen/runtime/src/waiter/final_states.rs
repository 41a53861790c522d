//! The states of generated structs that do not change any more.

/// The state in a required field.
#[inline]
pub fn required_state<T: AsRef<str>>(field: &T) -> Option<&str> {
    Some(field.as_ref())
}

/// The state in a field that may be absent or `null`.
#[inline]
pub fn optional_state<T: AsRef<str>>(field: &Option<T>) -> Option<&str> {
    field.as_ref().map(AsRef::as_ref)
}

/// The state in a field that keeps the difference between absent and `null`.
#[inline]
pub fn nullable_state<T: AsRef<str>>(field: &Option<Option<T>>) -> Option<&str> {
    field.as_ref().and_then(Option::as_ref).map(AsRef::as_ref)
}

/// Implements `is_final` for a struct: the function that reads the field with the state, the field, and the final values.
#[doc(hidden)]
#[macro_export]
macro_rules! __final_states {
    ($name:ident { $reader:ident($field:ident): $($value:literal)|+ }) => {
        impl $name {
            #[doc = ::core::concat!("Whether `", ::core::stringify!($field), "` does not change any more:" $(, " `", $value, "`")+, ".")]
            ///
            /// For [`Waiter::wait_until`]($crate::Waiter::wait_until).
            #[inline]
            #[must_use]
            pub fn is_final(&self) -> bool {
                ::core::matches!($crate::__private::$reader(&self.$field), ::core::option::Option::Some($($value)|+))
            }
        }
    };
}
