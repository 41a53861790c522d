//! Decodes JSON into typed values and encodes values as JSON.
//!
//! Generated types implement [`Decode`] and [`Encode`]. The traits resemble those of serde, with two additions: a cheap
//! placeholder, so that a struct is filled in place instead of from one `Option` per field, and a value for an empty
//! response body.

mod builder;
mod codec;
mod collections;
mod conversion;
mod decimal;
mod decode_error;
mod enumeration;
mod extra_fields;
mod fields;
mod identifier;
mod integer;
mod lossy;
mod object;
mod raw_text;
mod scalars;
mod text;
mod tree;
mod union;

pub use builder::ModelBuilder;
pub use codec::{AsSerialize, Decode, Encode};
pub use conversion::{
    ByNull, ByValue, IntoNullable, IntoNullableList, IntoNullableMap, Null, list, map, nullable,
    nullable_list, nullable_map, object,
};
pub use decode_error::DecodeError;
pub use enumeration::decode_text;
pub use extra_fields::ExtraFields;
pub use fields::{Field, FieldReader};
pub(crate) use lossy::{Choose, fill, fill_with, is_fillable};
pub use lossy::{Lossy, decode_lossy};
pub use object::{FieldWriter, Model, decode_model, encode_model};
pub use raw_text::RawText;
pub use text::{decode_variant, encode_into, from_str, to_vec};
pub use union::{JsonType, Variant, select_variant};

/// The old name of [`DecodeError`].
#[deprecated(since = "0.2.0", note = "renamed to `DecodeError`")]
pub type Mismatch = DecodeError;
