//! Merges `allOf`: several schemas that hold at once become one type.

use openapiv3::{AnySchema, Discriminator, ReferenceOr, Schema, SchemaData, SchemaKind, Type};

use super::Resolver;
use super::schema::Resolved;
use super::site::Site;
use crate::diagnostic::Code;
use crate::ir::{Details, Field, Object, Shape, TypeRef};

/// The most schemas that an `allOf` may lead to in a chain. Lowering has rejected endless chains; this bounds recursion.
pub(super) const MAX_DEPTH: usize = 32;

impl<'a> Resolver<'a> {
    /// Merges the branches of an `allOf` with the keywords beside it.
    pub(super) fn resolve_all_of(
        &mut self,
        branches: &'a [ReferenceOr<Schema>],
        data: &'a SchemaData,
        beside: Option<&'a AnySchema>,
        site: &Site,
    ) -> Resolved {
        let nothing_beside = beside.is_none_or(|any| {
            any.properties.is_empty()
                && any.required.is_empty()
                && any.one_of.is_empty()
                && any.any_of.is_empty()
        });
        let relevant: Vec<(usize, &ReferenceOr<Schema>)> =
            branches.iter().enumerate().filter(|(_, branch)| has_type(branch)).collect();
        if let ([(index, only)], true) = (relevant.as_slice(), nothing_beside) {
            let site = site.step(&format!("allOf/{index}"));
            return match only {
                ReferenceOr::Reference { reference } => {
                    Resolved::Type(self.resolve_reference(reference, &site))
                }
                ReferenceOr::Item(item) => self.resolve_schema(item, &site),
            };
        }
        let mut merged = Merged::default();
        for (index, branch) in branches.iter().enumerate() {
            if !self.merge_branch(branch, &site.step(&format!("allOf/{index}")), &mut merged, MAX_DEPTH) {
                return self.report_unmerged(site);
            }
        }
        if let Some(any) = beside {
            merged.add_properties(self.resolve_fields(&any.properties, &any.required, site), &any.required);
            if !self.merge_union_beside(any, data, site, &mut merged) {
                return self.report_unmerged(site);
            }
        }
        let Merged { fields, union } = merged;
        match union {
            Some(union) => {
                let discriminator = data.discriminator.as_ref().or(union.discriminator);
                self.resolve_union(union.variants, discriminator, &union.site, &fields)
            }
            None if fields.is_empty() => Resolved::Type(TypeRef::JsonObject),
            None => Resolved::Shape(Shape::Object(Object { fields, open: false })),
        }
    }

    fn report_unmerged(&mut self, site: &Site) -> Resolved {
        self.warn(
            Code::ALL_OF,
            "the branches of this `allOf` are not objects that can be merged; the value is kept as JSON",
            &site.pointer,
            "replace the `allOf` by the schema that is meant, with an action in the overlay",
        );
        Resolved::Type(TypeRef::Json)
    }

    /// Merges the union beside properties; false if there is another already.
    fn merge_union_beside(
        &mut self,
        any: &'a AnySchema,
        data: &'a SchemaData,
        site: &Site,
        merged: &mut Merged<'a>,
    ) -> bool {
        let (variants, keyword) =
            if any.one_of.is_empty() { (&any.any_of, "anyOf") } else { (&any.one_of, "oneOf") };
        variants.is_empty()
            || self.merge_union(variants, data.discriminator.as_ref(), site.step(keyword), merged)
    }

    /// Merges a union; false if there is another already, since they could not be told apart.
    fn merge_union(
        &mut self,
        variants: &'a [ReferenceOr<Schema>],
        discriminator: Option<&'a Discriminator>,
        site: Site,
        merged: &mut Merged<'a>,
    ) -> bool {
        if self.are_only_constraints(variants) {
            self.warn_required_together(&site);
            return true;
        }
        merged.union.replace(MergedUnion { variants, site, discriminator }).is_none()
    }

    /// Merges a branch; false if it is not an object.
    pub(super) fn merge_branch(
        &mut self,
        branch: &'a ReferenceOr<Schema>,
        site: &Site,
        merged: &mut Merged<'a>,
        depth: usize,
    ) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        let item = match branch {
            ReferenceOr::Reference { reference } => {
                let Some((name, schema)) = self.component(reference) else { return false };
                let site = Site { label: name.to_owned(), ..site.clone() };
                return self.merge_branch(schema, &site, merged, depth);
            }
            ReferenceOr::Item(item) => item,
        };
        let data = &item.schema_data;
        match &item.schema_kind {
            SchemaKind::Type(Type::Object(object)) => {
                let fields = self.resolve_fields(&object.properties, &object.required, site);
                merged.add_properties(fields, &object.required);
                true
            }
            SchemaKind::AllOf { all_of } => self.merge_branches(all_of, site, merged, depth),
            SchemaKind::OneOf { one_of } => {
                self.merge_union(one_of, data.discriminator.as_ref(), site.step("oneOf"), merged)
            }
            SchemaKind::AnyOf { any_of } => {
                self.merge_union(any_of, data.discriminator.as_ref(), site.step("anyOf"), merged)
            }
            SchemaKind::Not { .. } => true,
            SchemaKind::Any(any)
                if any.items.is_none() && matches!(any.typ.as_deref(), None | Some("object")) =>
            {
                let fields = self.resolve_fields(&any.properties, &any.required, site);
                merged.add_properties(fields, &any.required);
                self.merge_branches(&any.all_of, site, merged, depth)
                    && self.merge_union_beside(any, data, site, merged)
            }
            _ => false,
        }
    }

    fn merge_branches(
        &mut self,
        branches: &'a [ReferenceOr<Schema>],
        site: &Site,
        merged: &mut Merged<'a>,
        depth: usize,
    ) -> bool {
        branches.iter().enumerate().all(|(index, branch)| {
            self.merge_branch(branch, &site.step(&format!("allOf/{index}")), merged, depth)
        })
    }
}

/// What the branches of an `allOf` have in total.
#[derive(Default)]
pub(super) struct Merged<'a> {
    pub(super) fields: Vec<Field>,
    pub(super) union: Option<MergedUnion<'a>>,
}

/// A union among the branches of an `allOf`, or beside them.
pub(super) struct MergedUnion<'a> {
    variants: &'a [ReferenceOr<Schema>],
    site: Site,
    discriminator: Option<&'a Discriminator>,
}

impl Merged<'_> {
    /// Adds the properties of a schema, and the names that it requires.
    fn add_properties(&mut self, fields: Vec<Field>, required: &[String]) {
        for field in fields {
            match self.fields.iter_mut().find(|other| other.name == field.name) {
                Some(earlier) => refine_field(earlier, field),
                None => self.fields.push(field),
            }
        }
        for field in self.fields.iter_mut().filter(|field| required.contains(&field.name)) {
            field.required = true;
        }
    }
}

/// Refines a property by a later one of the same name.
fn refine_field(earlier: &mut Field, later: Field) {
    let (ty, is_configured) = match later.ty {
        TypeRef::Json => (earlier.ty.clone(), earlier.is_configured),
        ty => (ty, later.is_configured),
    };
    let details = if later.details == Details::default() { earlier.details.clone() } else { later.details };
    *earlier = Field {
        name: later.name,
        ty,
        is_configured,
        required: earlier.required || later.required,
        read_only: earlier.read_only || later.read_only,
        write_only: earlier.write_only || later.write_only,
        deprecated: earlier.deprecated || later.deprecated,
        description: later.description.or_else(|| earlier.description.take()),
        constant: later.constant.or_else(|| earlier.constant.take()),
        details,
        pointer: later.pointer,
    };
}

/// Whether a branch describes more than documentation.
fn has_type(branch: &ReferenceOr<Schema>) -> bool {
    let ReferenceOr::Item(Schema { schema_kind: SchemaKind::Any(any), .. }) = branch else { return true };
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
