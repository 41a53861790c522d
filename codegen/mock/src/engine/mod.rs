//! Responds to requests as the API would, from its description: routing, validation, samples and stored resources.
//!
//! The engine depends on neither connections nor stubs.

mod clock;
mod conversion;
pub(crate) mod delivery_history;
mod effects;
mod error_messages;
mod evaluation;
#[cfg(feature = "webhooks")]
mod events;
mod generated_values;
mod list_filters;
mod lists;
mod multipart;
mod near_paths;
mod number_range;
mod page_rules;
mod pagination;
mod parameter_values;
mod path_template;
pub(crate) mod protocol;
mod random;
mod request_body;
mod request_reader;
mod resource_types;
mod responder;
mod sampler;
mod scalar_samples;
mod store;
mod token_minting;
mod upload_flow;
pub(crate) mod upload_slots;

#[cfg(test)]
mod tests;

use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use openapi_client_description::{Description, JsonValue, Operation, RejectionReason, ResponseBody};
use openapi_client_runtime::{__private::Service, Error, ErrorKind};

use crate::engine::{
    clock::Clock,
    error_messages::{encode_error, example_error, rejection_error},
    near_paths::find_near_paths,
    path_template::{PathTemplate, has_pairs, split_query},
    protocol::{Arguments, ErrorParts, Options, Rejection, Request, Response, Route, UnknownIds},
    request_reader::{LocatedViolation, RequestReader},
    resource_types::ResourceTypes,
    responder::{Responder, ResponderError},
    store::Store,
    upload_slots::UploadSlot,
};

/// An API in memory.
#[derive(Debug)]
pub(crate) struct Engine {
    service: &'static Service,
    description: Description,
    /// The paths of the operations, in their order.
    templates: Vec<PathTemplate>,
    resource_types: ResourceTypes,
    options: Options,
    clock: Clock,
    store: Mutex<Store>,
}

impl Engine {
    /// Reads the description that the generator wrote.
    pub(crate) fn new(
        service: &'static Service,
        description: &'static str,
        options: Options,
    ) -> Result<Self, Error> {
        let description = Description::from_json(description).map_err(|error| {
            Error::new(ErrorKind::Config, format!("cannot decode the description of the API: {error}"))
        })?;
        let paths = description.operations.iter().map(|operation| split_query(&operation.path).0);
        let paths = paths.map(PathTemplate::parse);
        let templates: Vec<PathTemplate> = paths.collect();
        let resource_types = ResourceTypes::find(&description, &templates);
        let clock = Clock::new(options.time);
        Ok(Self { service, description, templates, resource_types, options, clock, store: Mutex::default() })
    }

    #[cfg(feature = "webhooks")]
    pub(crate) fn description(&self) -> &Description {
        &self.description
    }

    /// The operation for a method, a path and its query.
    pub(crate) fn route(&self, method: &http::Method, path_and_query: &str) -> Result<Route, Rejection> {
        let (path, query) = split_query(path_and_query);
        let operations = self.description.operations.iter().zip(&self.templates).enumerate();
        let mut matches: Vec<(Route, &Operation, usize)> = Vec::new();
        for (index, (operation, template)) in operations {
            if let Some(parameters) = template.match_path(path)
                && has_pairs(query, split_query(&operation.path).1)
            {
                let route = Route { operation: index, parameters };
                matches.push((route, operation, template.parameter_count()));
            }
        }
        // `/things/newest` takes precedence over `/things/{id}`, whatever the methods of both.
        let fewest = matches.iter().map(|(_, _, parameters)| *parameters).min().unwrap_or_default();
        matches.retain(|(_, _, parameters)| *parameters == fewest);
        if matches.is_empty() {
            let paths = self.description.operations.iter().map(|operation| split_query(&operation.path).0);
            let near: Vec<String> =
                find_near_paths(paths, path).into_iter().map(|near| format!("`{near}`")).collect();
            let help = match near.as_slice() {
                [] => "check the client's base URL".to_owned(),
                near => format!("the nearest known paths are {}", near.join(", ")),
            };
            let details = format!("no operation of the document has the path {path}; {help}");
            return Err(self.reject(RejectionReason::UnknownPath, None, path, &details));
        }
        let methods: Vec<&str> = matches.iter().map(|(_, operation, _)| operation.method.as_str()).collect();
        let allowed = methods.join(", ");
        let found = matches.into_iter().find(|(_, operation, _)| operation.method == method.as_str());
        match found {
            Some((route, ..)) => Ok(route),
            None => {
                let details = format!("{path} supports {allowed}, not {method}");
                Err(self.reject(RejectionReason::WrongMethod, None, path, &details))
            }
        }
    }

    /// Whether an operation has this path.
    pub(crate) fn has_path(&self, path: &str) -> bool {
        self.templates.iter().any(|template| template.match_path(path).is_some())
    }

    /// Whether requests of this version are accepted although the description is of another one.
    pub(crate) fn accepts_other_version(&self, version: &str) -> bool {
        !self.options.strict_version && self.description.versions.iter().any(|known| known == version)
    }

    pub(crate) fn operation_id(&self, operation: usize) -> &str {
        self.operation(operation).map_or("", |operation| operation.id.as_str())
    }

    /// The index of an operation by its `operationId`.
    pub(crate) fn find_operation(&self, id: &str) -> Option<usize> {
        self.description.operations.iter().position(|operation| operation.id == id)
    }

    fn operation(&self, index: usize) -> Option<&Operation> {
        self.description.operations.get(index)
    }

    /// Validates a request against the description and returns its arguments.
    pub(crate) fn read_request(&self, route: &Route, request: &Request) -> Result<Arguments, Rejection> {
        let Some(operation) = self.operation(route.operation) else { return Ok(JsonValue::empty_object()) };
        let reader = RequestReader {
            description: &self.description,
            service: self.service,
            options: &self.options,
            operation,
            request,
            path: &route.parameters,
        };
        let arguments = reader.read();
        arguments.map_err(|violations| self.reject_violations(route.operation, &violations))
    }

    /// A rejection with all violations. Its error is about the first.
    fn reject_violations(&self, operation: usize, violations: &[LocatedViolation]) -> Rejection {
        let (status, parts) = match violations.first() {
            Some(first) => rejection_error(&self.description, first.reason, &first.name, &first.details),
            None => (400, ErrorParts::default()),
        };
        let id = self.operation_id(operation);
        let violations = violations.iter();
        let violations =
            violations.map(|violation| format!("{id}: {}: {}", violation.location, violation.details));
        Rejection {
            status,
            parts: parts.into(),
            operation: Some(operation),
            violations: violations.collect(),
            is_violation: true,
        }
    }

    /// A rejection in the API's own words. `name` is the parameter or field, `details` what is wrong with it.
    pub(crate) fn reject(
        &self,
        reason: RejectionReason,
        operation: Option<usize>,
        name: &str,
        details: &str,
    ) -> Rejection {
        let (status, parts) = rejection_error(&self.description, reason, name, details);
        let prefix = operation.map(|operation| format!("{}: ", self.operation_id(operation)));
        let violations = vec![format!("{}{details}", prefix.unwrap_or_default())];
        Rejection { status, parts: parts.into(), operation, violations, is_violation: true }
    }

    /// The successful response to a valid request. Stores what the request changes.
    ///
    /// `origin` is the scheme, host and port by which the client reaches the server, `query` that of the request.
    pub(crate) fn respond(
        &self,
        route: &Route,
        arguments: &Arguments,
        origin: &str,
        query: &str,
    ) -> Result<Response, Rejection> {
        let (value, headers) = self.with_responder_at((origin, query), |responder| {
            let value = responder.respond(route, arguments);
            value.iter().for_each(|value| self.record_stated(responder.store, value));
            (value, std::mem::take(&mut responder.headers))
        });
        let value = value.map_err(|error| self.reject_response(route.operation, error))?;
        let response = self.operation(route.operation).and_then(|operation| operation.response.as_ref());
        let body = match response {
            None => Bytes::new(),
            Some(ResponseBody::Json(_)) => Bytes::from(value.to_string()),
            Some(_) => Bytes::from(value.as_str().unwrap_or_default().to_owned()),
        };
        let (status, media_type) = self.success_status(route.operation);
        Ok(Response { status, media_type, headers, body })
    }

    /// Records the ids that the server states, if requests for others are rejected.
    fn record_stated(&self, store: &mut Store, value: &JsonValue) {
        if self.options.unknown_ids == UnknownIds::NotFound {
            store.record_stated(value);
        }
    }

    fn reject_response(&self, operation: usize, error: ResponderError) -> Rejection {
        let not_found = |id: &str, details: String| {
            let rejection = self.reject(RejectionReason::NotFound, Some(operation), id, &details);
            Rejection { is_violation: false, ..rejection }
        };
        match error {
            ResponderError::Deleted(id) => not_found(&id, format!("`{id}` was deleted")),
            ResponderError::Unknown(id) => {
                let help = "create it, or take an id from a list";
                not_found(&id, format!("no response of this server had the id `{id}`; {help}"))
            }
            ResponderError::InvalidCursor(parameter) => {
                let details = "not a cursor of this list; use one of a page from this server".to_owned();
                let violation = LocatedViolation {
                    reason: RejectionReason::InvalidParameter,
                    location: format!("query.{}", parameter.0),
                    name: parameter.0.clone(),
                    details,
                };
                self.reject_violations(operation, &[violation])
            }
        }
    }

    /// The status and media type of an operation's successful response.
    pub(crate) fn success_status(&self, operation: usize) -> (u16, Option<String>) {
        let Some(operation) = self.operation(operation) else { return (200, None) };
        let media_type = operation.response.as_ref().map(|response| match response {
            ResponseBody::Json(_) => "application/json",
            // A response cannot have a range such as `image/*`.
            ResponseBody::Text(range) | ResponseBody::Binary(range) if range.contains('*') => {
                "application/octet-stream"
            }
            ResponseBody::Text(media_type) | ResponseBody::Binary(media_type) => media_type,
        });
        (operation.status, media_type.map(str::to_owned))
    }

    /// The slot for the bytes of an upload, by what follows [`STORAGE_PATH`](upload_slots::STORAGE_PATH) in its path.
    pub(crate) fn upload_slot(&self, name: &str) -> Option<UploadSlot> {
        self.with_responder(|responder| responder.store.upload_slots.find(name).cloned())
    }

    /// Makes the record of a slot ready; false if the record does not exist any more.
    pub(crate) fn complete_upload(&self, slot: &str, size: usize) -> bool {
        self.with_responder(|responder| responder.complete_upload(slot, size))
    }

    /// Stores the response of a stub, so that later requests find the resource.
    pub(crate) fn store_stub_response(&self, route: &Route, value: &JsonValue) {
        self.with_responder(|responder| {
            responder.store_stub_response(route, value);
            self.record_stated(responder.store, value);
        });
    }

    /// The document's example of an error with a status.
    pub(crate) fn example_error(&self, status: u16) -> ErrorParts {
        example_error(&self.description, status)
    }

    /// The body of an error response in the API's envelope.
    pub(crate) fn encode_error(&self, parts: &ErrorParts) -> Bytes {
        encode_error(&self.service.error, parts)
    }

    /// Completes an error about too many requests with the API's own type, code and message.
    pub(crate) fn complete_rate_limit_error(&self, parts: &mut ErrorParts, seconds: u64) {
        let reason = RejectionReason::RateLimited;
        let (_, api) = rejection_error(&self.description, reason, "", &seconds.to_string());
        parts.kind = parts.kind.take().or(api.kind);
        parts.code = parts.code.take().or(api.code);
        parts.message = parts.message.take().or(api.message);
    }

    /// Removes everything that was created, changed or deleted.
    pub(crate) fn reset(&self) {
        *self.store.lock().unwrap_or_else(PoisonError::into_inner) = Store::default();
    }

    fn with_responder<T>(&self, run: impl FnOnce(&mut Responder<'_>) -> T) -> T {
        self.with_responder_at(("", ""), run)
    }

    fn with_responder_at<T>(
        &self,
        (origin, query): (&str, &str),
        run: impl FnOnce(&mut Responder<'_>) -> T,
    ) -> T {
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        run(&mut Responder {
            description: &self.description,
            resource_types: &self.resource_types,
            options: &self.options,
            clock: self.clock,
            store: &mut store,
            origin,
            query,
            headers: Vec::new(),
        })
    }
}
