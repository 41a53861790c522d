//! Components that are lists or maps of themselves: Rust has no alias that names itself.

use super::Resolver;
use crate::ir::{Shape, TypeId, TypeRef};

impl Resolver<'_> {
    /// Where a chain of aliases leads back to its start, the last link becomes any JSON.
    pub(super) fn break_alias_circles(&mut self) {
        for index in 0..self.api.types.len() {
            let start = TypeId(index);
            let Some(last) = self.last_of_circle(start) else { continue };
            let pointer = self.api.get(start).pointers.first().cloned().unwrap_or_default();
            self.warning(
                "alias-circle",
                "a list or map of itself has no name in Rust; what is inside is kept as JSON".to_owned(),
                &pointer,
                "make it an object with a member that holds the list, if the API does so, with an action in the overlay",
            );
            if let Some(def) = self.api.types.get_mut(last.0)
                && let Shape::Alias(ty) = &mut def.shape
            {
                replace(ty, start);
            }
        }
    }

    /// The alias that names `start`, if one can be reached from there through aliases alone.
    fn last_of_circle(&self, start: TypeId) -> Option<TypeId> {
        let mut seen = vec![start];
        let mut open = vec![start];
        while let Some(id) = open.pop() {
            let Shape::Alias(ty) = &self.api.get(id).shape else { continue };
            let mut targets = Vec::new();
            ty.for_each_named(true, &mut |target, _| targets.push(target));
            if targets.contains(&start) {
                return Some(id);
            }
            for target in targets {
                if !seen.contains(&target) {
                    seen.push(target);
                    open.push(target);
                }
            }
        }
        None
    }
}

fn replace(ty: &mut TypeRef, target: TypeId) {
    match ty {
        TypeRef::Named(id) if *id == target => *ty = TypeRef::Json,
        TypeRef::List(inner) | TypeRef::Map(inner) | TypeRef::Nullable(inner) => replace(inner, target),
        _ => {}
    }
}
