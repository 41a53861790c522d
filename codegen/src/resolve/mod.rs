//! Converts the typed, 3.0-shaped document into the model: resolves references, merges `allOf`, and finds the error envelope,
//! pages and identifiers.
//!
//! Nothing here chooses a Rust name.

mod about;
mod alias;
mod alternatives;
mod authentication;
mod base;
mod body;
mod body_fields;
mod chosen_media;
mod component;
mod composition;
mod configured_environments;
mod constraints;
mod distribute;
mod encoding;
mod entries;
mod enumeration;
mod envelope;
mod environments;
mod field;
mod files;
mod ids;
mod intern;
mod lone_values;
mod media_type;
mod members;
mod mocked;
mod named_format;
mod narrow;
mod nested_files;
mod operation;
mod page;
mod page_info;
mod page_members;
mod paging;
mod parameter;
mod parts;
mod path;
mod path_names;
mod request_media;
mod response;
mod response_notes;
mod schema;
mod secrets;
mod server;
mod server_reports;
mod server_slot;
mod server_url;
mod site;
mod success;
mod tags;
mod tighten;
mod union;
mod variant_constants;
mod variant_names;
mod webhook;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use indexmap::IndexMap;
use openapiv3::{OpenAPI, ReferenceOr, Schema};
use serde_json::Value;

use self::about::read_about;
use self::ids::IdRules;
use self::server_slot::Slot;
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
    resolver.collect_servers();
    resolver.collect_credentials();
    resolver.resolve_operations();
    resolver.unify_page_infos();
    resolver.resolve_webhooks();
    resolver.set_nested_files();
    resolver.find_envelope();
    resolver.open_lone_values();
    resolver.add_blank_values();
    resolver.fix_variant_constants();
    resolver.report_dead_entries();
    resolver.api
}

/// The schemas of a merge, by address: they identify it.
type MergeKey = Vec<*const Schema>;

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
    /// The servers of the document, and of paths and operations.
    servers: Vec<Slot>,
    /// Enums that may be the empty text somewhere.
    blank_enums: BTreeSet<TypeId>,
    /// The security schemes for which the client sends no credential.
    unusable_schemes: BTreeSet<String>,
    /// Whether the document or an operation requires a security scheme.
    requires_schemes: bool,
    /// The pointers of properties whose enum has one value.
    lone_values: HashSet<String>,
    /// The entries of `secrets` and `not-secrets` that matched a string: the list and the position in it.
    matched_secrets: RefCell<BTreeSet<(&'static str, usize)>>,
    /// The patterns of formats by name that matched a string: the rule, the list and the position in it.
    matched_formats: BTreeSet<(usize, &'static str, usize)>,
    /// The entries of the configured pages that matched an operation.
    matched_pages: BTreeSet<String>,
    /// The media types of requests and of responses that the operations offer which a key of the configured ones matches.
    offered_media: BTreeMap<&'a str, (BTreeSet<&'a str>, BTreeSet<&'a str>)>,
    /// The examples of errors by status, each with the number of its occurrences.
    error_examples: BTreeMap<u16, Vec<(Value, usize)>>,
    /// The merges of `allOf` that are being resolved, each with its component.
    merging: Vec<(MergeKey, Option<TypeId>)>,
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
                about: read_about(document),
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
            servers: Vec::new(),
            blank_enums: BTreeSet::new(),
            lone_values: HashSet::new(),
            unusable_schemes: BTreeSet::new(),
            requires_schemes: false,
            matched_secrets: RefCell::default(),
            matched_formats: BTreeSet::new(),
            matched_pages: BTreeSet::new(),
            offered_media: BTreeMap::new(),
            error_examples: BTreeMap::new(),
            merging: Vec::new(),
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
            let place = self.tag_index(&tag.name, tag.description.as_deref(), format!("/tags/{index}"));
            let docs = tag.external_docs.as_ref().map(Into::into);
            if let Some(tag) = self.api.tags.get_mut(place) {
                tag.external_docs = tag.external_docs.take().or(docs);
            }
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
                external_docs: None,
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
