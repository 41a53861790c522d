//! The error envelope: found by what most error responses share, not by a name.

use std::collections::BTreeMap;

use super::Builder;
use crate::ir::{ErrorEnvelope, Shape, TypeId, TypeRef};

/// Member names that say something about an error wherever they stand.
const MEMBERS: [&str; 4] = ["type", "code", "message", "param"];

impl Builder<'_> {
    /// Finds the type that most error responses share, and takes it out of the operations' own errors.
    pub(super) fn find_envelope(&mut self) {
        let mut uses: BTreeMap<TypeId, usize> = BTreeMap::new();
        for (_, ty) in self.api.operations.iter().flat_map(|operation| &operation.errors) {
            if let TypeRef::Named(id) = ty {
                *uses.entry(*id).or_default() += 1;
            }
        }
        // Of several with as many uses the first in the document wins.
        let Some((ty, count)) = uses.into_iter().max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(&a.0))) else { return };
        let Some((root, members)) = self.message_in(ty) else { return };
        for operation in &mut self.api.operations {
            operation.errors.retain(|(_, other)| *other != TypeRef::Named(ty));
        }
        self.api.error = Some(ErrorEnvelope { ty, root, members, uses: count });
    }

    /// The path to the object with the message, at the top or one member below.
    fn message_in(&self, ty: TypeId) -> Option<(Vec<String>, Vec<String>)> {
        let Shape::Object(object) = &self.api.get(ty).shape else { return None };
        let known = |id: TypeId| match &self.api.get(id).shape {
            Shape::Object(object) => {
                let has = |name: &&&str| object.fields.iter().any(|field| field.name == ***name);
                let found: Vec<String> = MEMBERS.iter().filter(has).map(|name| (*name).to_owned()).collect();
                found.contains(&"message".to_owned()).then_some(found)
            }
            _ => None,
        };
        if let Some(members) = known(ty) {
            return Some((Vec::new(), members));
        }
        object.fields.iter().find_map(|field| match field.ty.split_null().0 {
            TypeRef::Named(id) => known(*id).map(|members| (vec![field.name.clone()], members)),
            _ => None,
        })
    }
}
