//! Merges `allOf`: several schemas that hold for the same value become one type.
//!
//! Properties of the same name, items of lists and values of maps are schemas that hold at once too, so the same merge
//! applies to them.

use openapiv3::{Discriminator, ReferenceOr, Schema};

use super::members::Members;
use super::narrow::merge_scalars;
use super::parts::{Atom, Kind, Part, PartSchema, branches_of, object_keywords};
use super::schema::Resolved;
use super::site::Site;
use super::{MergeKey, Resolver};
use crate::diagnostic::Code;
use crate::ir::{Object, Shape, TypeId, TypeRef};

/// A union among schemas that hold at once.
pub(super) struct MergedUnion<'a> {
    pub(super) variants: &'a [ReferenceOr<Schema>],
    pub(super) site: Site,
    pub(super) discriminator: Option<&'a Discriminator>,
}

/// Why schemas cannot be merged.
pub(super) enum Conflict {
    /// What no value meets, with the pointers of both schemas.
    Contradiction(String, String),
    /// The schemas together are beyond what the model represents.
    Unsupported,
}

impl<'a> Resolver<'a> {
    /// Merges the branches of an `allOf` with the keywords beside it.
    pub(super) fn resolve_all_of(&mut self, schema: &'a Schema, site: &Site) -> Resolved {
        let mut parts = branches_of(schema, site);
        parts.push(Part { schema: PartSchema::Beside(schema), site: site.clone() });
        let branches = parts.len() - 1;
        match self.resolve_parts(&parts, site) {
            Resolved::Type(ty) => {
                let (ty, null) = ty.split_null();
                let stated = parts.get(..branches).is_some_and(|branches| self.is_nullable(branches));
                Resolved::Type(ty.clone().nullable(null || stated))
            }
            shape @ Resolved::Shape(_) => shape,
        }
    }

    /// What schemas describe that hold for the same value, without `null`.
    pub(super) fn resolve_parts(&mut self, parts: &[Part<'a>], site: &Site) -> Resolved {
        if let Some(part) = self.sufficient_part(parts) {
            return match part.schema {
                PartSchema::Reference(reference) => {
                    let ty = self.resolve_reference(reference, &part.site);
                    Resolved::Type(ty.split_null().0.clone())
                }
                PartSchema::Inline(schema) | PartSchema::Beside(schema) => {
                    self.resolve_schema(schema, &part.site)
                }
            };
        }
        let atoms = self.atoms_of_all(parts);
        let says_something = |atom: &&Atom<'a>| atom.kind().is_some() || atom.union().is_some();
        let key = atoms.iter().filter(says_something);
        let mut key: MergeKey = key.map(|atom| std::ptr::from_ref(atom.schema)).collect();
        key.sort();
        if let Some((_, id)) = self.merging.iter().find(|(other, _)| *other == key) {
            // Two types that contain themselves, merged, contain their merge.
            return match id {
                Some(id) => Resolved::Type(TypeRef::Named(*id)),
                None => self.report_conflict(&Conflict::Unsupported, site),
            };
        }
        self.merging.push((key, self.component_at(site)));
        let resolved = self.merge_atoms(&atoms, site);
        self.merging.pop();
        resolved.unwrap_or_else(|conflict| self.report_conflict(&conflict, site))
    }

    /// The id of the component whose schema is at a site.
    fn component_at(&self, site: &Site) -> Option<TypeId> {
        let pointer = |id: &TypeId| self.api.get(*id).pointers.first().is_some_and(|at| *at == site.pointer);
        self.components.values().copied().find(pointer)
    }

    pub(super) fn atoms_of_all<'s>(&self, parts: &[Part<'s>]) -> Vec<Atom<'s>>
    where
        'a: 's,
    {
        let mut atoms: Vec<Atom<'s>> = Vec::new();
        for atom in parts.iter().flat_map(|part| self.atoms_of(part)) {
            if !atoms.iter().any(|other| std::ptr::eq(other.schema, atom.schema)) {
                atoms.push(atom);
            }
        }
        atoms
    }

    /// Whether `null` is valid for all schemas. A schema without a type that says `nullable` says so for all of them:
    /// documents mean it like that.
    pub(super) fn is_nullable(&self, parts: &[Part<'a>]) -> bool {
        let atoms = self.atoms_of_all(parts);
        let states_type = |atom: &&Atom<'a>| atom.kind().is_some() || atom.union().is_some();
        let (typed, others): (Vec<_>, Vec<_>) = atoms.iter().partition(states_type);
        others.iter().any(|atom| atom.is_nullable())
            || (!typed.is_empty() && typed.iter().all(|atom| atom.is_nullable()))
    }

    fn report_conflict(&mut self, conflict: &Conflict, site: &Site) -> Resolved {
        let (message, help) = match conflict {
            Conflict::Contradiction(first, second) => (
                format!("{first}, but {second}: no value is valid for both; the value is kept as JSON"),
                "remove or correct one of the two, with an action in the overlay",
            ),
            Conflict::Unsupported => (
                "the branches of this `allOf` cannot be merged into one type; the value is kept as JSON"
                    .to_owned(),
                "replace the `allOf` by the schema that is meant, with an action in the overlay",
            ),
        };
        self.warn(Code::ALL_OF, message, &site.pointer, help);
        Resolved::Type(TypeRef::Json)
    }

    fn merge_atoms(&mut self, atoms: &[Atom<'a>], site: &Site) -> Result<Resolved, Conflict> {
        let kind = merge_kinds(atoms)?;
        let mut members = Members::default();
        let mut unions = Vec::new();
        for atom in atoms {
            if let Some(object) = atom.object() {
                self.add_members(&object, &atom.site, &mut members);
            }
            self.add_union(atom, &mut members, &mut unions);
        }
        match (kind, unions.as_slice()) {
            (None | Some(Kind::Object), []) if kind.is_some() || !members.is_empty() => {
                Ok(self.resolve_merged_object(&mut members, site))
            }
            (None, []) => Ok(Resolved::Type(TypeRef::Json)),
            (None | Some(Kind::Object), [union]) => {
                Ok(self.resolve_union(union.variants, union.discriminator, &union.site, &mut members))
            }
            (None | Some(Kind::Object), unions) => {
                self.distribute_unions(unions, &members, site).ok_or(Conflict::Unsupported)
            }
            (Some(Kind::List), []) => {
                let items = atoms.iter().filter_map(|atom| Some((atom.items()?, &atom.site)));
                let items: Vec<Part<'a>> =
                    items.map(|(items, site)| Part::new(items, site.step("items"))).collect();
                let item = self.resolve_item(&items, &site.step("items"));
                Ok(Resolved::Type(TypeRef::List(Box::new(item))))
            }
            (Some(kind), []) => merge_scalars(kind, atoms, site),
            (Some(_), [union]) if atoms.iter().all(|atom| atom.values().is_none()) => {
                // A type beside a union says no more than its branches.
                Ok(self.resolve_union(union.variants, union.discriminator, &union.site, &mut members))
            }
            (Some(_), _) => Err(Conflict::Unsupported),
        }
    }

    /// Adds the union of a schema. One whose branches only say which properties are required together is none.
    pub(super) fn add_union(
        &mut self,
        atom: &Atom<'a>,
        members: &mut Members<'a>,
        unions: &mut Vec<MergedUnion<'a>>,
    ) {
        let Some((variants, keyword)) = atom.union() else { return };
        if self.is_included_base(atom, variants) {
            return;
        }
        let site = atom.site.step(keyword);
        if self.are_only_constraints(variants) {
            self.warn_required_together(&site);
            members.require(&required_in_all(variants));
            return;
        }
        let discriminator = atom.schema.schema_data.discriminator.as_ref();
        unions.push(MergedUnion { variants, site, discriminator });
    }

    fn resolve_merged_object(&mut self, members: &mut Members<'a>, site: &Site) -> Resolved {
        let fields = self.resolve_members(members, site);
        if !fields.is_empty() {
            return Resolved::Shape(Shape::Object(Object { fields, open: members.is_open() }));
        }
        if members.is_closed() || members.additional.is_empty() {
            return Resolved::Type(TypeRef::JsonObject);
        }
        let additional = std::mem::take(&mut members.additional);
        match self.resolve_item(&additional, &site.step("additionalProperties")) {
            TypeRef::Json => Resolved::Type(TypeRef::JsonObject),
            ty => Resolved::Type(TypeRef::Map(Box::new(ty))),
        }
    }

    /// The type of the items of a list, or of the values of a map.
    fn resolve_item(&mut self, parts: &[Part<'a>], site: &Site) -> TypeRef {
        match parts {
            [] => TypeRef::Json,
            [Part { schema: PartSchema::Reference(reference), site }] => {
                self.resolve_reference(reference, site)
            }
            [Part { schema: PartSchema::Inline(schema) | PartSchema::Beside(schema), site }] => {
                self.resolve_open_schema(schema, site)
            }
            parts => self.resolve_parts_as_type(parts, site),
        }
    }

    /// The members of a branch of a union that is an object, besides those that hold for all branches.
    pub(super) fn extend_members(&mut self, part: &Part<'a>, members: &mut Members<'a>) -> bool {
        let atoms = self.atoms_of(part);
        let mut unions = Vec::new();
        for atom in &atoms {
            if !matches!(atom.kind(), None | Some(Kind::Object)) {
                return false;
            }
            if let Some(object) = atom.object() {
                self.add_members(&object, &atom.site, members);
            }
            self.add_union(atom, members, &mut unions);
        }
        !atoms.is_empty() && unions.is_empty()
    }
}

/// The properties that every branch requires.
fn required_in_all(branches: &[ReferenceOr<Schema>]) -> Vec<String> {
    let required = |branch: &ReferenceOr<Schema>| Some(object_keywords(branch.as_item()?)?.required.to_vec());
    let mut lists = branches.iter().map(|branch| required(branch).unwrap_or_default());
    let first = lists.next().unwrap_or_default();
    lists.fold(first, |common, list| common.into_iter().filter(|name| list.contains(name)).collect())
}

/// The kind of JSON that all schemas allow; none if no schema names one.
pub(super) fn merge_kinds(atoms: &[Atom<'_>]) -> Result<Option<Kind>, Conflict> {
    let mut merged: Option<(Kind, &Atom<'_>)> = None;
    for atom in atoms {
        let Some(kind) = atom.kind() else { continue };
        merged = Some(match merged {
            None => (kind, atom),
            Some((earlier, first)) => match earlier.intersect(kind) {
                Some(both) => (both, if both == earlier { first } else { atom }),
                None => {
                    let says = |atom: &Atom<'_>, kind: Kind| {
                        format!("`{}` says that this is {}", atom.site.pointer, kind.name())
                    };
                    return Err(Conflict::Contradiction(says(first, earlier), says(atom, kind)));
                }
            },
        });
    }
    Ok(merged.map(|(kind, _)| kind))
}
