//! Resolves the rules about operations and events.

use std::collections::{BTreeMap, BTreeSet};

use openapi_client_description::{
    Condition, Effect, EventRule, Expression, Field, Item, Object, Operation, Scope, Target, Type, ValuePath,
};

use super::rule_search::RuleSearch;
use crate::config::{self, EffectRule, Mock, matches_pattern};

/// The objects that the paths of an expression start in.
struct Scopes<'s, 'a> {
    own: &'s [&'a Object],
    outer: &'s [&'a Object],
    operation: Option<&'a Operation>,
}

/// The effects of each operation.
pub(super) fn find_effects(search: &mut RuleSearch<'_>, config: &Mock) -> BTreeMap<String, Vec<Effect>> {
    let mut effects: BTreeMap<String, Vec<Effect>> = BTreeMap::new();
    let description = search.description;
    for (index, rule) in config.effects.iter().enumerate() {
        let at = index.to_string();
        if !check_keys(search, rule, &at) {
            continue;
        }
        // Several patterns of a rule may match an operation, which has the effect once.
        let mut affected: BTreeSet<&String> = BTreeSet::new();
        for (position, pattern) in rule.operations.iter().enumerate() {
            let operations = description.operations.iter();
            let operations: Vec<&Operation> =
                operations.filter(|operation| matches_pattern(pattern, &operation.id)).collect();
            if operations.is_empty() {
                let message = format!("no operation has the id `{pattern}`");
                search.report_dead(&["effects", &at, "operations", &position.to_string()], message);
            }
            for operation in operations {
                if !affected.insert(&operation.id) {
                    continue;
                }
                // The other operations of the rule would repeat the message.
                let Some(effect) = find_effect(search, rule, operation, &at) else { break };
                effects.entry(operation.id.clone()).or_default().push(effect);
            }
        }
    }
    effects
}

/// Reports keys of a rule that need another one. Returns whether there are none.
fn check_keys(search: &mut RuleSearch<'_>, rule: &EffectRule, at: &str) -> bool {
    let is_new = rule.collection.is_some() && rule.id.is_none();
    let problem = if rule.list.is_none() && !rule.key.is_empty() {
        Some(("key", "`key` needs the `list` of the item"))
    } else if rule.list.is_some() && rule.key.is_empty() {
        Some(("list", "`list` needs the `key` of the item that changes"))
    } else if rule.hidden && !is_new {
        Some(("hidden", "`hidden` needs a new object: a `collection` without `id`"))
    } else {
        None
    };
    if let Some((key, message)) = problem {
        search.reject(&["effects", at, key], message.to_owned());
    }
    problem.is_none()
}

fn find_effect<'a>(
    search: &mut RuleSearch<'a>,
    rule: &EffectRule,
    operation: &'a Operation,
    at: &str,
) -> Option<Effect> {
    let own = search.own_objects(operation);
    let own_scopes = Scopes { own: &own, outer: &own, operation: Some(operation) };
    let condition = match &rule.condition {
        None => None,
        Some(text) => {
            let place = ["effects", at, "if"];
            let condition: Condition = search.parse(&place, text)?;
            check_paths(search, &place, condition.paths(), &own_scopes)?;
            Some(condition)
        }
    };
    let (target, objects) = match (&rule.collection, &rule.id) {
        (None, None) => (Target::Own, own.clone()),
        (None, Some(_)) => {
            search.reject(&["effects", at, "id"], "`id` needs the `collection` of the object".to_owned());
            return None;
        }
        (Some(collection), id) => {
            let objects = search.collection_objects(&["effects", at, "collection"], collection)?;
            let collection = collection.clone();
            let target = match id {
                None => Target::New { collection, is_hidden: rule.hidden },
                Some(text) => {
                    let place = ["effects", at, "id"];
                    let id: Expression = search.parse(&place, text)?;
                    check_paths(search, &place, id.paths(), &own_scopes)?;
                    Target::Other { collection, id }
                }
            };
            (target, objects)
        }
    };
    let is_new = matches!(target, Target::New { .. });
    let (item, objects) = match &rule.list {
        None => (None, objects),
        Some(list) => {
            let (item, objects) = find_item(search, (rule, list), &objects, operation, at)?;
            (Some(item), objects)
        }
    };
    // The values of a new object follow from the object of the operation.
    let scope = if is_new { &own } else { &objects };
    let scopes = Scopes { own: scope, outer: &own, operation: Some(operation) };
    let set = find_set(search, &["effects", at, "set"], &rule.set, &objects, &scopes)?;
    Some(Effect { target, item, condition, set })
}

/// The item of a list, and the objects that it can be.
fn find_item<'a>(
    search: &mut RuleSearch<'a>,
    (rule, list): (&EffectRule, &String),
    objects: &[&'a Object],
    operation: &'a Operation,
    at: &str,
) -> Option<(Item, Vec<&'a Object>)> {
    let description = search.description;
    let fields = objects.iter().filter_map(|object| object.fields.get(list));
    let items: Vec<&Object> = fields
        .filter_map(|field| match description.resolve(field.ty()) {
            Type::List(item) => Some(search.objects_of(item)),
            _ => None,
        })
        .flatten()
        .collect();
    if items.is_empty() {
        let message = format!("the object of `{}` has no list `{list}` of objects", operation.id);
        search.report_dead(&["effects", at, "list"], message);
        return None;
    }
    let own = search.own_objects(operation);
    let scopes = Scopes { own: objects, outer: &own, operation: Some(operation) };
    let key = find_set(search, &["effects", at, "key"], &rule.key, &items, &scopes)?;
    Some((Item { list: list.clone(), key }, items))
}

/// The expressions for properties of one of several objects.
fn find_set<'a>(
    search: &mut RuleSearch<'a>,
    place: &[&str],
    set: &BTreeMap<String, String>,
    objects: &[&'a Object],
    scopes: &Scopes<'_, 'a>,
) -> Option<BTreeMap<String, Expression>> {
    let mut found = BTreeMap::new();
    let mut is_valid = true;
    for (property, text) in set {
        let place: Vec<&str> = place.iter().copied().chain([property.as_str()]).collect();
        let fields: Vec<&Field> = objects.iter().filter_map(|object| object.fields.get(property)).collect();
        if fields.is_empty() && !search.inherited.contains(property) {
            search.report_dead(&place, format!("the object has no property `{property}`"));
            is_valid = false;
            continue;
        }
        let Some(expression) = search.parse::<Expression>(&place, text) else {
            is_valid = false;
            continue;
        };
        is_valid &= check_paths(search, &place, expression.paths(), scopes).is_some();
        is_valid &= search.check_texts(&place, property, &expression, &fields).is_some();
        found.insert(property.clone(), expression);
    }
    is_valid.then_some(found)
}

/// Reports the paths that lead nowhere.
fn check_paths<'p, 'a>(
    search: &mut RuleSearch<'a>,
    place: &[&str],
    paths: impl Iterator<Item = &'p ValuePath>,
    scopes: &Scopes<'_, 'a>,
) -> Option<()> {
    let mut is_valid = true;
    for path in paths {
        let message = match (path.scope, scopes.operation) {
            (Scope::Request, Some(operation)) => {
                let is_known = search.has_request_value(operation, path);
                let name = path.names.join(".");
                (!is_known).then(|| format!("the request of `{}` has no `{name}`", operation.id))
            }
            (Scope::Request, None) => Some("an event has no request".to_owned()),
            (Scope::Object, Some(operation)) if search.is_stated_at_creation(operation, path) => None,
            (Scope::Object | Scope::Outer, _) => {
                let objects = if path.scope == Scope::Object { scopes.own } else { scopes.outer };
                let missing = search.follow(objects, &path.names).err();
                missing.map(|name| format!("the object has no property `{name}`"))
            }
        };
        if let Some(message) = message {
            search.report_dead(place, message);
            is_valid = false;
        }
        let linked = path.linked.as_ref().and_then(|names| names.first());
        if let Some(name) = linked.filter(|name| search.property_names(|other| other == *name).is_empty()) {
            search.report_dead(place, format!("no object has a property `{name}`"));
            is_valid = false;
        }
    }
    is_valid.then_some(())
}

/// What each event is about.
pub(super) fn find_events(search: &mut RuleSearch<'_>, config: &Mock) -> BTreeMap<String, EventRule> {
    let mut events: BTreeMap<String, EventRule> = BTreeMap::new();
    let description = search.description;
    for (index, rule) in config.events.iter().enumerate() {
        let at = index.to_string();
        let Some(resolved) = find_event_rule(search, rule, &at) else { continue };
        for (position, pattern) in rule.events.iter().enumerate() {
            let found: Vec<_> =
                description.events.iter().filter(|event| matches_pattern(pattern, &event.name)).collect();
            let position = position.to_string();
            let place = ["events", at.as_str(), "events", position.as_str()];
            if found.is_empty() {
                search.report_dead(&place, format!("no event is called `{pattern}`"));
            }
            for event in found {
                let payload =
                    event.payload.as_ref().map(|payload| search.objects_of(payload)).unwrap_or_default();
                if payload.iter().any(|object| object.fields.contains_key(&rule.property)) {
                    events.entry(event.name.clone()).or_insert_with(|| resolved.clone());
                } else {
                    let (name, property) = (&event.name, &rule.property);
                    search
                        .report_dead(&place, format!("the payload of `{name}` has no property `{property}`"));
                }
            }
        }
    }
    events
}

fn find_event_rule(search: &mut RuleSearch<'_>, rule: &config::EventRule, at: &str) -> Option<EventRule> {
    let objects = search.collection_objects(&["events", at, "collection"], &rule.collection)?;
    let scopes = Scopes { own: &objects, outer: &[], operation: None };
    let set = find_set(search, &["events", at, "set"], &rule.set, &objects, &scopes)?;
    Some(EventRule { property: rule.property.clone(), collection: rule.collection.clone(), set })
}
