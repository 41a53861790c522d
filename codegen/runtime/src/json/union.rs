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
///
/// A variant that has all its required fields comes first. Only if there is none, fields that
/// may be absent are not counted as missing, so that responses with every field are
/// told apart as the API description says.
#[must_use]
pub fn select_variant(text: &str, variants: &[Variant]) -> Option<usize> {
    let json_type = json_type(text)?;
    let fields = if json_type == JsonType::Object { read_fields(text)? } else { PresentScalars::default() };
    let is_whole = is_whole_number(text, json_type);
    for presence in [Presence::Complete, Presence::Essential] {
        let scores =
            variants.iter().map(|variant| match_score(variant, json_type, is_whole, &fields, presence));
        if let Some((index, is_tie)) = find_best(scores) {
            return (!is_tie).then_some(index);
        }
    }
    None
}

/// The index of the highest score, and whether another score equals it.
fn find_best(scores: impl Iterator<Item = Option<Score>>) -> Option<(usize, bool)> {
    let mut best: Option<(usize, Score, bool)> = None;
    for (index, score) in scores.enumerate() {
        let Some(score) = score else { continue };
        best = match best {
            Some((first, top, is_tie)) if score <= top => Some((first, top, is_tie || score == top)),
            _ => Some((index, score, false)),
        };
    }
    best.map(|(index, _, is_tie)| (index, is_tie))
}

/// How well a value matches a variant: by constants first, then by required fields, then by known fields.
type Score = (usize, usize, usize);

/// Which fields a value must have to match a variant without constants.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Presence {
    /// All required fields.
    Complete,
    /// The required fields that may not be absent, and at least one required field: without one, an object with any fields
    /// would match a variant whose fields may all be absent.
    Essential,
}

fn match_score(
    variant: &Variant,
    json_type: JsonType,
    is_whole: bool,
    fields: &PresentScalars,
    presence: Presence,
) -> Option<Score> {
    let is_exact = variant.json_type == json_type;
    let has_type = is_exact
        || (variant.json_type == JsonType::Number && json_type == JsonType::Integer)
        || (variant.json_type == JsonType::Integer && is_whole);
    let has_constants = variant.constants.iter().all(|(name, values)| {
        fields.0.get(*name).is_some_and(|text| text.as_deref().is_some_and(|text| values.contains(&text)))
    });
    let is_present = |field: &Field| fields.0.contains_key(field.name);
    let required = variant.fields.iter().filter(|field| field.required);
    let (all, present) = (required.clone().count(), required.filter(|field| is_present(field)).count());
    let (is_complete, required_score) = match presence {
        Presence::Complete => (present == all, all),
        Presence::Essential => {
            let mut essential = variant.fields.iter().filter(|field| field.is_essential());
            (present > 0 && essential.all(is_present), present)
        }
    };
    let known = variant.fields.iter().filter(|field| is_present(field)).count();
    // Constants identify a variant even without its required fields: decoding then reports the missing field.
    let is_candidate = has_constants && (is_complete || !variant.constants.is_empty());
    (has_type && is_candidate)
        .then(|| (variant.constants.len() + usize::from(is_exact), required_score, known))
}

/// Whether a number has a fraction of zero, so that it is an integer as well.
fn is_whole_number(text: &str, json_type: JsonType) -> bool {
    json_type == JsonType::Number
        && text.trim_ascii().parse::<f64>().is_ok_and(|number| number.is_finite() && number.fract() == 0.0)
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

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: Field = Field { name: "data", required: true, may_be_absent: true };
    const NOTE: Field = Field { name: "note", required: true, may_be_absent: true };

    const fn variant(json_type: JsonType, fields: &'static [Field]) -> Variant {
        Variant { json_type, constants: &[], fields }
    }

    /// A thing, a list of things, and an object whose fields may all be absent.
    const VARIANTS: &[Variant] = &[
        variant(JsonType::Object, &[Field::required("id"), NOTE, Field::optional("x")]),
        variant(JsonType::Object, &[LIST]),
        variant(JsonType::Object, &[NOTE, Field { name: "tags", required: true, may_be_absent: true }]),
    ];

    #[test]
    fn required_fields_tell_variants_apart() {
        for (text, expected) in [
            (r#"{"id":"a","note":null}"#, Some(0)),
            (r#"{"data":[]}"#, Some(1)),
            (r#"{"note":null,"tags":[]}"#, Some(2)),
            // The more required fields, the better.
            (r#"{"id":"a","note":null,"data":[]}"#, Some(0)),
        ] {
            assert_eq!(select_variant(text, VARIANTS), expected, "{text}");
        }
    }

    #[test]
    fn absent_fields_do_not_make_every_variant_match() {
        for (text, expected) in [
            (r#"{"id":"a"}"#, Some(0)),
            (r#"{"id":"a","x":1,"new":2}"#, Some(0)),
            (r#"{"tags":[]}"#, Some(2)),
            (r#"{"note":"a"}"#, Some(2)),
            (r#"{}"#, None),
            (r#"{"x":1}"#, None),
            (r#"{"other":1}"#, None),
            (r#"{"error":{"message":"m"}}"#, None),
        ] {
            assert_eq!(select_variant(text, VARIANTS), expected, "{text}");
        }
    }

    #[test]
    fn variants_that_match_equally_are_not_guessed() {
        let same = &[variant(JsonType::Object, &[NOTE, LIST]), variant(JsonType::Object, &[NOTE, LIST])];
        assert_eq!(select_variant(r#"{"note":1,"data":[]}"#, same), None);
        assert_eq!(select_variant(r#"{"note":1}"#, same), None);
    }

    #[test]
    fn a_whole_number_is_an_integer() {
        let numbers = &[variant(JsonType::Integer, &[]), variant(JsonType::String, &[])];
        assert_eq!(select_variant("5.0", numbers), Some(0));
        assert_eq!(select_variant("5.5", numbers), None);
        let both = &[variant(JsonType::Integer, &[]), variant(JsonType::Number, &[])];
        assert_eq!(select_variant("5.0", both), Some(1));
        assert_eq!(select_variant("5", both), Some(0));
    }
}
