//! Identifiers: a string type per kind of resource, so that the compiler rejects the identifier of another kind.

/// Defines an identifier type, for programs with any of these features if some are given. Identifiers are not validated, because
/// an API may change their format. Its page is short, see [`__modules`].
#[doc(hidden)]
#[macro_export]
macro_rules! __id {
    ($(#[$attribute:meta])* $name:ident: $($feature:literal)|+) => {
        #[cfg(any($(feature = $feature),+))]
        $crate::__id! { $(#[$attribute])* $name }
    };
    ($(#[$attribute:meta])* $name:ident) => {
        $(#[$attribute])*
        #[cfg_attr(all(doc, not(docsrs)), doc(hidden))]
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name($crate::__private::ShortText);

        impl $name {
            /// The identifier as text.
            #[inline]
            #[must_use]
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }
        }

        impl<T: $crate::__private::TextSource<Self>> ::core::convert::From<T> for $name {
            #[inline]
            fn from(text: T) -> Self {
                Self(text.as_text().into())
            }
        }

        impl ::core::convert::From<$name> for ::std::string::String {
            #[inline]
            fn from(id: $name) -> Self {
                id.0.into()
            }
        }

        $crate::__text_like!($name);
    };
}
