//! Unions: which variant a JSON value is, found from what the document says of the variants, never by trying in turn.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserializer, Error as _, MapAccess, Visitor};

use super::Field;

/// The JSON type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `{…}`
    Object,
    /// `[…]`
    Array,
    /// `"…"`
    String,
    /// A number with a fraction or exponent allowed.
    Number,
    /// A number without.
    Integer,
    /// `true` or `false`
    Boolean,
}

/// What marks one variant of a union.
#[derive(Clone, Copy, Debug)]
pub struct Variant {
    /// The JSON type of its values.
    pub kind: Kind,
    /// Members that hold a constant in this variant: name and values (several where a mapping gives several).
    pub constants: &'static [(&'static str, &'static [&'static str])],
    /// The members of this variant, if it is an object with named ones.
    pub fields: &'static [Field],
}

/// The variant that a JSON text is, or `None` where none fits or several fit equally.
#[must_use]
pub fn choose(text: &str, variants: &[Variant]) -> Option<usize> {
    let kind = kind(text)?;
    let members = if kind == Kind::Object { members(text)? } else { Members::default() };
    let mut best = None;
    let mut tie = false;
    for (index, variant) in variants.iter().enumerate() {
        let Some(score) = score(variant, kind, &members) else { continue };
        match best {
            Some((_, top)) if score < top => {}
            Some((_, top)) if score == top => tie = true,
            _ => {
                best = Some((index, score));
                tie = false;
            }
        }
    }
    best.filter(|_| !tie).map(|(index, _)| index)
}

/// How well a value fits a variant: constants first, then required members, then members it knows.
fn score(variant: &Variant, kind: Kind, members: &Members) -> Option<(usize, usize, usize)> {
    let fits = variant.kind == kind || (variant.kind == Kind::Number && kind == Kind::Integer);
    let constants = variant.constants.iter().all(|(name, values)| {
        members.0.get(*name).is_some_and(|text| text.as_deref().is_some_and(|text| values.contains(&text)))
    });
    let came = |field: &Field| members.0.contains_key(field.name);
    let mut required = variant.fields.iter().filter(|field| field.required);
    let complete = required.clone().all(came);
    let known = variant.fields.iter().filter(|field| came(field)).count();
    let exact = usize::from(variant.kind == kind);
    // A variant that its constants give away is chosen even if it is not complete: then decoding says what is missing.
    let chosen = constants && (complete || !variant.constants.is_empty());
    (fits && chosen).then(|| (variant.constants.len() + exact, required.by_ref().count(), known))
}

fn kind(text: &str) -> Option<Kind> {
    match text.bytes().find(|byte| !byte.is_ascii_whitespace())? {
        b'{' => Some(Kind::Object),
        b'[' => Some(Kind::Array),
        b'"' => Some(Kind::String),
        b't' | b'f' => Some(Kind::Boolean),
        b'n' => None,
        _ if text.contains(['.', 'e', 'E']) => Some(Kind::Number),
        _ => Some(Kind::Integer),
    }
}

/// The members of an object, with their text where it is a string.
#[derive(Default)]
struct Members(BTreeMap<String, Option<String>>);

fn members(text: &str) -> Option<Members> {
    serde_json::Deserializer::from_str(text).deserialize_map(MembersVisitor).ok()
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut members = Members::default();
        while let Some(name) = map.next_key::<String>()? {
            let text = map.next_value::<&serde_json::value::RawValue>().map_err(A::Error::custom)?.get();
            let value = if text.starts_with('"') { serde_json::from_str(text).ok() } else { scalar(text) };
            members.0.insert(name, value);
        }
        Ok(members)
    }
}

/// Constants may be numbers or truth values too; they are compared by their text.
fn scalar(text: &str) -> Option<String> {
    (!text.starts_with(['{', '['])).then(|| text.to_owned())
}

/// Implements JSON for a union with a variant `Unknown(Value)`.
///
/// A row is `Variant: kind(Type)` with the JSON type of its values (`Model` for a generated struct), followed by the
/// properties that hold a constant in this variant, if any: `["name" = "value" | "other value"]`.
#[doc(hidden)]
#[macro_export]
macro_rules! __union {
    ($name:ident {
        $($variant:ident: $kind:ident($ty:ty) $([$($constant:literal = $($value:literal)|+),+])?),* $(,)?
    }) => {
        impl $crate::json::Decode for $name {
            #[inline]
            fn blank() -> Self {
                Self::Unknown($crate::__private::Value::Null)
            }

            #[inline]
            fn decode<'de, D: $crate::__private::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                const VARIANTS: &[$crate::json::Variant] = &[$(
                    $crate::json::Variant {
                        constants: &[$($(($constant, &[$($value),+])),+)?],
                        ..$crate::__union_kind!($kind $ty)
                    }
                ),*];
                let text = $crate::json::RawText::decode(deserializer)?;
                let chosen = $crate::json::choose(&text.0, VARIANTS);
                let mut positions = 0_usize..;
                $(if chosen == positions.next() {
                    return $crate::json::decode_variant(&text.0).map(Self::$variant);
                })*
                $crate::json::decode_variant(&text.0).map(Self::Unknown)
            }
        }

        impl $crate::json::Encode for $name {
            #[inline]
            fn encode<S: $crate::__private::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant(value) => $crate::json::Encode::encode(value, serializer),)*
                    Self::Unknown(value) => $crate::json::Encode::encode(value, serializer),
                }
            }
        }

        $crate::__serde!($name);
    };
}

/// What a kind word of `union!` means.
#[doc(hidden)]
#[macro_export]
macro_rules! __union_kind {
    (Model $ty:ty) => {
        $crate::json::Variant {
            kind: $crate::json::Kind::Object,
            constants: &[],
            fields: <$ty as $crate::json::Model>::FIELDS,
        }
    };
    ($kind:ident $ty:ty) => {
        $crate::json::Variant { kind: $crate::json::Kind::$kind, constants: &[], fields: &[] }
    };
}

/// Reads the text of a variant, which the union has chosen already.
///
/// # Errors
/// The caller's deserializer's error, with the path inside the variant.
pub fn decode_variant<T: super::Decode, E: serde::de::Error>(text: &str) -> Result<T, E> {
    super::from_str(text).map_err(E::custom)
}
