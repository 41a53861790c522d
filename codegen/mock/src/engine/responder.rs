//! Produces the JSON of successful responses: stored resources, lists of them, or samples; and stores what requests change.

use std::time::SystemTime;

use chrono::{DateTime, Utc};
use openapi_client_description::{Description, JsonValue, Operation, ResponseBody, Type, TypeDefinition};
use openapi_client_runtime::__private::percent_encode;

use crate::engine::clock::Clock;
use crate::engine::effects::Phase;
use crate::engine::page_rules::{Section, count_items, describe_page};
use crate::engine::pagination::InvalidCursor;
use crate::engine::protocol::{Arguments, Options, Route, UnknownIds};
use crate::engine::random::{random_letters, random_number};
use crate::engine::resource_types::{
    Action, OperationRole, ResourceType, ResourceTypes, describes_resource, sent_fields,
};
use crate::engine::sampler::{ID_LENGTH, Sampler};
use crate::engine::store::{Store, Visibility, merge};
use crate::engine::token_minting::mint_token;
use openapi_client_description::check::Direction;

/// Why there is no successful response.
#[derive(Debug)]
pub(crate) enum ResponderError {
    /// The resource with this id was deleted.
    Deleted(String),
    /// The server made no resource with this id.
    Unknown(String),
    InvalidCursor(InvalidCursor),
}

/// Produces responses.
pub(crate) struct Responder<'a> {
    pub(crate) description: &'a Description,
    pub(crate) resource_types: &'a ResourceTypes,
    pub(crate) options: &'a Options,
    pub(crate) clock: Clock,
    pub(crate) store: &'a mut Store,
    /// Scheme, host and port by which the client reaches the server.
    pub(crate) origin: &'a str,
    /// The query of the request.
    pub(crate) query: &'a str,
    /// The headers of the response.
    pub(crate) headers: Vec<(String, String)>,
}

/// A call of an operation on resources.
pub(crate) struct ResourceCall<'c> {
    pub(crate) operation: &'c Operation,
    pub(crate) role: &'c OperationRole,
    pub(crate) resource_type: &'c ResourceType,
    pub(crate) arguments: &'c JsonValue,
    /// The path of the collection.
    pub(crate) collection: String,
    /// The id of the resource, or empty for calls on the collection.
    pub(crate) id: String,
}

impl<'a> Responder<'a> {
    /// The JSON of a successful response.
    pub(crate) fn respond(
        &mut self,
        route: &Route,
        arguments: &Arguments,
    ) -> Result<JsonValue, ResponderError> {
        let Some(operation) = self.description.operations.get(route.operation) else {
            return Ok(JsonValue::Null);
        };
        let Some(call) = self.resource_call(operation, route, arguments) else {
            let source = self.sent_fields(operation, arguments, None);
            let mut response = self.sample_response(operation, Some(&source), &operation.id);
            self.apply_effects(operation, arguments, &mut response, Phase::Others);
            if let Some(paging) = &operation.paging {
                // There is nothing to continue.
                let section = Section::whole(count_items(&response, &paging.list));
                let page = (paging, section);
                self.headers = describe_page(self.description, operation, page, self.query, &mut response);
            }
            return Ok(response);
        };
        match call.role.action {
            Action::List => self.list(&call),
            Action::Create => Ok(self.create(&call)),
            Action::Retrieve => {
                let resource = self.find_resource(&call)?;
                Ok(self.show(&call, &resource))
            }
            Action::Update | Action::Perform => self.change(&call),
            Action::Delete => {
                let resource = self.find_resource(&call)?;
                let response = self.show(&call, &resource);
                self.store.collection(&call.collection).delete(&call.id);
                Ok(response)
            }
        }
    }

    /// Stores the response of a stub if it is a resource.
    pub(crate) fn store_stub_response(&mut self, route: &Route, value: &JsonValue) {
        let Some(operation) = self.description.operations.get(route.operation) else { return };
        let no_arguments = JsonValue::empty_object();
        let Some(call) = self.resource_call(operation, route, &no_arguments) else { return };
        let stub_id =
            call.resource_type.id_field.as_deref().and_then(|field| value.get(field)).map(JsonValue::to_text);
        let id = match call.role.action {
            Action::Create | Action::Retrieve | Action::Update => stub_id.unwrap_or_else(|| call.id.clone()),
            Action::Perform if self.returns_resource(&call) => stub_id.unwrap_or_else(|| call.id.clone()),
            _ => return,
        };
        if !id.is_empty() && matches!(value, JsonValue::Object(_)) {
            let is_created = call.role.action == Action::Create;
            let visibility = if is_created { Visibility::Everywhere } else { Visibility::Hidden };
            let collection = self.store.collection(&call.collection);
            let known = collection.get(&id).map(|resource| resource.value.clone());
            let mut merged = known.unwrap_or_else(JsonValue::empty_object);
            merge(&mut merged, value);
            collection.put(&id, merged, visibility);
            collection.record_sent(&id, value);
            if call.operation.method != "GET" {
                self.store.record_change(&call.collection, &id);
            }
        }
    }

    /// The type of the resources that an operation lists.
    pub(crate) fn listed_by(&self, operation_id: &str) -> Option<&'a ResourceType> {
        self.resource_types.listed_by(self.description, operation_id)
    }

    fn resource_call<'c>(
        &self,
        operation: &'c Operation,
        route: &Route,
        arguments: &'c JsonValue,
    ) -> Option<ResourceCall<'c>>
    where
        'a: 'c,
    {
        let role = self.resource_types.role(route.operation)?;
        let resource_type = self.resource_types.get(role.resource_type)?;
        // The template of the collection can name its parameters differently, but they have the same order.
        let mut values = route.parameters.iter().map(|(_, value)| value);
        // An encoded slash keeps a value in its segment.
        let collection =
            resource_type.collection.fill(|_| percent_encode(values.next().map_or("", String::as_str)));
        let id = role.id_parameter.as_deref().and_then(|name| {
            let parameter = route.parameters.iter().find(|(other, _)| other == name);
            parameter.map(|(_, value)| value.clone())
        });
        let id = id.unwrap_or_default();
        Some(ResourceCall { operation, role, resource_type, arguments, collection, id })
    }

    /// A successful response with the fields that `source` has.
    pub(crate) fn sample_response(
        &self,
        operation: &Operation,
        source: Option<&JsonValue>,
        key: &str,
    ) -> JsonValue {
        match &operation.response {
            Some(ResponseBody::Json(ty)) if *self.description.resolve(ty) == Type::Boolean => {
                JsonValue::Bool(true)
            }
            Some(ResponseBody::Json(ty)) => {
                let made_at = self.store.made_at.get(key).copied();
                self.sampler(made_at).sample(ty, source, key)
            }
            Some(ResponseBody::Text(_)) => {
                let letters = random_letters(self.options.seed, key, 6);
                JsonValue::string(format!("{} {letters}", operation.id))
            }
            Some(ResponseBody::Binary(_)) => JsonValue::string(random_letters(self.options.seed, key, 32)),
            None => JsonValue::Null,
        }
    }

    /// A sampler of an object that was made at a time, if a call made it.
    pub(crate) fn sampler(&self, made_at: Option<DateTime<Utc>>) -> Sampler<'a> {
        Sampler::new(self.description, Direction::Response, self.options.seed).with_clock(self.clock, made_at)
    }

    /// A resource in the type of the operation's response.
    fn show(&self, call: &ResourceCall<'_>, resource: &JsonValue) -> JsonValue {
        let key = sample_key(&call.collection, &call.id);
        self.sample_response(call.operation, Some(resource), &key)
    }

    /// A resource with an id and all of its fields: those of `source`, the others generated.
    pub(crate) fn complete(
        &self,
        resource_type: &ResourceType,
        collection: &str,
        id: &str,
        source: &JsonValue,
    ) -> JsonValue {
        let mut source = source.clone();
        if let (Some(field), false) = (&resource_type.id_field, id.is_empty()) {
            source.set(field, self.id_value(resource_type, field, id));
        }
        let Some(ty) = &resource_type.ty else { return source };
        self.add_linked(&mut source);
        let key = sample_key(collection, id);
        self.sampler(self.store.made_at.get(&key).copied()).sample(ty, Some(&source), &key)
    }

    /// Adds what is known about the objects whose ids a source has: of `owner`, if it has `owner_id`.
    fn add_linked(&self, source: &mut JsonValue) {
        let links = source.properties().iter().filter_map(|(name, value)| {
            let (name, id) = match value {
                JsonValue::String(id) => (name.strip_suffix("_id")?, id.as_str()),
                owner => (name.as_str(), owner.get("id")?.as_str()?),
            };
            Some((name.to_owned(), self.store.find(id)?.clone()))
        });
        let links: Vec<(String, JsonValue)> = links.collect();
        for (name, mut linked) in links {
            // What the source states about the object takes precedence.
            if let Some(stated) = source.get(&name) {
                merge(&mut linked, stated);
            }
            source.set(&name, linked);
        }
    }

    /// An id as a value of its field, which is a string in most APIs.
    fn id_value(&self, resource_type: &ResourceType, field: &str, id: &str) -> JsonValue {
        let object = resource_type.ty.as_ref().and_then(|ty| self.description.object(ty));
        let ty = object.and_then(|object| object.fields.get(field)).map(|field| field.ty());
        match ty.map(|ty| self.description.resolve(ty)) {
            Some(Type::Integer) if id.parse::<i64>().is_ok() => JsonValue::number(id),
            Some(Type::Unsigned) if id.parse::<u64>().is_ok() => JsonValue::number(id),
            _ => JsonValue::string(id),
        }
    }

    /// The resource of a call: the stored one, or the one that is generated for this id.
    fn find_resource(&mut self, call: &ResourceCall<'_>) -> Result<JsonValue, ResponderError> {
        let collection = self.store.collection(&call.collection);
        if collection.is_deleted(&call.id) {
            return Err(ResponderError::Deleted(call.id.clone()));
        }
        if let Some(resource) = collection.get(&call.id) {
            return Ok(resource.value.clone());
        }
        let is_strict = self.options.unknown_ids == UnknownIds::NotFound && !call.id.is_empty();
        if is_strict && !self.store.has_stated(&call.id) {
            return Err(ResponderError::Unknown(call.id.clone()));
        }
        let fields = self.generated_fields(call.operation);
        Ok(self.complete(call.resource_type, &call.collection, &call.id, &fields))
    }

    /// The fields that a request sets, and the token if the operation mints one.
    fn sent_fields(
        &mut self,
        operation: &Operation,
        arguments: &JsonValue,
        id_parameter: Option<&str>,
    ) -> JsonValue {
        let mut fields = sent_fields(operation, arguments, id_parameter);
        let token_id = random_letters(self.options.seed, &format!("token {}", self.store.token_count), 14);
        // Clients compare the times of tokens with the real clock.
        for (name, value) in
            mint_token(self.description, operation, arguments, (SystemTime::now(), &token_id))
        {
            fields.set(&name, value);
            self.store.token_count += 1;
        }
        fields
    }

    fn create(&mut self, call: &ResourceCall<'_>) -> JsonValue {
        self.store.created_count += 1;
        let ResourceCall { operation, resource_type, collection, .. } = call;
        let sent = self.sent_fields(operation, call.arguments, call.role.id_parameter.as_deref());
        let id_field = resource_type.id_field.as_deref().unwrap_or("id");
        // An `id` in the path is that of the owner.
        let is_parameter = operation.parameters.iter().any(|parameter| parameter.name == id_field);
        let sent_id = sent.get(id_field).map(JsonValue::to_text).filter(|id| !id.is_empty() && !is_parameter);
        let id = sent_id.unwrap_or_else(|| {
            self.generate_id(resource_type, collection, &format!("new {}", self.store.created_count))
        });
        let mut known = sent.clone();
        known.set(id_field, self.id_value(resource_type, id_field, &id));
        self.store.made_at.insert(sample_key(collection, &id), self.clock.now());
        self.apply_effects(operation, call.arguments, &mut known, Phase::Own);
        let upload = self.open_upload_slot(operation, (collection, &id), &mut known);
        let resource = self.complete(resource_type, collection, &id, &known);
        // Fields that only the request has are kept for operations that return them.
        merge(&mut known, &resource);
        let response = self.sample_response(operation, Some(&known), &sample_key(collection, &id));
        merge(&mut known, &response);
        // Only this response states the address of the slot.
        let slot_fields = upload.map(|upload| [Some(&upload.url), upload.headers.as_ref()]);
        for field in slot_fields.into_iter().flatten().flatten() {
            known.set(field, JsonValue::Null);
        }
        let path = collection;
        let collection = self.store.collection(path);
        collection.put(&id, known.clone(), Visibility::Everywhere);
        collection.record_sent(&id, &sent);
        self.store.record_change(path, &id);
        self.apply_effects(operation, call.arguments, &mut known, Phase::Others);
        response
    }

    /// An id that no other resource has.
    pub(crate) fn generate_id(&self, resource_type: &ResourceType, collection: &str, suffix: &str) -> String {
        let key = format!("{collection} {suffix}");
        let letters = random_letters(self.options.seed, &key, ID_LENGTH);
        let object = resource_type.ty.as_ref().and_then(|ty| self.description.object(ty));
        let field = object.zip(resource_type.id_field.as_deref());
        let Some(field) = field.and_then(|(object, name)| object.fields.get(name)) else { return letters };
        if let Some(TypeDefinition::Identifier(prefixes)) = self.description.definition(field.ty()) {
            return format!("{}{letters}", prefixes.first().map_or("", String::as_str));
        }
        match (self.description.resolve(field.ty()), &resource_type.id_prefix) {
            (Type::Integer | Type::Unsigned, _) => {
                (random_number(self.options.seed, &key) % 1_000_000_000 + 1).to_string()
            }
            (Type::String, Some(prefix)) => format!("{prefix}{letters}"),
            _ => {
                // The prefix of an example such as `thing_xxxx`.
                let example = field.example.as_ref().and_then(JsonValue::as_str).unwrap_or_default();
                let prefix = example.rfind('_').and_then(|at| example.get(..=at)).unwrap_or_default();
                format!("{prefix}{letters}")
            }
        }
    }

    /// Whether an operation on a resource returns that resource.
    fn returns_resource(&self, call: &ResourceCall<'_>) -> bool {
        let (ty, id_parameter) = (call.resource_type.ty.as_ref(), call.role.id_parameter.as_deref());
        describes_resource(self.description, call.operation, ty, id_parameter)
    }

    /// Updates a resource, or performs an action on it.
    fn change(&mut self, call: &ResourceCall<'_>) -> Result<JsonValue, ResponderError> {
        let mut resource = self.find_resource(call)?;
        let (operation, resource_type) = (call.operation, call.resource_type);
        let sent = self.sent_fields(operation, call.arguments, call.role.id_parameter.as_deref());
        let returns_resource = call.role.action == Action::Update || self.returns_resource(call);
        if !returns_resource && !self.has_own_effects(operation) {
            let key = format!("{} {}", sample_key(&call.collection, &call.id), operation.id);
            let mut response = self.sample_response(operation, Some(&sent), &key);
            self.apply_effects(operation, call.arguments, &mut response, Phase::Others);
            return Ok(response);
        }
        self.forget_derived(resource_type, &sent, &mut resource);
        merge(&mut resource, &sent);
        if let Some(field) = &resource_type.id_field {
            resource.set(field, self.id_value(resource_type, field, &call.id));
        }
        self.apply_effects(operation, call.arguments, &mut resource, Phase::All);
        if operation.method != "GET" {
            self.touch(resource_type, &mut resource);
        }
        // Fields that only the request has are kept for operations that return them.
        let complete = self.complete(resource_type, &call.collection, &call.id, &resource);
        merge(&mut resource, &complete);
        let response = self.show(call, &resource);
        let collection = self.store.collection(&call.collection);
        collection.put(&call.id, resource, Visibility::Hidden);
        collection.record_sent(&call.id, &sent);
        if operation.method != "GET" {
            self.store.record_change(&call.collection, &call.id);
        }
        Ok(response)
    }
}

/// The key from which the fields of a resource are generated: the same in all responses.
pub(crate) fn sample_key(collection: &str, id: &str) -> String {
    format!("{collection}/{id}")
}
