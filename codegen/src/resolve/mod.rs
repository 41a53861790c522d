//! From the typed, 3.0-shaped document to the model.
//!
//! Nothing here chooses a Rust name. The pointer is carried along in the descent, since `openapiv3` keeps none.

mod alias;
mod authentication;
mod body;
mod composition;
mod constraints;
mod envelope;
mod field;
mod intern;
mod operation;
mod parameter;
mod response;
mod schema;
mod union;
mod webhook;

use std::collections::{BTreeMap, HashMap, HashSet};

use indexmap::IndexMap;
use openapiv3::{OpenAPI, ReferenceOr, Schema, Server};
use serde_json::Value;

use crate::config::Config;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::ir::{Api, Details, IdKind, Root, Shape, Tag, TypeDef, TypeId, TypeOrigin};

/// Where the next schema stands and what it may be called after.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    pointer: String,
    root: Root,
    /// The component or property it is the value of; by it an `id` knows what it identifies.
    label: String,
}

impl Site {
    fn new(pointer: String, root: Root, label: &str) -> Self {
        Self { pointer, root, label: label.to_owned() }
    }

    /// The same place one or more steps down.
    fn step(&self, path: &str) -> Self {
        Self { pointer: format!("{}/{path}", self.pointer), ..self.clone() }
    }

    /// A property below this place.
    fn property(&self, name: &str) -> Self {
        Self {
            pointer: format!("{}/properties/{}", self.pointer, escape(name)),
            root: self.root.clone(),
            label: name.to_owned(),
        }
    }
}

/// A JSON Pointer token.
pub(crate) fn escape(token: &str) -> String {
    token.replace('~', "~0").replace('/', "~1")
}

/// The state of building: the model so far and what is needed to look things up.
pub(crate) struct Resolver<'a> {
    document: &'a OpenAPI,
    config: &'a Config,
    diagnostics: &'a mut Diagnostics,
    api: Api,
    schemas: Option<&'a IndexMap<String, ReferenceOr<Schema>>>,
    components: BTreeMap<String, TypeId>,
    interned: HashMap<String, TypeId>,
    /// The roots of each interned type.
    occurrences: HashSet<(TypeId, Root)>,
    tags: BTreeMap<String, usize>,
    property_ids: HashMap<&'a str, usize>,
    object_ids: HashMap<&'a str, usize>,
    segment_ids: HashMap<&'a str, usize>,
    place_ids: HashMap<&'a str, usize>,
    /// The examples of errors, by status, each with the number of places it stands in.
    error_examples: BTreeMap<u16, Vec<(Value, usize)>>,
}

/// Builds the model of a document.
pub fn resolve(document: &OpenAPI, config: &Config, diagnostics: &mut Diagnostics) -> Api {
    let mut resolver = Resolver::new(document, config, diagnostics);
    resolver.collect_tags();
    resolver.declare_components();
    resolver.build_components();
    resolver.break_alias_circles();
    resolver.build_operations();
    resolver.build_webhooks();
    resolver.find_envelope();
    resolver.find_authentication();
    resolver.api
}

impl<'a> Resolver<'a> {
    fn new(document: &'a OpenAPI, config: &'a Config, diagnostics: &'a mut Diagnostics) -> Self {
        let ids = config.ids.iter().map(|id| IdKind {
            name: id.name.clone(),
            prefixes: id.prefixes.clone(),
            description: id.description.clone(),
        });
        let lookup = |names: fn(&crate::config::Id) -> &Vec<String>| {
            config
                .ids
                .iter()
                .enumerate()
                .flat_map(|(index, id)| names(id).iter().map(move |name| (name.as_str(), index)))
                .collect()
        };
        Self {
            api: Api {
                title: document.info.title.clone(),
                version: document.info.version.clone(),
                description: document.info.description.clone(),
                servers: servers(document),
                ids: ids.collect(),
                ..Api::default()
            },
            document,
            config,
            diagnostics,
            schemas: document.components.as_ref().map(|components| &components.schemas),
            components: BTreeMap::new(),
            interned: HashMap::new(),
            occurrences: HashSet::new(),
            tags: BTreeMap::new(),
            property_ids: lookup(|id| &id.properties),
            object_ids: lookup(|id| &id.objects),
            segment_ids: lookup(|id| &id.segments),
            place_ids: lookup(|id| &id.places),
            error_examples: BTreeMap::new(),
        }
    }

    fn error(&mut self, code: &'static str, message: String, pointer: &str, help: &str) {
        self.diagnostics.push(Diagnostic::error(code, message).at(pointer).help(help));
    }

    fn warning(&mut self, code: &'static str, message: String, pointer: &str, help: &str) {
        self.diagnostics.push(Diagnostic::warning(code, message).at(pointer).help(help));
    }

    fn collect_tags(&mut self) {
        for (index, tag) in self.document.tags.iter().enumerate() {
            self.tag(&tag.name, tag.description.as_deref(), format!("/tags/{index}"));
        }
    }

    /// The tag of this name, whatever its case; a new one if it is not known yet.
    fn tag(&mut self, name: &str, description: Option<&str>, pointer: String) -> usize {
        let key = name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        let next = self.api.tags.len();
        let index = *self.tags.entry(key).or_insert(next);
        if index == next {
            self.api.tags.push(Tag {
                name: name.to_owned(),
                description: description.map(str::to_owned),
                pointer,
            });
        } else if let (Some(tag), Some(text)) = (self.api.tags.get_mut(index), description)
            && tag.description.is_none()
        {
            tag.description = Some(text.to_owned());
        }
        index
    }

    /// Gives every component its id before any is built, so that cycles cost nothing.
    fn declare_components(&mut self) {
        for name in self.schemas.into_iter().flat_map(IndexMap::keys) {
            let id = TypeId(self.api.types.len());
            self.api.types.push(TypeDef {
                origin: TypeOrigin::Component(name.clone()),
                pointers: vec![format!("/components/schemas/{}", escape(name))],
                roots: vec![Root::Component(name.clone())],
                description: None,
                title: None,
                deprecated: false,
                details: Details::default(),
                constant: None,
                shape: Shape::Pending,
            });
            self.components.insert(name.clone(), id);
        }
    }

    fn build_components(&mut self) {
        for (name, schema) in self.schemas.into_iter().flatten() {
            let pointer = format!("/components/schemas/{}", escape(name));
            let site = Site::new(pointer, Root::Component(name.clone()), name);
            let built = match schema {
                ReferenceOr::Reference { reference } => schema::Built::Type(self.reference(reference, &site)),
                ReferenceOr::Item(item) => match schema::enum_of_one(item) {
                    Some(shape) => schema::Built::Shape(shape),
                    None => self.schema(item, &site),
                },
            };
            let shape = match built {
                schema::Built::Shape(shape) => shape,
                schema::Built::Type(ty) => Shape::Alias(ty),
            };
            let Some(id) = self.components.get(name).copied() else { continue };
            if let Some(def) = self.api.types.get_mut(id.0) {
                def.shape = shape;
                if let ReferenceOr::Item(item) = schema {
                    let docs = intern::TypeDocs::from(item);
                    (def.description, def.title) = (docs.description, docs.title);
                    (def.deprecated, def.details) = (docs.deprecated, docs.details);
                    def.constant =
                        constraints::constant(item).filter(|_| schema::enum_of_one(item).is_none());
                }
            }
        }
    }
}

/// The document's first server, then the hosts of single paths and operations.
fn servers(document: &OpenAPI) -> Vec<String> {
    let mut urls = vec![document.servers.first().map(address).unwrap_or_default()];
    let items = document.paths.paths.values().filter_map(ReferenceOr::as_item);
    for item in items {
        let operations = item.iter().flat_map(|(_, operation)| operation.servers.first());
        for server in item.servers.first().into_iter().chain(operations) {
            let url = address(server);
            if !urls.contains(&url) {
                urls.push(url);
            }
        }
    }
    urls
}

/// The address of a server, with the defaults of its variables in it.
fn address(server: &Server) -> String {
    let mut url = server.url.clone();
    for (name, variable) in server.variables.iter().flatten() {
        url = url.replace(&format!("{{{name}}}"), &variable.default);
    }
    url.trim_end_matches('/').to_owned()
}
