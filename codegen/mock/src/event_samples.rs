//! Events as JSON, without a server and without the types of a generated crate: for a command line.

use std::fmt;

use openapi_client_description::{Description, JsonValue};
use openapi_client_runtime::{__private::Service, Error, webhooks::WebhookScheme};

use crate::engine::{Engine, protocol::Options};

/// The events of an API, made from its description.
pub struct EventSamples(Engine);

impl EventSamples {
    /// Reads the description that the generator wrote.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](openapi_client_runtime::ErrorKind::Config) if it cannot be decoded.
    pub fn new(service: &'static Service, description: &'static str) -> Result<Self, Error> {
        Engine::new(service, description, Options::default()).map(Self)
    }

    /// The description that was read.
    #[must_use]
    pub fn description(&self) -> &Description {
        self.0.description()
    }

    /// A valid payload of an event with the times of now: another one for each seed. It is about the object with the id `about`,
    /// or about a generated one. `None` if the API has no event of this name.
    pub fn sample(
        &self,
        name: &str,
        about: Option<&str>,
        scheme: &WebhookScheme,
        seed: u64,
    ) -> Option<JsonValue> {
        self.0.make_event_with(name, about, scheme, seed)
    }

    /// What is wrong with a payload of an event: the path of each value, such as `data.items[2]`, and the reason.
    #[must_use]
    pub fn check(&self, name: &str, payload: &JsonValue) -> Vec<(String, String)> {
        self.0.check_event(name, payload)
    }
}

impl fmt::Debug for EventSamples {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventSamples").finish_non_exhaustive()
    }
}
