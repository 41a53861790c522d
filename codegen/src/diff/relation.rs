//! Relates two types: how similar they are, and whether one accepts the values of the other.

use super::side::Side;
use crate::ir::{EnumValue, JsonKind, Shape, TypeRef};

/// How deep nested objects are compared to decide whether one type accepts the values of the other.
pub(super) const DEPTH: usize = 4;

/// The similarity from which two types are one type under two names.
pub(super) const HALF: f64 = 0.5;

/// The share of names that two shapes have in common, relative to the larger one; `None` for different kinds of shapes.
pub(super) fn measure_similarity(old: &Shape, new: &Shape) -> Option<f64> {
    Some(match (old, new) {
        (Shape::Object(old), Shape::Object(new)) => {
            let names = |object: &'_ crate::ir::Object| -> Vec<String> {
                object.fields.iter().map(|field| field.name.clone()).collect()
            };
            let (old, new) = (names(old), names(new));
            share(&as_strs(&old), &as_strs(&new))
        }
        (Shape::OpenEnum(old), Shape::OpenEnum(new)) => {
            let old: Vec<&str> = old.values.iter().map(|value| value.value.as_str()).collect();
            let new: Vec<&str> = new.values.iter().map(|value| value.value.as_str()).collect();
            share(&old, &new)
        }
        (Shape::Union(old), Shape::Union(new)) => {
            let old: Vec<&str> = old.variants.iter().map(|variant| variant.name.as_str()).collect();
            let new: Vec<&str> = new.variants.iter().map(|variant| variant.name.as_str()).collect();
            share(&old, &new)
        }
        (Shape::Alias(_), Shape::Alias(_)) => 0.0,
        _ => return None,
    })
}

/// The share of common names, relative to the longer list.
fn share(old: &[&str], new: &[&str]) -> f64 {
    share_of(old.iter().filter(|name| new.contains(name)).count(), old.len().max(new.len()))
}

pub(super) fn share_of(common: usize, all: usize) -> f64 {
    // Counts of names are far below the limit of exact conversion.
    #[allow(clippy::cast_precision_loss)]
    let share = common as f64 / all.max(1) as f64;
    share
}

fn as_strs(list: &[String]) -> Vec<&str> {
    list.iter().map(String::as_str).collect()
}

/// Whether every value of the narrow type is a value of the wide type. `open`: enums accept unknown values.
pub(super) fn accepts_values(
    wide: (&Side<'_>, &TypeRef),
    narrow: (&Side<'_>, &TypeRef),
    open: bool,
    depth: usize,
) -> bool {
    let (wide_side, narrow_side) = (wide.0, narrow.0);
    let (wide, narrow) = (wide_side.resolve_alias(wide.1), narrow_side.resolve_alias(narrow.1));
    let inner = |wide: &TypeRef, narrow: &TypeRef| {
        accepts_values((wide_side, wide), (narrow_side, narrow), open, depth)
    };
    match (wide, narrow) {
        (TypeRef::Json, _) => true,
        (TypeRef::Nullable(wide), TypeRef::Nullable(narrow))
        | (TypeRef::List(wide), TypeRef::List(narrow))
        | (TypeRef::Map(wide), TypeRef::Map(narrow)) => inner(wide, narrow),
        (TypeRef::Nullable(wide), narrow) => inner(wide, narrow),
        (
            TypeRef::JsonObject | TypeRef::SecretObject,
            TypeRef::Map(_) | TypeRef::JsonObject | TypeRef::SecretObject,
        ) => true,
        (TypeRef::JsonObject | TypeRef::SecretObject, TypeRef::Named(id)) => {
            matches!(narrow_side.api().get(*id).shape, Shape::Object(_))
        }
        (TypeRef::String | TypeRef::Id(_) | TypeRef::Secret, narrow) => is_text(narrow_side, narrow),
        (
            TypeRef::Decimal | TypeRef::Float,
            TypeRef::Decimal | TypeRef::Float | TypeRef::Integer | TypeRef::Unsigned,
        ) => true,
        (TypeRef::Integer | TypeRef::Decimal | TypeRef::Float, narrow) if is_integer(narrow_side, narrow) => {
            true
        }
        (TypeRef::Named(one), narrow) => match (&wide_side.api().get(*one).shape, narrow) {
            (Shape::OpenEnum(set), TypeRef::Named(other)) => match &narrow_side.api().get(*other).shape {
                Shape::OpenEnum(other) => {
                    let has = |value: &EnumValue| set.values.iter().any(|own| own.value == value.value);
                    set.is_integer == other.is_integer && (open || other.values.iter().all(has))
                }
                _ => false,
            },
            (Shape::OpenEnum(set), narrow) if set.is_integer => open && is_integer(narrow_side, narrow),
            (Shape::OpenEnum(_), narrow) => open && is_text(narrow_side, narrow),
            (Shape::Object(object), TypeRef::Named(other)) if depth > 0 => {
                match &narrow_side.api().get(*other).shape {
                    Shape::Object(other) => object.fields.iter().all(|field| {
                        match other.fields.iter().find(|twin| twin.name == field.name) {
                            Some(twin) => {
                                (twin.required || !field.required)
                                    && accepts_values(
                                        (wide_side, &field.ty),
                                        (narrow_side, &twin.ty),
                                        open,
                                        depth - 1,
                                    )
                            }
                            None => !field.required,
                        }
                    }),
                    _ => false,
                }
            }
            _ => false,
        },
        (wide, narrow) => wide == narrow,
    }
}

/// Whether the types may be those of one field under two names: both are texts, both are numbers, both are objects with
/// common fields, and so on.
pub(super) fn are_related(old: (&Side<'_>, &TypeRef), new: (&Side<'_>, &TypeRef)) -> bool {
    let (one, other) = (old.0.resolve_any_alias(old.1), new.0.resolve_any_alias(new.1));
    match (one.split_null().0, other.split_null().0) {
        (TypeRef::Named(one), TypeRef::Named(other)) => {
            let alike = measure_similarity(&old.0.api().get(*one).shape, &new.0.api().get(*other).shape);
            alike.is_some_and(|alike| alike >= HALF)
        }
        (TypeRef::List(one), TypeRef::List(other)) | (TypeRef::Map(one), TypeRef::Map(other)) => {
            are_related((old.0, one), (new.0, other))
        }
        (TypeRef::Named(_), _) | (_, TypeRef::Named(_)) => false,
        (one, other) => {
            let number = |kind| if kind == Some(JsonKind::Integer) { Some(JsonKind::Number) } else { kind };
            number(one.json_kind()) == number(other.json_kind())
        }
    }
}

fn is_text(side: &Side<'_>, ty: &TypeRef) -> bool {
    match side.resolve_any_alias(ty) {
        TypeRef::Named(id) => {
            matches!(&side.api().get(*id).shape, Shape::OpenEnum(set) if !set.is_integer)
        }
        ty => ty.json_kind() == Some(JsonKind::String),
    }
}

fn is_integer(side: &Side<'_>, ty: &TypeRef) -> bool {
    match side.resolve_any_alias(ty) {
        TypeRef::Named(id) => {
            matches!(&side.api().get(*id).shape, Shape::OpenEnum(set) if set.is_integer)
        }
        ty => ty.json_kind() == Some(JsonKind::Integer),
    }
}

/// The description of a type in messages.
pub(super) fn describe_type(side: &Side<'_>, ty: &TypeRef) -> String {
    match ty {
        TypeRef::Named(id) => match (side.component_name(*id), &side.api().get(*id).shape) {
            (Some(name), _) => name.to_owned(),
            (None, Shape::OpenEnum(_)) => "enum".to_owned(),
            (None, Shape::Union(_)) => "union".to_owned(),
            (None, _) => "object".to_owned(),
        },
        TypeRef::Id(index) => side.api().ids.get(*index).map_or("id", |id| id.name.as_str()).to_owned(),
        TypeRef::String => "string".to_owned(),
        TypeRef::Secret => "secret string".to_owned(),
        TypeRef::Float => "floating point number".to_owned(),
        TypeRef::Json => "any JSON".to_owned(),
        TypeRef::JsonObject => "any object".to_owned(),
        TypeRef::SecretObject => "secret object".to_owned(),
        TypeRef::List(inner) => format!("list of {}", describe_type(side, inner)),
        TypeRef::Map(inner) => format!("map of {}", describe_type(side, inner)),
        TypeRef::Nullable(inner) => format!("{} or null", describe_type(side, inner)),
        other => other.word().replace(' ', "-"),
    }
}

/// A type as text that is equal for types with the same values on the wire.
pub(super) fn wire_text(side: &Side<'_>, ty: &TypeRef) -> String {
    match side.resolve_any_alias(ty) {
        TypeRef::Id(_) | TypeRef::Secret => "string".to_owned(),
        TypeRef::SecretObject => "any object".to_owned(),
        TypeRef::List(inner) => format!("list of {}", wire_text(side, inner)),
        TypeRef::Map(inner) => format!("map of {}", wire_text(side, inner)),
        TypeRef::Nullable(inner) => format!("{} or null", wire_text(side, inner)),
        other => describe_type(side, other),
    }
}
