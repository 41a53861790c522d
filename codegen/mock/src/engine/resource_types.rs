//! Finds which operations create, list, retrieve, change and delete the same resources: by their paths and responses, never by
//! the names of operations.

use openapi_client_description::{
    Description, JsonValue, Location, Object, Operation, ResponseBody, Type, TypeDefinition, UnionVariant,
};

use crate::engine::page_rules::listed_type;
use crate::engine::path_template::PathTemplate;

/// The field with the id of a resource, unless the description states another.
const ID: &str = "id";

/// The resources of one collection.
#[derive(Debug)]
pub(crate) struct ResourceType {
    /// The path of the collection.
    pub(crate) collection: PathTemplate,
    /// The type of a resource.
    pub(crate) ty: Option<Type>,
    /// The field with the id.
    pub(crate) id_field: Option<String>,
    /// The prefix of ids, from the type of the path parameter that takes them.
    pub(crate) id_prefix: Option<String>,
}

/// What an operation does with resources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    Create,
    List,
    Retrieve,
    Update,
    Delete,
    /// An action on one resource, such as `POST /things/{id}/close`.
    Perform,
}

/// What an operation does, and with which resources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OperationRole {
    pub(crate) action: Action,
    /// The index of the resource type.
    pub(crate) resource_type: usize,
    /// The path parameter with the id of the resource.
    pub(crate) id_parameter: Option<String>,
}

/// The resource types of an API and the role of each operation.
#[derive(Debug)]
pub(crate) struct ResourceTypes {
    types: Vec<ResourceType>,
    roles: Vec<Option<OperationRole>>,
}

impl ResourceTypes {
    /// Finds the resource types. `templates` are the paths of the operations, in their order.
    pub(crate) fn find(description: &Description, templates: &[PathTemplate]) -> Self {
        let mut finder = Finder { description, types: Vec::new() };
        let operations = || description.operations.iter().zip(templates);
        for (operation, template) in operations() {
            if let Some((collection, parameter)) = template.split_item() {
                let index = finder.find_or_add(&collection);
                finder.add_id_prefix(index, operation, parameter);
                finder.add_type(index, operation, Some(parameter));
            }
        }
        // Collections without operations on an item.
        for (operation, template) in operations().filter(|(_, template)| template.split_item().is_none()) {
            let lists = listed_items(description, operation).is_some();
            if !lists && !creates(description, operation) {
                continue;
            }
            // An operation below a resource that returns that resource is an action on it.
            let is_known = finder.position(template).is_some();
            if is_known || lists || !finder.returns_parent(operation, template) {
                let index = finder.find_or_add(template);
                finder.add_type(index, operation, None);
            }
        }
        let roles = operations().map(|(operation, template)| finder.role(operation, template)).collect();
        Self { types: finder.types, roles }
    }

    pub(crate) fn role(&self, operation: usize) -> Option<&OperationRole> {
        self.roles.get(operation)?.as_ref()
    }

    pub(crate) fn get(&self, index: usize) -> Option<&ResourceType> {
        self.types.get(index)
    }

    /// The resources of the collection with a path that has no parameters.
    pub(crate) fn find_by_path(&self, path: &str) -> Option<&ResourceType> {
        let collection = PathTemplate::parse(path);
        self.types.iter().find(|resource_type| resource_type.collection.is_equivalent(&collection))
    }

    /// The type of the resources that an operation creates.
    pub(crate) fn created_by(&self, description: &Description, operation_id: &str) -> Option<&ResourceType> {
        self.of_operation(description, operation_id, Action::Create)
    }

    /// The type of the resources that an operation lists.
    pub(crate) fn listed_by(&self, description: &Description, operation_id: &str) -> Option<&ResourceType> {
        self.of_operation(description, operation_id, Action::List)
    }

    fn of_operation(&self, description: &Description, id: &str, action: Action) -> Option<&ResourceType> {
        let operation = description.operations.iter().position(|operation| operation.id == id)?;
        self.get(self.role(operation).filter(|role| role.action == action)?.resource_type)
    }
}

struct Finder<'a> {
    description: &'a Description,
    types: Vec<ResourceType>,
}

impl Finder<'_> {
    fn position(&self, collection: &PathTemplate) -> Option<usize> {
        self.types.iter().position(|resource_type| resource_type.collection.is_equivalent(collection))
    }

    fn find_or_add(&mut self, collection: &PathTemplate) -> usize {
        self.position(collection).unwrap_or_else(|| {
            let collection = collection.clone();
            self.types.push(ResourceType { collection, ty: None, id_field: None, id_prefix: None });
            self.types.len() - 1
        })
    }

    fn add_id_prefix(&mut self, index: usize, operation: &Operation, parameter: &str) {
        if let Some(field) = operation.parameters.path.get(parameter)
            && let Some(TypeDefinition::Identifier(prefixes)) = self.description.definition(field.ty())
            && let Some(resource_type) = self.types.get_mut(index)
        {
            resource_type.id_prefix = Some(prefixes.first().cloned().unwrap_or_default());
        }
    }

    /// Sets the type of the resources: that of the operation that retrieves one, or else of another that returns or lists them.
    fn add_type(&mut self, index: usize, operation: &Operation, id_parameter: Option<&str>) {
        let description = self.description;
        let ty = match (&operation.response, listed_items(description, operation)) {
            (_, Some((_, item))) => item,
            (Some(ResponseBody::Json(ty)), None) if has_definition(description, ty) => ty,
            _ => return,
        };
        let Some(resource_type) = self.types.get_mut(index) else { return };
        let retrieves = operation.method == "GET" && id_parameter.is_some();
        if resource_type.ty.is_some() && !retrieves {
            return;
        }
        let mut uploads = description.uploads.iter();
        let upload = uploads.find(|upload| upload.create == operation.id || upload.retrieve == operation.id);
        let upload_id = upload.map(|upload| upload.id.as_str());
        let candidates = [upload_id, Some(ID), id_parameter];
        let id_field = candidates.into_iter().flatten().find(|name| has_field(description, ty, name));
        resource_type.id_field = id_field.map(str::to_owned);
        resource_type.ty = Some(ty.clone());
    }

    /// Whether an operation below a resource returns that resource.
    fn returns_parent(&self, operation: &Operation, template: &PathTemplate) -> bool {
        let Some(parent) = template.parent() else { return false };
        let Some((collection, parameter)) = parent.split_item() else { return false };
        let parent_type = self.position(&collection).and_then(|index| self.types.get(index));
        let parent_type = parent_type.and_then(|parent| parent.ty.as_ref());
        describes_resource(self.description, operation, parent_type, Some(parameter))
    }

    fn role(&self, operation: &Operation, template: &PathTemplate) -> Option<OperationRole> {
        if let Some((collection, parameter)) = template.split_item() {
            let action = match operation.method.as_str() {
                "GET" => Action::Retrieve,
                "PATCH" | "PUT" | "POST" => Action::Update,
                "DELETE" => Action::Delete,
                _ => return None,
            };
            let resource_type = self.position(&collection)?;
            return Some(OperationRole { action, resource_type, id_parameter: Some(parameter.to_owned()) });
        }
        if let Some(resource_type) = self.position(template) {
            if listed_items(self.description, operation).is_some() {
                return Some(OperationRole { action: Action::List, resource_type, id_parameter: None });
            }
            if creates(self.description, operation) {
                return Some(OperationRole { action: Action::Create, resource_type, id_parameter: None });
            }
        }
        let parent = template.parent()?;
        let (collection, parameter) = parent.split_item()?;
        let resource_type = self.position(&collection)?;
        let id_parameter = Some(parameter.to_owned());
        Some(OperationRole { action: Action::Perform, resource_type, id_parameter })
    }
}

/// Whether the response of an operation is the resource whose id is in the path: in the type of the resource, or in another that has the
/// same kind of id.
pub(crate) fn describes_resource(
    description: &Description,
    operation: &Operation,
    resource_type: Option<&Type>,
    id_parameter: Option<&str>,
) -> bool {
    let Some(ResponseBody::Json(returned)) = &operation.response else { return false };
    if resource_type.is_some_and(|ty| description.resolve(ty) == description.resolve(returned)) {
        return true;
    }
    let parameter = id_parameter.and_then(|name| operation.parameters.path.get(name));
    let field = description.object(returned).and_then(|object| object.fields.get(ID));
    parameter.zip(field).is_some_and(|(parameter, field)| {
        let is_id = matches!(description.definition(field.ty()), Some(TypeDefinition::Identifier(_)));
        is_id && description.resolve(parameter.ty()) == description.resolve(field.ty())
    })
}

fn has_definition(description: &Description, ty: &Type) -> bool {
    !matches!(description.definition(ty), None | Some(TypeDefinition::Identifier(_)))
}

/// Whether a type has a field; for a union, whether one of its variants has it.
fn has_field(description: &Description, ty: &Type, name: &str) -> bool {
    let has = |object: &Object| object.fields.contains_key(name);
    match description.definition(ty) {
        Some(TypeDefinition::Object(object)) => has(object),
        Some(TypeDefinition::Union(variants)) => {
            let is_in = |variant: &UnionVariant| description.object(&variant.ty).is_some_and(has);
            variants.iter().any(is_in)
        }
        _ => false,
    }
}

/// The type of the items that an operation lists, and the field that holds them: the items of a page, or a field named as the
/// path ends. A response that is a list has no such field.
pub(crate) fn listed_items<'a>(
    description: &'a Description,
    operation: &'a Operation,
) -> Option<(Option<&'a str>, &'a Type)> {
    let Some(ResponseBody::Json(ty)) = &operation.response else { return None };
    if operation.method != "GET" {
        return None;
    }
    if let Some(paging) = &operation.paging {
        let item = listed_type(description, ty, &paging.list)?;
        return Some((paging.list.last().map(String::as_str), item));
    }
    if let Type::List(item) = description.resolve(ty) {
        return Some((None, &**item));
    }
    let object = description.object(ty)?;
    let last_segment = operation.path.rsplit('/').next().filter(|segment| !segment.contains('{'));
    let mut names = std::iter::once(description.pages.data.as_str()).chain(last_segment);
    let (name, field) = names.find_map(|name| object.fields.get_key_value(name))?;
    match description.resolve(field.ty()) {
        Type::List(item) => Some((Some(name), &**item)),
        _ => None,
    }
}

/// Whether an operation creates a resource with an id.
fn creates(description: &Description, operation: &Operation) -> bool {
    let Some(ResponseBody::Json(ty)) = &operation.response else { return false };
    let is_upload = description.uploads.iter().any(|upload| upload.create == operation.id);
    is_upload || operation.method == "POST" && has_field(description, ty, ID)
}

/// The fields of the body, and the owners in the path; not the id of the resource itself.
pub(crate) fn sent_fields(
    operation: &Operation,
    arguments: &JsonValue,
    id_parameter: Option<&str>,
) -> JsonValue {
    let is_parameter =
        |name: &str| operation.parameters.iter().any(|parameter| parameter.request_name() == name);
    let body = arguments.properties().iter().filter(|(name, _)| !is_parameter(name));
    let mut fields = JsonValue::Object(body.cloned().collect());
    let owners = operation.parameters.iter().filter(|parameter| {
        let name = parameter.name;
        parameter.location == Location::Path && name.ends_with("_id") && Some(name) != id_parameter
    });
    for parameter in owners {
        if let (Some(value), None) = (arguments.get(parameter.request_name()), fields.get(parameter.name)) {
            fields.set(parameter.name, value.clone());
        }
    }
    fields
}
