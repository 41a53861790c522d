//! Selects the variant of a union by its discriminator, its constants and its required fields.
//!
//! A value is decoded only as a variant that it matches: the first one that decodes need not be the one that the server
//! meant. A value that matches none, or that cannot be decoded as those that it matches, is kept as JSON.

use std::borrow::Cow;

use serde::de::Deserializer;

use crate::json::{
    field::Field,
    keeping::{Attempt, note_inexact},
    node::{Node, with_node},
    number_text::loses_digits,
    scalar::Kind,
    union_rules::{can_keep_fields, is_reported, spend, start_budget},
};

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
    /// The properties that have one of a few values in this variant.
    pub constants: &'static [Constant],
    /// The fields of the variant, if it is a generated struct.
    pub fields: &'static [Field],
}

/// The path of a property, such as `["detail", "type"]`, and its possible values.
pub type Constant = (&'static [&'static str], &'static [&'static str]);

/// How well a value matches a variant: by constants first, then by required fields, then by known fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Score {
    /// The constants that the value has, and one more for the exact JSON type.
    constants: usize,
    completeness: Completeness,
    /// The required fields that are present.
    required: usize,
    /// All fields that are present.
    known: usize,
    /// Whether the value has a constant of the variant.
    is_tagged: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Completeness {
    /// Decoding fails, unless it is lossy.
    Incomplete,
    /// Fields are missing that may be absent, so that responses with every field are told apart as the API description says.
    Essential,
    /// Every required field is present.
    Complete,
}

/// The variants that a value matches.
#[derive(Default)]
struct Matches {
    /// Their indices, the best one first.
    indices: Vec<usize>,
    /// How many of the first ones match equally well, while no constant says that the value is meant to be one of them.
    tied: usize,
}

fn matching_variants(node: Node<'_>, variants: &[Variant]) -> Matches {
    let Some(json_type) = json_type(node.text()) else { return Matches::default() };
    let candidates: Vec<(usize, &Variant, usize)> = variants
        .iter()
        .enumerate()
        .filter(|(_, variant)| variant.has_type(json_type, node.text()))
        .filter_map(|(index, variant)| Some((index, variant, variant.count_constants(node)?)))
        .collect();
    if let [(index, _, 1..)] = candidates.as_slice() {
        return Matches { indices: vec![*index], tied: 1 };
    }
    let names = node.names();
    let mut matches: Vec<(Score, usize)> = candidates
        .into_iter()
        .filter_map(|(index, variant, constants)| {
            let is_exact = variant.json_type == json_type;
            Some((Score::rate(variant, &names, constants + usize::from(is_exact), constants > 0)?, index))
        })
        .collect();
    // The order is stable: of equal variants, the first one of the description comes first.
    matches.sort_by(|(one, _), (other, _)| other.cmp(one));
    let tied = match matches.first() {
        Some((first, _)) if json_type == JsonType::Object && !first.is_tagged => {
            matches.iter().filter(|(score, _)| score == first).count()
        }
        _ => 1,
    };
    Matches { indices: matches.into_iter().map(|(_, index)| index).collect(), tied }
}

impl Variant {
    fn has_type(&self, json_type: JsonType, text: &str) -> bool {
        self.json_type == json_type
            || (self.json_type == JsonType::Number && json_type == JsonType::Integer)
            || (self.json_type == JsonType::Integer && is_whole_number(text, json_type))
    }

    /// The number of constants that a value has; none if it has another value in place of one, or lacks one that is required.
    fn count_constants(&self, node: Node<'_>) -> Option<usize> {
        let mut count = 0;
        for (path, values) in self.constants {
            let value = path.iter().try_fold(node, |node, name| node.get(name));
            match value.filter(|value| value.text() != "null") {
                Some(value) if values.iter().any(|expected| is_constant(value, expected)) => count += 1,
                Some(_) => return None,
                None if is_optional(path, self.fields) => {}
                None => return None,
            }
        }
        Some(count)
    }
}

impl Score {
    /// Compares the fields of a variant with the names of those of a value; none if the value is not one of the variant.
    fn rate(variant: &Variant, names: &[Cow<'_, str>], constants: usize, is_tagged: bool) -> Option<Self> {
        let (mut required, mut missing, mut essential, mut known) = (0, 0, 0, 0);
        for field in variant.fields {
            let is_present = names.binary_search_by(|name| name.as_ref().cmp(field.name)).is_ok();
            known += usize::from(is_present);
            required += usize::from(is_present && field.required);
            missing += usize::from(!is_present && field.required);
            essential += usize::from(!is_present && field.is_essential());
        }
        let completeness = match (missing, essential) {
            (0, _) => Completeness::Complete,
            // Without any required field, every object would match a variant whose fields may all be absent.
            (_, 0) if required > 0 => Completeness::Essential,
            _ if is_tagged => Completeness::Incomplete,
            _ => return None,
        };
        Some(Self { constants, completeness, required, known, is_tagged })
    }
}

/// Whether a variant is not ruled out by the absence of a constant.
fn is_optional(path: &[&str], fields: &[Field]) -> bool {
    let first = path.first().and_then(|name| fields.iter().find(|field| field.name == *name));
    first.is_some_and(|field| !field.required)
}

/// Whether a value is a constant, which is written as its text, for strings without quotes.
fn is_constant(value: Node<'_>, expected: &str) -> bool {
    let text = value.text();
    if text.starts_with('"') {
        return value.is_string(expected);
    }
    let is_same_number = || {
        let numbers = text.parse::<f64>().ok().zip(expected.parse::<f64>().ok());
        numbers.is_some_and(|(one, other)| one.total_cmp(&other).is_eq())
    };
    text == expected || is_same_number()
}

/// Whether a number has a fraction of zero, so that it is an integer as well.
fn is_whole_number(text: &str, json_type: JsonType) -> bool {
    json_type == JsonType::Number
        && text.parse::<f64>().is_ok_and(|number| number.is_finite() && number.fract() == 0.0)
}

/// The type of a JSON text; `None` for `null`.
fn json_type(text: &str) -> Option<JsonType> {
    match text.bytes().next()? {
        b'{' => Some(JsonType::Object),
        b'[' => Some(JsonType::Array),
        b'"' => Some(JsonType::String),
        b't' | b'f' => Some(JsonType::Boolean),
        b'n' => None,
        _ if text.contains(['.', 'e', 'E']) => Some(JsonType::Number),
        _ => Some(JsonType::Integer),
    }
}

/// Decodes a union: as the variant that the value matches best or, if it cannot be decoded as that, as the next one.
/// `decode` is called with the index of a variant, and with `None` for a value that is none of them.
///
/// # Errors
/// The deserializer's error, and an error if the value is nested too deeply.
pub fn decode_union<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    variants: &[Variant],
    decode: impl Fn(Option<usize>, Node<'_>) -> Result<T, serde_json::Error>,
) -> Result<T, D::Error> {
    with_node(deserializer, |node| {
        if node.is_root() {
            start_budget(node.text().len());
        }
        let Matches { indices, tied } = matching_variants(node, variants);
        let decode_unknown = || {
            // A `Value` has numbers of 64 bits. The field around the union keeps the text if that has more digits.
            if loses_digits(node.text()) {
                note_inexact(Kind::Json);
            }
            decode(None, node)
        };
        let attempt = |index, may_replace| {
            let attempt = Attempt::start(may_replace);
            let decoded = decode(Some(index), node);
            attempt.end(decoded.is_ok());
            decoded
        };
        // A value that a type cannot hold decides between variants; a scalar is kept as it is.
        let is_scalar = !node.text().starts_with(['[', '{']);
        let may_replace = indices.len() == 1 && !is_scalar;
        let (mut first_error, mut found) = (None, None);
        for (place, index) in indices.into_iter().enumerate() {
            if (place >= tied && found.is_some()) || (place > 0 && !spend(node.text().len())) {
                break;
            }
            match attempt(index, may_replace) {
                // Of two variants that match equally well, neither is guessed.
                Ok(_) if found.is_some() => return decode_unknown(),
                Ok(value) => found = Some(value),
                Err(error) => first_error = first_error.or(Some((index, error))),
            }
        }
        if let Some(value) = found {
            return Ok(value);
        }
        let Some((index, error)) = first_error else { return decode_unknown() };
        if !may_replace
            && can_keep_fields(&error, node.text().len())
            && let Ok(value) = attempt(index, true)
        {
            return Ok(value);
        }
        if is_reported(&error, node.is_root()) { Err(error) } else { decode_unknown() }
    })
}

/// Implements JSON for a union with a variant `Unknown(Value)`.
///
/// A row is `Variant: kind(Type)` with the JSON type of its values (`Model` for a generated struct), followed by the
/// properties that hold a constant in this variant, if any: `["name" = "value" | "other value"]`, or
/// `["object"."name" = "value"]` for a property of an object within.
///
/// A union of the bodies of several responses begins with `by status`, and its rows are `Variant: kind(Type) for 200 | 201`. `2`
/// stands for the statuses 200 to 299 that are not listed.
#[doc(hidden)]
#[macro_export]
macro_rules! __union {
    (by status $name:ident {
        $($variant:ident: $json_type:ident($ty:ty) for $($status:literal)|+),* $(,)?
    }) => {
        $crate::__union!($name { $($variant: $json_type($ty)),* } by status { $($($status: $variant,)+)* });
    };
    ($name:ident {
        $($variant:ident: $json_type:ident($ty:ty)
            $([$($($constant:literal).+ = $($value:literal)|+),+])?),* $(,)?
    } $(by status { $($status:literal: $selected:ident,)* })?) => {
        #[doc(hidden)]
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
                        constants: &[$($((&[$($constant),+], &[$($value),+])),+)?],
                        ..$crate::__union_variant!($json_type $ty)
                    }
                ),*];
                $crate::json::decode_union(deserializer, VARIANTS, |selected, node| {
                    let mut positions = 0_usize..;
                    $(if selected == positions.next() {
                        return $crate::json::Decode::decode(node).map(Self::$variant);
                    })*
                    $crate::json::Decode::decode(node).map(Self::Unknown)
                })
            }

            $(fn decode_with_status<'de, D: $crate::__private::Deserializer<'de>>(
                status: u16,
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $(if status == $status {
                    return $crate::json::Decode::decode(deserializer).map(Self::$selected);
                })*
                $(if status / 100 == $status {
                    return $crate::json::Decode::decode(deserializer).map(Self::$selected);
                })*
                $crate::json::Decode::decode(deserializer)
            })?
        }

        #[doc(hidden)]
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
#[path = "union_tests.rs"]
mod tests;
