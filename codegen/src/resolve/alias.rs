//! Breaks aliases that contain themselves: Rust has no recursive alias.

use super::Resolver;
use crate::diagnostic::Code;
use crate::ir::{Shape, TypeId, TypeRef};

impl Resolver<'_> {
    /// Replaces the reference that closes a cycle of aliases by any JSON.
    pub(super) fn break_alias_cycles(&mut self) {
        for index in 0..self.api.types.len() {
            let start = TypeId(index);
            let Some(last) = self.last_in_cycle(start) else { continue };
            let pointer = self.api.get(start).pointers.first().cloned().unwrap_or_default();
            self.warn(
                Code::ALIAS_CIRCLE,
                "a list or map that contains itself cannot be a Rust alias; its items are kept as JSON",
                &pointer,
                "make it an object with a property that holds the list, if the API does so, with an action in the overlay",
            );
            if let Some(def) = self.api.types.get_mut(last.0)
                && let Shape::Alias(ty) = &mut def.shape
            {
                replace_by_json(ty, start);
            }
        }
    }

    /// The alias that refers to `start`, if one can be reached from there through aliases alone.
    fn last_in_cycle(&self, start: TypeId) -> Option<TypeId> {
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

fn replace_by_json(ty: &mut TypeRef, target: TypeId) {
    match ty {
        TypeRef::Named(id) if *id == target => *ty = TypeRef::Json,
        TypeRef::List(inner) | TypeRef::Map(inner) | TypeRef::Nullable(inner) => {
            replace_by_json(inner, target);
        }
        _ => {}
    }
}
