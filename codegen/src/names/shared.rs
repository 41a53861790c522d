//! Names inline types that several owners share, by what these have in common: a type of `Order.address` and `Invoice.address` is
//! an `Address`, and one of `Order.billing_address` and `Order.shipping_address` an `OrderAddress`.

use std::collections::{BTreeMap, BTreeSet};

use crate::analyze::Facts;
use crate::ident::{join_pascal, pascal_case, split_words, to_singular};
use crate::ir::{Api, Field, Operation, Shape, Success, TypeDef, TypeId, TypeOrigin, TypeRef};

/// Words in the names of owners that say nothing about a type.
const NOISE: [&str; 32] = [
    "add", "all", "body", "by", "create", "created", "data", "delete", "deleted", "event", "fetch", "find",
    "for", "get", "in", "input", "item", "list", "new", "of", "output", "param", "patch", "post", "put",
    "request", "response", "result", "retrieve", "set", "update", "updated",
];

/// Names of members that alone do not tell what a type is.
const GENERAL: [&str; 16] = [
    "body", "config", "content", "data", "error", "item", "kind", "name", "object", "option", "param",
    "response", "result", "source", "type", "value",
];

/// Chains of inline types are followed this far.
const MAX_DEPTH: usize = 6;

/// With more variants, a union is not called after them.
const MAX_VARIANTS: usize = 3;

/// What a type is used in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Owner {
    Type(TypeId),
    Operation(usize),
    Webhook(usize),
}

/// The places at which each type is used.
pub(super) struct SharedTypes<'a> {
    api: &'a Api,
    /// The owners, and the words of the member of each, by [`TypeId`].
    uses: Vec<BTreeSet<(Owner, Vec<String>)>>,
    /// The components by their pointers.
    components: BTreeMap<&'a str, TypeId>,
    /// The owner of each property: bodies and types that include others have copies of theirs.
    places: BTreeMap<&'a str, Owner>,
    /// The types of properties that an owner has from another one.
    inherited: BTreeSet<TypeId>,
}

impl<'a> SharedTypes<'a> {
    pub(super) fn collect(api: &'a Api, facts: &Facts) -> Self {
        let is_component = |def: &&TypeDef| matches!(def.origin, TypeOrigin::Component(_));
        let components = api.types.iter().enumerate().filter(|(_, def)| is_component(def));
        let components =
            components.filter_map(|(index, def)| Some((def.pointers.first()?.as_str(), TypeId(index))));
        let mut shared = Self {
            api,
            uses: vec![BTreeSet::new(); api.types.len()],
            components: components.collect(),
            places: BTreeMap::new(),
            inherited: BTreeSet::new(),
        };
        for (index, def) in api.types.iter().enumerate().filter(|(index, _)| facts.is_emitted(TypeId(*index)))
        {
            let owner = Owner::Type(TypeId(index));
            match &def.shape {
                Shape::Object(object) => shared.add_fields(owner, &object.fields),
                Shape::Union(union) => {
                    union.variants.iter().for_each(|variant| shared.add(owner, &variant.name, &variant.ty));
                }
                Shape::Alias(ty) => shared.add(owner, "item", ty),
                Shape::OpenEnum(_) | Shape::Pending => {}
            }
        }
        for (index, operation) in api.operations.iter().enumerate() {
            shared.add_operation(Owner::Operation(index), operation);
        }
        for (index, webhook) in api.webhooks.iter().enumerate() {
            webhook.payload.iter().for_each(|payload| shared.add(Owner::Webhook(index), "event", payload));
        }
        shared
    }

    fn add_operation(&mut self, owner: Owner, operation: &'a Operation) {
        for parameter in &operation.parameters {
            self.add_fields(owner, std::slice::from_ref(&parameter.field));
        }
        if let Some(body) = &operation.body {
            body.variants.iter().for_each(|variant| self.add_fields(owner, &variant.fields));
            body.whole_types().for_each(|whole| self.add(owner, "body", whole));
        }
        match (&operation.page, operation.success.value()) {
            (Some(page), _) => self.add(owner, "item", &page.item),
            (None, Success::Json(ty) | Success::ByStatus(ty)) => self.add(owner, "response", ty),
            _ => {}
        }
        operation.errors.iter().for_each(|(_, ty)| self.add(owner, "error", ty));
    }

    fn add_fields(&mut self, owner: Owner, fields: &'a [Field]) {
        for field in fields {
            let first = match self.places.get(field.pointer.as_str()) {
                Some(first) => *first,
                None => self.component_of(&field.pointer).unwrap_or(owner),
            };
            self.places.insert(&field.pointer, first);
            if first != owner {
                field.ty.for_each_named(true, &mut |id, _| {
                    self.inherited.insert(id);
                });
            }
            self.add(first, &field.name, &field.ty);
        }
    }

    /// The component that has the property at this pointer itself, not in an object within.
    fn component_of(&self, pointer: &str) -> Option<Owner> {
        let (component, name) = pointer.rsplit_once("/properties/")?;
        let is_own = !name.contains('/') && !component.contains("/properties/");
        let component = component.split("/allOf/").next().filter(|_| is_own)?;
        self.components.get(component).map(|id| Owner::Type(*id))
    }

    fn add(&mut self, owner: Owner, member: &str, ty: &TypeRef) {
        let mut words = split_words(member);
        if matches!(ty.split_null().0, TypeRef::List(_) | TypeRef::Map(_))
            && let Some(last) = words.last_mut()
        {
            *last = to_singular(last);
        }
        ty.for_each_named(true, &mut |id, _| {
            if let Some(uses) = self.uses.get_mut(id.0) {
                uses.insert((owner, words.clone()));
            }
        });
    }

    /// The candidates for the name of a type; none if it has one owner and one member. `base` is the name of one owner.
    pub(super) fn candidates(&self, id: TypeId, base: &str) -> Vec<String> {
        let Some(uses) = self.uses.get(id.0) else { return Vec::new() };
        if let (Some((owner, member)), 1) = (uses.first(), uses.len()) {
            // A type that a body or a type has from a component is called after the component.
            let from = Some(*owner).filter(|_| self.inherited.contains(&id));
            let words = from.map(|owner| pascal_words(&join_words(self.owner_words(owner, 0), member)));
            return words.into_iter().collect();
        }
        let owners: BTreeSet<Owner> = uses.iter().map(|(owner, _)| *owner).collect();
        let members: BTreeSet<&Vec<String>> = uses.iter().map(|(_, member)| member).collect();
        let owner = match owners.len() {
            1 => split_words(base),
            _ => {
                let owners: Vec<Vec<String>> =
                    owners.into_iter().map(|owner| self.owner_words(owner, 0)).collect();
                shared_words(&owners.iter().collect::<Vec<_>>(), &NOISE)
            }
        };
        // An `item` of one list may have a name elsewhere.
        let is_general = |words: &[String]| matches!(words, [only] if GENERAL.contains(&only.as_str()));
        let (general, telling): (Vec<_>, Vec<_>) = members.into_iter().partition(|words| is_general(words));
        let members = if telling.is_empty() { general } else { telling };
        let words = shared_words(&members, &[]);
        let words = match members.as_slice() {
            [one, other] if words.is_empty() => {
                [one, &vec!["or".to_owned()], other].into_iter().flatten().cloned().collect()
            }
            _ => words,
        };
        if words.is_empty() {
            return Vec::new();
        }
        if !owner.is_empty() {
            return vec![pascal_words(&join_words(owner, &words))];
        }
        let (member, is_general) = (pascal_words(&words), is_general(&words));
        let plain = (!is_general).then(|| member.clone());
        plain.into_iter().chain(self.described(id, &member)).collect()
    }

    /// Names that say what is in a type, after the name of a member: `TextOrCustomer`, `SortNameOrDate`, `PlanWithPrice`.
    fn described(&self, id: TypeId, member: &str) -> Vec<String> {
        let or = |parts: Vec<String>| {
            let joined = parts.into_iter().reduce(|all, part| join_pascal(&all, &join_pascal("Or", &part)));
            joined.unwrap_or_default()
        };
        match &self.api.get(id).shape {
            Shape::Object(object) => {
                let fields = object.fields.iter().map(|field| join_pascal("With", &pascal_case(&field.name)));
                fields.map(|field| join_pascal(member, &field)).collect()
            }
            Shape::OpenEnum(set) => {
                let values = set.values.iter().map(|value| pascal_case(&value.value)).take(2).collect();
                vec![join_pascal(member, &or(values))]
            }
            Shape::Union(union) if union.variants.len() <= MAX_VARIANTS => {
                let variants = union.variants.iter().map(|variant| pascal_case(&variant.name)).collect();
                let variants = or(variants);
                vec![variants.clone(), join_pascal(member, &variants)]
            }
            _ => Vec::new(),
        }
    }

    /// The words of the name of an owner: those of a component, an operation or an event, with those of the members below it.
    fn owner_words(&self, owner: Owner, depth: usize) -> Vec<String> {
        let id = match owner {
            Owner::Type(id) => id,
            Owner::Operation(index) => {
                return self
                    .api
                    .operations
                    .get(index)
                    .map_or_else(Vec::new, |operation| split_words(&operation.id));
            }
            Owner::Webhook(index) => {
                return self
                    .api
                    .webhooks
                    .get(index)
                    .map_or_else(Vec::new, |webhook| split_words(&webhook.name));
            }
        };
        if let TypeOrigin::Component(component) = &self.api.get(id).origin {
            return split_words(component);
        }
        let uses: Vec<_> = self.uses.get(id.0).into_iter().flatten().collect();
        match uses.as_slice() {
            [(owner, member)] if depth < MAX_DEPTH => {
                let mut words = self.owner_words(*owner, depth + 1);
                words.extend(member.iter().cloned());
                words
            }
            uses => shared_words(&uses.iter().map(|(_, member)| member).collect::<Vec<_>>(), &[]),
        }
    }
}

/// The longest run of words that all names have, without noise at its ends.
fn shared_words(names: &[&Vec<String>], noise: &[&str]) -> Vec<String> {
    let Some((first, others)) = names.split_first() else { return Vec::new() };
    let is_noise =
        |word: &String| noise.contains(&word.as_str()) || noise.contains(&to_singular(word).as_str());
    for length in (1..=first.len()).rev() {
        for run in first.windows(length) {
            let is_same =
                |window: &[String]| window.iter().zip(run).all(|(a, b)| to_singular(a) == to_singular(b));
            let is_shared = others.iter().all(|other| other.windows(length).any(is_same));
            let telling = run.iter().position(|word| !is_noise(word));
            if is_shared && let Some(start) = telling {
                let end = run.iter().rposition(|word| !is_noise(word)).map_or(start, |end| end + 1);
                return run.get(start..end).unwrap_or_default().to_vec();
            }
        }
    }
    Vec::new()
}

/// The words of an owner and its member, without those at the end of the one with which the other begins.
fn join_words(mut owner: Vec<String>, member: &[String]) -> Vec<String> {
    let shared =
        (1..=member.len()).rev().find(|length| owner.ends_with(member.get(..*length).unwrap_or_default()));
    owner.extend(member.iter().skip(shared.unwrap_or(0)).cloned());
    owner
}

fn pascal_words(words: &[String]) -> String {
    if words.is_empty() { String::new() } else { pascal_case(&words.join("_")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_share_their_longest_run_of_telling_words() {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        for (names, shared) in [
            (vec!["create plan", "plan", "update plan item"], "plan"),
            (vec!["billing address", "shipping address"], "address"),
            (vec!["get user", "get team"], ""),
            (vec!["create bus ticket", "bus ticket created"], "bus ticket"),
        ] {
            let names: Vec<Vec<String>> = names.into_iter().map(words).collect();
            assert_eq!(shared_words(&names.iter().collect::<Vec<_>>(), &NOISE).join(" "), shared);
        }
        assert_eq!(join_words(words("lead form"), &words("form type")).join(" "), "lead form type");
    }
}
