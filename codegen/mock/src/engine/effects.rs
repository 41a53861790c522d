//! Applies the effects of operations: what a call changes besides storing what it states.

use openapi_client_description::{Effect, Expression, Item, JsonValue, Operation, Target, Type};

use crate::engine::clock::format_time;
use crate::engine::evaluation::Values;
use crate::engine::protocol::Arguments;
use crate::engine::resource_types::ResourceType;
use crate::engine::responder::{Responder, sample_key};
use crate::engine::store::{Visibility, merge};

/// The effects that are applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Those on the object of the call, before what they do not state is generated.
    Own,
    /// Those on other objects.
    Others,
    /// All, in the order of the rules.
    All,
}

/// What the values of an effect follow from.
#[derive(Clone, Copy)]
struct Sources<'s> {
    request: &'s JsonValue,
    /// The object of the call.
    own: Option<&'s JsonValue>,
}

impl<'a> Responder<'a> {
    fn effects(&self, operation: &Operation) -> &'a [Effect] {
        self.description.rules.effects.get(&operation.id).map_or(&[], Vec::as_slice)
    }

    /// Whether rules state how a call changes the object that it is about.
    pub(crate) fn has_own_effects(&self, operation: &Operation) -> bool {
        self.effects(operation).iter().any(|effect| effect.target == Target::Own)
    }

    /// Changes the object of a call, and changes and makes others.
    pub(crate) fn apply_effects(
        &mut self,
        operation: &Operation,
        arguments: &Arguments,
        own: &mut JsonValue,
        phase: Phase,
    ) {
        for effect in self.effects(operation) {
            let is_own = effect.target == Target::Own;
            if phase == (if is_own { Phase::Others } else { Phase::Own }) {
                continue;
            }
            let sources = Sources { request: arguments, own: None };
            let values = self.values(own, sources);
            if effect.condition.as_ref().is_some_and(|condition| !values.holds(condition)) {
                continue;
            }
            match &effect.target {
                Target::Own => self.change_object(effect, sources, own),
                Target::Other { collection, id } => {
                    let id = values.evaluate(id).map(|id| id.to_text()).filter(|id| !id.is_empty());
                    let sources = Sources { own: Some(own), ..sources };
                    id.iter().for_each(|id| self.change_other(effect, sources, (collection, id)));
                }
                Target::New { collection, is_hidden } => {
                    let mut known = JsonValue::empty_object();
                    let values = effect.set.iter().map(|(name, value)| (name, values.evaluate(value)));
                    for (property, value) in values {
                        known.set(property, value.unwrap_or(JsonValue::Null));
                    }
                    self.make_object(&known, (collection, *is_hidden));
                }
            }
        }
    }

    fn change_other(&mut self, effect: &Effect, sources: Sources<'_>, (path, id): (&str, &str)) {
        let Some(resource_type) = self.resource_types.find_by_path(path) else { return };
        let known = self.store.collection(path).get(id).map(|resource| resource.value.clone());
        let mut object =
            known.unwrap_or_else(|| self.complete(resource_type, path, id, &JsonValue::empty_object()));
        self.change_object(effect, sources, &mut object);
        self.touch(resource_type, &mut object);
        // Fields that only a request has are kept for operations that return or use them.
        let complete = self.complete(resource_type, path, id, &object);
        merge(&mut object, &complete);
        self.store.collection(path).put(id, object, Visibility::Hidden);
        self.store.record_change(path, id);
    }

    fn make_object(&mut self, known: &JsonValue, (path, is_hidden): (&str, bool)) {
        let Some(resource_type) = self.resource_types.find_by_path(path) else { return };
        self.store.created_count += 1;
        let id = self.generate_id(resource_type, path, &format!("new {}", self.store.created_count));
        self.store.made_at.insert(sample_key(path, &id), self.clock.now());
        let object = self.complete(resource_type, path, &id, known);
        let visibility = if is_hidden { Visibility::Hidden } else { Visibility::Everywhere };
        let collection = self.store.collection(path);
        collection.put(&id, object, visibility);
        collection.record_sent(&id, known);
        self.store.record_change(path, &id);
    }

    /// Sets the properties of an effect, in the object or in the item of its list.
    fn change_object(&self, effect: &Effect, sources: Sources<'_>, object: &mut JsonValue) {
        match &effect.item {
            None => self.set_properties(&effect.set, sources, object),
            Some(item) => self.change_item(effect, item, sources, object),
        }
    }

    fn change_item(&self, effect: &Effect, item: &Item, sources: Sources<'_>, object: &mut JsonValue) {
        let values = self.values(object, sources);
        let key = item.key.iter().filter_map(|(name, value)| Some((name.clone(), values.evaluate(value)?)));
        let key: Vec<(String, JsonValue)> = key.collect();
        let mut items = object.get(&item.list).map_or(&[][..], JsonValue::items).to_vec();
        let is_equal =
            |found: &JsonValue, wanted: &JsonValue| found.to_text().eq_ignore_ascii_case(&wanted.to_text());
        let is_item = |item: &JsonValue| {
            key.iter().all(|(name, wanted)| item.get(name).is_some_and(|found| is_equal(found, wanted)))
        };
        let position = items.iter().position(is_item).unwrap_or_else(|| {
            items.push(JsonValue::Object(key.clone()));
            items.len() - 1
        });
        let sources = Sources { own: Some(sources.own.unwrap_or(object)), ..sources };
        if let Some(found) = items.get_mut(position) {
            self.set_properties(&effect.set, sources, found);
        }
        object.set(&item.list, JsonValue::List(items));
    }

    /// Sets each property whose value is there.
    #[cfg(feature = "webhooks")]
    pub(crate) fn set_known<'e>(
        &self,
        set: impl IntoIterator<Item = (&'e String, &'e Expression)>,
        request: &JsonValue,
        object: &mut JsonValue,
    ) {
        self.set_properties(set, Sources { request, own: None }, object);
    }

    fn set_properties<'e>(
        &self,
        set: impl IntoIterator<Item = (&'e String, &'e Expression)>,
        sources: Sources<'_>,
        object: &mut JsonValue,
    ) {
        for (property, expression) in set {
            if let Some(value) = self.values(object, sources).evaluate(expression) {
                object.set(property, value);
            }
        }
    }

    /// Sets the time of the last change.
    pub(crate) fn touch(&self, resource_type: &ResourceType, object: &mut JsonValue) {
        let fields = resource_type.ty.as_ref().and_then(|ty| self.description.object(ty));
        let changed = self.description.rules.changed.iter();
        for name in changed.filter(|name| fields.is_some_and(|object| object.fields.contains_key(*name))) {
            object.set(name, JsonValue::string(format_time(self.clock.now())));
        }
    }

    /// Removes what followed from values that a request has changed, so that it is derived again.
    pub(crate) fn forget_derived(
        &self,
        resource_type: &ResourceType,
        sent: &JsonValue,
        object: &mut JsonValue,
    ) {
        let ty = resource_type.ty.as_ref().map(|ty| self.description.resolve(ty));
        let Some(Type::Named(name)) = ty else { return };
        let Some(rules) = self.description.rules.types.get(name) else { return };
        let is_stated = |name: &str| sent.get(name).is_some();
        let mut stale: Vec<&str> = Vec::new();
        loop {
            let is_stale = |(name, expression): &(&'a String, &'a Expression)| {
                let mut operands = expression.paths().filter_map(|path| path.names.first());
                let follows = operands.any(|operand| is_stated(operand) || stale.contains(&operand.as_str()));
                follows && !is_stated(name) && !stale.contains(&name.as_str())
            };
            let found: Vec<&str> =
                rules.values.iter().filter(is_stale).map(|(name, _)| name.as_str()).collect();
            if found.is_empty() {
                break;
            }
            stale.extend(found);
        }
        if let JsonValue::Object(properties) = object {
            properties.retain(|(name, _)| !stale.contains(&name.as_str()));
        }
    }

    fn values<'v>(&'v self, object: &'v JsonValue, sources: Sources<'v>) -> Values<'v> {
        Values {
            object,
            outer: sources.own,
            request: Some(sources.request),
            store: Some(&*self.store),
            now: self.clock.now(),
            amount: self.description.rules.amount.as_deref(),
        }
    }
}
