//! Narrows types by schemas that hold at once: formats, values, and which of several schemas says all that the others say.

use openapiv3::{AdditionalProperties, NumberFormat, ReferenceOr, SchemaKind, Type, VariantOrUnknownOrEmpty};
use serde_json::Value;

use super::Resolver;
use super::composition::{Conflict, merge_kinds};
use super::enumeration::enum_values;
use super::members::Members;
use super::parts::{Atom, Kind, Part, PartSchema};
use super::schema::{Resolved, integer_type, resolve_string};
use super::site::Site;
use super::tags::text_of;
use crate::ir::{OpenEnum, Shape, TypeRef};

impl<'a> Resolver<'a> {
    /// The schema that says all that the others say about the type, if there is one. Its type then keeps its name.
    pub(super) fn sufficient_part<'p>(&self, parts: &'p [Part<'a>]) -> Option<&'p Part<'a>> {
        let all = self.atoms_of_all(parts);
        let suffices = |part: &&Part<'a>| {
            let own = self.atoms_of(part);
            let is_own = |atom: &Atom<'a>| own.iter().any(|own| std::ptr::eq(own.schema, atom.schema));
            let Ok(kind) = merge_kinds(&own) else { return false };
            !own.is_empty() && all.iter().all(|atom| is_own(atom) || self.adds_nothing(atom, &own, kind))
        };
        // A type that only includes a base is the plain object of the base, not any of the types that the base leads to.
        let is_reference = |part: &&Part<'a>| match part.schema {
            PartSchema::Reference(reference) => !self.is_child_of(reference, &part.site),
            _ => false,
        };
        let is_inline = |part: &&Part<'a>| matches!(part.schema, PartSchema::Inline(_));
        parts
            .iter()
            .filter(is_reference)
            .find(suffices)
            .or_else(|| parts.iter().filter(is_inline).find(suffices))
    }

    /// Whether a schema does not change the type that others describe.
    fn adds_nothing(&self, atom: &Atom<'a>, own: &[Atom<'a>], own_kind: Option<Kind>) -> bool {
        if atom.union().is_some() {
            return false;
        }
        let Some(kind) = atom.kind() else { return true };
        let is_union = own.iter().any(|atom| atom.union().is_some());
        match own_kind {
            Some(own_kind) if own_kind.intersect(kind) != Some(own_kind) => return false,
            None if !is_union => return false,
            _ => {}
        }
        let has_value = |value: &Value| atom.values().is_none_or(|values| values.contains(value));
        if atom.values().is_some() && !common_values(own).is_some_and(|own| own.iter().all(has_value)) {
            return false;
        }
        let scalar = scalar_type(atom);
        match kind {
            Kind::Text => scalar == TypeRef::String || own.iter().any(|own| scalar_type(own) == scalar),
            Kind::Number => {
                scalar != TypeRef::Float
                    || own_kind == Some(Kind::Integer)
                    || own.iter().any(|own| scalar_type(own) == scalar)
            }
            Kind::Integer => scalar == TypeRef::Integer || own.iter().any(|own| scalar_type(own) == scalar),
            Kind::Boolean => true,
            Kind::List => match atom.items() {
                None => true,
                Some(ReferenceOr::Item(items)) => {
                    let site = atom.site.clone();
                    let items = self.atoms_of(&Part { schema: PartSchema::Inline(items), site });
                    items.iter().all(|items| items.kind().is_none() && items.union().is_none())
                }
                Some(reference) => own.iter().any(|own| own.items() == Some(reference)),
            },
            Kind::Object => atom.object().is_none_or(|object| {
                let mut members = Members::default();
                for own in own {
                    if let Some(object) = own.object() {
                        self.add_members(&object, &own.site, &mut members);
                    }
                }
                object.properties.is_empty()
                    && object.required.iter().all(|name| members.requires(name))
                    && !matches!(object.additional, Some(AdditionalProperties::Schema(_)))
            }),
        }
    }

    /// The only value that schemas allow together, and whether one of them says `const`.
    pub(super) fn only_value_of<'s>(&self, parts: &[Part<'s>]) -> Option<(Value, bool)>
    where
        'a: 's,
    {
        let atoms = self.atoms_of_all(parts);
        let values = common_values(&atoms)?;
        let [value] = values.as_slice() else { return None };
        let is_const = |atom: &Atom<'_>| atom.schema.schema_data.extensions.contains_key("x-codegen-const");
        Some((value.clone(), atoms.iter().any(is_const)))
    }
}

/// The type of strings, numbers or booleans for which several schemas hold.
pub(super) fn merge_scalars(kind: Kind, atoms: &[Atom<'_>], site: &Site) -> Result<Resolved, Conflict> {
    let values = common_values(atoms).map(|mut values| {
        values.retain(|value| kind != Kind::Integer || value.is_i64());
        values
    });
    if values.as_ref().is_some_and(Vec::is_empty) {
        let mut lists = atoms.iter().filter_map(|atom| Some((atom, atom.values()?)));
        let says = |list: Option<(&Atom<'_>, Vec<Value>)>| match list {
            Some((atom, values)) => format!("`{}` allows only {}", atom.site.pointer, list_values(&values)),
            None => format!("`{}` allows no value", site.pointer),
        };
        return Err(Conflict::Contradiction(says(lists.next()), says(lists.next_back())));
    }
    if matches!(kind, Kind::Text | Kind::Integer)
        && let Some(values) = values.filter(|values| values.len() > 1)
    {
        let known: Vec<String> = values.iter().map(text_of).collect();
        // The words for the values are beside the shortest list, if it has any.
        let lists = atoms.iter().filter_map(|atom| Some((atom.values()?, atom)));
        let described = lists.min_by_key(|(values, _)| values.len());
        let values = described.map_or_else(Vec::new, |(values, atom)| {
            let texts: Vec<String> = values.iter().map(text_of).collect();
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            enum_values(&texts, &atom.schema.schema_data)
        });
        let values = values.into_iter().filter(|value| known.contains(&value.value)).collect();
        let is_integer = kind == Kind::Integer;
        return Ok(Resolved::Shape(Shape::OpenEnum(OpenEnum { is_integer, values })));
    }
    let general = match kind {
        Kind::Text => TypeRef::String,
        Kind::Integer => TypeRef::Integer,
        Kind::Number => TypeRef::Decimal,
        Kind::Boolean => TypeRef::Boolean,
        Kind::List | Kind::Object => TypeRef::Json,
    };
    let mut narrowest: Option<(TypeRef, &Atom<'_>)> = None;
    for atom in atoms.iter().filter(|atom| atom.kind() == Some(kind)) {
        let ty = scalar_type(atom);
        if ty == general {
            continue;
        }
        match &narrowest {
            Some((other, first)) if *other != ty => {
                let says = |atom: &Atom<'_>, ty: &TypeRef| {
                    format!("`{}` says that this is a {}", atom.site.pointer, ty.word())
                };
                return Err(Conflict::Contradiction(says(first, other), says(atom, &ty)));
            }
            _ => narrowest = Some((ty, atom)),
        }
    }
    Ok(Resolved::Type(narrowest.map_or(general, |(ty, _)| ty)))
}

/// The type of a string, a number or a boolean, whatever values are listed.
fn scalar_type(atom: &Atom<'_>) -> TypeRef {
    match &atom.schema.schema_kind {
        SchemaKind::Type(Type::String(string)) => match resolve_string(string, &atom.schema.schema_data) {
            Resolved::Type(ty) => ty,
            Resolved::Shape(_) => TypeRef::String,
        },
        SchemaKind::Type(Type::Number(number)) => match number.format {
            VariantOrUnknownOrEmpty::Item(NumberFormat::Float | NumberFormat::Double) => TypeRef::Float,
            _ => TypeRef::Decimal,
        },
        SchemaKind::Type(Type::Integer(_)) => integer_type(&atom.schema.schema_data),
        _ => match atom.kind() {
            Some(Kind::Text) => TypeRef::String,
            Some(Kind::Integer) => TypeRef::Integer,
            Some(Kind::Number) => TypeRef::Decimal,
            Some(Kind::Boolean) => TypeRef::Boolean,
            _ => TypeRef::Json,
        },
    }
}

/// The first values of a list, for a message.
fn list_values(values: &[Value]) -> String {
    const SHOWN: usize = 5;
    let shown: Vec<String> = values.iter().take(SHOWN).map(|value| format!("`{value}`")).collect();
    let others = values.len().saturating_sub(SHOWN);
    let suffix = if others > 0 { format!(" and {others} more") } else { String::new() };
    format!("{}{suffix}", shown.join(", "))
}

/// The values that all lists of values have; none if no schema lists any.
fn common_values(atoms: &[Atom<'_>]) -> Option<Vec<Value>> {
    atoms
        .iter()
        .filter_map(Atom::values)
        .reduce(|common, values| common.into_iter().filter(|value| values.contains(value)).collect())
}
