//! Resolves operations.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use openapiv3::{Operation as Source, PathItem, ReferenceOr};

use super::Resolver;
use super::ids::collection_of;
use super::response::success_status;
use super::server::server_index;
use super::webhook::WEBHOOK_PREFIX;
use crate::diagnostic::Code;
use crate::document::pointer;
use crate::ir::{Operation, Root, SecurityAlternative, Verb};

impl<'a> Resolver<'a> {
    pub(super) fn resolve_operations(&mut self) {
        let paths = &self.document.paths.paths;
        for (path, item) in paths.iter().filter(|(path, _)| !path.starts_with(WEBHOOK_PREFIX)) {
            let ReferenceOr::Item(item) = item else { continue };
            for (verb, source) in operations_by_verb(item) {
                let pointer = pointer::from_segments(["paths", path, &verb.as_str().to_lowercase()]);
                self.resolve_operation(path, item, verb, source, pointer);
            }
        }
        self.reject_duplicate_ids();
    }

    fn resolve_operation(
        &mut self,
        path: &str,
        item: &'a PathItem,
        verb: Verb,
        source: &'a Source,
        pointer: String,
    ) {
        let root = Root::Operation(self.api.operations.len());
        let tag_name = source.tags.first().cloned().unwrap_or_else(|| first_fixed_segment(path));
        let tag = self.tag_index(&tag_name, None, format!("{pointer}/tags/0"));
        let parameters = self.resolve_parameters(source, path, &root, &pointer);
        let styled_path = self.style_path(source, path, &pointer);
        if source.extensions.contains_key("x-codegen-callbacks") {
            self.warn(
                Code::CALLBACKS,
                "callbacks are unsupported: no code is generated for the requests that the server sends",
                &format!("{pointer}/callbacks"),
                "remove them with an action in the overlay, or move those that matter to `webhooks`",
            );
        }
        let success = self.resolve_success(source, &root, &pointer, collection_of(path));
        let page = self.find_page(&success, &parameters);
        let operation = Operation {
            id: source.operation_id.clone().unwrap_or_else(|| derive_id(verb, path)),
            id_given: source.operation_id.is_some(),
            verb,
            path: styled_path,
            tag,
            server: server_index(&self.api.servers, item, source),
            summary: source.summary.clone().or_else(|| item.summary.clone()),
            description: source.description.clone().or_else(|| item.description.clone()),
            deprecated: source.deprecated,
            security: self.security_alternatives(source),
            unauthenticated: self.is_unauthenticated(source),
            body: self.resolve_body(source, &root, &pointer),
            success,
            status: success_status(source),
            errors: self.resolve_errors(source, &root, &pointer),
            page,
            parameters,
            pointer,
        };
        self.api.operations.push(operation);
    }

    /// The alternatives of an operation's security. An empty one, which makes the others optional, is left out.
    fn security_alternatives(&self, source: &Source) -> Option<Vec<SecurityAlternative>> {
        let alternatives = source.security.as_ref().or(self.document.security.as_ref())?;
        let alternatives = alternatives.iter().map(|requirement| SecurityAlternative {
            schemes: requirement.iter().map(|(scheme, scopes)| (scheme.clone(), scopes.clone())).collect(),
        });
        Some(alternatives.filter(|alternative| !alternative.schemes.is_empty()).collect())
    }

    /// Whether the document says that an operation needs no credential, by an empty requirement: `security: [{}]`. An empty
    /// list does not count: programs that write documents add one where nothing was declared.
    fn is_unauthenticated(&self, source: &Source) -> bool {
        let components = self.document.components.as_ref();
        let has_schemes = components.is_some_and(|components| !components.security_schemes.is_empty());
        let requirements = source.security.as_ref();
        has_schemes
            && requirements.is_some_and(|list| !list.is_empty() && list.iter().all(IndexMap::is_empty))
    }

    fn reject_duplicate_ids(&mut self) {
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        let mut duplicates = Vec::new();
        for (index, operation) in self.api.operations.iter().enumerate() {
            if seen.insert(&operation.id, index).is_some() && operation.id_given {
                duplicates.push((operation.id.clone(), operation.pointer.clone()));
            }
        }
        for (id, pointer) in duplicates {
            self.reject(
                Code::DUPLICATE_OPERATION_ID,
                format!("two operations have the operationId `{id}`"),
                &pointer,
                "give one of the two another operationId with an action in the overlay",
            );
        }
    }
}

fn operations_by_verb(item: &PathItem) -> impl Iterator<Item = (Verb, &Source)> {
    [
        (Verb::Get, &item.get),
        (Verb::Post, &item.post),
        (Verb::Put, &item.put),
        (Verb::Patch, &item.patch),
        (Verb::Delete, &item.delete),
        (Verb::Head, &item.head),
        (Verb::Options, &item.options),
        (Verb::Trace, &item.trace),
    ]
    .into_iter()
    .filter_map(|(verb, operation)| Some((verb, operation.as_ref()?)))
}

/// The first segment of a path that is not a parameter: the tag of an operation that has none.
fn first_fixed_segment(path: &str) -> String {
    let mut segments = path.split('/').filter(|segment| !segment.is_empty() && !segment.starts_with('{'));
    segments.next().unwrap_or("root").to_owned()
}

/// An id made of the method and the path, for an operation that has none.
fn derive_id(verb: Verb, path: &str) -> String {
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let is_single = segments.last().is_some_and(|last| last.starts_with('{'));
    let action = match verb {
        Verb::Get if is_single => "retrieve",
        Verb::Get => "list",
        Verb::Post => "create",
        Verb::Put => "replace",
        Verb::Patch => "update",
        Verb::Delete => "delete",
        Verb::Head => "head",
        Verb::Options => "options",
        Verb::Trace => "trace",
    };
    let last = segments.len().saturating_sub(1);
    let words = segments.iter().enumerate().filter_map(|(index, segment)| {
        match segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            // "retrieve" implies the last parameter; earlier ones distinguish operations on similar paths.
            Some(_) if index == last => None,
            Some(name) => Some(format!("by {name}")),
            None => Some((*segment).to_owned()),
        }
    });
    std::iter::once(action.to_owned()).chain(words).collect::<Vec<_>>().join(" ")
}
