//! Which operations create, list, change and delete the same things: found by their paths and by what they answer, never
//! by a name.

use crate::engine::document::{Document, Operation, Place, Success, Type};
use crate::engine::path::Template;

/// The member by which things are known, where they have it.
const ID: &str = "id";

/// Things of one kind, in one place.
#[derive(Debug)]
pub(crate) struct Resource {
    /// The path under which all of them stand.
    pub(crate) collection: Template,
    /// What one of them looks like.
    pub(crate) ty: Option<Type>,
    /// The member by which one is known.
    pub(crate) key: Option<String>,
    /// The kind of identifier that it is, by the path that takes it.
    pub(crate) kind: Option<usize>,
}

/// What an operation does with things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    Create,
    List,
    Retrieve,
    Update,
    Delete,
    /// Does something with one thing: `POST /things/{id}/close`.
    Act,
}

/// What an operation does, and with what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Role {
    pub(crate) action: Action,
    pub(crate) resource: usize,
    /// The parameter of the path that says which one.
    pub(crate) parameter: Option<String>,
}

/// The resources of a document, and what each operation does with them.
#[derive(Debug)]
pub(crate) struct Resources {
    pub(crate) all: Vec<Resource>,
    roles: Vec<Option<Role>>,
}

impl Resources {
    pub(crate) fn of(document: &Document) -> Self {
        let mut resources = Self { all: Vec::new(), roles: Vec::new() };
        // What has an item is a resource, and so is what has a list or takes new ones.
        for operation in &document.operations {
            if let Some((collection, parameter)) = operation.template.item() {
                let resource = resources.place(&collection);
                resources.name(document, resource, operation, parameter);
                resources.describe(document, resource, operation, Some(parameter));
            }
        }
        for operation in &document.operations {
            let listed = listed(document, operation).is_some();
            if operation.template.item().is_none() && (listed || creates(document, operation)) {
                let known = resources.find(&operation.template).is_some();
                // A call under one thing that answers that thing is no collection of its own.
                if known || (listed || !resources.acts(document, operation)) {
                    let resource = resources.place(&operation.template);
                    resources.describe(document, resource, operation, None);
                }
            }
        }
        resources.roles =
            document.operations.iter().map(|operation| resources.role_of(document, operation)).collect();
        resources
    }

    pub(crate) fn role(&self, operation: usize) -> Option<&Role> {
        self.roles.get(operation)?.as_ref()
    }

    /// The resource that a call creates one of.
    pub(crate) fn creating(&self, document: &Document, id: &str) -> Option<&Resource> {
        let operation = document.operations.iter().position(|operation| operation.id == id)?;
        let role = self.role(operation).filter(|role| role.action == Action::Create)?;
        self.all.get(role.resource)
    }

    fn find(&self, collection: &Template) -> Option<usize> {
        self.all.iter().position(|resource| resource.collection.alike(collection))
    }

    fn place(&mut self, collection: &Template) -> usize {
        self.find(collection).unwrap_or_else(|| {
            self.all.push(Resource { collection: collection.clone(), ty: None, key: None, kind: None });
            self.all.len() - 1
        })
    }

    /// Learns what kind of identifier the path of one thing takes.
    fn name(&mut self, document: &Document, resource: usize, operation: &Operation, parameter: &str) {
        let mut parameters = operation.parameters.iter();
        let own = parameters.find(|own| own.place == Place::Path && own.member.name == parameter);
        if let (Some(own), Some(resource)) = (own, self.all.get_mut(resource))
            && let Type::Id(kind) = document.plain(&own.member.ty)
        {
            resource.kind = Some(*kind);
        }
    }

    /// Learns what the things look like: as they are retrieved, or else as another call answers or lists them.
    fn describe(
        &mut self,
        document: &Document,
        resource: usize,
        operation: &Operation,
        parameter: Option<&str>,
    ) {
        let ty = match (&operation.success, listed(document, operation)) {
            (_, Some((_, item))) => item,
            (Success::Json(ty), None) if document.object(ty).is_some() || document.shape(ty).is_some() => {
                ty.clone()
            }
            _ => return,
        };
        let Some(resource) = self.all.get_mut(resource) else { return };
        let retrieved = operation.method == "GET" && parameter.is_some();
        if resource.ty.is_some() && !retrieved {
            return;
        }
        let has = |name: &str| members(document, &ty).any(|member| member == name);
        let upload = document
            .uploads
            .iter()
            .find(|upload| [&upload.create, &upload.retrieve].contains(&&operation.id));
        let uploaded = upload.map(|upload| upload.id.as_str());
        resource.key =
            [uploaded, Some(ID), parameter].into_iter().flatten().find(|name| has(name)).map(str::to_owned);
        resource.ty = Some(ty);
    }

    /// Whether a call under one thing answers that thing.
    fn acts(&self, document: &Document, operation: &Operation) -> bool {
        let Some(above) = operation.template.above() else { return false };
        let Some((collection, _)) = above.item() else { return false };
        let resource = self.find(&collection).and_then(|at| self.all.get(at));
        let answer = match &operation.success {
            Success::Json(ty) => Some(document.plain(ty)),
            _ => None,
        };
        resource.is_some_and(|resource| resource.ty.as_ref().map(|ty| document.plain(ty)) == answer)
    }

    fn role_of(&self, document: &Document, operation: &Operation) -> Option<Role> {
        if let Some((collection, parameter)) = operation.template.item() {
            let action = match operation.method.as_str() {
                "GET" => Action::Retrieve,
                "PATCH" | "PUT" | "POST" => Action::Update,
                "DELETE" => Action::Delete,
                _ => return None,
            };
            let resource = self.find(&collection)?;
            return Some(Role { action, resource, parameter: Some(parameter.to_owned()) });
        }
        if let Some(resource) = self.find(&operation.template) {
            if listed(document, operation).is_some() {
                return Some(Role { action: Action::List, resource, parameter: None });
            }
            if creates(document, operation) {
                return Some(Role { action: Action::Create, resource, parameter: None });
            }
        }
        let above = operation.template.above()?;
        let (collection, parameter) = above.item()?;
        let resource = self.find(&collection)?;
        Some(Role { action: Action::Act, resource, parameter: Some(parameter.to_owned()) })
    }
}

/// The names of a type's members, those of all forms of a union.
fn members<'a>(document: &'a Document, ty: &'a Type) -> Box<dyn Iterator<Item = &'a str> + 'a> {
    match document.shape(ty) {
        Some(crate::engine::document::Shape::Object(object)) => {
            Box::new(object.members.iter().map(|member| member.name.as_str()))
        }
        Some(crate::engine::document::Shape::Union(variants)) => Box::new(
            variants
                .iter()
                .flat_map(|variant| match document.object(&variant.ty) {
                    Some(object) => object.members.as_slice(),
                    None => &[],
                })
                .map(|member| member.name.as_str()),
        ),
        _ => Box::new(std::iter::empty()),
    }
}

/// The items that a call lists, and the member that holds them: where pages have theirs, or called as the path ends; none
/// of a bare list.
pub(crate) fn listed<'a>(
    document: &'a Document,
    operation: &'a Operation,
) -> Option<(Option<&'a str>, Type)> {
    let Success::Json(ty) = &operation.success else { return None };
    if operation.method != "GET" {
        return None;
    }
    if let Type::List(inner) = document.plain(ty) {
        return Some((None, (**inner).clone()));
    }
    let object = document.object(ty)?;
    let mut names = [Some(document.pages.data.as_str()), operation.template.last()].into_iter().flatten();
    let member = names.find_map(|name| object.get(name))?;
    match document.plain(&member.ty) {
        Type::List(inner) => Some((Some(&member.name), (**inner).clone())),
        _ => None,
    }
}

/// Whether a call makes something that has an id.
fn creates(document: &Document, operation: &Operation) -> bool {
    let Success::Json(ty) = &operation.success else { return false };
    let uploads = document.uploads.iter().any(|upload| upload.create == operation.id);
    uploads || operation.method == "POST" && members(document, ty).any(|member| member == ID)
}
