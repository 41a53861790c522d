//! Collects the types that a description uses.

use std::collections::{BTreeMap, BTreeSet};

use openapi_client_description::{
    Constraints, Field, FieldType, JsonValue, Object, Type, TypeDefinition, UnionVariant,
};

use super::Context;
use crate::emit::types::resolved_shape;
use crate::ir::{self, JsonKind, Root, Shape, TypeId, TypeRef};

/// The named types that were met so far.
pub(super) struct TypeTable<'a> {
    cx: &'a Context<'a>,
    names: BTreeMap<TypeId, String>,
    /// The names among them that are those of operations.
    operation_names: BTreeSet<String>,
    /// The named types whose definitions are still to be added.
    pending: Vec<TypeId>,
}

impl<'a> TypeTable<'a> {
    pub(super) fn new(cx: &'a Context<'a>) -> Self {
        Self { cx, names: BTreeMap::new(), operation_names: BTreeSet::new(), pending: Vec::new() }
    }

    pub(super) fn ty(&mut self, ty: &TypeRef) -> Type {
        match ty {
            TypeRef::Named(id) => Type::Named(self.name(*id)),
            TypeRef::Id(index) => {
                self.cx.api.ids.get(*index).map_or(Type::String, |id| Type::Named(id.name.clone()))
            }
            TypeRef::List(inner) => Type::List(Box::new(self.ty(inner))),
            TypeRef::Map(inner) => Type::Map(Box::new(self.ty(inner))),
            TypeRef::Nullable(inner) => Type::Nullable(Box::new(self.ty(inner))),
            TypeRef::String => Type::String,
            TypeRef::Secret => Type::Secret,
            TypeRef::Integer => Type::Integer,
            TypeRef::Unsigned => Type::Unsigned,
            TypeRef::Decimal => Type::Decimal,
            TypeRef::Float => Type::Float,
            TypeRef::Boolean => Type::Boolean,
            TypeRef::DateTime => Type::DateTime,
            TypeRef::Date => Type::Date,
            TypeRef::Binary | TypeRef::File => Type::Binary,
            TypeRef::Json => Type::Json,
            TypeRef::JsonObject | TypeRef::SecretObject => Type::JsonObject,
        }
    }

    /// The name of a type in Rust. A type without one, such as a page, has that of the operation it belongs to.
    fn name(&mut self, id: TypeId) -> String {
        if let Some(name) = self.names.get(&id) {
            return name.clone();
        }
        let rust_name = self.cx.names.ty(id);
        let name = if rust_name.is_empty() { self.operation_name(id) } else { rust_name.to_owned() };
        self.names.insert(id, name.clone());
        self.pending.push(id);
        name
    }

    fn operation_name(&mut self, id: TypeId) -> String {
        let operation = self.cx.api.get(id).roots.iter().find_map(|root| match root {
            Root::Operation(index) => self.cx.api.operations.get(*index),
            _ => None,
        });
        let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
        let stem: String = operation.map_or("", |operation| &operation.id).chars().map(plain).collect();
        // No name in Rust starts with a tilde.
        let stem = format!("~{stem}");
        let is_free = |name: &String| !self.operation_names.contains(name);
        let numbered = (2..).map(|number| format!("{stem} {number}"));
        let name = std::iter::once(stem.clone()).chain(numbered).find(is_free).unwrap_or_default();
        self.operation_names.insert(name.clone());
        name
    }

    /// The definitions of all identifiers, and of the types that were named or that those use.
    pub(super) fn into_definitions(mut self) -> BTreeMap<String, TypeDefinition> {
        let ids = self.cx.api.ids.iter();
        let mut definitions: BTreeMap<String, TypeDefinition> =
            ids.map(|id| (id.name.clone(), TypeDefinition::Identifier(id.prefixes.clone()))).collect();
        while let Some(id) = self.pending.pop() {
            let definition = self.definition(id);
            definitions.insert(self.name(id), definition);
        }
        definitions
    }

    fn definition(&mut self, id: TypeId) -> TypeDefinition {
        let def = self.cx.api.get(id);
        match &def.shape {
            Shape::Object(object) => TypeDefinition::Object(Object {
                constraints: def.details.common_constraints(),
                ..self.object(&object.fields, object.open)
            }),
            Shape::OpenEnum(set) if set.is_integer => {
                let numbers = set.values.iter().filter_map(|value| value.value.parse::<i64>().ok());
                let allowed_values = numbers.map(JsonValue::number).collect();
                TypeDefinition::Alias(Field {
                    example: def.details.example.as_ref().map(JsonValue::from),
                    constraints: Constraints { allowed_values, ..Constraints::default() },
                    ..Field::new(FieldType::Required(Type::Integer))
                })
            }
            Shape::OpenEnum(set) => {
                TypeDefinition::Enum(set.values.iter().map(|value| value.value.clone()).collect())
            }
            Shape::Union(union) => {
                let variants = union.variants.iter().map(|variant| UnionVariant {
                    name: variant.name.clone(),
                    ty: self.ty(&variant.ty),
                    constants: self.string_constants(variant),
                });
                TypeDefinition::Union(variants.collect())
            }
            Shape::Alias(ty) => TypeDefinition::Alias(Field {
                constant: def.constant.as_ref().map(JsonValue::from),
                example: def.details.example.as_ref().map(JsonValue::from),
                constraints: def.details.common_constraints(),
                ..Field::new(FieldType::Required(self.ty(ty)))
            }),
            Shape::Pending => TypeDefinition::Alias(Field::new(FieldType::Required(Type::Json))),
        }
    }

    /// The required constants that are strings. The type of the variant says what else its values must be.
    fn string_constants(&self, variant: &ir::UnionVariant) -> BTreeMap<String, Vec<String>> {
        let fields = match resolved_shape(self.cx, &variant.ty) {
            Some(Shape::Object(object)) => &object.fields[..],
            _ => &[],
        };
        let is_required_string = |name: &str| {
            let field = fields.iter().find(|field| field.name == name);
            field.is_none_or(|field| {
                field.required
                    && !matches!(
                        field.ty.json_kind(),
                        Some(JsonKind::Integer | JsonKind::Boolean | JsonKind::Number)
                    )
            })
        };
        let constants = variant.constants.iter().filter(|(name, _)| is_required_string(name));
        constants.cloned().collect()
    }

    /// The shape of a type, behind its other names.
    pub(super) fn shape<'t>(&self, ty: &'t TypeRef) -> Option<&'t Shape>
    where
        'a: 't,
    {
        resolved_shape(self.cx, ty)
    }

    pub(super) fn object(&mut self, fields: &[ir::Field], open: bool) -> Object {
        let fields = fields.iter().map(|field| (field.name.clone(), self.field(field))).collect();
        Object { fields, open, constraints: Constraints::default() }
    }

    pub(super) fn field(&mut self, field: &ir::Field) -> Field {
        let ty = self.ty(&field.ty);
        // Samples of identifiers are made from their prefixes.
        let is_id = matches!(field.ty.split_null().0, TypeRef::Id(_));
        let example = field.details.example.as_ref().filter(|_| !is_id);
        Field {
            read_only: field.read_only,
            write_only: field.write_only,
            deprecated: field.deprecated,
            constant: field.constant.as_ref().map(JsonValue::from),
            // `null` is a valid example: a field that stays empty as long as nothing fails.
            example: example.map(JsonValue::from),
            constraints: field.details.common_constraints(),
            ..Field::new(if field.required { FieldType::Required(ty) } else { FieldType::Optional(ty) })
        }
    }
}
