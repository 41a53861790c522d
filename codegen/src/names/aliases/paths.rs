//! The paths of all items that can be renamed, in the notation of `names.txt`.

use std::collections::{BTreeMap, BTreeSet};

use super::super::files::Placement;
use super::super::operations::{RESERVED_SETTERS, RESERVED_UPLOAD_SETTERS};
use super::super::table::Names;
use crate::analyze::{Facts, Setter};
use crate::config::Config;
use crate::ir::{Api, Operation};

/// The types for the verification of webhooks.
pub(crate) const WEBHOOK_TYPES: [&str; 4] =
    ["WebhookError", "WebhookScheme", "WebhookSigner", "WebhookVerifier"];

/// The types for the verification of user tokens.
pub(crate) const USER_TOKEN_TYPES: [&str; 3] = ["UserTokenError", "UserTokenScheme", "UserTokenVerifier"];

/// The paths of a crate.
pub(in crate::names) struct Paths {
    items: BTreeSet<String>,
    /// The index of the operation that a method starts, by the path of the method.
    pub(super) operations: BTreeMap<String, usize>,
    /// The index of each tag with operations, by its module.
    pub(super) tags: BTreeMap<String, usize>,
    /// The names of the setters of each builder, by the path of the builder, or of the struct that it builds.
    pub(super) setters: BTreeMap<String, BTreeSet<String>>,
    /// The struct fields.
    fields: BTreeSet<String>,
}

impl Paths {
    pub(in crate::names) fn collect(api: &Api, facts: &Facts, config: &Config, names: &Names) -> Self {
        let mut paths = Self {
            items: BTreeSet::new(),
            operations: BTreeMap::new(),
            tags: BTreeMap::new(),
            setters: BTreeMap::new(),
            fields: BTreeSet::new(),
        };
        for (index, operation) in api.operations.iter().enumerate() {
            paths.add_operation(index, operation, facts, names);
        }
        paths.add_types(api, facts, names);
        let event = names.event_path();
        paths.items.extend(names.webhooks.iter().map(|variant| format!("{event}::{variant}")));
        paths.items.extend(names.event_methods.iter().map(|method| format!("{event}.{method}()")));
        if config.webhooks.is_some() && !api.webhooks.is_empty() {
            paths.items.extend(WEBHOOK_TYPES.iter().map(|name| names.type_path(Placement::Webhooks, name)));
        }
        if config.user_tokens.is_some() {
            paths.items.extend(USER_TOKEN_TYPES.iter().map(|name| names.user_token_path(name)));
        }
        paths.items.extend(api.ids.iter().map(|id| names.id_path(&id.name)));
        paths
    }

    /// Whether an item has this path.
    pub(super) fn has_item(&self, path: &str) -> bool {
        self.items.contains(path)
    }

    /// Whether a struct has the field with this path.
    pub(super) fn has_field(&self, path: &str) -> bool {
        self.fields.contains(path)
    }

    fn add_operation(&mut self, index: usize, operation: &Operation, facts: &Facts, names: &Names) {
        let (Some(named), Some(request)) = (names.operations.get(index), facts.requests.get(index)) else {
            return;
        };
        let Some(tag) = names.tags.get(operation.tag) else { return };
        self.tags.insert(tag.module.clone(), operation.tag);
        self.items.insert(names.tag_path(operation.tag));
        self.items.insert(names.api_path(operation.tag, &tag.handle));
        let method = names.method_path(operation.tag, &named.method);
        self.operations.insert(method.clone(), index);
        self.items.insert(method);
        let builder = names.api_path(operation.tag, &named.builder);
        let parameters = named.parameters.iter().zip(&request.parameters);
        let parameters: Vec<&String> =
            parameters.filter(|(_, setter)| has_setter(**setter)).map(|(name, _)| name).collect();
        self.add_builder(builder.clone(), parameters.iter().copied());
        for (variant, setters) in named.variants.iter().zip(&request.variants) {
            let fields = variant.fields.iter().zip(setters);
            let fields = fields.filter(|(_, setter)| has_setter(**setter)).map(|(name, _)| name);
            let path = names.api_path(operation.tag, &variant.builder);
            if path != builder {
                // The first builder only chooses the variant.
                self.setters.remove(&builder);
                self.items.insert(format!("{builder}.{}()", variant.method));
            }
            self.add_builder(path, parameters.iter().copied().chain(fields));
        }
    }

    fn add_builder<'a>(&mut self, path: String, setters: impl Iterator<Item = &'a String>) {
        self.items.insert(path.clone());
        self.setters.entry(path).or_default().extend(setters.cloned());
    }

    fn add_types(&mut self, api: &Api, facts: &Facts, names: &Names) {
        for file in &names.files {
            for id in &file.types {
                let path = names.type_path(file.placement, names.ty(*id));
                let members = names.members_of(*id);
                match facts.fields_of(*id) {
                    [] => self.items.extend(members.iter().map(|member| format!("{path}::{member}"))),
                    fields => {
                        self.fields.extend(members.iter().map(|member| format!("{path}.{member}")));
                        let setters = members.iter().zip(fields);
                        let setters = setters.filter(|(_, facts)| has_setter(facts.setter));
                        let setters: Vec<&String> = setters.map(|(name, _)| name).collect();
                        if !names.builder(*id).is_empty() {
                            self.items.insert(names.type_path(file.placement, names.builder(*id)));
                            self.setters
                                .entry(path.clone())
                                .or_default()
                                .extend(setters.into_iter().cloned());
                        }
                    }
                }
                self.items.insert(path);
            }
        }
        if !api.webhooks.is_empty() {
            self.items.insert(names.event_path());
        }
    }
}

fn has_setter(setter: Setter) -> bool {
    matches!(setter, Setter::Required | Setter::Untracked | Setter::Optional | Setter::OnlyValue)
}

/// Whether generated code itself uses a name for a method, a variant or a constant of any item.
pub(super) fn is_reserved(name: &str) -> bool {
    let others =
        ["Unknown", "KNOWN", "as_str", "name", "build", "builder", "new", "clone", "core", "from_env"];
    let flows = ["upload", "wait_until_ready", "source", "sources"];
    let reserved = RESERVED_SETTERS.into_iter().chain(RESERVED_UPLOAD_SETTERS).chain(others).chain(flows);
    reserved.into_iter().any(|reserved| reserved == name)
}

impl Names {
    /// The path of the accessor of a tag.
    #[must_use]
    pub fn tag_path(&self, tag: usize) -> String {
        format!("client.{}()", self.module(tag))
    }

    /// The path of a method that starts a request.
    #[must_use]
    pub fn method_path(&self, tag: usize, method: &str) -> String {
        format!("client.{}().{method}()", self.module(tag))
    }

    /// The path of an item in the module of a tag.
    #[must_use]
    pub fn api_path(&self, tag: usize, item: &str) -> String {
        format!("{}::api::{}::{item}", self.library, self.module(tag))
    }

    /// The path of a type of requests, responses or events.
    #[must_use]
    pub fn type_path(&self, placement: Placement, name: &str) -> String {
        let module = if placement == Placement::Webhooks { "webhooks" } else { "models" };
        format!("{}::{module}::{name}", self.library)
    }

    /// The path of a type of identifiers.
    #[must_use]
    pub fn id_path(&self, name: &str) -> String {
        format!("{}::ids::{name}", self.library)
    }

    /// The path of a type for the verification of user tokens.
    #[must_use]
    pub fn user_token_path(&self, name: &str) -> String {
        format!("{}::user_token::{name}", self.library)
    }

    /// The path of the enum of events.
    #[must_use]
    pub fn event_path(&self) -> String {
        format!("{}::webhooks::Event", self.library)
    }

    fn module(&self, tag: usize) -> &str {
        self.tags.get(tag).map_or("", |tag| tag.module.as_str())
    }
}
