//! Decodes JSON into typed values and encodes values as JSON.
//!
//! Generated types implement [`Decode`] and [`Encode`]. The traits resemble those of serde, with two additions: a cheap
//! placeholder, so that a struct is filled in place instead of from one `Option` per field, and a value for an empty
//! response body.

mod arguments;
mod boxed;
mod builder;
mod codec;
mod collections;
mod conversion;
mod date;
mod decimal;
mod decimal_literal;
mod decode_error;
mod enumeration;
mod expected;
mod extra_fields;
mod field;
mod fields;
mod float;
mod form;
mod identifier;
mod integer;
mod keeping;
mod kept_text;
mod lossy;
mod nearest;
mod node;
mod node_deserializer;
mod number_text;
mod object;
mod raw_body;
mod raw_fields;
mod raw_text;
mod reader;
mod reader_errors;
mod reader_serde;
#[cfg(test)]
mod reader_tests;
mod recovery_rules;
mod scalar;
mod scalars;
mod short_text;
mod text;
mod text_like;
mod tree;
mod union;
mod union_rules;
mod unreadable;
mod whole_text;
mod writer;

pub use arguments::{
    IntoDate, IntoDateTime, IntoDecimal, IntoEnum, IntoId, IntoJson, IntoNullableDate, IntoNullableDateTime,
    IntoNullableDecimal, IntoNullableEnum, IntoNullableId, IntoNullableJson, IntoNullableText, IntoText,
};
pub use boxed::Boxed;
pub use builder::ModelBuilder;
pub use codec::{AsSerialize, Decode, Encode};
pub use conversion::{
    ByNull, ByValue, IntoNullable, IntoNullableList, IntoNullableMap, Null, list, map, nullable,
    nullable_list, nullable_map, object,
};
pub use decimal_literal::parse_decimal_literal;
pub use decode_error::DecodeError;
pub(crate) use decode_error::add_to_path;
pub use enumeration::{compare_values, fmt_variant};
pub use extra_fields::ExtraFields;
pub use field::Field;
pub use fields::ReadFields;
pub(crate) use form::AsPointee;
pub use form::{AsObject, AsText, Formed};
pub use integer::decode_number;
pub(crate) use lossy::{Choose, fill, fill_with};
pub use lossy::{Lossy, decode_lossy};
pub use node::Node;
pub(crate) use object::decode_model;
pub use object::{Model, WriteFields};
pub use raw_body::{RawBody, body_text, unknown_body};
pub(crate) use raw_fields::{RawFields, raw_at, raw_items, scalar_text};
pub use raw_text::RawText;
pub(crate) use recovery_rules::is_fillable;
pub use short_text::ShortText;
pub(crate) use text::decode_response;
pub use text::{decode_variant, encode_into, from_str, to_vec};
pub use text_like::{ComparedText, TextLike, TextSource};
pub(crate) use tree::{Tree, unquote};
pub use union::{Constant, JsonType, Variant, decode_union};
pub(crate) use union_rules::StrictUnions;
pub(crate) use unreadable::KeptField;
pub(crate) use whole_text::{parse_string, parse_strings, quote};

/// The old name of [`DecodeError`].
#[deprecated(since = "0.2.0", note = "renamed to `DecodeError`")]
pub type Mismatch = DecodeError;
