//! What identifiers and enums of strings have in common: they are text that only some functions accept.

/// An identifier or an enum of strings. Implemented by macros only.
pub trait TextLike: AsRef<str> + for<'a> From<&'a str> {
    /// The texts of an enum that the API documents; none for an identifier.
    const TEXTS: &'static [&'static str] = &[];
}

/// Text from which the identifier or enum `T` is made: text of any type, and a `T` by reference.
///
/// Each type has one generic conversion from it. A conversion from each type of text would be three more functions for each type, which
/// the compiler keeps in memory.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not convert into `{T}`",
    label = "expected `{T}`, or its text",
    note = "an identifier or enum of another kind does not convert: pass its text, `as_str()`"
)]
pub trait TextSource<T> {
    /// The text.
    fn as_text(&self) -> &str;
}

impl<T> TextSource<T> for &str {
    #[inline]
    fn as_text(&self) -> &str {
        self
    }
}

impl<T> TextSource<T> for String {
    #[inline]
    fn as_text(&self) -> &str {
        self
    }
}

impl<T> TextSource<T> for &String {
    #[inline]
    fn as_text(&self) -> &str {
        self
    }
}

impl<T: TextLike> TextSource<T> for &T {
    #[inline]
    fn as_text(&self) -> &str {
        (*self).as_ref()
    }
}

/// Text with which identifiers and enums are compared. Only these two, so that the compiler infers the type of `id == text.as_ref()`.
#[diagnostic::on_unimplemented(
    message = "an identifier or enum cannot be compared with `{Self}`",
    label = "expected a value of the same type, or text",
    note = "values of different kinds are never equal: compare their texts, `as_str()`, if that is meant"
)]
pub trait ComparedText {
    /// The text.
    fn as_text(&self) -> &str;
}

impl ComparedText for str {
    #[inline]
    fn as_text(&self) -> &str {
        self
    }
}

impl ComparedText for &str {
    #[inline]
    fn as_text(&self) -> &str {
        self
    }
}

/// Implements conversions, JSON and parameters for a type with `as_str`, `From<&str>` and a conversion into `String`, and the texts
/// that it knows.
///
/// `Borrow<str>` requires that values are equal, ordered and hashed as their texts are. The exception is an enum's `Unknown` with a
/// known text, which is not equal to the variant: `==` is derived, because the old names of renamed variants are constants, and only a
/// type with derived equality has constants as patterns. No function here makes such a value: all of them use `From<&str>`.
///
/// The macro names no associated type by `Self::`: an enum may have a variant of that name, such as `Err`.
#[doc(hidden)]
#[macro_export]
macro_rules! __text_like {
    ($name:ident $(, $known:expr)?) => {
        impl $crate::__private::TextLike for $name {
            $(const TEXTS: &'static [&'static str] = $known;)?
        }

        impl $crate::__private::Formed for $name {
            type Form = $crate::__private::AsText;
        }

        impl ::core::convert::From<&$name> for ::std::string::String {
            #[inline]
            fn from(value: &$name) -> Self {
                value.as_str().into()
            }
        }

        impl ::core::convert::From<$name> for $crate::__private::Value {
            #[inline]
            fn from(value: $name) -> Self {
                Self::String(value.into())
            }
        }

        impl ::core::convert::From<&$name> for $crate::__private::Value {
            #[inline]
            fn from(value: &$name) -> Self {
                Self::String(value.into())
            }
        }

        impl ::core::str::FromStr for $name {
            type Err = ::core::convert::Infallible;

            #[inline]
            fn from_str(text: &str) -> ::core::result::Result<Self, ::core::convert::Infallible> {
                ::core::result::Result::Ok(Self::from(text))
            }
        }

        impl ::core::fmt::Display for $name {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl ::core::convert::AsRef<str> for $name {
            #[inline]
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl ::core::borrow::Borrow<str> for $name {
            #[inline]
            fn borrow(&self) -> &str {
                self.as_str()
            }
        }

        impl<T: $crate::__private::ComparedText + ?::core::marker::Sized> ::core::cmp::PartialEq<T> for $name {
            #[inline]
            fn eq(&self, other: &T) -> bool {
                self.as_str() == other.as_text()
            }
        }

        $crate::__serde!($name);
    };
}

#[cfg(test)]
mod tests {
    #![allow(unreachable_pub)]

    use std::borrow::Borrow;
    use std::collections::{BTreeSet, HashSet};

    use serde_json::Value;

    use crate::json::{from_str, object, to_vec};

    #[derive(Clone, PartialEq)]
    enum Status {
        Paid,
        Open,
        Unknown(String),
    }
    crate::__open_enum!(Status { Paid = "paid", Open = "open" });

    #[derive(Clone, PartialEq)]
    enum Outcome {
        Ok,
        Err,
        Error,
        None,
        Unknown(String),
    }
    crate::__open_enum!(Outcome { Ok = "ok", Err = "err", Error = "error", None = "none" });

    crate::__id! {
        /// An order.
        OrderId
    }

    fn text(value: impl Into<String>) -> String {
        value.into()
    }

    /// What every identifier and every enum of strings must do; `sample` is its text.
    fn check<T>(value: &T, sample: &str)
    where
        T: Clone + std::fmt::Debug + std::fmt::Display + std::hash::Hash + Ord,
        T: Borrow<str> + AsRef<str> + PartialEq<str> + for<'a> PartialEq<&'a str>,
        T: std::str::FromStr<Err = std::convert::Infallible> + serde::Serialize + serde::de::DeserializeOwned,
        T: for<'a> From<&'a str> + for<'a> From<&'a String> + for<'a> From<&'a T> + From<String>,
        T: for<'a> TryFrom<&'a str, Error = std::convert::Infallible>,
        T: Into<String> + Into<Value>,
        for<'a> &'a T: Into<String> + Into<Value>,
    {
        let owned = sample.to_owned();
        let equal =
            [T::from(sample), T::from(&owned), T::from(owned), T::from(value), sample.parse().unwrap()];
        for other in &equal {
            assert_eq!(other, value);
            assert!(*other == *sample && *other == sample);
        }
        assert_eq!((text(value), text(value.clone())), (sample.to_owned(), sample.to_owned()));
        let values: [Value; 2] = [value.into(), value.clone().into()];
        assert_eq!(values, [sample, sample]);
        assert_eq!(format!("{value:>6}|{}", value.as_ref()), format!("{sample:>6}|{sample}"));
        let json = serde_json::to_string(value).unwrap();
        assert_eq!(
            (json.as_str(), &serde_json::from_str::<T>(&json).unwrap()),
            (&*format!("{sample:?}"), value)
        );
        // A set finds the value by its text, so that the hash and the order of the text are those of the value.
        assert!(HashSet::from([value.clone()]).contains(sample));
        assert!(BTreeSet::from([T::from("a"), value.clone(), T::from("z")]).contains(sample));
        let (before, after) = (T::from("a"), T::from("z"));
        assert!(before < *value && *value < after);
    }

    #[test]
    fn identifiers_and_enums_are_compared_and_converted_as_their_texts() {
        check(&Status::Paid, "paid");
        check(&Status::Unknown("due".to_owned()), "due");
        check(&OrderId::from("ord_1"), "ord_1");
        assert!(Status::Open < Status::Paid, "the order is that of the texts, not that of the variants");
        assert!(Status::Paid < Status::Unknown("paid".to_owned()), "what is not equal has an order");
        assert!(Status::KNOWN.iter().all(|text| Status::from(*text).as_str() == *text));
    }

    #[test]
    fn variants_may_have_the_names_of_types_and_values_of_the_standard_library() {
        for (variant, text) in
            [(Outcome::Ok, "ok"), (Outcome::Err, "err"), (Outcome::Error, "error"), (Outcome::None, "none")]
        {
            check(&variant, text);
        }
    }

    #[test]
    fn no_conversion_makes_an_unknown_value_of_a_known_text() {
        for text in Status::KNOWN {
            let owned = (*text).to_owned();
            let decoded = from_str(&format!("{text:?}")).unwrap();
            let unknown = Status::Unknown(owned.clone());
            let all = [
                Status::from(*text),
                Status::from(&owned),
                Status::from(owned),
                Status::from(&unknown),
                decoded,
            ];
            assert!(
                all.iter()
                    .chain(&[text.parse().unwrap()])
                    .all(|status| !matches!(status, Status::Unknown(_)))
            );
        }
    }

    #[test]
    fn they_are_values_of_json_objects() {
        let id = OrderId::from("ord_1");
        let entries = object([("order", Value::from(&id)), ("status", Status::Paid.into())]);
        assert_eq!(to_vec(&entries).unwrap(), br#"{"order":"ord_1","status":"paid"}"#);
        assert_eq!(from_str::<OrderId>("\"ord_1\"").unwrap(), id);
    }
}
