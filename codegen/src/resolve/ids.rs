//! Finds which kind of identifier a string is, by the rules of the configuration.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

use indexmap::IndexMap;
use openapiv3::{ReferenceOr, Schema};

use super::Resolver;
use super::site::Site;
use crate::config::{Id, matches_pattern};

/// The kinds of identifiers by the names of what they are for.
pub(super) struct IdRules<'a> {
    /// Properties and parameters.
    properties: Names<'a>,
    /// Components, properties with an inline object, and events, for the `id` in them.
    objects: Names<'a>,
    /// Path segments.
    segments: Names<'a>,
    /// `Component.property`
    places: Names<'a>,
    /// The type properties that an object has.
    type_properties: RefCell<BTreeSet<&'a str>>,
}

impl<'a> IdRules<'a> {
    pub(super) fn new(ids: &'a [Id]) -> Self {
        Self {
            properties: Names::new(ids, |id| &id.properties),
            objects: Names::new(ids, |id| &id.objects),
            segments: Names::new(ids, |id| &id.segments),
            places: Names::new(ids, |id| &id.places),
            type_properties: RefCell::default(),
        }
    }

    /// Whether an entry of a list of the configuration has matched something.
    pub(super) fn is_matched(&self, list: &str, name: &str) -> bool {
        let names = match list {
            "properties" => &self.properties,
            "objects" => &self.objects,
            "segments" => &self.segments,
            _ => &self.places,
        };
        names.matched.borrow().contains(name)
    }

    /// Whether an object has the type property.
    pub(super) fn is_type_property_matched(&self, name: &str) -> bool {
        self.type_properties.borrow().contains(name)
    }

    /// The kind of a property or parameter. `user_ids` is a list of what `user_id` is.
    pub(super) fn find_for_property(&self, name: &str, owner: &str) -> Option<usize> {
        let path = format!("{owner}.{name}");
        let of_owner = || (name == "id").then(|| self.find_for_object(owner)).flatten();
        let item = name.strip_suffix('s').filter(|item| item.ends_with("_id"));
        self.places
            .find(&path)
            .or_else(of_owner)
            .or_else(|| self.properties.find(name))
            .or_else(|| self.properties.find(item?))
    }

    /// The kind of the `id` of an object, by its name or by that of its collection.
    pub(super) fn find_for_object(&self, name: &str) -> Option<usize> {
        self.objects.find(name).or_else(|| self.segments.find(name))
    }

    /// The kind of a path parameter, by the segment before it.
    pub(super) fn find_for_segment(&self, segment: &str) -> Option<usize> {
        self.segments.find(segment)
    }
}

/// Kinds by names and by patterns with `*`. A name takes precedence.
struct Names<'a> {
    exact: HashMap<&'a str, usize>,
    patterns: Vec<(&'a str, usize)>,
    /// The names and patterns that were found.
    matched: RefCell<BTreeSet<&'a str>>,
}

impl<'a> Names<'a> {
    fn new(ids: &'a [Id], names: fn(&Id) -> &Vec<String>) -> Self {
        let all = ids.iter().enumerate();
        let all = all.flat_map(|(index, id)| names(id).iter().map(move |name| (name.as_str(), index)));
        let (patterns, exact): (Vec<_>, Vec<_>) = all.partition(|(name, _)| name.contains('*'));
        Self { exact: exact.into_iter().collect(), patterns, matched: RefCell::default() }
    }

    fn find(&self, name: &str) -> Option<usize> {
        let by_pattern = || self.patterns.iter().find(|(pattern, _)| matches_pattern(pattern, name));
        let exact = self.exact.get_key_value(name).map(|(name, index)| (*name, *index));
        let (key, index) = exact.or_else(|| by_pattern().copied())?;
        self.matched.borrow_mut().insert(key);
        Some(index)
    }
}

impl<'a> Resolver<'a> {
    /// The site of an object whose properties are given: if one of them names the type of the object by its only value, the
    /// object has that label.
    pub(super) fn site_by_constant(
        &self,
        properties: &'a IndexMap<String, ReferenceOr<Box<Schema>>>,
        site: &Site,
    ) -> Option<Site> {
        let names = &self.config.type_properties;
        let present = names.iter().filter(|name| properties.contains_key(*name));
        self.ids.type_properties.borrow_mut().extend(present.map(String::as_str));
        let value = names.iter().find_map(|name| self.constant_of(properties.get(name)?))?;
        let label = value.as_str().filter(|label| self.ids.find_for_object(label).is_some())?;
        Some(Site { label: label.to_owned(), ..site.clone() })
    }
}

/// The last segment of a path that is not a parameter: the collection that the operation is about.
pub(super) fn collection_of(path: &str) -> &str {
    path.split('/').rfind(|segment| !segment.is_empty() && !segment.starts_with('{')).unwrap_or_default()
}
