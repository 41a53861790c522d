//! Fields of objects, parameters and aliases.

use indexmap::IndexMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{constraints::Constraints, defaults::is_default, json_value::JsonValue, value_type::Type};

/// A field of an object, a parameter, or the target of an alias.
///
/// Written as its type alone if nothing else is known about it, which holds for two of three fields.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct Field {
    /// The type, and whether the field must be present.
    #[serde(rename = "type")]
    pub ty: FieldType,
    /// Only responses have it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub read_only: bool,
    /// Only requests have it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub write_only: bool,
    /// The document marks it as deprecated.
    #[serde(default, skip_serializing_if = "is_default")]
    pub deprecated: bool,
    /// The only value that it can have.
    #[serde(default, deserialize_with = "deserialize_present", skip_serializing_if = "is_default")]
    pub constant: Option<JsonValue>,
    /// The document's example.
    #[serde(default, deserialize_with = "deserialize_present", skip_serializing_if = "is_default")]
    pub example: Option<JsonValue>,
    /// Constraints besides the type.
    #[serde(default, skip_serializing_if = "is_default")]
    pub constraints: Constraints,
    /// How a parameter or the field of a form is serialized that is not a scalar, if not in the default style of its location.
    #[serde(default, skip_serializing_if = "is_default")]
    pub style: Option<Style>,
    /// Whether reserved characters stay as they are in a query, a form or a cookie.
    #[serde(default, skip_serializing_if = "is_default")]
    pub allow_reserved: bool,
    /// Whether the value of the parameter is the whole query.
    #[serde(default, skip_serializing_if = "is_default")]
    pub is_whole_query: bool,
    /// The media type of its parts in a form with files, if the document states one.
    #[serde(default, skip_serializing_if = "is_default")]
    pub part_type: Option<String>,
    /// The headers of its parts in a form with files.
    #[serde(default, skip_serializing_if = "is_default")]
    pub part_headers: Vec<(String, String)>,
    /// The value with which a request starts, if the caller sets none.
    #[serde(default, deserialize_with = "deserialize_present", skip_serializing_if = "is_default")]
    pub initial: Option<JsonValue>,
    /// The name in the request type, if another field of the request has the same name.
    #[serde(default, skip_serializing_if = "is_default")]
    pub request_name: Option<String>,
}

/// The fields of an object, or the parameters of a location, by name and in document order.
pub type Fields = IndexMap<String, Field>;

/// The type of a field, and whether the field must be present.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldType {
    /// The field can be absent.
    Optional(Type),
    /// The field must be present.
    #[serde(untagged)]
    Required(Type),
}

/// How a list or an object is serialized in a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Style {
    /// `a=1,2`
    Form,
    /// `a=1&a=2`
    FormExploded,
    /// `a=1%202`
    SpaceDelimited,
    /// `a=1|2`
    PipeDelimited,
    /// `a[b]=1`
    DeepObject,
    /// `a[]=1&a[]=2`
    Brackets,
    /// The value as JSON text.
    Json,
    /// `key=1,other=2`, in a path or a header
    SimpleExploded,
    /// `.1.2` and `.key=1.other=2`, in a path
    LabelExploded,
    /// `;a=1;a=2` and `;key=1;other=2`, in a path
    MatrixExploded,
}

impl Field {
    /// A field of which only the type is known.
    #[must_use]
    pub fn new(ty: FieldType) -> Self {
        Self {
            ty,
            read_only: false,
            write_only: false,
            deprecated: false,
            constant: None,
            example: None,
            constraints: Constraints::default(),
            style: None,
            allow_reserved: false,
            is_whole_query: false,
            part_type: None,
            part_headers: Vec::new(),
            initial: None,
            request_name: None,
        }
    }

    /// The type of its values, which includes `null`.
    #[must_use]
    pub fn ty(&self) -> &Type {
        match &self.ty {
            FieldType::Optional(ty) | FieldType::Required(ty) => ty,
        }
    }

    /// Whether it must be present.
    #[must_use]
    pub fn is_required(&self) -> bool {
        matches!(self.ty, FieldType::Required(_))
    }
}

/// `null` is a value here, not the absence of one: a field that is empty unless something fails has it as its example.
fn deserialize_present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<JsonValue>, D::Error> {
    JsonValue::deserialize(deserializer).map(Some)
}

impl Serialize for Field {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if *self == Self::new(self.ty.clone()) {
            return self.ty.serialize(serializer);
        }
        Self::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[expect(clippy::large_enum_variant, reason = "one value at a time, and only while it is read")]
        #[serde(untagged)]
        enum Notation {
            Type(FieldType),
            Details(#[serde(deserialize_with = "Field::deserialize")] Field),
        }
        Ok(match Notation::deserialize(deserializer)? {
            Notation::Type(ty) => Self::new(ty),
            Notation::Details(field) => field,
        })
    }
}
