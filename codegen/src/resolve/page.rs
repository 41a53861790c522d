//! Finds the pages of lists: the list in a response, and how the next page is requested.

use openapiv3::{Operation as Source, ReferenceOr};

use super::Resolver;
use super::ids::collection_of;
use super::intern::TypeDocs;
use super::page_members::{Members, normalize};
use super::paging::{PagingSource, detect_paging};
use super::site::Site;
use crate::config::{PageStyle, dead_entry, matches_pattern};
use crate::diagnostic::Code;
use crate::ir::{
    Body, BodyEncoding, Field, Object, Page, Parameter, ParameterLocation, Path, Root, Shape, Success,
    TypeRef, Verb,
};

/// The usual names of the list in a response, the most telling first.
const LISTS: [&str; 15] = [
    "data",
    "items",
    "results",
    "result",
    "value",
    "values",
    "records",
    "list",
    "entries",
    "content",
    "elements",
    "rows",
    "hits",
    "resources",
    "objects",
];

/// The usual names of an object that does nothing but hold the list.
const CONTAINERS: [&str; 7] = ["data", "result", "results", "response", "payload", "embedded", "hits"];

/// The names of lists that accompany the list of items.
const OTHER_LISTS: [&str; 8] =
    ["errors", "warnings", "links", "included", "facets", "filters", "messages", "aggregations"];

/// What an operation says about its pages.
pub(super) struct ListOperation<'a> {
    pub(super) id: &'a str,
    pub(super) verb: &'a Verb,
    pub(super) path: &'a str,
    pub(super) success: &'a Success,
    pub(super) parameters: &'a [Parameter],
    pub(super) body: Option<&'a Body>,
    pub(super) source: &'a Source,
    pub(super) root: &'a Root,
    pub(super) pointer: &'a str,
}

/// The list in a response.
struct Found {
    path: Path,
    item: TypeRef,
}

impl Resolver<'_> {
    /// The page of a list: by the configuration, by a list with cursors beside it, or by another usual shape.
    pub(super) fn find_page(&mut self, operation: &ListOperation<'_>) -> Option<Page> {
        let rules = &self.config.pages.operations;
        if let Some(pattern) = rules.keys().find(|pattern| matches_pattern(pattern, operation.id)) {
            self.matched_pages.insert(pattern.clone());
            return self.configured_page(operation, pattern);
        }
        self.find_connection(operation.success, operation.parameters)
            .or_else(|| self.find_other_page(operation))
    }

    /// The page of a list with an object of cursors beside it, where the operation takes the cursor as `after`.
    fn find_connection(&mut self, success: &Success, parameters: &[Parameter]) -> Option<Page> {
        let Success::Json(TypeRef::Named(id)) = success else { return None };
        let Shape::Object(object) = &self.api.get(*id).shape else { return None };
        let names = &self.config.pages;
        let required_field =
            |name: &str| object.fields.iter().find(|field| field.name == name && field.required);
        let TypeRef::List(item) = &required_field(&names.data)?.ty else { return None };
        let info = &required_field(&names.info)?.ty;
        let takes_cursor = parameters.iter().any(|parameter| {
            parameter.location == ParameterLocation::Query && parameter.field.name == "after"
        });
        let others =
            object.fields.iter().filter(|field| field.name != names.data && field.name != names.info);
        let others = others.map(|field| field.name.clone()).collect();
        let page =
            Page { item: (**item).clone(), info: Some(info.clone()), others, list: None, paging: None };
        (takes_cursor && self.has_cursors(info)).then_some(page)
    }

    fn has_cursors(&self, info: &TypeRef) -> bool {
        let TypeRef::Named(id) = info else { return false };
        let Shape::Object(object) = &self.api.get(*id).shape else { return false };
        let has = |name: &str| object.fields.iter().any(|field| field.name == name);
        has("end_cursor") && has("has_next_page")
    }

    fn find_other_page(&mut self, operation: &ListOperation<'_>) -> Option<Page> {
        let Success::Json(ty) = operation.success else { return None };
        let found = self.find_list(ty, collection_of(operation.path))?;
        let paging = detect_paging(&self.paging_source(operation, ty, &found));
        if paging.is_none() && looks_paged(operation) {
            self.warn(
                Code::PAGES,
                format!("how the pages of `{}` are requested is not clear, so it has no stream", operation.id),
                &format!("{}/parameters", operation.pointer),
                "add `[pages.operations]` to the configuration; `style = \"none\"` for an operation without pages",
            );
        }
        let paging = paging?;
        Some(self.page_of(operation, ty, found, paging))
    }

    fn configured_page(&mut self, operation: &ListOperation<'_>, pattern: &str) -> Option<Page> {
        let rule = self.config.pages.operations.get(pattern)?;
        if rule.style == PageStyle::None {
            return None;
        }
        let pointer = format!("/pages/operations/{pattern}");
        let Success::Json(ty) = operation.success else {
            let message = format!("the response of `{}` is not JSON, so it has no pages", operation.id);
            self.diagnostics.push_misfit(dead_entry(pointer, message));
            return None;
        };
        let found = match &rule.items {
            Some(path) => self.list_at(ty, &path.names()),
            None => self.find_list(ty, collection_of(operation.path)),
        };
        let Some(found) = found else {
            let message = format!("the response of `{}` has no list there; set `items`", operation.id);
            self.diagnostics.push_misfit(dead_entry(pointer, message));
            return None;
        };
        match self.paging_source(operation, ty, &found).configured(rule) {
            Ok(paging) => Some(self.page_of(operation, ty, found, paging)),
            Err(what) => {
                let message = format!("`{}`: {what}", operation.id);
                self.diagnostics.push_misfit(dead_entry(pointer, message));
                None
            }
        }
    }

    fn paging_source<'b>(
        &self,
        operation: &ListOperation<'b>,
        ty: &TypeRef,
        found: &Found,
    ) -> PagingSource<'b> {
        let query = operation.parameters.iter();
        let query = query.filter(|parameter| parameter.location == ParameterLocation::Query);
        let is_search = matches!(operation.verb, Verb::Post | Verb::Query);
        let body = operation.body.filter(|body| is_search && body.encoding == BodyEncoding::Json);
        let body = body.and_then(|body| match body.variants.as_slice() {
            [only] => Some(&only.fields),
            _ => None,
        });
        let item = self.object_of(&found.item);
        PagingSource {
            is_read: matches!(operation.verb, Verb::Get | Verb::Query),
            is_search,
            query: query.map(|parameter| &parameter.field).collect(),
            body: body.into_iter().flatten().collect(),
            members: Members::collect(self, ty, &found.path),
            item_has_id: item.is_some_and(|item| item.fields.iter().any(|field| field.name == "id")),
            headers: response_headers(operation.source),
        }
    }

    /// The page whose items are in this list: its information is the object around the list without it.
    fn page_of(
        &mut self,
        operation: &ListOperation<'_>,
        ty: &TypeRef,
        found: Found,
        paging: crate::ir::Paging,
    ) -> Page {
        let Found { path, item } = found;
        let mut others = Vec::new();
        let mut container = ty.clone();
        for name in path.iter().take(path.len().saturating_sub(1)) {
            let Some(object) = self.object_of(&container) else { break };
            others.extend(
                object.fields.iter().filter(|field| field.name != *name).map(|field| field.name.clone()),
            );
            if let Some(field) = object.fields.iter().find(|field| field.name == *name) {
                container = field.ty.clone();
            }
        }
        let info = self.rest_of(operation, &container, &path);
        Page { item, info, others, list: Some(path), paging: Some(paging) }
    }

    /// The type of an object without its list.
    fn rest_of(
        &mut self,
        operation: &ListOperation<'_>,
        container: &TypeRef,
        path: &Path,
    ) -> Option<TypeRef> {
        let list = path.last()?;
        let TypeRef::Named(id) = self.without_alias(container) else { return None };
        let def = self.api.get(id);
        let Shape::Object(object) = &def.shape else { return None };
        let fields: Vec<Field> = object.fields.iter().filter(|field| field.name != *list).cloned().collect();
        let shape = Shape::Object(Object { fields, open: object.open });
        let docs = TypeDocs { description: def.description.clone(), ..TypeDocs::default() };
        let pointer = def.pointers.first().map_or(operation.pointer, String::as_str).to_owned();
        let site = Site::new(pointer, operation.root.clone(), "");
        Some(TypeRef::Named(self.intern_page_info(path, shape, docs, &site)))
    }

    /// The list of items in a response.
    fn find_list(&self, ty: &TypeRef, resource: &str) -> Option<Found> {
        if let TypeRef::List(item) = self.without_alias(ty) {
            return Some(Found { path: Vec::new(), item: *item });
        }
        let object = self.object_of(ty)?;
        if let Some(found) = self.list_in(object, resource) {
            return Some(found);
        }
        let containers = object.fields.iter().filter(|field| {
            let name = normalize(&field.name);
            CONTAINERS.contains(&&*name) || name == normalize(resource)
        });
        let mut found = containers.filter_map(|field| {
            let mut found = self.list_in(self.object_of(&field.ty)?, resource)?;
            found.path.insert(0, field.name.clone());
            Some(found)
        });
        found.next()
    }

    fn list_in(&self, object: &Object, resource: &str) -> Option<Found> {
        let lists: Vec<(&Field, TypeRef)> = object
            .fields
            .iter()
            .filter_map(|field| match self.without_alias(&field.ty) {
                TypeRef::List(item) => Some((field, *item)),
                _ => None,
            })
            .collect();
        let named = |name: &str| lists.iter().find(|(field, _)| normalize(&field.name) == normalize(name));
        let (field, item) = match lists.as_slice() {
            [only] => only,
            _ => LISTS
                .iter()
                .find_map(|name| named(name))
                .or_else(|| named(resource))
                .or_else(|| only_item_list(&lists))?,
        };
        Some(Found { path: vec![field.name.clone()], item: item.clone() })
    }

    fn list_at(&self, ty: &TypeRef, path: &[String]) -> Option<Found> {
        let mut inner = self.without_alias(ty);
        for name in path {
            let field = self.object_of(&inner)?.fields.iter().find(|field| field.name == *name)?;
            inner = self.without_alias(&field.ty);
        }
        let TypeRef::List(item) = inner else { return None };
        Some(Found { path: path.to_vec(), item: *item })
    }

    pub(super) fn object_of(&self, ty: &TypeRef) -> Option<&Object> {
        let TypeRef::Named(id) = self.without_alias(ty) else { return None };
        match &self.api.get(id).shape {
            Shape::Object(object) => Some(object),
            _ => None,
        }
    }

    /// A type without `null`, or the type that it is another name for.
    fn without_alias(&self, ty: &TypeRef) -> TypeRef {
        let mut ty = ty.split_null().0.clone();
        // Circles of aliases are broken before operations are resolved.
        while let TypeRef::Named(id) = ty
            && let Shape::Alias(target) = &self.api.get(id).shape
        {
            ty = target.split_null().0.clone();
        }
        ty
    }
}

/// The only list that does not have the name of one that accompanies the items.
fn only_item_list<'a>(lists: &'a [(&'a Field, TypeRef)]) -> Option<&'a (&'a Field, TypeRef)> {
    let mut items = lists.iter().filter(|(field, _)| !OTHER_LISTS.contains(&&*normalize(&field.name)));
    items.next().filter(|_| items.next().is_none())
}

/// The headers that the successful responses document.
fn response_headers(source: &Source) -> Vec<&str> {
    let responses = source.responses.responses.iter().filter(|(code, _)| code.to_string().starts_with('2'));
    let responses = responses.map(|(_, response)| response).chain(&source.responses.default);
    let responses = responses.filter_map(ReferenceOr::as_item);
    responses.flat_map(|response| response.headers.keys().map(String::as_str)).collect()
}

/// Whether an operation has a parameter that only lists with pages have.
fn looks_paged(operation: &ListOperation<'_>) -> bool {
    let query =
        operation.parameters.iter().filter(|parameter| parameter.location == ParameterLocation::Query);
    let mut names = query.map(|parameter| normalize(&parameter.field.name));
    *operation.verb == Verb::Get
        && names.any(|name| ["cursor", "pagetoken", "nexttoken", "startingafter", "page"].contains(&&*name))
}
