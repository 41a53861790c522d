//! Resolves operations.

use std::collections::BTreeSet;

use openapiv3::{Operation as Source, PathItem, ReferenceOr};

use super::Resolver;
use super::ids::collection_of;
use super::page::ListOperation;
use super::parameter::style_path;
use super::path::encode_literals;
use super::path_names::{PathNames, derive_id, path_segments};
use super::response_notes::{links, response_headers};
use super::webhook::WEBHOOK_PREFIX;
use crate::diagnostic::Code;
use crate::document::pointer;
use crate::ir::{Operation, Root, SecurityAlternative, Verb};

/// The prefix of the path of an operation whose method has no key in OpenAPI 3.1: `/x-codegen-verbs/COPY:/path`.
const VERB_PREFIX: &str = "/x-codegen-verbs/";

impl<'a> Resolver<'a> {
    pub(super) fn resolve_operations(&mut self) {
        let paths = &self.document.paths.paths;
        let names = PathNames::collect(
            paths.keys().filter(|path| !path.starts_with(WEBHOOK_PREFIX)).map(|path| without_verb(path)),
        );
        for (path, item) in paths.iter().filter(|(path, _)| !path.starts_with(WEBHOOK_PREFIX)) {
            let ReferenceOr::Item(item) = item else { continue };
            for (verb, source) in operations_by_verb(item) {
                let pointer = pointer::from_segments(["paths", path, &verb.as_str().to_lowercase()]);
                let (path, verb) = own_verb(path, source).unwrap_or((path, verb));
                self.resolve_operation((path, &names), item, verb, source, pointer);
            }
        }
        self.rename_duplicate_ids();
    }

    fn resolve_operation(
        &mut self,
        (path, names): (&str, &PathNames),
        item: &'a PathItem,
        verb: Verb,
        source: &'a Source,
        pointer: String,
    ) {
        let root = Root::Operation(self.api.operations.len());
        let tag_name = source.tags.first().cloned().unwrap_or_else(|| names.resource(path));
        let tag = self.tag_index(&tag_name, None, format!("{pointer}/tags/0"));
        let parameters = self.resolve_parameters(source, path, &root, &pointer);
        let styled_path = encode_literals(&style_path(source, path, &parameters));
        if source.extensions.contains_key("x-codegen-callbacks") {
            self.warn(
                Code::CALLBACKS,
                "callbacks are unsupported: no code is generated for the requests that the server sends",
                &format!("{pointer}/callbacks"),
                "remove them with an action in the overlay, or move those that matter to `webhooks`",
            );
        }
        let id = source.operation_id.clone().unwrap_or_else(|| names.derive_id(&verb, path));
        let chosen = self.choose_media_types(source, &id, &format!("{} {path}", verb.as_str()));
        let results =
            self.resolve_results(source, &verb, &root, &pointer, collection_of(path), chosen.response);
        let requirement = self.requirement_index(source);
        let body = self.resolve_body(source, &verb, &root, &pointer, chosen.request);
        let page = self.find_page(&ListOperation {
            id: &id,
            verb: &verb,
            path,
            success: &results.success,
            parameters: &parameters,
            body: body.as_ref(),
            source,
            root: &root,
            pointer: &pointer,
        });
        let operation = Operation {
            id,
            id_given: source.operation_id.is_some(),
            verb,
            path: styled_path,
            tag,
            server: self.server_index(item, source),
            summary: source.summary.clone().or_else(|| item.summary.clone()),
            description: source.description.clone().or_else(|| item.description.clone()),
            external_docs: source.external_docs.as_ref().map(Into::into),
            deprecated: source.deprecated,
            security: self.security_alternatives(source),
            unauthenticated: !self.api.credentials.is_empty() && requirement.is_none(),
            requirement: requirement.unwrap_or_default(),
            body,
            success: results.success,
            mocked: results.mocked,
            accept: results.accept,
            alternatives: results.alternatives,
            redirects: results.redirects,
            response_headers: response_headers(source),
            links: links(source),
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

    /// Gives every operation an id of its own: those without one, and all but the first of those with the same one, are called
    /// after their whole path where a shorter name is taken.
    fn rename_duplicate_ids(&mut self) {
        let mut seen: BTreeSet<String> = BTreeSet::new();
        // What the document states comes first.
        let mut order: Vec<usize> = (0..self.api.operations.len()).collect();
        order.sort_by_key(|index| self.api.operations.get(*index).map(|operation| !operation.id_given));
        let mut renamed = Vec::new();
        for index in order {
            let Some(operation) = self.api.operations.get_mut(index) else { continue };
            if seen.insert(operation.id.clone()) {
                continue;
            }
            let whole = derive_id(&operation.verb, &path_segments(&operation.path));
            let numbered = (2..).map(|number| format!("{whole} {number}"));
            let mut candidates = std::iter::once(whole.clone()).chain(numbered);
            let id = candidates.find(|id| !seen.contains(id)).unwrap_or(whole);
            seen.insert(id.clone());
            let old = std::mem::replace(&mut operation.id, id.clone());
            if operation.id_given {
                renamed.push((index, old, id, operation.pointer.clone()));
            }
        }
        renamed.sort();
        for (_, old, id, pointer) in renamed {
            self.warn(
                Code::REPEATED_OPERATION_ID,
                format!("two operations have the operationId `{old}`: this one is called `{id}`"),
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

/// The path and the method of an operation whose method has no key in OpenAPI 3.1; lowering gives it a path of its own.
fn own_verb<'a>(path: &'a str, source: &Source) -> Option<(&'a str, Verb)> {
    let name = source.extensions.get("x-codegen-verb")?.as_str()?;
    let verb = if name == "QUERY" { Verb::Query } else { Verb::Other(name.to_owned()) };
    Some((without_verb(path), verb))
}

/// The path without the method that lowering puts in front of it.
fn without_verb(path: &str) -> &str {
    path.strip_prefix(VERB_PREFIX).and_then(|rest| rest.split_once(':')).map_or(path, |(_, path)| path)
}
