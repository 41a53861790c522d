//! One schema to one type.

use openapiv3::{
    AdditionalProperties, AnySchema, ArrayType, IntegerType, NumberFormat, NumberType, ObjectType,
    ReferenceOr, Schema, SchemaData, SchemaKind, StringFormat, StringType, Type, VariantOrUnknownOrEmpty,
};
use serde_json::Value;

use super::{Resolver, Site};
use crate::ir::{EnumValue, Object, Shape, StringEnum, TypeRef};

/// What a schema turns out to be.
pub(super) enum Built {
    /// A type that needs a name.
    Shape(Shape),
    /// A type that has one already, or needs none.
    Type(TypeRef),
}

impl<'a> Resolver<'a> {
    /// The type at a place, `null` included.
    pub(super) fn type_ref<S: AsSchema>(&mut self, schema: &'a ReferenceOr<S>, site: &Site) -> TypeRef {
        match schema {
            ReferenceOr::Reference { reference } => self.reference(reference, site),
            ReferenceOr::Item(item) => self.inline(item.as_schema(), site),
        }
    }

    /// The type of a schema that stands inline.
    pub(super) fn inline(&mut self, schema: &'a Schema, site: &Site) -> TypeRef {
        let nullable = schema.schema_data.nullable;
        // A title that the configuration knows says better than the property what an `id` inside identifies.
        let title = schema.schema_data.title.as_deref().filter(|title| self.object_ids.contains_key(title));
        let titled = title.map(|title| Site { label: title.to_owned(), ..site.clone() });
        match self.schema(schema, titled.as_ref().unwrap_or(site)) {
            Built::Type(ty) => ty.nullable(nullable),
            Built::Shape(shape) => TypeRef::Named(self.intern(shape, schema.into(), site)).nullable(nullable),
        }
    }

    /// The component that a reference names.
    pub(super) fn reference(&mut self, reference: &str, site: &Site) -> TypeRef {
        match self.component(reference) {
            Some((name, schema)) => {
                let nullable = schema.as_item().is_some_and(|item| item.schema_data.nullable);
                match self.components.get(name).copied() {
                    Some(id) => TypeRef::Named(id).nullable(nullable),
                    None => TypeRef::Json,
                }
            }
            None => {
                self.error(
                    "reference",
                    format!("`{reference}` names no schema of the document"),
                    &site.pointer,
                    "correct the `$ref`, or replace it by an action in the overlay",
                );
                TypeRef::Json
            }
        }
    }

    /// The name and schema of the component that a reference names.
    pub(super) fn component(&self, reference: &str) -> Option<(&'a str, &'a ReferenceOr<Schema>)> {
        // Lowering has unescaped the name already.
        let name = reference.strip_prefix("#/components/schemas/")?;
        self.schemas?.get_key_value(name).map(|(name, schema)| (name.as_str(), schema))
    }

    /// What a schema is, its own `null` left out.
    pub(super) fn schema(&mut self, schema: &'a Schema, site: &Site) -> Built {
        if schema.schema_data.extensions.contains_key("x-codegen-prefix-items") {
            self.warning(
                "prefix-items",
                "a list whose places have types of their own is kept as a list of one type".to_owned(),
                &site.pointer,
                "describe the list by `items`, or as an object, with an action in the overlay",
            );
        }
        let discriminator = schema.schema_data.discriminator.as_ref();
        if discriminator.is_some() {
            self.discriminator_without_union(schema, site);
        }
        match &schema.schema_kind {
            SchemaKind::Type(Type::String(string)) => text(string, &schema.schema_data),
            SchemaKind::Type(Type::Number(number)) => Built::Type(number_type(number)),
            SchemaKind::Type(Type::Integer(IntegerType { .. })) => Built::Type(TypeRef::Integer),
            SchemaKind::Type(Type::Boolean(_)) => Built::Type(TypeRef::Boolean),
            SchemaKind::Type(Type::Array(array)) => self.array(array, site),
            SchemaKind::Type(Type::Object(object)) => self.object(object, site),
            SchemaKind::OneOf { one_of } => self.union(one_of, discriminator, &site.step("oneOf"), &[]),
            SchemaKind::AnyOf { any_of } => self.union(any_of, discriminator, &site.step("anyOf"), &[]),
            SchemaKind::AllOf { all_of } => self.all_of(all_of, &schema.schema_data, None, site),
            SchemaKind::Not { .. } => Built::Type(TypeRef::Json),
            SchemaKind::Any(any) => self.any(any, schema, site),
        }
    }

    fn array(&mut self, array: &'a ArrayType, site: &Site) -> Built {
        let item = match &array.items {
            Some(items) => self.type_ref(items, &site.step("items")),
            None => TypeRef::Json,
        };
        Built::Type(TypeRef::List(Box::new(item)))
    }

    fn object(&mut self, object: &'a ObjectType, site: &Site) -> Built {
        if object.properties.is_empty() {
            return Built::Type(self.map(object.additional_properties.as_ref(), site));
        }
        let fields = self.fields(&object.properties, &object.required, site);
        let open = object.additional_properties.as_ref().is_some_and(admits);
        Built::Shape(Shape::Object(Object { fields, open }))
    }

    /// An object without named members: a map, or any object.
    fn map(&mut self, additional: Option<&'a AdditionalProperties>, site: &Site) -> TypeRef {
        match additional {
            Some(AdditionalProperties::Schema(schema)) => {
                match self.type_ref(schema.as_ref(), &site.step("additionalProperties")) {
                    TypeRef::Json => TypeRef::JsonObject,
                    ty => TypeRef::Map(Box::new(ty)),
                }
            }
            _ => TypeRef::JsonObject,
        }
    }

    /// A schema that mixes keywords of several kinds, or has none.
    fn any(&mut self, any: &'a AnySchema, schema: &'a Schema, site: &Site) -> Built {
        if !any.all_of.is_empty() {
            return self.all_of(&any.all_of, &schema.schema_data, Some(any), site);
        }
        let fields = self.fields(&any.properties, &any.required, site);
        let (branches, keyword) =
            if any.one_of.is_empty() { (&any.any_of, "anyOf") } else { (&any.one_of, "oneOf") };
        if !branches.is_empty() {
            let place = site.step(keyword);
            if fields.is_empty() || !self.only_constraints(branches) {
                return self.union(branches, schema.schema_data.discriminator.as_ref(), &place, &fields);
            }
            self.required_together(&place);
        }
        if !fields.is_empty() {
            let open = any.additional_properties.as_ref().is_some_and(admits);
            return Built::Shape(Shape::Object(Object { fields, open }));
        }
        if let Some(items) = &any.items {
            let item = self.type_ref(items, &site.step("items"));
            return Built::Type(TypeRef::List(Box::new(item)));
        }
        if any.additional_properties.is_some() || any.typ.as_deref() == Some("object") {
            return Built::Type(self.map(any.additional_properties.as_ref(), site));
        }
        Built::Type(scalar(any))
    }

    /// Which of its members an object needs together is checked by the server alone, and that is said.
    pub(super) fn required_together(&mut self, place: &Site) {
        self.warning(
            "required-together",
            "which of the members must be there together is left to the server".to_owned(),
            &place.pointer,
            "write out each form with all its members, by an action in the overlay, to have a builder for each",
        );
    }

    /// A discriminator on a base type says that values may be of other types, which the base does not list.
    fn discriminator_without_union(&mut self, schema: &Schema, site: &Site) {
        let union = match &schema.schema_kind {
            SchemaKind::OneOf { .. } | SchemaKind::AnyOf { .. } | SchemaKind::AllOf { .. } => true,
            SchemaKind::Any(any) => {
                !any.one_of.is_empty() || !any.any_of.is_empty() || !any.all_of.is_empty()
            }
            _ => false,
        };
        if !union {
            self.warning(
                "discriminator",
                "a discriminator without `oneOf`: members of the types it leads to are kept in `extra_fields`".to_owned(),
                &format!("{}/discriminator", site.pointer),
                "add a `oneOf` of these types, with an action in the overlay, where one of them may stand",
            );
        }
    }

    /// Whether branches only say which members are required together.
    pub(super) fn only_constraints(&self, branches: &[ReferenceOr<Schema>]) -> bool {
        branches.iter().all(|branch| match branch {
            ReferenceOr::Item(Schema { schema_kind: SchemaKind::Any(any), .. }) => {
                any.properties.is_empty() && any.typ.is_none() && any.items.is_none()
            }
            ReferenceOr::Item(Schema { schema_kind: SchemaKind::Type(Type::Object(object)), .. }) => {
                object.properties.is_empty()
            }
            ReferenceOr::Item(Schema { schema_kind: SchemaKind::Not { .. }, .. }) => true,
            _ => false,
        })
    }
}

/// Whether an object may have members that the document does not name.
fn admits(additional: &AdditionalProperties) -> bool {
    !matches!(additional, AdditionalProperties::Any(false))
}

/// A schema behind a box or without one.
pub(super) trait AsSchema {
    fn as_schema(&self) -> &Schema;
}

impl AsSchema for Schema {
    fn as_schema(&self) -> &Schema {
        self
    }
}

impl AsSchema for Box<Schema> {
    fn as_schema(&self) -> &Schema {
        self
    }
}

/// A string: an enum, a date, octets or plain text.
fn text(string: &StringType, data: &SchemaData) -> Built {
    let values: Vec<&String> = string.enumeration.iter().flatten().collect();
    if values.len() > 1 {
        let values = distinct(values.into_iter().map(String::as_str));
        return Built::Shape(Shape::StringEnum(StringEnum { values: describe(values, data) }));
    }
    Built::Type(match &string.format {
        VariantOrUnknownOrEmpty::Item(StringFormat::DateTime) => TypeRef::DateTime,
        VariantOrUnknownOrEmpty::Item(StringFormat::Date) => TypeRef::Date,
        VariantOrUnknownOrEmpty::Item(StringFormat::Binary) => TypeRef::Binary,
        _ => TypeRef::String,
    })
}

/// A component that lists a single value is an enum that may grow, unless the document says `const`.
pub(super) fn enum_of_one(schema: &Schema) -> Option<Shape> {
    let SchemaKind::Type(Type::String(string)) = &schema.schema_kind else { return None };
    let [Some(value)] = string.enumeration.as_slice() else { return None };
    let data = &schema.schema_data;
    let values = describe(vec![value.as_str()], data);
    (!data.extensions.contains_key("x-codegen-const")).then_some(Shape::StringEnum(StringEnum { values }))
}

fn distinct<'v>(values: impl Iterator<Item = &'v str>) -> Vec<&'v str> {
    let mut list: Vec<&str> = Vec::new();
    for value in values {
        if !list.contains(&value) {
            list.push(value);
        }
    }
    list
}

/// Values with the descriptions that the widespread `x-enumDescriptions` gives.
fn describe(values: Vec<&str>, data: &SchemaData) -> Vec<EnumValue> {
    let texts = ["x-codegen-enum-descriptions", "x-enumDescriptions", "x-enum-descriptions"]
        .iter()
        .find_map(|name| data.extensions.get(*name));
    let text = |value: &str, index: usize| match texts {
        Some(Value::Object(map)) => map.get(value).and_then(Value::as_str).map(str::to_owned),
        Some(Value::Array(list)) => list.get(index).and_then(Value::as_str).map(str::to_owned),
        _ => None,
    };
    values
        .iter()
        .enumerate()
        .map(|(index, value)| EnumValue { value: (*value).to_owned(), description: text(value, index) })
        .collect()
}

fn number_type(number: &NumberType) -> TypeRef {
    match number.format {
        VariantOrUnknownOrEmpty::Item(NumberFormat::Float | NumberFormat::Double) => TypeRef::Float,
        _ => TypeRef::Decimal,
    }
}

/// A schema whose keywords `openapiv3` does not take as one type.
fn scalar(any: &AnySchema) -> TypeRef {
    match any.typ.as_deref() {
        Some("string") => TypeRef::String,
        Some("integer") => TypeRef::Integer,
        Some("number") => TypeRef::Decimal,
        Some("boolean") => TypeRef::Boolean,
        Some("array") => TypeRef::List(Box::new(TypeRef::Json)),
        _ if any.typ.is_none() && !any.enumeration.is_empty() => enumeration_type(&any.enumeration),
        _ => TypeRef::Json,
    }
}

/// The type of enum values without a `type` beside them.
fn enumeration_type(values: &[Value]) -> TypeRef {
    if values.iter().all(Value::is_string) {
        TypeRef::String
    } else if values.iter().all(Value::is_boolean) {
        TypeRef::Boolean
    } else if values.iter().all(|value| value.is_i64() || value.is_u64()) {
        TypeRef::Integer
    } else {
        TypeRef::Json
    }
}
