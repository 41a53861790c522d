//! Makes the payloads of events, about the objects that calls created or changed.

use openapi_client_description::{
    Event, EventRule, JsonValue, TypeDefinition,
    check::{Direction, TypeChecker},
};
use openapi_client_runtime::webhooks::WebhookScheme;

use crate::engine::Engine;
use crate::engine::protocol::UnknownIds;
use crate::engine::random::random_letters;
use crate::engine::resource_types::ResourceType;
use crate::engine::responder::Responder;
use crate::engine::sampler::ID_LENGTH;
use crate::engine::store::{Visibility, merge};

impl Engine {
    /// A valid payload of an event, by its name. Its id starts with the prefix of the scheme, and it states the version of the
    /// scheme if it has a property for it. It is about the object with an id, or about the last one that a call created or
    /// changed.
    pub(crate) fn make_event(
        &self,
        name: &str,
        about: Option<&str>,
        scheme: &WebhookScheme,
    ) -> Option<JsonValue> {
        let event = self.find_event(name)?;
        Some(self.with_responder(|responder| {
            let payload = responder.sample_event(event, about, scheme);
            self.record_stated(responder.store, &payload);
            payload
        }))
    }

    /// As [`make_event`](Self::make_event), with another seed than that of the engine.
    pub(crate) fn make_event_with(
        &self,
        name: &str,
        about: Option<&str>,
        scheme: &WebhookScheme,
        seed: u64,
    ) -> Option<JsonValue> {
        let event = self.find_event(name)?;
        Some(self.with_seed(seed, self.clock, |responder| responder.sample_event(event, about, scheme)))
    }

    /// What is wrong with a payload: the path of each value, and the reason.
    pub(crate) fn check_event(&self, name: &str, payload: &JsonValue) -> Vec<(String, String)> {
        let ty = self.find_event(name).and_then(|event| event.payload.as_ref());
        let mut checker = TypeChecker::new(&self.description, Direction::Response);
        ty.iter().for_each(|ty| checker.check_value(ty, None, payload, ""));
        let violations = checker.into_violations().into_iter();
        violations.map(|violation| (violation.path, violation.details)).collect()
    }

    /// The event with this name, in the document or on the wire.
    pub(super) fn find_event(&self, name: &str) -> Option<&Event> {
        let mut events = self.description.events.iter();
        events.find(|event| event.name == name || event.event.as_deref() == Some(name))
    }

    /// Records the ids in an event that is delivered: a test may have changed it since it was sampled.
    pub(crate) fn record_delivered(&self, body: &[u8]) {
        if self.options.unknown_ids == UnknownIds::NotFound
            && let Ok(text) = std::str::from_utf8(body)
            && let Ok(payload) = JsonValue::parse(text)
        {
            self.with_responder(|responder| responder.store.record_stated(&payload));
        }
    }
}

impl Responder<'_> {
    fn sample_event(&mut self, event: &Event, about: Option<&str>, scheme: &WebhookScheme) -> JsonValue {
        let mut source = JsonValue::empty_object();
        let rule = self.description.rules.events.get(&event.name);
        let object = rule.and_then(|rule| Some((rule, self.find_event_object(event, rule, about)?)));
        let mut message = format!("message {}", event.name);
        if let Some((rule, (id, object))) = object {
            // Events about different objects are different messages.
            message = format!("{message} {id}");
            self.add_owner_ids(event, &object, &mut source);
            source.set(&rule.property, object);
        }
        set_message(&mut source, scheme, self.options.seed, &message);
        let Some(payload) = &event.payload else { return JsonValue::Null };
        let mut sampler = self.sampler(Some(self.clock.now()));
        sampler.sample(payload, Some(&source), &event.name)
    }

    /// The id and the value of the object that an event is about, as the event leaves it.
    fn find_event_object(
        &mut self,
        event: &Event,
        rule: &EventRule,
        about: Option<&str>,
    ) -> Option<(String, JsonValue)> {
        let (path, resource_types) = (rule.collection.as_str(), self.resource_types);
        let resource_type = resource_types.find_by_path(path)?;
        let known = match about {
            Some(id) => self.store.collection(path).get(id),
            None => self.store.find_latest(path),
        };
        let known = known.map(|resource| (resource.id.clone(), resource.value.clone()));
        let is_known = known.is_some();
        let (id, object) = known.unwrap_or_else(|| {
            let id = about.map(str::to_owned);
            let id =
                id.unwrap_or_else(|| self.generate_id(resource_type, path, &format!("event {}", event.name)));
            let object = self.complete(resource_type, path, &id, &JsonValue::empty_object());
            (id, object)
        });
        let mut stored = object.clone();
        let object = self.apply_event(resource_type, rule, (&id, object));
        // Fields that only a request has are kept for operations that return or use them.
        merge(&mut stored, &object);
        // Lists have an object that nobody created only if an event says that it was.
        let visibility = if is_known { Visibility::Everywhere } else { Visibility::Hidden };
        self.store.collection(path).put(&id, stored, visibility);
        Some((id, object))
    }

    fn apply_event(
        &self,
        resource_type: &ResourceType,
        rule: &EventRule,
        (id, mut object): (&str, JsonValue),
    ) -> JsonValue {
        self.set_known(&rule.set, &JsonValue::Null, &mut object);
        self.complete(resource_type, &rule.collection, id, &object)
    }

    /// Takes the ids that the payload has beside the object from the object.
    fn add_owner_ids(&self, event: &Event, object: &JsonValue, source: &mut JsonValue) {
        let payload = event.payload.as_ref().and_then(|payload| self.description.object(payload));
        for (name, field) in payload.into_iter().flat_map(|payload| &payload.fields) {
            let is_id =
                matches!(self.description.definition(field.ty()), Some(TypeDefinition::Identifier(_)));
            if let (true, Some(id)) = (is_id && name != "id", object.get(name)) {
                source.set(name, id.clone());
            }
        }
    }
}

/// Sets what a payload says about its message: the id, and the version of the scheme if it has a property for it.
pub(super) fn set_message(payload: &mut JsonValue, scheme: &WebhookScheme, seed: u64, message: &str) {
    if !scheme.id_prefix.is_empty() {
        let letters = random_letters(seed, message, ID_LENGTH);
        payload.set("id", JsonValue::string(format!("{}{letters}", scheme.id_prefix)));
    }
    if let (Some(property), Some(version)) = (scheme.version_property, scheme.api_version) {
        payload.set(property, JsonValue::string(version));
    }
}
