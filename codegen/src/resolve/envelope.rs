//! Finds the error envelope: the type that most error responses share, whatever its name.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Resolver;
use crate::ir::{ErrorEnvelope, Object, Shape, TypeId, TypeRef};

/// The depth to which nested objects are compared. Envelopes are flat; this bounds recursive types.
const MAX_DEPTH: usize = 4;

/// The properties of an error that the runtime reads.
const KNOWN_PROPERTIES: [&str; 4] = ["type", "code", "message", "param"];

impl Resolver<'_> {
    /// Finds the envelope, and removes it from the errors of single operations. Types that decode each other's values count as
    /// one, since documents spell out in older operations what newer ones refer to, or leave out a property.
    pub(super) fn find_envelope(&mut self) {
        let mut uses: BTreeMap<TypeId, usize> = BTreeMap::new();
        for (_, ty) in self.api.operations.iter().flat_map(|operation| &operation.errors) {
            if let TypeRef::Named(id) = ty {
                *uses.entry(*id).or_default() += 1;
            }
        }
        let mut groups: Vec<(Vec<TypeId>, usize)> = Vec::new();
        for (id, count) in uses {
            let is_similar = |(ids, _): &&mut (Vec<TypeId>, usize)| {
                ids.iter().any(|other| *other == id || self.are_interchangeable(*other, id, MAX_DEPTH))
            };
            match groups.iter_mut().find(is_similar) {
                Some((ids, sum)) => {
                    ids.push(id);
                    *sum += count;
                }
                None => groups.push((vec![id], count)),
            }
        }
        // The first of the most used: ids are in document order, with components before inline types.
        let most = groups.iter().map(|(_, count)| *count).max();
        let Some((ids, uses)) = groups.into_iter().find(|(_, count)| Some(*count) == most) else { return };
        // The one with the most properties that the runtime reads; of several, the first.
        let messages = ids.iter().rev().filter_map(|id| Some((*id, self.find_message(*id)?)));
        let Some((ty, (root, members))) = messages.max_by_key(|(_, (_, members))| members.len()) else {
            return;
        };
        for operation in &mut self.api.operations {
            operation.errors.retain(|(_, other)| !ids.iter().any(|id| *other == TypeRef::Named(*id)));
        }
        let examples = self.select_error_examples(&root);
        self.api.error = Some(ErrorEnvelope { ty, root, members, uses, examples });
    }

    /// The most common example of each status, among those that have a message.
    fn select_error_examples(&mut self, root: &[String]) -> BTreeMap<u16, Value> {
        let has_message = |example: &Value| {
            let error = root.iter().try_fold(example, |value, name| value.get(name));
            error.is_some_and(|error| error.get("message").is_some())
        };
        let most_common = |examples: Vec<(Value, usize)>| {
            let mut candidates = examples.into_iter().filter(|(example, _)| has_message(example));
            let first = candidates.next()?;
            // Strictly greater, so that the first of the most common ones is selected.
            let most = candidates.fold(first, |best, next| if next.1 > best.1 { next } else { best });
            Some(most.0)
        };
        let examples = std::mem::take(&mut self.error_examples);
        examples.into_iter().filter_map(|(status, examples)| Some((status, most_common(examples)?))).collect()
    }

    /// Whether two types are objects of which each decodes the values of the other: their common properties have the same types,
    /// and no other is required.
    fn are_interchangeable(&self, left: TypeId, right: TypeId, depth: usize) -> bool {
        let (Shape::Object(left), Shape::Object(right)) =
            (&self.api.get(left).shape, &self.api.get(right).shape)
        else {
            return false;
        };
        let Some(depth) = depth.checked_sub(1) else { return false };
        let are_equal = |left: &TypeRef, right: &TypeRef| match (left.split_null().0, right.split_null().0) {
            (TypeRef::Named(left), TypeRef::Named(right)) => {
                left == right || self.are_interchangeable(*left, *right, depth)
            }
            (left, right) => left == right,
        };
        let find = |object: &Object, name: &str| object.fields.iter().position(|field| field.name == name);
        let is_optional_beside = |object: &Object, other: &Object| {
            object.fields.iter().all(|field| !field.required || find(other, &field.name).is_some())
        };
        let mut common = left
            .fields
            .iter()
            .filter_map(|field| Some((field, right.fields.get(find(right, &field.name)?)?)));
        let has_common = left.fields.iter().any(|field| find(right, &field.name).is_some());
        has_common
            && common.all(|(field, other)| are_equal(&field.ty, &other.ty))
            && is_optional_beside(left, right)
            && is_optional_beside(right, left)
    }

    /// The path to the object with the message, which is the type itself or one of its properties, and the known properties of
    /// that object.
    fn find_message(&self, ty: TypeId) -> Option<(Vec<String>, Vec<String>)> {
        let known_properties = |id: TypeId| {
            let has = |name: &&&str| self.has_property(id, name, MAX_DEPTH);
            let found: Vec<String> =
                KNOWN_PROPERTIES.iter().filter(has).map(|name| (*name).to_owned()).collect();
            found.iter().any(|name| name == "message").then_some(found)
        };
        if let Some(members) = known_properties(ty) {
            return Some((Vec::new(), members));
        }
        let Shape::Object(object) = &self.api.get(ty).shape else { return None };
        object.fields.iter().find_map(|field| match field.ty.split_null().0 {
            TypeRef::Named(id) => known_properties(*id).map(|members| (vec![field.name.clone()], members)),
            _ => None,
        })
    }

    /// Whether an object, or every variant of a union, has a property.
    fn has_property(&self, id: TypeId, name: &str, depth: usize) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        match &self.api.get(id).shape {
            Shape::Object(object) => object.fields.iter().any(|field| field.name == name),
            Shape::Union(union) => union.variants.iter().all(|variant| match variant.ty {
                TypeRef::Named(id) => self.has_property(id, name, depth),
                _ => false,
            }),
            _ => false,
        }
    }
}
