//! Resolves `oneOf` and `anyOf` to unions, and finds what identifies each variant.

use openapiv3::{Discriminator, ReferenceOr, Schema, SchemaKind, Type};

use super::Resolver;
use super::intern::TypeDocs;
use super::members::Members;
use super::parts::Part;
use super::schema::Resolved;
use super::site::Site;
use super::tags::{MAX_PATH, Tag, are_told_apart, naming_value, set_constants};
use crate::diagnostic::Code;
use crate::ir::{JsonKind, Object, Shape, TypeId, TypeOrigin, TypeRef, Union, UnionVariant};

impl<'a> Resolver<'a> {
    /// A union. `base` holds the properties beside the branches, which every branch has too.
    pub(super) fn resolve_union(
        &mut self,
        branches: &'a [ReferenceOr<Schema>],
        discriminator: Option<&'a Discriminator>,
        site: &Site,
        base: &mut Members<'a>,
    ) -> Resolved {
        if let Some(merged) = self.merge_enums(branches) {
            return merged;
        }
        // Once, and not for each variant.
        self.resolve_members(base, site);
        let discriminator = discriminator.or_else(|| self.inherited_discriminator(branches));
        let mut variants: Vec<UnionVariant> = Vec::new();
        let mut nullable = false;
        let mut sources: Vec<(String, &ReferenceOr<Schema>)> = Vec::new();
        for (index, branch) in branches.iter().enumerate() {
            let variant = self.resolve_variant(branch, discriminator, &site.step(&index.to_string()), base);
            let (ty, may_be_null) = variant.ty.split_null();
            nullable |= may_be_null;
            let variant = UnionVariant { ty: ty.clone(), ..variant };
            sources.push((variant.pointer.clone(), branch));
            variants.push(variant);
        }
        let mut variants = self.merge_indistinguishable(variants);
        self.identify_variants(&mut variants, &sources, discriminator);
        let mut unique: Vec<UnionVariant> = Vec::new();
        for variant in variants {
            let is_same = |other: &UnionVariant| {
                (&other.ty, &other.constants, &other.nested_constants)
                    == (&variant.ty, &variant.constants, &variant.nested_constants)
            };
            if !unique.iter().any(is_same) {
                unique.push(variant);
            }
        }
        let mut variants = unique;
        self.name_nameless_objects(&mut variants);
        match variants.as_slice() {
            [] => Resolved::Type(TypeRef::Json),
            [only] => Resolved::Type(only.ty.clone().nullable(nullable)),
            _ if variants.iter().any(|variant| variant.ty == TypeRef::Json) => Resolved::Type(TypeRef::Json),
            _ => Resolved::Shape(Shape::Union(Union { variants, statuses: Vec::new() })),
        }
    }

    fn resolve_variant(
        &mut self,
        branch: &'a ReferenceOr<Schema>,
        discriminator: Option<&Discriminator>,
        site: &Site,
        base: &Members<'a>,
    ) -> UnionVariant {
        let ty = if base.is_empty() {
            self.resolve_open_type(branch, site)
        } else if self.is_included_by(branch, site) {
            // A type that includes the base by `allOf` has its properties.
            self.resolve_type(branch, site)
        } else {
            self.resolve_extended(branch, site, base)
        };
        let item = branch.as_item();
        let component = self.component_of(branch);
        let schema = component.map_or(item, |(_, schema)| schema.as_item());
        let tags = self.find_tags_of(component.map(|(name, _)| name), branch, discriminator, 1);
        let name = item
            .and_then(|item| item.schema_data.title.clone())
            .or_else(|| component.map(|(name, _)| name.to_owned()))
            .or_else(|| naming_value(&tags).map(str::to_owned))
            .unwrap_or_else(|| self.word_of(&ty).to_owned());
        UnionVariant {
            name,
            ty,
            constants: Vec::new(),
            nested_constants: Vec::new(),
            description: schema.and_then(|schema| schema.schema_data.description.clone()),
            pointer: site.pointer.clone(),
        }
    }

    /// The word for a variant without a name.
    pub(super) fn word_of(&self, ty: &TypeRef) -> &'static str {
        match ty.split_null().0 {
            TypeRef::Named(id) => match &self.api.get(*id).shape {
                Shape::OpenEnum(set) if set.is_integer => TypeRef::Integer.word(),
                Shape::OpenEnum(_) => TypeRef::String.word(),
                _ => ty.word(),
            },
            other => other.word(),
        }
    }

    /// A branch that is an object, with the properties beside the union.
    fn resolve_extended(
        &mut self,
        branch: &'a ReferenceOr<Schema>,
        site: &Site,
        base: &Members<'a>,
    ) -> TypeRef {
        let mut members = base.clone();
        if !self.extend_members(&Part::new(branch, site.clone()), &mut members) {
            self.warn(
                Code::UNION_MEMBERS,
                "this branch is not a plain object, so the properties beside the union are not added to it",
                &site.pointer,
                "describe the branch with all its properties, with an action in the overlay",
            );
            return self.resolve_type(branch, site);
        }
        let docs = match branch {
            ReferenceOr::Item(item) => item.into(),
            ReferenceOr::Reference { reference } => {
                let item = self.component(reference).and_then(|(_, schema)| schema.as_item());
                let description = item.and_then(|schema| schema.schema_data.description.clone());
                TypeDocs { description, ..TypeDocs::default() }
            }
        };
        let fields = self.resolve_members(&mut members, site);
        let shape = Shape::Object(Object { fields, open: members.is_open() });
        TypeRef::Named(self.intern(shape, docs, site))
    }

    /// Merges variants that no value distinguishes into one with a type for all their values.
    fn merge_indistinguishable(&self, mut variants: Vec<UnionVariant>) -> Vec<UnionVariant> {
        let keeps_lists = self.are_distinguishable_lists(&variants);
        let kinds: Vec<Option<TypeRef>> = variants
            .iter()
            .map(|variant| {
                let is_kept = keeps_lists && matches!(variant.ty, TypeRef::List(_));
                self.general_type(&variant.ty).filter(|_| !is_kept)
            })
            .collect();
        if keeps_lists {
            self.name_lists(&mut variants);
        }
        let is_shared = |kind: &&TypeRef| kinds.iter().flatten().filter(|other| other == kind).count() > 1;
        let mut merged: Vec<UnionVariant> = Vec::new();
        for (variant, kind) in variants.into_iter().zip(&kinds) {
            match kind.as_ref().filter(is_shared) {
                None => merged.push(variant),
                Some(general) if merged.iter().any(|other| other.ty == *general) => {}
                Some(general) => merged.push(UnionVariant {
                    name: general.word().to_owned(),
                    ty: general.clone(),
                    ..variant
                }),
            }
        }
        merged
    }

    /// Whether the lists among variants have items of different kinds of JSON, such as texts and objects.
    fn are_distinguishable_lists(&self, variants: &[UnionVariant]) -> bool {
        let is_list = |ty: &TypeRef| matches!(self.general_type(ty), Some(TypeRef::List(_)));
        let lists = variants.iter().filter(|variant| is_list(&variant.ty));
        let kinds: Option<Vec<JsonKind>> = lists.map(|variant| self.kind_of_items(&variant.ty)).collect();
        kinds.is_some_and(|kinds| {
            let is_new = |(index, kind)| kinds.iter().take(index).all(|other| other != kind);
            kinds.len() > 1 && kinds.iter().enumerate().all(is_new)
        })
    }

    fn kind_of_items(&self, ty: &TypeRef) -> Option<JsonKind> {
        let TypeRef::List(item) = ty else { return None };
        let kind = match self.general_type(item) {
            Some(general) => general.json_kind()?,
            None => item.json_kind().unwrap_or(JsonKind::Object),
        };
        match kind {
            JsonKind::Any => None,
            JsonKind::Integer => Some(JsonKind::Number),
            kind => Some(kind),
        }
    }

    /// Names lists without a name after their items.
    fn name_lists(&self, variants: &mut [UnionVariant]) {
        for variant in variants {
            let TypeRef::List(item) = &variant.ty else { continue };
            if variant.name == variant.ty.word() {
                let word = match item.split_null().0 {
                    TypeRef::Named(id) => match &self.api.get(*id).origin {
                        TypeOrigin::Component(name) => name,
                        TypeOrigin::Inline => self.word_of(item),
                    },
                    other => other.word(),
                };
                variant.name = format!("{word} list");
            }
        }
    }

    /// The type of all values of the same kind of JSON; none for objects with named properties, which can be distinguished,
    /// and for kinds that have one type only.
    fn general_type(&self, ty: &TypeRef) -> Option<TypeRef> {
        let TypeRef::Named(id) = ty.split_null().0 else {
            return match ty.json_kind()? {
                JsonKind::String => Some(TypeRef::String),
                JsonKind::Number => Some(TypeRef::Decimal),
                JsonKind::List => Some(TypeRef::List(Box::new(TypeRef::Json))),
                JsonKind::Object => Some(TypeRef::JsonObject),
                JsonKind::Integer => Some(TypeRef::Integer),
                JsonKind::Boolean | JsonKind::Any => None,
            };
        };
        match &self.api.get(*id).shape {
            Shape::OpenEnum(set) if set.is_integer => Some(TypeRef::Integer),
            Shape::OpenEnum(_) => Some(TypeRef::String),
            Shape::Alias(ty) => self.general_type(ty),
            Shape::Pending => self.general_type_of_pending(*id),
            Shape::Object(_) | Shape::Union(_) => None,
        }
    }

    /// The same for a component that is not resolved yet.
    fn general_type_of_pending(&self, id: TypeId) -> Option<TypeRef> {
        let TypeOrigin::Component(name) = &self.api.get(id).origin else { return None };
        match &self.schemas?.get(name)?.as_item()?.schema_kind {
            SchemaKind::Type(Type::String(_)) => Some(TypeRef::String),
            SchemaKind::Type(Type::Number(_)) => Some(TypeRef::Decimal),
            SchemaKind::Type(Type::Array(_)) => Some(TypeRef::List(Box::new(TypeRef::Json))),
            _ => None,
        }
    }

    /// Finds what tells the variants that are objects apart.
    fn identify_variants(
        &self,
        variants: &mut [UnionVariant],
        sources: &[(String, &ReferenceOr<Schema>)],
        discriminator: Option<&Discriminator>,
    ) {
        let objects = variants.iter_mut().filter(|variant| self.general_type(&variant.ty).is_none());
        let objects = objects.filter(|variant| variant.ty.json_kind().is_none());
        let mut objects: Vec<(&mut UnionVariant, Option<&ReferenceOr<Schema>>)> = objects
            .map(|variant| {
                let source = sources.iter().find(|(pointer, _)| *pointer == variant.pointer);
                (variant, source.map(|(_, branch)| *branch))
            })
            .collect();
        let find = |max_path: usize, branch: Option<&ReferenceOr<Schema>>| {
            let component = branch.and_then(|branch| self.component_of(branch)).map(|(name, _)| name);
            branch
                .map(|branch| self.find_tags_of(component, branch, discriminator, max_path))
                .unwrap_or_default()
        };
        let mut tags: Vec<Vec<Tag>> = objects.iter().map(|(_, branch)| find(1, *branch)).collect();
        if !are_told_apart(&tags.iter().map(Vec::as_slice).collect::<Vec<_>>()) {
            tags = objects.iter().map(|(_, branch)| find(MAX_PATH, *branch)).collect();
        }
        let objects = objects.iter_mut().map(|(variant, _)| &mut **variant);
        let mut objects: Vec<(&mut UnionVariant, &[Tag])> =
            objects.zip(tags.iter().map(Vec::as_slice)).collect();
        set_constants(&mut objects, discriminator.map(|discriminator| discriminator.property_name.as_str()));
    }

    /// The component that a branch refers to, also with keywords beside the reference.
    fn component_of(&self, branch: &ReferenceOr<Schema>) -> Option<(&'a str, &'a ReferenceOr<Schema>)> {
        match branch {
            ReferenceOr::Reference { reference } => self.component(reference),
            ReferenceOr::Item(_) => wrapped_reference(branch).and_then(|reference| self.component(reference)),
        }
    }
}

/// The reference in an `allOf` of one: lowering writes a reference with siblings like this.
fn wrapped_reference(branch: &ReferenceOr<Schema>) -> Option<&str> {
    match &branch.as_item()?.schema_kind {
        SchemaKind::AllOf { all_of } => match all_of.as_slice() {
            [ReferenceOr::Reference { reference }] => Some(reference),
            _ => None,
        },
        _ => None,
    }
}
