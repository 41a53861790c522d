//! Resolves a schema to a type.

use openapiv3::{
    AdditionalProperties, AnySchema, ArrayType, NumberFormat, NumberType, ObjectType, ReferenceOr, Schema,
    SchemaData, SchemaKind, StringFormat, StringType, Type, VariantOrUnknownOrEmpty,
};
use serde_json::Value;

use super::Resolver;
use super::enumeration::{enum_values, resolve_integer};
use super::members::Members;
use super::parts::Atom;
use super::site::Site;
use crate::diagnostic::Code;
use crate::ir::{Object, OpenEnum, Shape, TypeRef};

/// What a schema describes.
pub(super) enum Resolved {
    /// A type that needs a name.
    Shape(Shape),
    /// A type that has a name, or needs none.
    Type(TypeRef),
}

impl<'a> Resolver<'a> {
    /// The type of a schema, with `null`.
    pub(super) fn resolve_type<S: AsSchema>(&mut self, schema: &'a ReferenceOr<S>, site: &Site) -> TypeRef {
        match schema {
            ReferenceOr::Reference { reference } => self.resolve_reference(reference, site),
            ReferenceOr::Item(item) => self.resolve_inline(item.as_schema(), site),
        }
    }

    /// The type of a schema that is not a required field: a string or an integer with one value is an enum, which may grow. A required field
    /// is constant instead.
    pub(super) fn resolve_open_type<S: AsSchema>(
        &mut self,
        schema: &'a ReferenceOr<S>,
        site: &Site,
    ) -> TypeRef {
        match schema {
            ReferenceOr::Reference { reference } => self.resolve_reference(reference, site),
            ReferenceOr::Item(item) => self.resolve_open_schema(item.as_schema(), site),
        }
    }

    /// The same for an inline schema.
    pub(super) fn resolve_open_schema(&mut self, schema: &'a Schema, site: &Site) -> TypeRef {
        match enum_of_one(schema) {
            Some(shape) => {
                TypeRef::Named(self.intern(shape, schema.into(), site)).nullable(schema.schema_data.nullable)
            }
            None => self.resolve_inline(schema, site),
        }
    }

    /// The type of an inline schema.
    fn resolve_inline(&mut self, schema: &'a Schema, site: &Site) -> TypeRef {
        let nullable = schema.schema_data.nullable;
        // A title that the configuration lists identifies the owner of an `id` better than the name of the property.
        let title =
            schema.schema_data.title.as_deref().filter(|title| self.ids.find_for_object(title).is_some());
        let titled = title.map(|title| Site { label: title.to_owned(), ..site.clone() });
        match self.resolve_schema(schema, titled.as_ref().unwrap_or(site)) {
            Resolved::Type(ty) => ty.nullable(nullable),
            Resolved::Shape(shape) => {
                TypeRef::Named(self.intern(shape, schema.into(), site)).nullable(nullable)
            }
        }
    }

    /// The type of the component that a reference names.
    pub(super) fn resolve_reference(&mut self, reference: &str, site: &Site) -> TypeRef {
        let Some((name, schema)) = self.component(reference) else {
            self.reject(
                Code::REFERENCE,
                format!("`{reference}` does not name a schema of the document"),
                &site.pointer,
                "correct the `$ref`, or replace it by an action in the overlay",
            );
            return TypeRef::Json;
        };
        let nullable = schema.as_item().is_some_and(|item| item.schema_data.nullable);
        let id = self.components.get(name).copied();
        id.map_or(TypeRef::Json, |id| TypeRef::Named(id).nullable(nullable))
    }

    /// The name and the schema of the component that a reference names.
    pub(super) fn component(&self, reference: &str) -> Option<(&'a str, &'a ReferenceOr<Schema>)> {
        // Lowering has unescaped the name.
        let name = reference.strip_prefix("#/components/schemas/")?;
        self.schemas?.get_key_value(name).map(|(name, schema)| (name.as_str(), schema))
    }

    /// What a schema describes, without its own `null`.
    pub(super) fn resolve_schema(&mut self, schema: &'a Schema, site: &Site) -> Resolved {
        let data = &schema.schema_data;
        if data.extensions.contains_key("x-codegen-prefix-items") {
            self.warn(
                Code::PREFIX_ITEMS,
                "`prefixItems` is unsupported: the list has items of one type",
                &site.pointer,
                "describe the list by `items`, or as an object, with an action in the overlay",
            );
        }
        let discriminator = data.discriminator.as_ref();
        let resolved = self.resolve_kind(schema, site);
        match discriminator {
            Some(discriminator) => self.resolve_base(schema, discriminator, resolved, site),
            None => resolved,
        }
    }

    /// What the keywords of a schema other than its discriminator describe.
    fn resolve_kind(&mut self, schema: &'a Schema, site: &Site) -> Resolved {
        let data = &schema.schema_data;
        let discriminator = data.discriminator.as_ref();
        match &schema.schema_kind {
            SchemaKind::Type(Type::String(string)) => resolve_string(string, data),
            SchemaKind::Type(Type::Number(number)) => Resolved::Type(number_type(number)),
            SchemaKind::Type(Type::Integer(integer)) => resolve_integer(integer, data),
            SchemaKind::Type(Type::Boolean(_)) => Resolved::Type(TypeRef::Boolean),
            SchemaKind::Type(Type::Array(array)) => self.resolve_array(array, site),
            SchemaKind::Type(Type::Object(object)) => self.resolve_object(object, site),
            SchemaKind::OneOf { one_of } => {
                self.resolve_union(one_of, discriminator, &site.step("oneOf"), &mut Members::default())
            }
            SchemaKind::AnyOf { any_of } => {
                self.resolve_union(any_of, discriminator, &site.step("anyOf"), &mut Members::default())
            }
            SchemaKind::AllOf { .. } => self.resolve_all_of(schema, site),
            SchemaKind::Not { .. } => Resolved::Type(TypeRef::Json),
            SchemaKind::Any(any) => self.resolve_any(any, schema, site),
        }
    }

    fn resolve_array(&mut self, array: &'a ArrayType, site: &Site) -> Resolved {
        let items = array.items.as_ref();
        let item = items.map_or(TypeRef::Json, |items| self.resolve_open_type(items, &site.step("items")));
        Resolved::Type(TypeRef::List(Box::new(item)))
    }

    fn resolve_object(&mut self, object: &'a ObjectType, site: &Site) -> Resolved {
        if object.properties.is_empty() {
            return Resolved::Type(self.resolve_map(object.additional_properties.as_ref(), site));
        }
        let fields = self.resolve_fields(&object.properties, &object.required, site);
        let open = allows_others(object.additional_properties.as_ref());
        Resolved::Shape(Shape::Object(Object { fields, open }))
    }

    /// An object without named properties.
    fn resolve_map(&mut self, additional: Option<&'a AdditionalProperties>, site: &Site) -> TypeRef {
        let Some(AdditionalProperties::Schema(schema)) = additional else { return TypeRef::JsonObject };
        match self.resolve_open_type(schema.as_ref(), &site.step("additionalProperties")) {
            TypeRef::Json => TypeRef::JsonObject,
            ty => TypeRef::Map(Box::new(ty)),
        }
    }

    /// A schema whose keywords belong to several types, or to none.
    fn resolve_any(&mut self, any: &'a AnySchema, schema: &'a Schema, site: &Site) -> Resolved {
        if !any.all_of.is_empty() {
            return self.resolve_all_of(schema, site);
        }
        let atom = Atom { schema, site: site.clone(), is_referenced: false };
        let mut members = self.members_of(&atom);
        if let Some((branches, keyword)) = atom.union() {
            if members.is_empty() || !self.are_only_constraints(branches) {
                let discriminator = schema.schema_data.discriminator.as_ref();
                return self.resolve_union(branches, discriminator, &site.step(keyword), &mut members);
            }
            self.add_union(&atom, &mut members, &mut Vec::new());
        }
        let fields = self.resolve_members(&mut members, site);
        if !fields.is_empty() {
            let open = allows_others(any.additional_properties.as_ref());
            return Resolved::Shape(Shape::Object(Object { fields, open }));
        }
        if let Some(items) = &any.items {
            let item = self.resolve_open_type(items, &site.step("items"));
            return Resolved::Type(TypeRef::List(Box::new(item)));
        }
        if any.additional_properties.is_some() || any.typ.as_deref() == Some("object") {
            return Resolved::Type(self.resolve_map(any.additional_properties.as_ref(), site));
        }
        Resolved::Type(scalar_type(any))
    }

    /// Warns that the client does not check which properties are required together.
    pub(super) fn warn_required_together(&mut self, site: &Site) {
        self.warn(
            Code::REQUIRED_TOGETHER,
            "the client does not check which properties are required together; the server does",
            &site.pointer,
            "describe each variant with all its properties, by an action in the overlay, to get a builder for each",
        );
    }

    /// Whether branches only constrain which properties are required together.
    pub(super) fn are_only_constraints(&self, branches: &[ReferenceOr<Schema>]) -> bool {
        branches.iter().all(|branch| {
            let ReferenceOr::Item(schema) = branch else { return false };
            match &schema.schema_kind {
                SchemaKind::Any(any) => any.properties.is_empty() && any.typ.is_none() && any.items.is_none(),
                SchemaKind::Type(Type::Object(object)) => object.properties.is_empty(),
                SchemaKind::Not { .. } => true,
                _ => false,
            }
        })
    }
}

/// Whether the document says that an object may have properties that it does not name.
pub(super) fn allows_others(additional: Option<&AdditionalProperties>) -> bool {
    additional.is_some_and(|additional| !matches!(additional, AdditionalProperties::Any(false)))
}

/// A schema, boxed or not.
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

pub(super) fn resolve_string(string: &StringType, data: &SchemaData) -> Resolved {
    let mut values: Vec<&str> = Vec::new();
    let listed = string.enumeration.iter().flatten();
    for value in listed.clone() {
        if !values.contains(&value.as_str()) {
            values.push(value);
        }
    }
    if listed.count() > 1 {
        let values = enum_values(&values, data);
        return Resolved::Shape(Shape::OpenEnum(OpenEnum { is_integer: false, values }));
    }
    Resolved::Type(match &string.format {
        VariantOrUnknownOrEmpty::Item(StringFormat::DateTime) => TypeRef::DateTime,
        VariantOrUnknownOrEmpty::Item(StringFormat::Date) => TypeRef::Date,
        VariantOrUnknownOrEmpty::Item(StringFormat::Binary) => TypeRef::Binary,
        _ => TypeRef::String,
    })
}

/// A component with a single value as an enum, which may grow, unless the document says `const`.
pub(super) fn enum_of_one(schema: &Schema) -> Option<Shape> {
    let (value, is_integer) = match &schema.schema_kind {
        SchemaKind::Type(Type::String(string)) => match string.enumeration.as_slice() {
            [Some(value)] => (value.clone(), false),
            _ => return None,
        },
        SchemaKind::Type(Type::Integer(integer)) => match integer.enumeration.as_slice() {
            [Some(value)] => (value.to_string(), true),
            _ => return None,
        },
        _ => return None,
    };
    let data = &schema.schema_data;
    let values = enum_values(&[value.as_str()], data);
    (!data.extensions.contains_key("x-codegen-const"))
        .then_some(Shape::OpenEnum(OpenEnum { is_integer, values }))
}

/// The type of an integer: unsigned if `lower` found that it is.
pub(super) fn integer_type(data: &SchemaData) -> TypeRef {
    let is_unsigned = data.extensions.contains_key("x-codegen-unsigned");
    if is_unsigned { TypeRef::Unsigned } else { TypeRef::Integer }
}

fn number_type(number: &NumberType) -> TypeRef {
    match number.format {
        VariantOrUnknownOrEmpty::Item(NumberFormat::Float | NumberFormat::Double) => TypeRef::Float,
        _ => TypeRef::Decimal,
    }
}

/// The type of a schema whose keywords `openapiv3` does not assign to a type.
fn scalar_type(any: &AnySchema) -> TypeRef {
    match any.typ.as_deref() {
        Some("string") => TypeRef::String,
        Some("integer") => TypeRef::Integer,
        Some("number") => TypeRef::Decimal,
        Some("boolean") => TypeRef::Boolean,
        Some("array") => TypeRef::List(Box::new(TypeRef::Json)),
        None if !any.enumeration.is_empty() => common_type(&any.enumeration),
        _ => TypeRef::Json,
    }
}

/// The type that all enum values have.
fn common_type(values: &[Value]) -> TypeRef {
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
