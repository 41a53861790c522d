//! The error envelope: found by what most error responses share, not by a name.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Resolver;
use crate::ir::{ErrorEnvelope, Shape, TypeId, TypeRef};

/// Objects in objects deeper than this are not compared.
const DEPTH: usize = 4;

/// Member names that say something about an error wherever they stand.
const MEMBERS: [&str; 4] = ["type", "code", "message", "param"];

impl Resolver<'_> {
    /// Finds the type that most error responses share, and takes it out of the operations' own errors. Types of the same
    /// structure count together: older calls write out what newer ones refer to.
    pub(super) fn find_envelope(&mut self) {
        let mut uses: BTreeMap<TypeId, usize> = BTreeMap::new();
        for (_, ty) in self.api.operations.iter().flat_map(|operation| &operation.errors) {
            if let TypeRef::Named(id) = ty {
                *uses.entry(*id).or_default() += 1;
            }
        }
        let mut groups: Vec<(Vec<TypeId>, usize)> = Vec::new();
        for (id, count) in uses {
            match groups.iter_mut().find(|(ids, _)| ids.iter().any(|other| self.alike(*other, id))) {
                Some((ids, sum)) => {
                    ids.push(id);
                    *sum += count;
                }
                None => groups.push((vec![id], count)),
            }
        }
        // Of several with as many uses the first in the document wins; components come before what stands inline.
        let most = groups.iter().map(|(_, count)| *count).max();
        let Some((ids, count)) = groups.into_iter().find(|(_, count)| Some(*count) == most) else { return };
        let Some(ty) = ids.first().copied() else { return };
        let Some((root, members)) = self.message_in(ty) else { return };
        for operation in &mut self.api.operations {
            operation.errors.retain(|(_, other)| !ids.iter().any(|id| *other == TypeRef::Named(*id)));
        }
        let examples = self.common_examples(&root);
        self.api.error = Some(ErrorEnvelope { ty, root, members, uses: count, examples });
    }

    /// The example that most errors of a status have; one that holds no error says nothing.
    fn common_examples(&mut self, root: &[String]) -> BTreeMap<u16, Value> {
        let most = |examples: Vec<(Value, usize)>| {
            let telling = |example: &Value| {
                let inner = root.iter().try_fold(example, |value, name| value.get(name));
                inner.is_some_and(|inner| inner.get("message").is_some())
            };
            let mut found = examples.into_iter().filter(|(example, _)| telling(example));
            let first = found.next()?;
            // Of several with as many uses the first in the document stays.
            let most = found.fold(first, |best, next| if next.1 > best.1 { next } else { best });
            Some(most.0)
        };
        let all = std::mem::take(&mut self.error_examples);
        all.into_iter().filter_map(|(status, examples)| Some((status, most(examples)?))).collect()
    }

    /// Whether two types are objects with the same members of the same types.
    fn alike(&self, one: TypeId, other: TypeId) -> bool {
        one == other || self.alike_within(one, other, DEPTH)
    }

    fn alike_within(&self, one: TypeId, other: TypeId, depth: usize) -> bool {
        let (Shape::Object(one), Shape::Object(other)) =
            (&self.api.get(one).shape, &self.api.get(other).shape)
        else {
            return false;
        };
        let Some(depth) = depth.checked_sub(1) else { return false };
        one.fields.len() == other.fields.len()
            && one.fields.iter().all(|field| {
                let twin = other.fields.iter().find(|twin| twin.name == field.name);
                twin.is_some_and(|twin| match (field.ty.split_null().0, twin.ty.split_null().0) {
                    (TypeRef::Named(a), TypeRef::Named(b)) => a == b || self.alike_within(*a, *b, depth),
                    (a, b) => a == b,
                })
            })
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
