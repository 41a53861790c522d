//! Finds what tells the variants of a union apart: the discriminator, or properties with a constant or an enum.

use std::collections::BTreeSet;

use openapiv3::{Discriminator, ReferenceOr, Schema, SchemaKind, Type};
use serde_json::Value;

use super::Resolver;
use super::parts::MAX_DEPTH;
use super::schema::AsSchema;
use crate::ir::UnionVariant;

/// The most properties in the path of a tag: a constant further inside is not looked for.
pub(super) const MAX_PATH: usize = 3;

/// A property that has one of a few values in a variant.
#[derive(Clone, Debug)]
pub(super) struct Tag {
    /// The name, after those of the objects that it is in.
    path: Vec<String>,
    /// The values as text.
    values: Vec<String>,
    /// Whether the property is always present.
    required: bool,
}

impl Tag {
    fn is_outer(&self) -> bool {
        self.path.len() == 1
    }

    fn is_constant(&self) -> bool {
        self.values.len() == 1
    }
}

/// Whether a tag is of a kind.
type Kind = fn(&Tag) -> bool;

/// What the tags are that tell variants apart, the best kind first: a required constant, such as `type`, is meant to. The
/// properties of the other kinds are looked at only if no better ones tell all variants apart.
const KINDS: [Kind; 5] = [
    |tag| tag.is_outer() && tag.is_constant() && tag.required,
    |tag| tag.is_outer() && tag.is_constant(),
    Tag::is_outer,
    Tag::is_constant,
    |_| true,
];

impl<'a> Resolver<'a> {
    /// The tags of a variant: the values of the discriminator if there is one, and those of its properties.
    pub(super) fn find_tags_of(
        &self,
        component: Option<&str>,
        branch: &ReferenceOr<Schema>,
        discriminator: Option<&Discriminator>,
        max_path: usize,
    ) -> Vec<Tag> {
        let mut found = Found { max_path, ..Found::default() };
        if let Some(schema) = self.schema_of(branch) {
            self.collect_tags_of(schema, &[], &mut found, MAX_DEPTH);
        }
        let mut tags = found.tags;
        let Some(discriminator) = discriminator else { return tags };
        let name = &discriminator.property_name;
        let default = default_target(discriminator);
        if component.zip(default).is_some_and(|(component, target)| names_component(target, component)) {
            tags.retain(|tag| !tag.is_outer() || tag.path.first() != Some(name));
            return tags;
        }
        let is_discriminator = |tag: &Tag| matches!(tag.path.as_slice(), [only] if only == name);
        let mapping = discriminator.mapping.iter();
        let mapped: Vec<String> = mapping
            .filter(|(_, target)| component.is_some_and(|component| names_component(target, component)))
            .map(|(value, _)| value.clone())
            .collect();
        let own = tags.iter().position(is_discriminator).map(|place| tags.remove(place));
        let values = match (mapped.is_empty(), own.as_ref(), component) {
            (false, _, _) => mapped,
            // Several values, of which the name of the component is one, are those of all variants.
            (true, Some(own), Some(name)) if own.values.iter().any(|value| value == name) => {
                vec![name.to_owned()]
            }
            (true, Some(own), _) => own.values.clone(),
            (true, None, Some(component)) => vec![component.to_owned()],
            (true, None, None) => return tags,
        };
        let required = own.is_none_or(|own| own.required);
        tags.insert(0, Tag { path: vec![name.clone()], values, required });
        tags
    }

    /// The schema that references lead to.
    pub(super) fn schema_of<'b, S: AsSchema>(&self, schema: &'b ReferenceOr<S>) -> Option<&'b Schema>
    where
        'a: 'b,
    {
        let mut reference = match schema {
            ReferenceOr::Item(item) => return Some(item.as_schema()),
            ReferenceOr::Reference { reference } => reference,
        };
        for _ in 0..MAX_DEPTH {
            match self.component(reference)?.1 {
                ReferenceOr::Item(item) => return Some(item),
                ReferenceOr::Reference { reference: next } => reference = next,
            }
        }
        None
    }

    fn collect_tags_of(&self, item: &Schema, path: &[String], found: &mut Found, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else { return };
        let (properties, required, branches) = match &item.schema_kind {
            SchemaKind::Type(Type::Object(object)) => {
                (Some(&object.properties), &object.required[..], &[][..])
            }
            SchemaKind::Any(any) => (Some(&any.properties), &any.required[..], &any.all_of[..]),
            SchemaKind::AllOf { all_of } => (None, &[][..], &all_of[..]),
            _ => return,
        };
        for branch in branches.iter().filter_map(|branch| self.schema_of(branch)) {
            self.collect_tags_of(branch, path, found, depth);
        }
        for (name, property) in properties.into_iter().flatten() {
            let path: Vec<String> = path.iter().chain([name]).cloned().collect();
            let Some(property) = self.schema_of(property) else { continue };
            match self.values_of(property, MAX_DEPTH) {
                Some(values) => found.add(path, values),
                None if path.len() < found.max_path => self.collect_tags_of(property, &path, found, depth),
                None => {}
            }
        }
        for name in required {
            let path: Vec<String> = path.iter().chain([name]).cloned().collect();
            found.require(&path);
        }
    }

    /// The values that a schema lists, as text; none if it allows others.
    fn values_of(&self, item: &Schema, depth: usize) -> Option<Vec<String>> {
        let depth = depth.checked_sub(1)?;
        fn texts<T: ToString>(values: &[Option<T>]) -> Vec<String> {
            values.iter().flatten().map(ToString::to_string).collect()
        }
        let only = |all_of: &[ReferenceOr<Schema>]| {
            let [only] = all_of else { return None };
            self.values_of(self.schema_of(only)?, depth)
        };
        let values = match &item.schema_kind {
            SchemaKind::Type(Type::String(string)) => texts(&string.enumeration),
            SchemaKind::Type(Type::Integer(integer)) => texts(&integer.enumeration),
            SchemaKind::Type(Type::Number(number)) => texts(&number.enumeration),
            SchemaKind::Type(Type::Boolean(boolean)) => texts(&boolean.enumeration),
            SchemaKind::Any(any) if any.enumeration.is_empty() => return only(&any.all_of),
            SchemaKind::Any(any) => any.enumeration.iter().map(text_of).collect(),
            SchemaKind::AllOf { all_of } => return only(all_of),
            _ => Vec::new(),
        };
        (!values.is_empty()).then_some(values)
    }
}

/// Where a discriminator leads without a value, or with one that it does not list.
pub(super) fn default_target(discriminator: &Discriminator) -> Option<&str> {
    discriminator.extensions.get("x-codegen-default-mapping")?.as_str()
}

/// Whether the target of a mapping is this component.
fn names_component(target: &str, component: &str) -> bool {
    target == component || target.rsplit('/').next() == Some(component)
}

/// A value as text: a string as it is, others as JSON.
pub(super) fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The tags of a schema and of those in its `allOf`.
#[derive(Default)]
struct Found {
    tags: Vec<Tag>,
    required: BTreeSet<Vec<String>>,
    max_path: usize,
}

impl Found {
    /// Adds a tag, in place of an earlier one of the same property, which it narrows.
    fn add(&mut self, path: Vec<String>, values: Vec<String>) {
        self.tags.retain(|tag| tag.path != path);
        let required = self.required.contains(&path);
        self.tags.push(Tag { path, values, required });
    }

    fn require(&mut self, path: &[String]) {
        self.required.insert(path.to_vec());
        self.tags.iter_mut().filter(|tag| tag.path == path).for_each(|tag| tag.required = true);
    }
}

/// The value that names a variant without another name.
pub(super) fn naming_value(tags: &[Tag]) -> Option<&str> {
    let constants = || tags.iter().filter(|tag| tag.is_outer() && tag.is_constant());
    let tag = constants().find(|tag| tag.required).or_else(|| constants().next());
    tag.and_then(|tag| tag.values.first()).map(String::as_str)
}

/// The properties that always have the same value in a variant, and those of the discriminator.
pub(super) fn constants_of(tags: &[Tag]) -> Vec<(String, Vec<String>)> {
    let constants = tags.iter().filter(|tag| tag.is_outer() && tag.required && tag.is_constant());
    constants.filter_map(|tag| Some((tag.path.first()?.clone(), tag.values.clone()))).collect()
}

/// Whether no value has the tags of two of these variants.
pub(super) fn are_told_apart(tags: &[&[Tag]]) -> bool {
    tags.iter().enumerate().all(|(index, one)| tags.iter().skip(index + 1).all(|other| !overlap(one, other)))
}

/// Gives each variant that is an object the constants that tell it apart from the others. Another property may have one value
/// in one variant for now, and must not make a value with a second one unknown.
pub(super) fn set_constants(objects: &mut [(&mut UnionVariant, &[Tag])], discriminator: Option<&str>) {
    let tags: Vec<&[Tag]> = objects.iter().map(|(_, tags)| *tags).collect();
    let is_discriminator =
        |tag: &Tag| matches!(tag.path.as_slice(), [only] if Some(only.as_str()) == discriminator);
    let chosen: Vec<Vec<Tag>> = match discriminator {
        Some(_) => choose(&tags, is_discriminator),
        None => choose_distinguishing(&tags),
    };
    for (index, (variant, own)) in objects.iter_mut().enumerate() {
        let mut chosen_here = chosen.get(index).cloned().unwrap_or_default();
        // Variants with a value in common are told apart among themselves.
        let group = tags.iter().zip(&chosen).filter(|(_, other)| overlap(&chosen_here, other));
        let group: Vec<&[Tag]> = group.map(|(tags, _)| *tags).collect();
        if let Some((_, paths)) = best_kind(&group) {
            let is_new = |tag: &&Tag| chosen_here.iter().all(|other| other.path != tag.path);
            let new: Vec<Tag> =
                own.iter().filter(|tag| paths.contains(&tag.path)).filter(is_new).cloned().collect();
            chosen_here.extend(new);
        }
        let (outer, nested): (Vec<Tag>, Vec<Tag>) = chosen_here.into_iter().partition(Tag::is_outer);
        let pair = |tag: Tag| Some((tag.path.into_iter().next()?, tag.values));
        variant.constants = outer.into_iter().filter_map(pair).collect();
        variant.nested_constants = nested.into_iter().map(|tag| (tag.path, tag.values)).collect();
    }
}

/// The tags of the best kind that tells all variants apart; without one, all constants of the variants themselves.
fn choose_distinguishing(tags: &[&[Tag]]) -> Vec<Vec<Tag>> {
    let is_outer_constant = |tag: &Tag| tag.is_outer() && tag.is_constant();
    match best_kind(tags) {
        Some((kind, paths)) => {
            let is_nested = paths.iter().all(|path| path.len() > 1);
            choose(tags, |tag| {
                (kind(tag) && paths.contains(&tag.path)) || (is_nested && is_outer_constant(tag))
            })
        }
        None => choose(tags, is_outer_constant),
    }
}

fn choose(tags: &[&[Tag]], is_chosen: impl Fn(&Tag) -> bool) -> Vec<Vec<Tag>> {
    tags.iter().map(|tags| tags.iter().filter(|tag| is_chosen(tag)).cloned().collect()).collect()
}

/// The best kind of tags that tells variants apart, and their paths.
fn best_kind(tags: &[&[Tag]]) -> Option<(Kind, Vec<Vec<String>>)> {
    let kinds = KINDS.iter().map(|kind| (*kind, distinguishing(tags, *kind)));
    kinds.into_iter().find(|(_, paths)| !paths.is_empty())
}

/// The paths of the properties of a kind that have other values in each variant.
fn distinguishing(tags: &[&[Tag]], is_of_kind: Kind) -> Vec<Vec<String>> {
    let [first, _, ..] = tags else { return Vec::new() };
    let paths = first.iter().filter(|tag| is_of_kind(tag)).map(|tag| tag.path.clone());
    let is_distinguishing = |path: &Vec<String>| {
        let mut values = BTreeSet::new();
        tags.iter().all(|tags| {
            let tag = tags.iter().find(|tag| tag.path == *path && is_of_kind(tag));
            tag.is_some_and(|tag| tag.values.iter().all(|value| values.insert(value.as_str())))
        })
    };
    paths.filter(is_distinguishing).collect()
}

/// Whether a value may have the tags of both variants.
fn overlap(one: &[Tag], other: &[Tag]) -> bool {
    one.iter().all(|tag| {
        let twin = other.iter().find(|other| other.path == tag.path);
        twin.is_none_or(|twin| twin.values.iter().any(|value| tag.values.contains(value)))
    })
}
