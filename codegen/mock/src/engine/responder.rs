//! Produces the JSON of successful responses: stored resources, lists of them, or samples; and stores what requests change.

use std::time::SystemTime;

use openapi_client_description::{
    Description, JsonValue, Operation, Paging, ResponseBody, Type, TypeDefinition,
};
use openapi_client_runtime::__private::percent_encode;

use crate::engine::list_filters::ListFilters;
use crate::engine::page_rules::{Section, count_items, describe_page, set_at};
use crate::engine::pagination::{InvalidCursor, Page, paginate};
use crate::engine::protocol::{Arguments, Options, Route, UnknownIds};
use crate::engine::random::{random_letters, random_number};
use crate::engine::resource_types::{
    Action, OperationRole, ResourceType, ResourceTypes, listed_items, sent_fields,
};
use crate::engine::sampler::{ID_LENGTH, Sampler};
use crate::engine::store::{Store, StoredResource, Visibility, merge};
use crate::engine::token_minting::mint_token;
use crate::engine::type_checker::Direction;

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
    pub(crate) store: &'a mut Store,
    /// Scheme, host and port by which the client reaches the server.
    pub(crate) origin: &'a str,
    /// The query of the request.
    pub(crate) query: &'a str,
    /// The headers of the response.
    pub(crate) headers: Vec<(String, String)>,
}

/// A call of an operation on resources.
struct ResourceCall<'c> {
    operation: &'c Operation,
    role: &'c OperationRole,
    resource_type: &'c ResourceType,
    arguments: &'c JsonValue,
    /// The path of the collection.
    collection: String,
    /// The id of the resource, or empty for calls on the collection.
    id: String,
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
        }
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
            Some(ResponseBody::Json(ty)) => self.sampler().sample(ty, source, key),
            Some(ResponseBody::Text(_)) => {
                let letters = random_letters(self.options.seed, key, 6);
                JsonValue::string(format!("{} {letters}", operation.id))
            }
            Some(ResponseBody::Binary(_)) => JsonValue::string(random_letters(self.options.seed, key, 32)),
            None => JsonValue::Null,
        }
    }

    fn sampler<'s>(&'s self) -> Sampler<'s> {
        Sampler::new(self.description, Direction::Response, self.options.seed)
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
        self.sampler().sample(ty, Some(&source), &sample_key(collection, id))
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
        let collection = self.store.collection(collection);
        collection.put(&id, known, Visibility::Everywhere);
        collection.record_sent(&id, &sent);
        response
    }

    /// An id that no other resource has.
    fn generate_id(&self, resource_type: &ResourceType, collection: &str, suffix: &str) -> String {
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
        match (&call.operation.response, &call.resource_type.ty) {
            (Some(ResponseBody::Json(returned)), Some(ty)) => {
                self.description.resolve(returned) == self.description.resolve(ty)
            }
            _ => false,
        }
    }

    /// Updates a resource, or performs an action on it.
    fn change(&mut self, call: &ResourceCall<'_>) -> Result<JsonValue, ResponderError> {
        let mut resource = self.find_resource(call)?;
        let sent = self.sent_fields(call.operation, call.arguments, call.role.id_parameter.as_deref());
        if call.role.action == Action::Perform && !self.returns_resource(call) {
            let key = format!("{} {}", sample_key(&call.collection, &call.id), call.operation.id);
            return Ok(self.sample_response(call.operation, Some(&sent), &key));
        }
        merge(&mut resource, &sent);
        if let Some(field) = &call.resource_type.id_field {
            resource.set(field, self.id_value(call.resource_type, field, &call.id));
        }
        let response = self.show(call, &resource);
        let collection = self.store.collection(&call.collection);
        collection.put(&call.id, resource, Visibility::Hidden);
        collection.record_sent(&call.id, &sent);
        Ok(response)
    }

    fn list(&mut self, call: &ResourceCall<'_>) -> Result<JsonValue, ResponderError> {
        let (description, path) = (self.description, call.collection.as_str());
        let Some((items_field, item)) = listed_items(description, call.operation) else {
            return Ok(JsonValue::Null);
        };
        let resource = call.resource_type.ty.as_ref().and_then(|ty| description.object(ty));
        let object = resource.or_else(|| description.object(item));
        let filters = ListFilters::new(description, call.operation, object, call.arguments);
        let key = filters.key();
        if self.store.collection(path).is_first_request(&key) {
            for index in 0..self.options.items {
                let id = self.generate_id(call.resource_type, path, &format!("listed {index} {key}"));
                let resource = self.complete(call.resource_type, path, &id, &filters.matching_fields());
                self.store.collection(path).put(&id, resource, Visibility::OnlyFor(key.clone()));
            }
        }
        let matches = |resource: &StoredResource| filters.matches(&resource.value, &resource.sent);
        let resources = self.store.collection(path).list(&key, matches);
        if let Some(paging) = &call.operation.paging {
            return self.list_section(call, (paging, item), resources);
        }
        let page = if call.operation.paginated {
            paginate(resources, path, call.arguments).map_err(ResponderError::InvalidCursor)?
        } else {
            Page { resources, info: JsonValue::Null }
        };
        let items = page.resources.iter().map(|resource| {
            self.sampler().sample(item, Some(&resource.value), &sample_key(path, &resource.id))
        });
        let items = JsonValue::List(items.collect());
        let (Some(ResponseBody::Json(ty)), Some(items_field)) = (&call.operation.response, items_field)
        else {
            return Ok(items);
        };
        let mut source = JsonValue::Object(vec![(items_field.to_owned(), items)]);
        if call.operation.paginated {
            source.set(&description.pages.info, page.info);
        }
        Ok(self.sampler().sample(ty, Some(&source), path))
    }
}

impl Responder<'_> {
    /// A page of a list that is not paged by an object of cursors.
    fn list_section(
        &mut self,
        call: &ResourceCall<'_>,
        (paging, item): (&Paging, &Type),
        resources: Vec<StoredResource>,
    ) -> Result<JsonValue, ResponderError> {
        let (description, path) = (self.description, call.collection.as_str());
        let request = (call.arguments, self.query);
        let section = Section::find(call.operation, paging, request, &resources);
        let section = section.map_err(ResponderError::InvalidCursor)?;
        let resources = section.select(resources);
        let items = resources.iter().map(|resource| {
            self.sampler().sample(item, Some(&resource.value), &sample_key(path, &resource.id))
        });
        let items = JsonValue::List(items.collect());
        let mut response = self.sample_response(call.operation, None, path);
        if let Some(ResponseBody::Json(ty)) = &call.operation.response {
            set_at(description, ty, &mut response, &paging.list, Some(items));
        }
        let page = (paging, section);
        self.headers = describe_page(description, call.operation, page, self.query, &mut response);
        Ok(response)
    }
}

/// The key from which the fields of a resource are generated: the same in all responses.
fn sample_key(collection: &str, id: &str) -> String {
    format!("{collection}/{id}")
}
