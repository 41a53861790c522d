//! The list of the deliveries of webhooks: what the server delivered is in the response of the operation that lists it.

use openapi_client_description::DeliveryHistory;

use crate::engine::responder::{ResourceCall, Responder};
use crate::engine::store::Visibility;

impl Responder<'_> {
    /// Whether everything in a list was delivered by this server, so that none of it is generated: the deliveries to an endpoint
    /// that a call created, and all deliveries after the first.
    pub(crate) fn is_known_history(&mut self, call: &ResourceCall<'_>) -> bool {
        let history = self.description.delivery_history.as_ref();
        let Some(history) = history.filter(|history| history.deliveries == call.operation.id) else {
            return false;
        };
        let Some(endpoints) = self.endpoints_of(history) else {
            return self.store.collection(&call.collection).has_created();
        };
        let parameter = call.operation.parameters.path.iter().next().map(|(name, _)| name);
        let id = parameter.and_then(|name| call.arguments.get(name)).map(|id| id.to_text());
        let endpoint = id.and_then(|id| self.store.collection(&endpoints).get(&id).cloned());
        endpoint.is_some_and(|endpoint| endpoint.visibility == Visibility::Everywhere)
    }

    /// The path of the collection of endpoints.
    fn endpoints_of(&self, history: &DeliveryHistory) -> Option<String> {
        Some(self.listed_by(history.endpoints.as_deref()?)?.collection.fill(|_| String::new()))
    }
}

/// What the server records about the deliveries that it sends.
#[cfg(feature = "webhooks")]
mod recording {
    use chrono::DateTime;
    use openapi_client_description::{DeliveryHistory, JsonValue};

    use crate::engine::Engine;
    use crate::engine::clock::format_time;
    use crate::engine::resource_types::ResourceType;
    use crate::engine::responder::{Responder, sample_key};
    use crate::engine::store::Visibility;

    /// An attempt to deliver an event.
    #[derive(Clone, Copy, Debug)]
    pub(crate) struct SentDelivery<'a> {
        /// The URL of the receiver.
        pub(crate) url: &'a str,
        pub(crate) body: &'a [u8],
        /// In Unix seconds.
        pub(crate) sent_at: u64,
        /// The status of the response, if there was one.
        pub(crate) status: Option<u16>,
    }

    impl Engine {
        /// Adds a delivery to the list of those to its receiver, if the API has such a list. A receiver that no call has created
        /// becomes an endpoint: the API delivers to no other URL.
        pub(crate) fn record_sent(&self, delivery: SentDelivery<'_>) {
            let Some(history) = &self.description.delivery_history else { return };
            let body = std::str::from_utf8(delivery.body).ok().and_then(|body| JsonValue::parse(body).ok());
            let Some(body) = body else { return };
            self.with_responder(|responder| responder.add_delivery(history, delivery, body));
        }
    }

    impl<'a> Responder<'a> {
        fn add_delivery(
            &mut self,
            history: &DeliveryHistory,
            delivery: SentDelivery<'_>,
            body: JsonValue,
        ) -> Option<()> {
            let resource_type = self.listed_by(&history.deliveries)?;
            let endpoint = match (&history.endpoints, &history.endpoint_url) {
                (Some(operation), Some(property)) => {
                    self.find_endpoint(self.listed_by(operation)?, property, delivery.url)
                }
                _ => String::new(),
            };
            let path = resource_type.collection.fill(|_| endpoint.clone());
            self.store.created_count += 1;
            let number = self.store.created_count;
            let sent_at = i64::try_from(delivery.sent_at).unwrap_or(i64::MAX);
            let time = DateTime::from_timestamp(sent_at, 0).unwrap_or_else(|| self.clock.now());
            let shown_time = match history.is_unix_time {
                true => JsonValue::number(sent_at),
                false => JsonValue::string(format_time(time)),
            };
            let name = self.event_name(&body);
            let mut known = match &history.body {
                Some(property) => JsonValue::Object(vec![(property.clone(), body)]),
                None => body,
            };
            known.set(&history.sent_at, shown_time);
            let is_accepted = delivery.status.is_some_and(|status| (200..300).contains(&status));
            let status = delivery.status.unwrap_or_default();
            for (property, value) in [
                (&history.event, name.map_or(JsonValue::Null, JsonValue::string)),
                (&history.accepted, JsonValue::Bool(is_accepted)),
                (&history.response_status, JsonValue::number(status)),
            ] {
                property.iter().for_each(|property| known.set(property, value.clone()));
            }
            // A second delivery of an event that is listed itself has another place in the list, and the same id.
            let id = self.generate_id(resource_type, &path, &format!("sent {number}"));
            self.store.made_at.insert(sample_key(&path, &id), time);
            let shown_id = history.body.as_ref().map_or("", |_| id.as_str());
            let resource = self.complete(resource_type, &path, shown_id, &known);
            self.store.collection(&path).put(&id, resource, Visibility::Everywhere);
            Some(())
        }

        /// The id of the endpoint with a URL.
        fn find_endpoint(&mut self, resource_type: &ResourceType, property: &str, url: &str) -> String {
            let path = resource_type.collection.fill(|_| String::new());
            let mut all = self.store.collection(&path).list("", |_| true).into_iter();
            let found =
                all.find(|endpoint| endpoint.value.get(property).and_then(JsonValue::as_str) == Some(url));
            if let Some(endpoint) = found {
                return endpoint.id;
            }
            let id = self.generate_id(resource_type, &path, &format!("receiver {url}"));
            let known = JsonValue::Object(vec![(property.to_owned(), JsonValue::string(url))]);
            let endpoint = self.complete(resource_type, &path, &id, &known);
            self.store.collection(&path).put(&id, endpoint, Visibility::Everywhere);
            id
        }

        /// The name of the event that a payload states.
        fn event_name(&self, payload: &JsonValue) -> Option<&'a str> {
            let texts: Vec<&str> =
                payload.properties().iter().filter_map(|(_, value)| value.as_str()).collect();
            let names =
                self.description.events.iter().map(|event| event.event.as_ref().unwrap_or(&event.name));
            names.map(String::as_str).find(|name| texts.contains(name))
        }
    }
}

#[cfg(feature = "webhooks")]
pub(crate) use recording::SentDelivery;
