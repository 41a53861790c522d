//! Makes the cursors of all pages one type where they only differ in what may be absent or `null`.

use std::collections::BTreeMap;

use super::Resolver;
use crate::ir::{Field, Object, Path, Shape, TypeId, TypeOrigin, TypeRef};

/// What pages have in common whose cursors can be one type: the path of the list, and the properties.
type Key = (Option<Path>, Vec<(String, TypeRef)>);

impl Resolver<'_> {
    /// Replaces the types of cursors that have the same properties by one of them: a component if there is one, or else the
    /// first. A property may be absent or `null` in it if it may in any.
    pub(super) fn unify_page_infos(&mut self) {
        let mut groups: BTreeMap<Key, Vec<TypeId>> = BTreeMap::new();
        for page in self.api.operations.iter().filter_map(|operation| operation.page.as_ref()) {
            let Some(TypeRef::Named(id)) = &page.info else { continue };
            let Some(object) = self.page_info(*id) else { continue };
            let mut key: Vec<_> = object.fields.iter().map(signature).collect();
            key.sort();
            let group = groups.entry((page.list.clone(), key)).or_default();
            if !group.contains(id) {
                group.push(*id);
            }
        }
        let mut replaced: BTreeMap<TypeId, TypeId> = BTreeMap::new();
        for group in groups.values() {
            let is_component = |id: &&TypeId| matches!(self.api.get(**id).origin, TypeOrigin::Component(_));
            let Some(target) = group.iter().find(is_component).or(group.first()).copied() else { continue };
            for id in group.iter().copied().filter(|id| *id != target) {
                self.merge_page_info(target, id);
                replaced.insert(id, target);
            }
        }
        let pages = self.api.operations.iter_mut().filter_map(|operation| operation.page.as_mut());
        pages.filter_map(|page| page.info.as_mut()).for_each(|info| replace_type(info, &replaced));
        // Responses that are no pages, such as those of lists without a cursor parameter.
        let objects = self.api.types.iter_mut().filter_map(|def| match &mut def.shape {
            Shape::Object(object) => Some(object),
            _ => None,
        });
        let fields = objects.flat_map(|object| &mut object.fields);
        let infos = fields.filter(|field| field.name == self.config.pages.info);
        infos.for_each(|field| replace_type(&mut field.ty, &replaced));
    }

    fn page_info(&self, id: TypeId) -> Option<&Object> {
        match &self.api.get(id).shape {
            Shape::Object(object) => Some(object),
            _ => None,
        }
    }

    fn merge_page_info(&mut self, target: TypeId, other: TypeId) {
        let Some(Object { fields, open }) = self.page_info(other).cloned() else { return };
        let def = self.api.get(other);
        let (pointers, roots) = (def.pointers.clone(), def.roots.clone());
        let Some(def) = self.api.types.get_mut(target.0) else { return };
        def.pointers.extend(pointers);
        roots.into_iter().for_each(|root| {
            if !def.roots.contains(&root) {
                def.roots.push(root);
            }
        });
        let Shape::Object(object) = &mut def.shape else { return };
        object.open |= open;
        for field in &mut object.fields {
            let Some(other) = fields.iter().find(|other| other.name == field.name) else { continue };
            field.required &= other.required;
            field.ty = field.ty.clone().nullable(other.ty.split_null().1);
            field.description = field.description.take().or_else(|| other.description.clone());
        }
    }
}

/// What has to be equal: the name and the type, `null` aside.
fn signature(field: &Field) -> (String, TypeRef) {
    (field.name.clone(), field.ty.split_null().0.clone())
}

fn replace_type(ty: &mut TypeRef, replaced: &BTreeMap<TypeId, TypeId>) {
    match ty {
        TypeRef::Named(id) => *id = replaced.get(id).copied().unwrap_or(*id),
        TypeRef::Nullable(inner) => replace_type(inner, replaced),
        _ => {}
    }
}
