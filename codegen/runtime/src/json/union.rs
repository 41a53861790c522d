//! Selects the variant of a union by its discriminator, its constants and its required fields.
//!
//! Variants are never decoded on trial: the first one that decodes need not be the one that the server meant.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserializer, Error as _, MapAccess, Visitor};

use crate::json::fields::Field;

/// The JSON type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonType {
    /// `{…}`
    Object,
    /// `[…]`
    Array,
    /// `"…"`
    String,
    /// A number; integers are numbers too.
    Number,
    /// A number without fraction and exponent.
    Integer,
    /// `true` or `false`
    Boolean,
}

/// How to recognize a variant of a union.
#[derive(Clone, Copy, Debug)]
pub struct Variant {
    /// The JSON type of its values.
    pub json_type: JsonType,
    /// The fields with a constant value: name and possible values, of which a discriminator mapping can have several.
    pub constants: &'static [(&'static str, &'static [&'static str])],
    /// The fields of the variant, if it is a generated struct.
    pub fields: &'static [Field],
}

/// The index of the variant that a JSON text matches best; `None` if no variant matches, or several match equally well.
#[must_use]
pub fn select_variant(text: &str, variants: &[Variant]) -> Option<usize> {
    let json_type = json_type(text)?;
    let fields = if json_type == JsonType::Object { read_fields(text)? } else { PresentScalars::default() };
    let mut best = None;
    let mut is_tie = false;
    for (index, variant) in variants.iter().enumerate() {
        let Some(score) = match_score(variant, json_type, &fields) else { continue };
        match best {
            Some((_, top)) if score < top => {}
            Some((_, top)) if score == top => is_tie = true,
            _ => {
                best = Some((index, score));
                is_tie = false;
            }
        }
    }
    best.filter(|_| !is_tie).map(|(index, _)| index)
}

/// How well a value matches a variant: by constants first, then by required fields, then by known fields. `None` if it does
/// not match.
fn match_score(
    variant: &Variant,
    json_type: JsonType,
    fields: &PresentScalars,
) -> Option<(usize, usize, usize)> {
    let has_type = variant.json_type == json_type
        || (variant.json_type == JsonType::Number && json_type == JsonType::Integer);
    let has_constants = variant.constants.iter().all(|(name, values)| {
        fields.0.get(*name).is_some_and(|text| text.as_deref().is_some_and(|text| values.contains(&text)))
    });
    let is_present = |field: &Field| fields.0.contains_key(field.name);
    let mut required = variant.fields.iter().filter(|field| field.required);
    let is_complete = required.clone().all(is_present);
    let known = variant.fields.iter().filter(|field| is_present(field)).count();
    let is_exact = usize::from(variant.json_type == json_type);
    // Constants identify a variant even without its required fields: decoding then reports the missing field.
    let is_candidate = has_constants && (is_complete || !variant.constants.is_empty());
    (has_type && is_candidate).then(|| (variant.constants.len() + is_exact, required.by_ref().count(), known))
}

/// The type of a JSON text; `None` for `null`.
fn json_type(text: &str) -> Option<JsonType> {
    match text.bytes().find(|byte| !byte.is_ascii_whitespace())? {
        b'{' => Some(JsonType::Object),
        b'[' => Some(JsonType::Array),
        b'"' => Some(JsonType::String),
        b't' | b'f' => Some(JsonType::Boolean),
        b'n' => None,
        _ if text.contains(['.', 'e', 'E']) => Some(JsonType::Number),
        _ => Some(JsonType::Integer),
    }
}

/// The fields of an object that are present, with the text of those that are scalars.
#[derive(Default)]
struct PresentScalars(BTreeMap<String, Option<String>>);

fn read_fields(text: &str) -> Option<PresentScalars> {
    serde_json::Deserializer::from_str(text).deserialize_map(PresentScalarsVisitor).ok()
}

struct PresentScalarsVisitor;

impl<'de> Visitor<'de> for PresentScalarsVisitor {
    type Value = PresentScalars;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<PresentScalars, A::Error> {
        let mut fields = PresentScalars::default();
        while let Some(name) = map.next_key::<String>()? {
            let text = map.next_value::<&serde_json::value::RawValue>().map_err(A::Error::custom)?.get();
            let value =
                if text.starts_with('"') { serde_json::from_str(text).ok() } else { scalar_text(text) };
            fields.0.insert(name, value);
        }
        Ok(fields)
    }
}

/// The text of a number, a boolean or `null`: constants of these types are compared by their text.
fn scalar_text(text: &str) -> Option<String> {
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
        $($variant:ident: $json_type:ident($ty:ty) $([$($constant:literal = $($value:literal)|+),+])?),* $(,)?
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
                        ..$crate::__union_variant!($json_type $ty)
                    }
                ),*];
                let text = $crate::json::RawText::decode(deserializer)?;
                let selected = $crate::json::select_variant(&text.0, VARIANTS);
                let mut positions = 0_usize..;
                $(if selected == positions.next() {
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

/// Defines the [`Variant`] of a row of `union!` without its constants.
#[doc(hidden)]
#[macro_export]
macro_rules! __union_variant {
    (Model $ty:ty) => {
        $crate::json::Variant {
            json_type: $crate::json::JsonType::Object,
            constants: &[],
            fields: <$ty as $crate::json::Model>::FIELDS,
        }
    };
    ($json_type:ident $ty:ty) => {
        $crate::json::Variant { json_type: $crate::json::JsonType::$json_type, constants: &[], fields: &[] }
    };
}
