//! How two types stand to each other: what they have in common, and whether one takes the values of the other.

use super::side::Side;
use crate::ir::{Shape, TypeRef};

/// Objects in objects deeper than this are not compared when asked whether one takes the other's values.
pub(super) const DEPTH: usize = 4;

/// How much two shapes have in common, of what the larger one has; `None` if they are of two kinds.
pub(super) fn similarity(old: &Shape, new: &Shape) -> Option<f64> {
    fn share(old: &[&str], new: &[&str]) -> f64 {
        let common = old.iter().filter(|name| new.contains(name)).count();
        // Names are counted, and there are never that many.
        #[allow(clippy::cast_precision_loss)]
        let share = common as f64 / old.len().max(new.len()).max(1) as f64;
        share
    }
    Some(match (old, new) {
        (Shape::Object(old), Shape::Object(new)) => {
            let names = |object: &'_ crate::ir::Object| -> Vec<String> {
                object.fields.iter().map(|field| field.name.clone()).collect()
            };
            let (old, new) = (names(old), names(new));
            share(&strings(&old), &strings(&new))
        }
        (Shape::StringEnum(old), Shape::StringEnum(new)) => {
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

fn strings(list: &[String]) -> Vec<&str> {
    list.iter().map(String::as_str).collect()
}

/// Whether every value of the narrow type is one of the wide type. `open`: an enum takes values that it does not know.
pub(super) fn accepts(
    wide: (&Side<'_>, &TypeRef),
    narrow: (&Side<'_>, &TypeRef),
    open: bool,
    depth: usize,
) -> bool {
    let (wide_side, narrow_side) = (wide.0, narrow.0);
    let (wide, narrow) = (wide_side.resolve(wide.1), narrow_side.resolve(narrow.1));
    let inner =
        |wide: &TypeRef, narrow: &TypeRef| accepts((wide_side, wide), (narrow_side, narrow), open, depth);
    match (wide, narrow) {
        (TypeRef::Json, _) => true,
        (TypeRef::Nullable(wide), TypeRef::Nullable(narrow))
        | (TypeRef::List(wide), TypeRef::List(narrow))
        | (TypeRef::Map(wide), TypeRef::Map(narrow)) => inner(wide, narrow),
        (TypeRef::Nullable(wide), narrow) => inner(wide, narrow),
        (TypeRef::JsonObject, TypeRef::Map(_) | TypeRef::JsonObject) => true,
        (TypeRef::JsonObject, TypeRef::Named(id)) => {
            matches!(narrow_side.api().get(*id).shape, Shape::Object(_))
        }
        (TypeRef::String | TypeRef::Id(_) | TypeRef::Secret, narrow) => is_text(narrow_side, narrow),
        (TypeRef::Decimal | TypeRef::Float, TypeRef::Decimal | TypeRef::Float | TypeRef::Integer) => true,
        (TypeRef::Named(one), narrow) => match (&wide_side.api().get(*one).shape, narrow) {
            (Shape::StringEnum(set), TypeRef::Named(other)) => match &narrow_side.api().get(*other).shape {
                Shape::StringEnum(other) => {
                    open || other
                        .values
                        .iter()
                        .all(|value| set.values.iter().any(|own| own.value == value.value))
                }
                _ => false,
            },
            (Shape::StringEnum(_), narrow) => open && is_text(narrow_side, narrow),
            (Shape::Object(object), TypeRef::Named(other)) if depth > 0 => match &narrow_side
                .api()
                .get(*other)
                .shape
            {
                Shape::Object(other) => object.fields.iter().all(|field| {
                    match other.fields.iter().find(|twin| twin.name == field.name) {
                        Some(twin) => {
                            (twin.required || !field.required)
                                && accepts((wide_side, &field.ty), (narrow_side, &twin.ty), open, depth - 1)
                        }
                        None => !field.required,
                    }
                }),
                _ => false,
            },
            _ => false,
        },
        (wide, narrow) => wide == narrow,
    }
}

fn is_text(side: &Side<'_>, ty: &TypeRef) -> bool {
    match side.resolve_any(ty) {
        TypeRef::String
        | TypeRef::Secret
        | TypeRef::Id(_)
        | TypeRef::DateTime
        | TypeRef::Date
        | TypeRef::Binary => true,
        TypeRef::Named(id) => matches!(side.api().get(*id).shape, Shape::StringEnum(_)),
        _ => false,
    }
}

/// What a reader calls a type.
pub(super) fn word(side: &Side<'_>, ty: &TypeRef) -> String {
    match ty {
        TypeRef::Named(id) => match (side.name(*id), &side.api().get(*id).shape) {
            (Some(name), _) => name.to_owned(),
            (None, Shape::StringEnum(_)) => "enum".to_owned(),
            (None, Shape::Union(_)) => "union".to_owned(),
            (None, _) => "object".to_owned(),
        },
        TypeRef::Id(index) => side.api().ids.get(*index).map_or("id", |id| id.name.as_str()).to_owned(),
        TypeRef::String => "string".to_owned(),
        TypeRef::Secret => "secret string".to_owned(),
        TypeRef::Integer => "integer".to_owned(),
        TypeRef::Decimal => "number".to_owned(),
        TypeRef::Float => "floating point number".to_owned(),
        TypeRef::Boolean => "boolean".to_owned(),
        TypeRef::DateTime => "date-time".to_owned(),
        TypeRef::Date => "date".to_owned(),
        TypeRef::Binary => "binary".to_owned(),
        TypeRef::Json => "any JSON".to_owned(),
        TypeRef::JsonObject => "any object".to_owned(),
        TypeRef::List(inner) => format!("list of {}", word(side, inner)),
        TypeRef::Map(inner) => format!("map of {}", word(side, inner)),
        TypeRef::Nullable(inner) => format!("{} or null", word(side, inner)),
    }
}

/// A type as text that is equal for equal values on the wire.
pub(super) fn wire(side: &Side<'_>, ty: &TypeRef) -> String {
    match side.resolve_any(ty) {
        TypeRef::Id(_) | TypeRef::Secret => "string".to_owned(),
        TypeRef::List(inner) => format!("list of {}", wire(side, inner)),
        TypeRef::Map(inner) => format!("map of {}", wire(side, inner)),
        TypeRef::Nullable(inner) => format!("{} or null", wire(side, inner)),
        other => word(side, other),
    }
}
