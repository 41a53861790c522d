//! Generates objects: each field after those from which its value follows.

use openapi_client_description::{Field, JsonValue, Object, Scope};

use crate::engine::conversion::is_amount;
use crate::engine::evaluation::{Values, amount_of};
use crate::engine::sampler::Sampler;
use openapi_client_description::check::join_path;

/// The order in which the fields of an object are generated, since some follow from others.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// The objects within have them too.
    Inherited,
    Plain,
    /// They follow from the plain ones.
    Derived,
    /// They contain objects, whose values may follow from all of these.
    Container,
}

/// A field of an object, what is known about it, and its position.
struct Slot<'a> {
    position: usize,
    name: &'a str,
    field: &'a Field,
    known: Option<JsonValue>,
    rank: Rank,
}

impl<'a> Sampler<'a> {
    /// A value of an object type.
    pub(crate) fn sample_object(
        &mut self,
        object: &'a Object,
        source: Option<&JsonValue>,
        key: &str,
    ) -> Option<JsonValue> {
        let (outer_count, inherited_count) = (self.outer.len(), self.inherited.len());
        let values = self.sample_fields(object, source, key);
        self.outer.truncate(outer_count);
        self.inherited.truncate(inherited_count);
        let mut values = values?;
        let optional = |name: &str| object.fields.get(name).is_some_and(|field| !field.is_required());
        let max = object.constraints.max_properties.unwrap_or(usize::MAX);
        while values.len() > max
            && let Some(last) = values.iter().rposition(|(name, _)| optional(name))
        {
            values.remove(last);
        }
        Some(JsonValue::Object(values))
    }

    /// The fields of an object in document order; `None` if a required one has no value.
    fn sample_fields(
        &mut self,
        object: &'a Object,
        source: Option<&JsonValue>,
        key: &str,
    ) -> Option<Vec<(String, JsonValue)>> {
        let mut slots = self.find_slots(object, source);
        slots.sort_by_key(|slot| slot.rank);
        // What the object does not have itself, but what is known about it, is passed on too.
        for name in self.description.rules.inherited.keys() {
            let value = source.and_then(|source| source.get(name)).filter(|value| value.as_str().is_some());
            if let (Some(value), false) = (value, object.fields.contains_key(name)) {
                self.inherited.push((name, value.clone()));
            }
        }
        let mut done = JsonValue::empty_object();
        let mut values = vec![None; object.fields.len()];
        let mut is_outer = false;
        while !slots.is_empty() {
            let slot = slots.remove(self.find_ready(&slots, &done));
            if slot.rank == Rank::Container && !is_outer {
                self.outer.push(done.clone());
                is_outer = true;
            }
            let value = self.sample_slot(&slot, &done, &join_path(key, slot.name));
            match value {
                Some(value) => {
                    if slot.rank == Rank::Inherited {
                        self.inherited.push((slot.name, value.clone()));
                    }
                    done.set(slot.name, value.clone());
                    if let Some(place) = values.get_mut(slot.position) {
                        *place = Some((slot.name.to_owned(), value));
                    }
                }
                None if slot.field.is_required() => return None,
                None => {}
            }
        }
        Some(values.into_iter().flatten().collect())
    }

    fn find_slots(&self, object: &'a Object, source: Option<&JsonValue>) -> Vec<Slot<'a>> {
        let (direction, rules) = (self.direction, self.type_rules());
        let fields = object.fields.iter().enumerate().filter(|(_, (_, field))| direction.includes(field));
        let slots = fields.map(|(position, (name, field))| {
            let known = source.and_then(|source| self.find_known(name, field, source));
            let is_derived = known.is_none() && rules.is_some_and(|rules| rules.values.contains_key(name));
            let rank = if self.description.rules.inherited.contains_key(name) {
                Rank::Inherited
            } else if is_derived {
                Rank::Derived
            } else if self.is_container(field.ty()) && !is_amount(self.description, field.ty()) {
                Rank::Container
            } else {
                Rank::Plain
            };
            Slot { position, name, field, known, rank }
        });
        slots.collect()
    }

    /// The index of the next field: of those that follow from others, one whose others are done.
    fn find_ready(&self, slots: &[Slot<'a>], done: &JsonValue) -> usize {
        let Some(rules) = self.type_rules() else { return 0 };
        let is_waiting = |slot: &Slot<'_>| {
            let expression = rules.values.get(slot.name).filter(|_| slot.rank == Rank::Derived);
            expression.is_some_and(|expression| {
                let own = expression.paths().filter(|path| path.scope == Scope::Object);
                let mut names = own.filter_map(|path| path.names.first());
                names.any(|name| done.get(name).is_none() && slots.iter().any(|other| other.name == name))
            })
        };
        let derived = slots.iter().take_while(|slot| slot.rank <= Rank::Derived);
        derived.enumerate().find(|(_, slot)| !is_waiting(slot)).map_or(0, |(index, _)| index)
    }

    fn sample_slot(&mut self, slot: &Slot<'a>, done: &JsonValue, key: &str) -> Option<JsonValue> {
        let inherited = &self.description.rules.inherited;
        let known = match (&slot.known, slot.rank) {
            (None, Rank::Inherited) => {
                let mut outer = self.inherited.iter().rev();
                let found = outer.find(|(name, _)| *name == slot.name).map(|(_, value)| value.clone());
                found.filter(|value| *value != JsonValue::Null)
            }
            (None, Rank::Derived) => {
                let expression = self.type_rules().and_then(|rules| rules.values.get(slot.name));
                let values = Values {
                    object: done,
                    outer: self.outer.last(),
                    request: None,
                    store: None,
                    now: self.now,
                    amount: self.description.rules.amount.as_deref(),
                };
                let value = expression.and_then(|expression| values.evaluate(expression));
                // Of another amount only the number: its currency is that of the field.
                value.map(|value| match amount_of(&value, values.amount) {
                    Some(number) if is_amount(self.description, slot.field.ty()) => JsonValue::number(number),
                    _ => value,
                })
            }
            (known, _) => known.clone(),
        };
        let count = self.inherited.len();
        // The objects in these fields have values of their own.
        let own = inherited.iter().filter(|(_, except)| except.iter().any(|except| except == slot.name));
        self.inherited.extend(own.map(|(name, _)| (name.as_str(), JsonValue::Null)));
        let value = self.sample_field(slot.name, slot.field, known.as_ref(), key);
        self.inherited.truncate(count);
        value
    }

    /// What a source knows about a field: its value, an object with its id, or the id of an object.
    fn find_known(&self, name: &str, field: &Field, source: &JsonValue) -> Option<JsonValue> {
        if let Some(value) = source.get(name) {
            return Some(value.clone());
        }
        if self.description.object(field.ty()).is_some_and(|object| object.fields.contains_key("id")) {
            let id = source.get(&format!("{name}_id")).filter(|id| id.as_str().is_some())?;
            return Some(JsonValue::Object(vec![("id".to_owned(), id.clone())]));
        }
        source.get(name.strip_suffix("_id")?)?.get("id").cloned()
    }
}
