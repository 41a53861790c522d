//! Reads schemas that hold for the same value: their keywords one by one, and what JSON they allow.

use indexmap::IndexMap;
use openapiv3::{AdditionalProperties, ReferenceOr, Schema, SchemaKind, Type};
use serde_json::Value;

use super::Resolver;
use super::schema::AsSchema;
use super::site::{Site, component_pointer};

/// The most schemas that an `allOf` may lead to in a chain. Lowering has rejected endless chains; this bounds recursion.
pub(super) const MAX_DEPTH: usize = 32;

/// One of several schemas that hold for the same value.
#[derive(Clone, Debug)]
pub(super) struct Part<'a> {
    pub(super) schema: PartSchema<'a>,
    pub(super) site: Site,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum PartSchema<'a> {
    /// A component.
    Reference(&'a str),
    /// An inline schema.
    Inline(&'a Schema),
    /// The keywords beside an `allOf`, without its branches.
    Beside(&'a Schema),
}

impl<'a> Part<'a> {
    pub(super) fn new<S: AsSchema>(schema: &'a ReferenceOr<S>, site: Site) -> Self {
        let schema = match schema {
            ReferenceOr::Reference { reference } => PartSchema::Reference(reference),
            ReferenceOr::Item(item) => PartSchema::Inline(item.as_schema()),
        };
        Self { schema, site }
    }

    pub(super) fn inline(&self) -> Option<&'a Schema> {
        match self.schema {
            PartSchema::Reference(_) => None,
            PartSchema::Inline(schema) | PartSchema::Beside(schema) => Some(schema),
        }
    }
}

/// A schema without the branches of its `allOf`, which are atoms of their own.
#[derive(Clone, Debug)]
pub(super) struct Atom<'a> {
    pub(super) schema: &'a Schema,
    pub(super) site: Site,
    /// Whether a reference leads to the schema.
    pub(super) is_referenced: bool,
}

/// What kind of JSON a schema allows, apart from `null`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Integer,
    Number,
    Boolean,
    List,
    Object,
}

impl Kind {
    /// The name of the kind in messages.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Text => "a string",
            Self::Integer => "an integer",
            Self::Number => "a number",
            Self::Boolean => "a boolean",
            Self::List => "a list",
            Self::Object => "an object",
        }
    }

    /// The kind of the values that are of both kinds, if there are any.
    pub(super) fn intersect(self, other: Self) -> Option<Self> {
        match (self, other) {
            (a, b) if a == b => Some(a),
            (Self::Integer, Self::Number) | (Self::Number, Self::Integer) => Some(Self::Integer),
            _ => None,
        }
    }
}

/// The keywords of an object.
#[derive(Clone, Copy)]
pub(super) struct ObjectKeywords<'a> {
    pub(super) properties: &'a IndexMap<String, ReferenceOr<Box<Schema>>>,
    pub(super) required: &'a [String],
    pub(super) additional: Option<&'a AdditionalProperties>,
}

impl<'a> Atom<'a> {
    /// The kind of JSON, if the schema names one.
    pub(super) fn kind(&self) -> Option<Kind> {
        match &self.schema.schema_kind {
            SchemaKind::Type(Type::String(_)) => Some(Kind::Text),
            SchemaKind::Type(Type::Integer(_)) => Some(Kind::Integer),
            SchemaKind::Type(Type::Number(_)) => Some(Kind::Number),
            SchemaKind::Type(Type::Boolean(_)) => Some(Kind::Boolean),
            SchemaKind::Type(Type::Array(_)) => Some(Kind::List),
            SchemaKind::Type(Type::Object(_)) => Some(Kind::Object),
            SchemaKind::Any(any) => match any.typ.as_deref() {
                Some("string") => Some(Kind::Text),
                Some("integer") => Some(Kind::Integer),
                Some("number") => Some(Kind::Number),
                Some("boolean") => Some(Kind::Boolean),
                Some("array") => Some(Kind::List),
                Some("object") => Some(Kind::Object),
                _ if any.items.is_some() => Some(Kind::List),
                _ if !any.properties.is_empty()
                    || !any.required.is_empty()
                    || any.additional_properties.is_some() =>
                {
                    Some(Kind::Object)
                }
                _ => kind_of_values(&any.enumeration),
            },
            _ => None,
        }
    }

    /// The branches of `oneOf`, or else of `anyOf`, and the keyword.
    pub(super) fn union(&self) -> Option<(&'a [ReferenceOr<Schema>], &'static str)> {
        let (one_of, any_of) = match &self.schema.schema_kind {
            SchemaKind::OneOf { one_of } => (&one_of[..], &[][..]),
            SchemaKind::AnyOf { any_of } => (&[][..], &any_of[..]),
            SchemaKind::Any(any) => (&any.one_of[..], &any.any_of[..]),
            _ => return None,
        };
        match (one_of, any_of) {
            ([], []) => None,
            ([], any_of) => Some((any_of, "anyOf")),
            (one_of, _) => Some((one_of, "oneOf")),
        }
    }

    pub(super) fn object(&self) -> Option<ObjectKeywords<'a>> {
        object_keywords(self.schema)
    }

    pub(super) fn items(&self) -> Option<&'a ReferenceOr<Box<Schema>>> {
        match &self.schema.schema_kind {
            SchemaKind::Type(Type::Array(array)) => array.items.as_ref(),
            SchemaKind::Any(any) => any.items.as_ref(),
            _ => None,
        }
    }

    /// The values of `enum`, if the schema lists them.
    pub(super) fn values(&self) -> Option<Vec<Value>> {
        fn known<T: Clone + Into<Value>>(values: &[Option<T>]) -> Vec<Value> {
            values.iter().flatten().cloned().map(Into::into).collect()
        }
        let values = match &self.schema.schema_kind {
            SchemaKind::Type(Type::String(string)) => known(&string.enumeration),
            SchemaKind::Type(Type::Integer(integer)) => known(&integer.enumeration),
            SchemaKind::Type(Type::Number(number)) => {
                number.enumeration.iter().flatten().copied().map(number_value).collect()
            }
            SchemaKind::Type(Type::Boolean(boolean)) => known(&boolean.enumeration),
            SchemaKind::Any(any) => any.enumeration.clone(),
            _ => Vec::new(),
        };
        (!values.is_empty()).then_some(values)
    }

    pub(super) fn is_nullable(&self) -> bool {
        self.schema.schema_data.nullable
    }
}

/// A number, as an integer if it is one, so that `1.0` and `1` are the same value.
#[expect(clippy::cast_possible_truncation, reason = "the bound is checked")]
fn number_value(number: f64) -> Value {
    const MAX_EXACT: f64 = 9_007_199_254_740_992.0;
    if number.fract() == 0.0 && number.abs() < MAX_EXACT { (number as i64).into() } else { number.into() }
}

/// The keywords of an object, if the schema may be one.
pub(super) fn object_keywords(schema: &Schema) -> Option<ObjectKeywords<'_>> {
    match &schema.schema_kind {
        SchemaKind::Type(Type::Object(object)) => Some(ObjectKeywords {
            properties: &object.properties,
            required: &object.required,
            additional: object.additional_properties.as_ref(),
        }),
        SchemaKind::Any(any) => Some(ObjectKeywords {
            properties: &any.properties,
            required: &any.required,
            additional: any.additional_properties.as_ref(),
        }),
        _ => None,
    }
}

fn kind_of_values(values: &[Value]) -> Option<Kind> {
    let all = |is: fn(&Value) -> bool| !values.is_empty() && values.iter().all(is);
    [
        (Kind::Text, Value::is_string as fn(&Value) -> bool),
        (Kind::Boolean, Value::is_boolean),
        (Kind::Integer, |value| value.is_i64() || value.is_u64()),
        (Kind::Number, Value::is_number),
    ]
    .into_iter()
    .find_map(|(kind, is)| all(is).then_some(kind))
}

impl<'a> Resolver<'a> {
    /// The atoms of a schema: through references, and the branches of `allOf` before what is beside them.
    pub(super) fn atoms_of<'s>(&self, part: &Part<'s>) -> Vec<Atom<'s>>
    where
        'a: 's,
    {
        let mut atoms = Vec::new();
        self.collect_atoms(part, false, MAX_DEPTH, &mut atoms);
        atoms
    }

    fn collect_atoms<'s>(&self, part: &Part<'s>, is_referenced: bool, depth: usize, atoms: &mut Vec<Atom<'s>>)
    where
        'a: 's,
    {
        let Some(depth) = depth.checked_sub(1) else { return };
        let (schema, with_branches) = match part.schema {
            PartSchema::Reference(reference) => {
                if let Some((name, target)) = self.component(reference) {
                    let site = Site {
                        label: name.to_owned(),
                        pointer: component_pointer(name),
                        ..part.site.clone()
                    };
                    self.collect_atoms(&Part::new(target, site), true, depth, atoms);
                }
                return;
            }
            PartSchema::Inline(schema) => (schema, true),
            PartSchema::Beside(schema) => (schema, false),
        };
        if with_branches {
            for branch in branches_of(schema, &part.site) {
                self.collect_atoms(&branch, is_referenced, depth, atoms);
            }
        }
        // A base that is included twice is one base.
        if !atoms.iter().any(|atom| std::ptr::eq(atom.schema, schema)) {
            atoms.push(Atom { schema, site: part.site.clone(), is_referenced });
        }
    }
}

/// The branches of the `allOf` of a schema.
pub(super) fn branches_of<'a>(schema: &'a Schema, site: &Site) -> Vec<Part<'a>> {
    let branches = match &schema.schema_kind {
        SchemaKind::AllOf { all_of } => &all_of[..],
        SchemaKind::Any(any) => &any.all_of[..],
        _ => &[],
    };
    let parts = branches.iter().enumerate();
    parts.map(|(index, branch)| Part::new(branch, site.step(&format!("allOf/{index}")))).collect()
}
