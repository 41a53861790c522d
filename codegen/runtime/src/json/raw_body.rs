//! Unions of the bodies of several responses of which some are not JSON: the status says what the body is.

use bytes::Bytes;

use crate::json::decode_error::DecodeError;

/// What a type makes of the body of a response with one status.
#[derive(Debug)]
pub enum RawBody<T> {
    /// The body is JSON.
    Json,
    /// The body is text or bytes.
    Decoded(Result<T, DecodeError>),
    /// The API description does not name the status: this is the value of a body, which may be absent.
    Unlisted(T),
}

impl<T> RawBody<T> {
    /// Changes the type of the value.
    pub(crate) fn map<U>(self, change: impl FnOnce(T) -> U) -> RawBody<U> {
        match self {
            Self::Json => RawBody::Json,
            Self::Decoded(result) => RawBody::Decoded(result.map(change)),
            Self::Unlisted(value) => RawBody::Unlisted(change(value)),
        }
    }
}

/// The text of a body.
///
/// # Errors
/// If it is not UTF-8.
pub fn body_text(body: &[u8]) -> Result<&str, DecodeError> {
    std::str::from_utf8(body).map_err(|error| {
        let message =
            format!("expected UTF-8, found another byte at offset {} of {}", error.valid_up_to(), body.len());
        DecodeError { path: String::new(), message }
    })
}

/// The value of a union for JSON that matches none of its variants.
#[must_use]
pub fn unknown_body(value: &serde_json::Value) -> Bytes {
    value.to_string().into()
}

/// Implements decoding for a union of the bodies of several responses, of which some are text or bytes, with a variant
/// `Unknown(Bytes)`.
///
/// A row of `json` is that of `union!`, followed by the statuses of the variant; a row of `text` and `bytes` is the variant with
/// its statuses. `2` stands for the statuses 200 to 299 that are not listed.
#[doc(hidden)]
#[macro_export]
macro_rules! __responses {
    ($name:ident {
        $(json { $($json:ident: $json_type:ident($ty:ty) for $($json_status:literal)|+),+ $(,)? })?
        $(text { $($text:ident for $($text_status:literal)|+),+ $(,)? })?
        $(bytes { $($bytes:ident for $($bytes_status:literal)|+),+ $(,)? })?
    }) => {
        #[doc(hidden)]
        impl $crate::json::Decode for $name {
            const MAY_BE_RAW: bool = true;

            fn blank() -> Self {
                Self::Unknown($crate::__private::Bytes::new())
            }

            #[allow(unused_mut, unused_variables)]
            fn decode<'de, D: $crate::__private::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                const VARIANTS: &[$crate::json::Variant] = &[$($($crate::__union_variant!($json_type $ty)),+)?];
                $crate::json::decode_union(deserializer, VARIANTS, |selected, node| {
                    let mut positions = 0_usize..;
                    $($(if selected == positions.next() {
                        return $crate::json::Decode::decode(node).map(Self::$json);
                    })+)?
                    let value = $crate::json::Decode::decode(node)?;
                    ::core::result::Result::Ok(Self::Unknown($crate::json::unknown_body(&value)))
                })
            }

            fn decode_with_status<'de, D: $crate::__private::Deserializer<'de>>(
                status: u16,
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $($(if [$($json_status),+].contains(&status) {
                    return $crate::json::Decode::decode(deserializer).map(Self::$json);
                })+)?
                $($(if [$($json_status),+].contains(&(status / 100)) {
                    return $crate::json::Decode::decode(deserializer).map(Self::$json);
                })+)?
                let _ = status;
                $crate::json::Decode::decode(deserializer)
            }

            fn from_body(status: u16, body: &$crate::__private::Bytes) -> $crate::json::RawBody<Self> {
                // The status itself goes before its range.
                for status in [status, status / 100] {
                    $($(if [$($json_status),+].contains(&status) {
                        return $crate::json::RawBody::Json;
                    })+)?
                    $($(if [$($text_status),+].contains(&status) {
                        let text = $crate::json::body_text(body);
                        return $crate::json::RawBody::Decoded(text.map(|text| Self::$text(text.to_owned())));
                    })+)?
                    $($(if [$($bytes_status),+].contains(&status) {
                        return $crate::json::RawBody::Decoded(::core::result::Result::Ok(Self::$bytes(body.clone())));
                    })+)?
                }
                $crate::json::RawBody::Unlisted(Self::Unknown(body.clone()))
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Decode;

    #[derive(Debug, PartialEq)]
    enum Export {
        Ready(i64),
        Table(String),
        Part(Bytes),
        Unknown(Bytes),
    }
    crate::__responses!(Export {
        json { Ready: Integer(i64) for 200 | 203 }
        text { Table for 201 | 3 }
        bytes { Part for 2 }
    });

    #[derive(Debug, PartialEq)]
    enum Page {
        Text(String),
        Part(Bytes),
        Unknown(Bytes),
    }
    crate::__responses!(Page {
        text { Text for 200 }
        bytes { Part for 206 }
    });

    fn value_of<T: Decode>(status: u16, body: &'static [u8]) -> Option<T> {
        match T::from_body(status, &Bytes::from_static(body)) {
            RawBody::Json => None,
            RawBody::Decoded(result) => Some(result.unwrap()),
            RawBody::Unlisted(value) => Some(value),
        }
    }

    #[test]
    fn the_status_says_what_the_body_is() {
        for (status, expected) in [
            (200, None),
            (203, None),
            (201, Some(Export::Table("7".to_owned()))),
            (302, Some(Export::Table("7".to_owned()))),
            (206, Some(Export::Part("7".into()))),
            (404, Some(Export::Unknown("7".into()))),
        ] {
            assert_eq!(value_of::<Export>(status, b"7"), expected, "{status}");
        }
        assert_eq!(value_of(200, b"a"), Some(Page::Text("a".to_owned())));
        assert_eq!(value_of(206, b"a"), Some(Page::Part("a".into())));
        assert_eq!(value_of(201, b"a"), Some(Page::Unknown("a".into())));
        // An optional body is one where the status says so.
        assert_eq!(value_of(201, b""), Some(Some(Export::Table(String::new()))));
    }

    #[test]
    fn a_status_selects_among_the_variants_that_are_json() {
        let decode = |status, text: &str| {
            Export::decode_with_status(status, &mut serde_json::Deserializer::from_str(text))
        };
        assert_eq!(decode(200, "7").unwrap(), Export::Ready(7));
        assert!(decode(203, "true").is_err());
        // Without a status, the shape decides.
        assert_eq!(crate::json::from_str::<Export>("7").unwrap(), Export::Ready(7));
        assert_eq!(crate::json::from_str::<Export>("[1]").unwrap(), Export::Unknown("[1]".into()));
        assert_eq!(crate::json::from_str::<Page>("[1]").unwrap(), Page::Unknown("[1]".into()));
        assert_eq!(
            (Export::blank(), Page::blank()),
            (Export::Unknown(Bytes::new()), Page::Unknown(Bytes::new()))
        );
    }

    #[test]
    fn text_is_utf_8() {
        let RawBody::Decoded(Err(error)) = Page::from_body(200, &Bytes::from_static(b"a\xff")) else {
            panic!("text")
        };
        assert_eq!(error.message, "expected UTF-8, found another byte at offset 1 of 2");
    }
}
