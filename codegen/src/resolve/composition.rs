//! `allOf`: several schemas that hold at once become one type.

use openapiv3::{AnySchema, Discriminator, ReferenceOr, Schema, SchemaData, SchemaKind, Type};

use super::schema::Built;
use super::{Resolver, Site};
use crate::ir::{Details, Field, Object, Shape, TypeRef};

/// A chain of `allOf` longer than this leads back to itself.
pub(super) const DEPTH: usize = 32;

impl<'a> Resolver<'a> {
    /// Merges the branches and what stands beside them.
    pub(super) fn all_of(
        &mut self,
        branches: &'a [ReferenceOr<Schema>],
        data: &'a SchemaData,
        beside: Option<&'a AnySchema>,
        site: &Site,
    ) -> Built {
        let plain = beside.is_none_or(|any| {
            any.properties.is_empty()
                && any.required.is_empty()
                && any.one_of.is_empty()
                && any.any_of.is_empty()
        });
        let telling: Vec<(usize, &ReferenceOr<Schema>)> =
            branches.iter().enumerate().filter(|(_, branch)| says_something(branch)).collect();
        if let ([(index, only)], true) = (telling.as_slice(), plain) {
            return self.only(only, &site.step(&format!("allOf/{index}")));
        }
        let mut fields = Vec::new();
        let mut union = None;
        for (index, branch) in branches.iter().enumerate() {
            let place = site.step(&format!("allOf/{index}"));
            if !self.merge(branch, &place, &mut fields, &mut union, DEPTH) {
                return self.not_merged(site);
            }
        }
        if let Some(any) = beside {
            let own = self.fields(&any.properties, &any.required, site);
            own.into_iter().for_each(|field| put(&mut fields, field));
            require(&mut fields, &any.required);
            if !self.take_beside(any, data, site, &mut union) {
                return self.not_merged(site);
            }
        }
        match union {
            Some(found) => {
                let discriminator = data.discriminator.as_ref().or(found.discriminator);
                self.union(found.variants, discriminator, &found.place, &fields)
            }
            None if fields.is_empty() => Built::Type(TypeRef::JsonObject),
            None => Built::Shape(Shape::Object(Object { fields, open: false })),
        }
    }

    fn not_merged(&mut self, site: &Site) -> Built {
        self.warning(
            "all-of",
            "the branches of this `allOf` are no objects that could be merged; the value is kept as JSON"
                .to_owned(),
            &site.pointer,
            "replace the `allOf` by the schema that is meant, with an action in the overlay",
        );
        Built::Type(TypeRef::Json)
    }

    /// The union that stands beside members; false if there is another already.
    fn take_beside(
        &mut self,
        any: &'a AnySchema,
        data: &'a SchemaData,
        site: &Site,
        union: &mut Option<Found<'a>>,
    ) -> bool {
        let (variants, keyword) =
            if any.one_of.is_empty() { (&any.any_of, "anyOf") } else { (&any.one_of, "oneOf") };
        let place = site.step(keyword);
        if variants.is_empty() {
            return true;
        }
        if self.only_constraints(variants) {
            self.required_together(&place);
            return true;
        }
        take(union, Found { variants, place, discriminator: data.discriminator.as_ref() })
    }

    /// An `allOf` of one schema is that schema.
    fn only(&mut self, branch: &'a ReferenceOr<Schema>, place: &Site) -> Built {
        match branch {
            ReferenceOr::Reference { reference } => Built::Type(self.reference(reference, place)),
            ReferenceOr::Item(item) => self.schema(item, place),
        }
    }

    /// Adds the members of one branch; false if it is no object.
    pub(super) fn merge(
        &mut self,
        branch: &'a ReferenceOr<Schema>,
        place: &Site,
        fields: &mut Vec<Field>,
        union: &mut Option<Found<'a>>,
        depth: usize,
    ) -> bool {
        if depth == 0 {
            return false;
        }
        let item = match branch {
            ReferenceOr::Reference { reference } => match self.component(reference) {
                Some((name, schema)) => {
                    let place = Site { label: name.to_owned(), ..place.clone() };
                    return self.merge(schema, &place, fields, union, depth - 1);
                }
                None => return false,
            },
            ReferenceOr::Item(item) => item,
        };
        let discriminator = item.schema_data.discriminator.as_ref();
        match &item.schema_kind {
            SchemaKind::Type(Type::Object(object)) => {
                let own = self.fields(&object.properties, &object.required, place);
                own.into_iter().for_each(|field| put(fields, field));
                require(fields, &object.required);
                true
            }
            SchemaKind::AllOf { all_of } => self.merge_all(all_of, place, fields, union, depth),
            SchemaKind::OneOf { one_of: variants } | SchemaKind::AnyOf { any_of: variants } => {
                let keyword =
                    if matches!(item.schema_kind, SchemaKind::OneOf { .. }) { "oneOf" } else { "anyOf" };
                let place = place.step(keyword);
                if self.only_constraints(variants) {
                    self.required_together(&place);
                    return true;
                }
                take(union, Found { variants, place, discriminator })
            }
            SchemaKind::Not { .. } => true,
            SchemaKind::Any(any) if any.items.is_none() && object_like(any.typ.as_deref()) => {
                let own = self.fields(&any.properties, &any.required, place);
                own.into_iter().for_each(|field| put(fields, field));
                require(fields, &any.required);
                self.merge_all(&any.all_of, place, fields, union, depth)
                    && self.take_beside(any, &item.schema_data, place, union)
            }
            _ => false,
        }
    }

    fn merge_all(
        &mut self,
        branches: &'a [ReferenceOr<Schema>],
        place: &Site,
        fields: &mut Vec<Field>,
        union: &mut Option<Found<'a>>,
        depth: usize,
    ) -> bool {
        branches.iter().enumerate().all(|(index, branch)| {
            self.merge(branch, &place.step(&format!("allOf/{index}")), fields, union, depth - 1)
        })
    }
}

fn object_like(ty: Option<&str>) -> bool {
    matches!(ty, None | Some("object"))
}

/// A union among the branches of an `allOf`, or beside them.
pub(super) struct Found<'a> {
    variants: &'a [ReferenceOr<Schema>],
    place: Site,
    discriminator: Option<&'a Discriminator>,
}

/// A second union in one `allOf` cannot be told from the first.
fn take<'a>(union: &mut Option<Found<'a>>, found: Found<'a>) -> bool {
    union.replace(found).is_none()
}

/// Adds a member; a later one of the same name refines the earlier.
pub(super) fn put(fields: &mut Vec<Field>, field: Field) {
    match fields.iter_mut().find(|other| other.name == field.name) {
        Some(other) => {
            let required = other.required || field.required;
            let refined = if field.ty == TypeRef::Json { other.ty.clone() } else { field.ty.clone() };
            let details = if field.details == Details::default() {
                other.details.clone()
            } else {
                field.details.clone()
            };
            *other = Field {
                ty: refined,
                required,
                read_only: other.read_only || field.read_only,
                write_only: other.write_only || field.write_only,
                deprecated: other.deprecated || field.deprecated,
                description: field.description.clone().or_else(|| other.description.take()),
                constant: field.constant.clone().or_else(|| other.constant.take()),
                details,
                ..field
            };
        }
        None => fields.push(field),
    }
}

fn require(fields: &mut [Field], names: &[String]) {
    for field in fields.iter_mut().filter(|field| names.contains(&field.name)) {
        field.required = true;
    }
}

/// Whether a branch is more than a description.
fn says_something(branch: &ReferenceOr<Schema>) -> bool {
    match branch {
        ReferenceOr::Reference { .. } => true,
        ReferenceOr::Item(item) => match &item.schema_kind {
            SchemaKind::Any(any) => {
                any.typ.is_some()
                    || !any.properties.is_empty()
                    || !any.required.is_empty()
                    || any.items.is_some()
                    || any.additional_properties.is_some()
                    || !any.enumeration.is_empty()
                    || !any.one_of.is_empty()
                    || !any.any_of.is_empty()
                    || !any.all_of.is_empty()
            }
            _ => true,
        },
    }
}
