//! Converts the typed, 3.0-shaped document into the model: resolves references, merges `allOf`, and finds the error envelope,
//! pages and identifiers.
//!
//! Nothing here chooses a Rust name.

mod alias;
mod authentication;
mod body;
mod component;
mod composition;
mod constraints;
mod entries;
mod envelope;
mod field;
mod ids;
mod intern;
mod lone_values;
mod media_type;
mod named_format;
mod operation;
mod page_info;
mod parameter;
mod response;
mod schema;
mod secrets;
mod server;
mod site;
mod union;
mod webhook;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use indexmap::IndexMap;
use openapiv3::{OpenAPI, ReferenceOr, Schema};
use serde_json::Value;

use self::ids::IdRules;
use crate::config::Config;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::ir::{Api, IdKind, Root, Tag, TypeId};

/// Resolves a document. What the model cannot represent is a warning.
pub fn resolve(document: &OpenAPI, config: &Config, diagnostics: &mut Diagnostics) -> Api {
    let mut resolver = Resolver::new(document, config, diagnostics);
    resolver.collect_tags();
    resolver.declare_components();
    resolver.resolve_components();
    resolver.break_alias_cycles();
    resolver.resolve_operations();
    resolver.unify_page_infos();
    resolver.resolve_webhooks();
    resolver.find_envelope();
    resolver.open_lone_values();
    resolver.select_authentication();
    resolver.report_dead_entries();
    resolver.api
}

/// The model so far, and the indices that lookups need.
struct Resolver<'a> {
    document: &'a OpenAPI,
    config: &'a Config,
    diagnostics: &'a mut Diagnostics,
    api: Api,
    schemas: Option<&'a IndexMap<String, ReferenceOr<Schema>>>,
    components: BTreeMap<String, TypeId>,
    /// Inline types by their structure.
    interned: HashMap<String, TypeId>,
    /// The roots of each interned type.
    occurrences: HashSet<(TypeId, Root)>,
    /// Tags by their name in lower case.
    tags: BTreeMap<String, usize>,
    ids: IdRules<'a>,
    /// The pointers of properties whose enum has one value.
    lone_values: HashSet<String>,
    /// The entries of `secrets` and `not-secrets` that matched a string: the list and the position in it.
    matched_secrets: RefCell<BTreeSet<(&'static str, usize)>>,
    /// The patterns of formats by name that matched a string: the rule, the list and the position in it.
    matched_formats: BTreeSet<(usize, &'static str, usize)>,
    /// The examples of errors by status, each with the number of its occurrences.
    error_examples: BTreeMap<u16, Vec<(Value, usize)>>,
}

impl<'a> Resolver<'a> {
    fn new(document: &'a OpenAPI, config: &'a Config, diagnostics: &'a mut Diagnostics) -> Self {
        let ids = config.ids.iter().map(|id| IdKind {
            name: id.name.clone(),
            prefixes: id.prefixes.clone(),
            description: id.description.clone(),
        });
        Self {
            api: Api {
                title: document.info.title.clone(),
                version: document.info.version.clone(),
                description: document.info.description.clone(),
                servers: server::collect_servers(document),
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
            ids: IdRules::new(&config.ids),
            lone_values: HashSet::new(),
            matched_secrets: RefCell::default(),
            matched_formats: BTreeSet::new(),
            error_examples: BTreeMap::new(),
        }
    }

    fn reject(&mut self, code: Code, message: impl Into<String>, pointer: &str, help: &str) {
        self.diagnostics.push(Diagnostic::error(code, message).at(pointer).help(help));
    }

    fn warn(&mut self, code: Code, message: impl Into<String>, pointer: &str, help: &str) {
        self.diagnostics.push(Diagnostic::warning(code, message).at(pointer).help(help));
    }

    fn collect_tags(&mut self) {
        for (index, tag) in self.document.tags.iter().enumerate() {
            self.tag_index(&tag.name, tag.description.as_deref(), format!("/tags/{index}"));
        }
    }

    /// The index of the tag with this name, which is added if it is new. Tags that differ in case only are one tag.
    fn tag_index(&mut self, name: &str, description: Option<&str>, pointer: String) -> usize {
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
}
