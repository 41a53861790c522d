//! Makes inline types of equal structure one type.

use std::fmt::Write as _;

use openapiv3::Schema;

use super::Resolver;
use super::constraints::read_details;
use super::site::Site;
use crate::ir::{Details, Shape, TypeDef, TypeId, TypeOrigin};

/// What a schema says about a type besides its structure.
#[derive(Debug, Clone, Default)]
pub(super) struct TypeDocs {
    pub(super) description: Option<String>,
    pub(super) title: Option<String>,
    pub(super) deprecated: bool,
    pub(super) details: Details,
}

impl From<&Schema> for TypeDocs {
    fn from(schema: &Schema) -> Self {
        let data = &schema.schema_data;
        Self {
            description: data.description.clone(),
            title: data.title.clone(),
            deprecated: data.deprecated,
            details: read_details(schema),
        }
    }
}

impl Resolver<'_> {
    /// The inline type with this structure: an existing one, or else a new one.
    pub(super) fn intern(&mut self, shape: Shape, docs: TypeDocs, site: &Site) -> TypeId {
        let key = structure_key(&shape);
        self.intern_as(key, shape, docs, site)
    }

    /// The type of what a page has beside the list at `list`. The path is part of its implementation, so that pages whose lists
    /// have other names have another type.
    pub(super) fn intern_page_info(
        &mut self,
        list: &[String],
        shape: Shape,
        docs: TypeDocs,
        site: &Site,
    ) -> TypeId {
        let key = format!("page {list:?} {}", structure_key(&shape));
        self.intern_as(key, shape, docs, site)
    }

    fn intern_as(&mut self, key: String, shape: Shape, docs: TypeDocs, site: &Site) -> TypeId {
        if let Some(id) = self.interned.get(&key).copied() {
            if let Some(def) = self.api.types.get_mut(id.0) {
                def.pointers.push(site.pointer.clone());
                // A set, since nearly every operation has the error envelope: a search in the list would be quadratic.
                if self.occurrences.insert((id, site.root.clone())) {
                    def.roots.push(site.root.clone());
                }
                def.description = def.description.take().or(docs.description);
                def.details.merge(&docs.details, &site.pointer);
                merge_shapes(&mut def.shape, &shape);
            }
            return id;
        }
        let id = TypeId(self.api.types.len());
        self.api.types.push(TypeDef {
            origin: TypeOrigin::Inline,
            pointers: vec![site.pointer.clone()],
            roots: vec![site.root.clone()],
            description: docs.description,
            title: docs.title,
            deprecated: docs.deprecated,
            details: docs.details,
            constant: None,
            shape,
        });
        self.occurrences.insert((id, site.root.clone()));
        self.interned.insert(key, id);
        id
    }
}

/// Merges what two shapes of equal structure may differ in. Constraints of one occurrence do not hold for the other.
fn merge_shapes(shape: &mut Shape, other: &Shape) {
    let (Shape::Object(object), Shape::Object(other)) = (shape, other) else { return };
    object.open |= other.open;
    for field in &mut object.fields {
        match other.fields.iter().find(|other| other.name == field.name) {
            Some(other) => field.details.merge(&other.details, &other.pointer),
            None => field.details.varies = true,
        }
    }
}

/// A key that is equal for shapes of equal structure: names, types and presence of properties in any order, without
/// documentation and constraints; the names of the values of an enum are part of it.
fn structure_key(shape: &Shape) -> String {
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
        Shape::OpenEnum(values) => {
            let kind = if values.is_integer { "integers" } else { "enum" };
            let mut texts: Vec<_> = values.values.iter().map(|value| &value.value).collect();
            texts.sort();
            let _ = write!(key, "{kind}{texts:?}");
            // What an integer means is in its name or description only.
            for value in values.values.iter().filter(|value| values.is_integer || value.name.is_some()) {
                let description = value.description.as_ref().filter(|_| values.is_integer);
                if value.name.is_some() || description.is_some() {
                    let _ = write!(key, "|{:?} {:?} {description:?}", value.value, value.name);
                }
            }
        }
        Shape::Union(union) => {
            let _ = write!(key, "union{:?}", union.statuses);
            for variant in &union.variants {
                let _ = write!(key, "|{:?} {:?} {:?}", variant.name, variant.ty, variant.constants);
                if !variant.nested_constants.is_empty() {
                    let _ = write!(key, " {:?}", variant.nested_constants);
                }
            }
        }
        Shape::Alias(ty) => {
            let _ = write!(key, "alias{ty:?}");
        }
        Shape::Pending => key.push_str("pending"),
    }
    key
}
