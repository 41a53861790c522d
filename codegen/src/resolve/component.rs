//! Resolves the schemas under `components`.

use indexmap::IndexMap;
use openapiv3::ReferenceOr;

use super::Resolver;
use super::constraints::only_value;
use super::intern::TypeDocs;
use super::schema::{Resolved, enum_of_one};
use super::site::{Site, component_pointer};
use crate::ir::{Details, Root, Shape, TypeDef, TypeId, TypeOrigin};

impl Resolver<'_> {
    /// Gives every component its id before any is resolved, so that schemas may refer to each other in cycles.
    pub(super) fn declare_components(&mut self) {
        for name in self.schemas.into_iter().flat_map(IndexMap::keys) {
            let id = TypeId(self.api.types.len());
            self.api.types.push(TypeDef {
                origin: TypeOrigin::Component(name.clone()),
                pointers: vec![component_pointer(name)],
                roots: vec![Root::Component(name.clone())],
                description: None,
                title: None,
                deprecated: false,
                details: Details::default(),
                constant: None,
                shape: Shape::Pending,
            });
            self.components.insert(name.clone(), id);
        }
    }

    pub(super) fn resolve_components(&mut self) {
        for (name, schema) in self.schemas.into_iter().flatten() {
            let site = Site::new(component_pointer(name), Root::Component(name.clone()), name);
            let resolved = match schema {
                ReferenceOr::Reference { reference } => {
                    Resolved::Type(self.resolve_reference(reference, &site))
                }
                ReferenceOr::Item(item) => match enum_of_one(item) {
                    Some(shape) => Resolved::Shape(shape),
                    None => self.resolve_schema(item, &site),
                },
            };
            let Some(id) = self.components.get(name).copied() else { continue };
            let Some(def) = self.api.types.get_mut(id.0) else { continue };
            def.shape = match resolved {
                Resolved::Shape(shape) => shape,
                Resolved::Type(ty) => Shape::Alias(ty),
            };
            if let ReferenceOr::Item(item) = schema {
                let docs = TypeDocs::from(item);
                (def.description, def.title) = (docs.description, docs.title);
                (def.deprecated, def.details) = (docs.deprecated, docs.details);
                def.constant = only_value(item).filter(|_| enum_of_one(item).is_none());
            }
        }
    }
}
