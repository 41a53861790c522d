//! Resolves a base type: a schema with a discriminator and without `oneOf`. A value of it is one of the types that the
//! discriminator leads to. In the `allOf` of those types, it is its plain object.

use openapiv3::{Discriminator, ReferenceOr, Schema, SchemaKind};

use super::Resolver;
use super::intern::TypeDocs;
use super::parts::Atom;
use super::parts::MAX_DEPTH;
use super::schema::Resolved;
use super::site::Site;
use super::tags::default_target;
use crate::diagnostic::Code;
use crate::ir::{Root, Shape, TypeRef, Union, UnionVariant};

/// A component that a discriminator leads to, with the values that do; none for that of all other values.
type Child<'a> = (&'a str, Option<Vec<String>>);

impl<'a> Resolver<'a> {
    /// The union of the types that a base leads to; `plain` is its object without them.
    pub(super) fn resolve_base(
        &mut self,
        schema: &'a Schema,
        discriminator: &'a Discriminator,
        plain: Resolved,
        site: &Site,
    ) -> Resolved {
        let own = component_at(site);
        let children = self.children_of(own, discriminator);
        if has_union(schema) || matches!(plain, Resolved::Shape(Shape::Union(_))) {
            return plain;
        }
        if children.is_empty() {
            self.warn(
                Code::DISCRIMINATOR,
                "the discriminator leads to no type: it has no `oneOf` and no `mapping`, and no component includes the schema by `allOf`",
                &format!("{}/discriminator", site.pointer),
                "add a `oneOf` of the types or a `mapping`, with an action in the overlay",
            );
            return plain;
        }
        let mut plain = Some(plain);
        let mut variants = Vec::new();
        for (name, values) in children {
            let is_own = own == Some(name);
            let ty = match plain.take_if(|_| is_own) {
                Some(Resolved::Type(ty)) => ty,
                Some(Resolved::Shape(shape)) => TypeRef::Named(self.intern(shape, TypeDocs::default(), site)),
                None => self.resolve_reference(&format!("#/components/schemas/{name}"), site),
            };
            let description =
                self.component_named(name).and_then(|schema| schema.schema_data.description.clone());
            variants.push(UnionVariant {
                name: if is_own { "base".to_owned() } else { name.to_owned() },
                ty: ty.split_null().0.clone(),
                constants: values
                    .into_iter()
                    .map(|values| (discriminator.property_name.clone(), values))
                    .collect(),
                nested_constants: Vec::new(),
                description,
                pointer: format!("{}/discriminator", site.pointer),
            });
        }
        Resolved::Shape(Shape::Union(Union { variants, statuses: Vec::new() }))
    }

    /// Whether a branch refers to a base, and the component at `site` is one of the types that the base leads to.
    pub(super) fn is_child_of(&self, reference: &str, site: &Site) -> bool {
        let Some((name, ReferenceOr::Item(base))) = self.component(reference) else { return false };
        let Some(discriminator) = &base.schema_data.discriminator else { return false };
        let own = site.pointer.split("/allOf/").next().filter(|pointer| is_component(pointer));
        let own = own.and_then(|_| component_name(&site.root));
        own.is_some_and(|own| {
            !has_union(base)
                && self.children_of(Some(name), discriminator).iter().any(|(child, _)| *child == own)
        })
    }

    /// Whether a union that a component has is one of its own children, which include the component by `allOf`. Within them,
    /// the component is its plain object.
    fn lists_its_children(&self, name: &str, variants: &[ReferenceOr<Schema>]) -> bool {
        variants.iter().any(|variant| {
            let ReferenceOr::Reference { reference } = variant else { return false };
            self.component(reference).is_some_and(|(child, _)| self.includes(child, name, MAX_DEPTH))
        })
    }

    /// Whether a schema is a base that another type includes by `allOf`: its union of its own children does not hold there.
    pub(super) fn is_included_base(&self, atom: &Atom<'_>, variants: &[ReferenceOr<Schema>]) -> bool {
        atom.is_referenced && self.lists_its_children(&atom.site.label, variants)
    }

    /// Whether a branch of the union that the component at `site` has includes the component by `allOf`.
    pub(super) fn is_included_by(&self, branch: &ReferenceOr<Schema>, site: &Site) -> bool {
        let ReferenceOr::Reference { reference } = branch else { return false };
        let child = self.component(reference).map(|(name, _)| name);
        let base = component_name(&site.root);
        child.zip(base).is_some_and(|(child, base)| self.includes(child, base, MAX_DEPTH))
    }

    /// The discriminator of a base that every branch of a union includes by `allOf`.
    pub(super) fn inherited_discriminator(
        &self,
        branches: &[ReferenceOr<Schema>],
    ) -> Option<&'a Discriminator> {
        let components = branches.iter().map(|branch| match branch {
            ReferenceOr::Reference { reference } => self.component(reference).map(|(name, _)| name),
            ReferenceOr::Item(_) => None,
        });
        let components = components.collect::<Option<Vec<&str>>>()?;
        self.schemas?.iter().find_map(|(base, schema)| {
            let discriminator = schema.as_item()?.schema_data.discriminator.as_ref()?;
            components.iter().all(|name| self.includes(name, base, MAX_DEPTH)).then_some(discriminator)
        })
    }

    /// What a discriminator leads to: its mapping or, without one, the components that include the base, by their names.
    fn children_of(&self, base: Option<&str>, discriminator: &Discriminator) -> Vec<Child<'a>> {
        let mut children: Vec<(&str, Vec<String>)> = Vec::new();
        for (value, target) in &discriminator.mapping {
            let Some((name, _)) = self.component(target) else { continue };
            match children.iter_mut().find(|(other, _)| *other == name) {
                Some((_, values)) => values.push(value.clone()),
                None => children.push((name, vec![value.clone()])),
            }
        }
        if let Some(base) = base.filter(|_| children.is_empty()) {
            let names = self.schemas.into_iter().flat_map(|schemas| schemas.keys());
            let including = names.filter(|name| self.includes(name, base, MAX_DEPTH));
            children.extend(including.map(|name| (name.as_str(), vec![name.clone()])));
        }
        let default = default_target(discriminator).and_then(|target| self.component(target));
        let default = default.map(|(name, _)| name);
        let listed = children.into_iter().filter(|(name, _)| Some(*name) != default);
        let listed = listed.map(|(name, values)| (name, Some(values)));
        listed.chain(default.map(|name| (name, None))).collect()
    }

    /// Whether a component includes another one by `allOf`.
    pub(super) fn includes(&self, name: &str, base: &str, depth: usize) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        let Some(schema) = self.component_named(name) else { return false };
        let branches = match &schema.schema_kind {
            SchemaKind::AllOf { all_of } => all_of,
            SchemaKind::Any(any) => &any.all_of,
            _ => return false,
        };
        branches.iter().any(|branch| {
            let ReferenceOr::Reference { reference } = branch else { return false };
            let included = self.component(reference).map(|(name, _)| name);
            included.is_some_and(|included| included == base || self.includes(included, base, depth))
        })
    }

    fn component_named(&self, name: &str) -> Option<&'a Schema> {
        self.schemas?.get(name)?.as_item()
    }
}

/// Whether a schema lists the types of its values itself.
fn has_union(schema: &Schema) -> bool {
    match &schema.schema_kind {
        SchemaKind::OneOf { .. } | SchemaKind::AnyOf { .. } => true,
        SchemaKind::Any(any) => !any.one_of.is_empty() || !any.any_of.is_empty(),
        _ => false,
    }
}

/// The component whose schema is at a site.
fn component_at(site: &Site) -> Option<&str> {
    component_name(&site.root).filter(|_| is_component(&site.pointer))
}

fn component_name(root: &Root) -> Option<&str> {
    match root {
        Root::Component(name) => Some(name),
        _ => None,
    }
}

/// Whether a pointer is that of a whole component.
fn is_component(pointer: &str) -> bool {
    pointer.strip_prefix("/components/schemas/").is_some_and(|name| !name.contains('/'))
}
