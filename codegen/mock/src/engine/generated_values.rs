//! Valid values of the API, which requests and tests have no part in: responses, pages, types and events.

use openapi_client_description::{JsonValue, Type, check::Direction};
#[cfg(feature = "webhooks")]
use openapi_client_runtime::webhooks::WebhookScheme;

#[cfg(feature = "webhooks")]
use crate::engine::events::set_message;
use crate::engine::{
    Engine, clock::Clock, protocol::Options, responder::Responder, sampler::Sampler, store::Store,
};

impl Engine {
    /// A valid body of an operation's successful response.
    pub(crate) fn sample_response(&self, operation: usize) -> JsonValue {
        let Some(operation) = self.operation(operation) else { return JsonValue::Null };
        self.with_responder(|responder| responder.sample_response(operation, None, &operation.id))
    }

    /// A page with these items. `has_next`: its page info states another page.
    pub(crate) fn sample_page(&self, operation: usize, items: Vec<JsonValue>, has_next: bool) -> JsonValue {
        let Some(operation) = self.operation(operation) else { return JsonValue::Null };
        let end = if has_next { JsonValue::string("end") } else { JsonValue::Null };
        let info = [
            ("start_cursor", JsonValue::Null),
            ("end_cursor", end),
            ("has_next_page", JsonValue::Bool(has_next)),
            ("has_previous_page", JsonValue::Bool(false)),
        ];
        let info = info.map(|(name, value)| (name.to_owned(), value)).to_vec();
        let fields = &self.description.pages;
        let source = JsonValue::Object(vec![(fields.info.clone(), JsonValue::Object(info))]);
        let mut page = self
            .with_responder(|responder| responder.sample_response(operation, Some(&source), &operation.id));
        // Stubs can return items that do not match the description.
        page.set(&fields.data, JsonValue::List(items));
        page
    }

    /// A valid body of an operation's successful response, derived from another seed than that of the engine.
    pub(crate) fn sample_response_with(&self, operation: usize, seed: u64) -> JsonValue {
        let Some(operation) = self.operation(operation) else { return JsonValue::Null };
        self.with_seed(seed, Clock::for_samples(), |responder| {
            responder.sample_response(operation, None, &operation.id)
        })
    }

    /// Runs a function with another seed than that of the engine, and without the objects that calls created.
    pub(crate) fn with_seed<T>(
        &self,
        seed: u64,
        clock: Clock,
        run: impl FnOnce(&mut Responder<'_>) -> T,
    ) -> T {
        run(&mut Responder {
            description: &self.description,
            resource_types: &self.resource_types,
            options: &Options { seed, ..self.options.clone() },
            clock,
            store: &mut Store::default(),
            origin: "",
            query: "",
            headers: Vec::new(),
        })
    }

    /// A valid value of a named type, if the description has it.
    pub(crate) fn sample_type(&self, name: &str, seed: u64) -> Option<JsonValue> {
        self.description.types.get(name)?;
        let ty = Type::Named(name.to_owned());
        Some(Sampler::new(&self.description, Direction::Response, seed).sample(&ty, None, name))
    }

    /// A valid payload of an event, by its name. Its id starts with the prefix of the scheme, and it states the version of the
    /// scheme if it has a property for it.
    #[cfg(feature = "webhooks")]
    pub(crate) fn sample_event(&self, name: &str, scheme: &WebhookScheme, seed: u64) -> Option<JsonValue> {
        let event = self.find_event(name)?;
        let mut source = JsonValue::empty_object();
        set_message(&mut source, scheme, seed, &format!("message {name}"));
        let mut sampler = Sampler::new(&self.description, Direction::Response, seed);
        let payload = event.payload.as_ref().map(|payload| sampler.sample(payload, Some(&source), name));
        Some(payload.unwrap_or(JsonValue::Null))
    }
}
