//! Collects the properties of schemas that hold for the same object.

use indexmap::IndexMap;
use openapiv3::{AdditionalProperties, ReferenceOr, Schema};

use super::Resolver;
use super::constraints::read_details;
use super::parts::{Atom, ObjectKeywords, Part};
use super::schema::{Resolved, allows_others};
use super::site::Site;
use super::tighten::tighten_details;
use crate::ir::{Field, TypeRef};

/// The properties of one object, by all schemas that hold for it.
#[derive(Clone, Default)]
pub(super) struct Members<'a> {
    by_name: IndexMap<String, Member<'a>>,
    required: Vec<String>,
    /// The schemas of other properties.
    pub(super) additional: Vec<Part<'a>>,
    is_open: bool,
    is_closed: bool,
}

/// A property, by every schema that has it.
#[derive(Clone)]
struct Member<'a> {
    declarations: Vec<Declaration<'a>>,
    /// The property, if it has been resolved since its last declaration.
    field: Option<Field>,
}

#[derive(Clone)]
struct Declaration<'a> {
    schema: &'a ReferenceOr<Box<Schema>>,
    /// The object that has the property.
    owner: Site,
    /// The object as an `id` is named after it.
    named: Option<Site>,
}

impl<'a> Members<'a> {
    pub(super) fn is_empty(&self) -> bool {
        self.by_name.is_empty()
    }

    pub(super) fn requires(&self, name: &str) -> bool {
        self.required.iter().any(|other| other == name)
    }

    /// Requires properties, whichever schema has them.
    pub(super) fn require<'n>(&mut self, names: impl IntoIterator<Item = &'n String>) {
        for name in names {
            if !self.requires(name) {
                self.required.push(name.clone());
            }
        }
    }

    /// Whether the object may have properties that are not named.
    pub(super) fn is_open(&self) -> bool {
        self.is_open && !self.is_closed
    }

    /// Whether a schema forbids properties that are not named.
    pub(super) fn is_closed(&self) -> bool {
        self.is_closed
    }
}

impl<'a> Resolver<'a> {
    /// The properties of one schema.
    pub(super) fn members_of(&self, atom: &Atom<'a>) -> Members<'a> {
        let mut members = Members::default();
        if let Some(object) = atom.object() {
            self.add_members(&object, &atom.site, &mut members);
        }
        members
    }

    /// Adds the properties of a schema.
    pub(super) fn add_members(&self, object: &ObjectKeywords<'a>, site: &Site, members: &mut Members<'a>) {
        let named = self.site_by_constant(object.properties, site);
        for (name, schema) in object.properties {
            let declaration = Declaration { schema, owner: site.clone(), named: named.clone() };
            let member = members
                .by_name
                .entry(name.clone())
                .or_insert_with(|| Member { declarations: Vec::new(), field: None });
            member.declarations.push(declaration);
            member.field = None;
        }
        members.require(object.required);
        members.is_open |= allows_others(object.additional);
        members.is_closed |= matches!(object.additional, Some(AdditionalProperties::Any(false)));
        if let Some(AdditionalProperties::Schema(schema)) = object.additional {
            members.additional.push(Part::new(schema.as_ref(), site.step("additionalProperties")));
        }
    }

    /// The properties as fields. A required property without a schema is any JSON.
    pub(super) fn resolve_members(&mut self, members: &mut Members<'a>, site: &Site) -> Vec<Field> {
        let required = members.required.clone();
        let mut fields: Vec<Field> = Vec::new();
        for (name, member) in &mut members.by_name {
            if member.field.is_none() {
                member.field = self.resolve_member(name, &member.declarations);
            }
            let field = member.field.clone();
            fields.extend(field.map(|field| Field { required: required.contains(name), ..field }));
        }
        if !fields.is_empty() {
            for name in required.iter().filter(|name| !members.by_name.contains_key(*name)) {
                let pointer = site.pointer.clone();
                fields.push(self.resolve_field(name, TypeRef::Json, None, true, site, pointer));
            }
        }
        fields
    }

    fn resolve_member(&mut self, name: &str, declarations: &[Declaration<'a>]) -> Option<Field> {
        let (last, earlier) = declarations.split_last()?;
        if earlier.is_empty() {
            return Some(self.resolve_property(name, last.schema, &last.owner, last.named.as_ref()));
        }
        let parts: Vec<Part<'a>> = declarations
            .iter()
            .map(|declaration| Part::new(declaration.schema, self.property_site(name, &declaration.owner)))
            .collect();
        let site = self.property_site(name, &last.owner);
        let ty = self.resolve_parts_as_type(&parts, &site);
        // The words of the last declaration count, then those of the ones before it.
        let mut inline = parts.iter().rev().filter_map(Part::inline);
        let owner = last.named.as_ref().filter(|_| name == "id").unwrap_or(&last.owner);
        let mut field = self.resolve_field(name, ty, inline.next(), false, owner, site.pointer.clone());
        for schema in inline {
            let (data, details) = (&schema.schema_data, read_details(schema));
            field.read_only |= data.read_only;
            field.write_only |= data.write_only;
            field.deprecated |= data.deprecated;
            field.description = field.description.take().or_else(|| data.description.clone());
            tighten_details(&mut field.details, details);
        }
        if let Some((value, is_const)) = self.only_value_of(&parts) {
            self.set_constant(&mut field, value, is_const);
        }
        self.warn_of_credential(&field, &owner.label);
        Some(field)
    }

    /// The type of a value for which several schemas hold, with `null`.
    pub(super) fn resolve_parts_as_type(&mut self, parts: &[Part<'a>], site: &Site) -> TypeRef {
        let nullable = self.is_nullable(parts);
        match self.resolve_parts(parts, site) {
            Resolved::Type(ty) => ty.split_null().0.clone().nullable(nullable),
            Resolved::Shape(shape) => {
                let inline = parts.iter().rev().find_map(Part::inline);
                let docs = inline.map(Into::into).unwrap_or_default();
                TypeRef::Named(self.intern(shape, docs, site)).nullable(nullable)
            }
        }
    }
}
