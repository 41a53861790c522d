//! Makes strings of responses that may have one value only, for now, enums that may grow.
//!
//! A later document with a second value then adds a variant; if the field were a string, it would get another type.

use std::collections::BTreeSet;

use super::Resolver;
use super::intern::TypeDocs;
use super::site::Site;
use super::webhook::EVENT_PROPERTIES;
use crate::ir::{Api, Body, EnumValue, Field, OpenEnum, Shape, TypeId, TypeRef};

impl Resolver<'_> {
    /// Replaces the type of the fields with one value, unless requests use the type that has the field, the document says that
    /// the value is constant, or the value tells types apart.
    pub(super) fn open_lone_values(&mut self) {
        let requests = types_in_requests(&self.api);
        let tags = self.find_tags();
        for index in 0..self.api.types.len() {
            let id = TypeId(index);
            let Some(def) = self.api.types.get(index).filter(|_| !requests.contains(&id)) else { continue };
            let Shape::Object(object) = &def.shape else { continue };
            let fields = object.fields.iter().enumerate();
            let lone = fields
                .filter(|(_, field)| self.is_lone_value(field) && !tags.contains(&(id, field.name.clone())));
            let lone: Vec<(usize, String)> = lone
                .filter_map(|(place, field)| Some((place, field.constant.as_ref()?.as_str()?.to_owned())))
                .collect();
            for (place, value) in lone {
                self.open_lone_value(id, place, value);
            }
        }
    }

    /// Adds the empty text to the enums that may be empty somewhere.
    pub(super) fn add_blank_values(&mut self) {
        for id in std::mem::take(&mut self.blank_enums) {
            if let Some(Shape::OpenEnum(set)) = self.api.types.get_mut(id.0).map(|def| &mut def.shape)
                && !set.values.iter().any(|value| value.value.is_empty())
            {
                set.values.push(EnumValue { value: String::new(), name: None, description: None });
            }
        }
    }

    fn is_lone_value(&self, field: &Field) -> bool {
        let is_string = *field.ty.split_null().0 == TypeRef::String;
        let names_type = self.config.type_properties.contains(&field.name);
        is_string && !names_type && self.lone_values.contains(&field.pointer)
    }

    fn open_lone_value(&mut self, id: TypeId, place: usize, value: String) {
        let def = self.api.get(id);
        let Shape::Object(object) = &def.shape else { return };
        let Some(field) = object.fields.get(place) else { return };
        let (pointer, roots) = (field.pointer.clone(), def.roots.clone());
        let shape = Shape::OpenEnum(OpenEnum {
            is_integer: false,
            values: vec![EnumValue { value, name: None, description: None }],
        });
        let types: Vec<TypeId> = roots
            .into_iter()
            .map(|root| {
                let site = Site::new(pointer.clone(), root, "");
                self.intern(shape.clone(), TypeDocs::default(), &site)
            })
            .collect();
        let Some(def) = self.api.types.get_mut(id.0) else { return };
        let Shape::Object(object) = &mut def.shape else { return };
        if let (Some(field), Some(ty)) = (object.fields.get_mut(place), types.first()) {
            field.ty = TypeRef::Named(*ty).nullable(field.ty.split_null().1);
            field.constant = None;
        }
    }

    /// The fields by which unions tell their variants apart, and events their payloads.
    fn find_tags(&self) -> BTreeSet<(TypeId, String)> {
        let mut tags = BTreeSet::new();
        for def in &self.api.types {
            let Shape::Union(union) = &def.shape else { continue };
            for variant in &union.variants {
                if let Some(id) = self.object_behind(&variant.ty) {
                    tags.extend(variant.constants.iter().map(|(name, _)| (id, name.clone())));
                }
            }
        }
        for payload in self.api.webhooks.iter().filter_map(|webhook| webhook.payload.as_ref()) {
            if let Some(id) = self.object_behind(payload) {
                tags.extend(EVENT_PROPERTIES.iter().map(|name| (id, (*name).to_owned())));
            }
        }
        tags
    }

    /// The object that a type is, through aliases.
    fn object_behind(&self, ty: &TypeRef) -> Option<TypeId> {
        let TypeRef::Named(id) = ty.split_null().0 else { return None };
        match &self.api.get(*id).shape {
            Shape::Object(_) => Some(*id),
            Shape::Alias(ty) => self.object_behind(ty),
            _ => None,
        }
    }
}

/// The types that requests use.
fn types_in_requests(api: &Api) -> BTreeSet<TypeId> {
    let mut found = BTreeSet::new();
    for operation in &api.operations {
        let parameters = operation.parameters.iter().map(|parameter| &parameter.field);
        let variants = operation.body.iter().flat_map(|body| &body.variants);
        let fields = parameters.chain(variants.flat_map(|variant| &variant.fields)).map(|field| &field.ty);
        let whole = operation.body.iter().flat_map(Body::whole_types);
        fields.chain(whole).for_each(|ty| collect_types(api, ty, &mut found));
    }
    found
}

fn collect_types(api: &Api, ty: &TypeRef, found: &mut BTreeSet<TypeId>) {
    let mut ids = Vec::new();
    ty.for_each_named(true, &mut |id, _| ids.push(id));
    for id in ids {
        if found.insert(id) {
            api.get(id).shape.values().for_each(|ty| collect_types(api, ty, found));
        }
    }
}
