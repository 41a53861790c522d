//! Inline types that are equal in structure are one type.

use std::fmt::Write as _;

use openapiv3::SchemaData;

use super::{Builder, Site};
use crate::ir::{Bounds, Limits, Origin, Shape, TypeDef, TypeId};

impl Builder<'_> {
    /// The inline type of this shape: a new one, or the one that was met before.
    pub(super) fn intern(&mut self, shape: Shape, data: &SchemaData, site: &Site) -> TypeId {
        let key = key(&shape);
        if let Some(id) = self.interned.get(&key).copied() {
            if let Some(def) = self.api.types.get_mut(id.0) {
                def.pointers.push(site.pointer.clone());
                // What nearly every operation has must not be searched for in nearly all of them.
                if self.stands_in.insert((id, site.root.clone())) {
                    def.roots.push(site.root.clone());
                }
                if def.description.is_none() {
                    def.description.clone_from(&data.description);
                }
                agree(&mut def.shape, &shape);
            }
            return id;
        }
        let id = TypeId(self.api.types.len());
        self.api.types.push(TypeDef {
            origin: Origin::Inline,
            pointers: vec![site.pointer.clone()],
            roots: vec![site.root.clone()],
            description: data.description.clone(),
            title: data.title.clone(),
            deprecated: data.deprecated,
            limits: Limits::default(),
            constant: None,
            shape,
        });
        self.stands_in.insert((id, site.root.clone()));
        self.interned.insert(key, id);
        id
    }
}

/// Leaves a type what it keeps to in both places: the limits of one place are not those of the other.
fn agree(shape: &mut Shape, other: &Shape) {
    let (Shape::Object(object), Shape::Object(other)) = (shape, other) else { return };
    object.open |= other.open;
    for field in &mut object.fields {
        let twin = other.fields.iter().find(|twin| twin.name == field.name);
        if twin.is_none_or(|twin| twin.limits.bounds != field.limits.bounds) {
            field.limits.bounds = Bounds::default();
        }
    }
}

/// What makes two shapes equal: names, types and presence of members, in whatever order; never documentation.
fn key(shape: &Shape) -> String {
    let mut key = String::new();
    match shape {
        Shape::Object(object) => {
            let mut fields: Vec<_> = object.fields.iter().collect();
            fields.sort_by(|a, b| a.name.cmp(&b.name));
            key.push_str("object");
            for field in fields {
                // Writing to a string cannot fail.
                let _ = write!(
                    key,
                    "|{:?} {:?} {} {} {} {:?}",
                    field.name, field.ty, field.required, field.read_only, field.write_only, field.constant
                );
            }
        }
        Shape::StringEnum(values) => {
            let mut values: Vec<_> = values.values.iter().map(|value| &value.value).collect();
            values.sort();
            let _ = write!(key, "enum{values:?}");
        }
        Shape::Union(union) => {
            key.push_str("union");
            for variant in &union.variants {
                let _ = write!(key, "|{:?} {:?} {:?}", variant.name, variant.ty, variant.constants);
            }
        }
        Shape::Alias(ty) => {
            let _ = write!(key, "alias{ty:?}");
        }
        Shape::Pending => key.push_str("pending"),
    }
    key
}
