//! Responds to requests for lists.

use openapi_client_description::{JsonValue, Paging, ResponseBody, Type};

use crate::engine::list_filters::ListFilters;
use crate::engine::page_rules::{Section, describe_page, set_at};
use crate::engine::pagination::{Page, paginate};
use crate::engine::resource_types::listed_items;
use crate::engine::responder::{ResourceCall, Responder, ResponderError, sample_key};
use crate::engine::store::{StoredResource, Visibility};

impl<'a> Responder<'a> {
    /// Resources of a collection in the type of a list's items.
    fn sample_items(&self, item: &Type, path: &str, resources: &[StoredResource]) -> JsonValue {
        let items = resources.iter().map(|resource| {
            let key = sample_key(path, &resource.id);
            let made_at = self.store.made_at.get(&key).copied();
            self.sampler(made_at).sample(item, Some(&resource.value), &key)
        });
        JsonValue::List(items.collect())
    }

    pub(crate) fn list(&mut self, call: &ResourceCall<'_>) -> Result<JsonValue, ResponderError> {
        let (description, path) = (self.description, call.collection.as_str());
        let Some((items_field, item)) = listed_items(description, call.operation) else {
            return Ok(JsonValue::Null);
        };
        let resource = call.resource_type.ty.as_ref().and_then(|ty| description.object(ty));
        let object = resource.or_else(|| description.object(item));
        let filters = ListFilters::new(description, call.operation, object, call.arguments);
        let key = filters.key();
        let is_generated = !self.is_known_history(call);
        if self.store.collection(path).is_first_request(&key) && is_generated {
            for index in 0..self.options.items {
                let id = self.generate_id(call.resource_type, path, &format!("listed {index} {key}"));
                let made_at = self.clock.time_of_item(self.options.seed, &id, index);
                self.store.made_at.insert(sample_key(path, &id), made_at);
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
        let items = self.sample_items(item, path, &page.resources);
        let (Some(ResponseBody::Json(ty)), Some(items_field)) = (&call.operation.response, items_field)
        else {
            return Ok(items);
        };
        let mut source = JsonValue::Object(vec![(items_field.to_owned(), items)]);
        if call.operation.paginated {
            source.set(&description.pages.info, page.info);
        }
        Ok(self.sampler(Some(self.clock.now())).sample(ty, Some(&source), path))
    }

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
        let items = self.sample_items(item, path, &section.select(resources));
        let mut response = self.sample_response(call.operation, None, path);
        if let Some(ResponseBody::Json(ty)) = &call.operation.response {
            set_at(description, ty, &mut response, &paging.list, Some(items));
        }
        let page = (paging, section);
        self.headers = describe_page(description, call.operation, page, self.query, &mut response);
        Ok(response)
    }
}
