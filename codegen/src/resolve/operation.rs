//! Operations: what is called how, with what, and what comes back.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use openapiv3::{Operation as Source, PathItem, ReferenceOr};

use super::{Resolver, escape};
use crate::ir::{Location, Operation, Root, Verb};

/// The prefix under which lowering keeps webhooks among the paths.
pub(super) const WEBHOOKS: &str = "/x-codegen-webhooks/";

impl<'a> Resolver<'a> {
    pub(super) fn build_operations(&mut self) {
        let paths = &self.document.paths.paths;
        for (path, item) in paths.iter().filter(|(path, _)| !path.starts_with(WEBHOOKS)) {
            let ReferenceOr::Item(item) = item else { continue };
            let base = format!("/paths/{}", escape(path));
            for (verb, source) in verbs(item) {
                let pointer = format!("{base}/{}", verb.as_str().to_lowercase());
                self.operation(path, item, verb, source, pointer);
            }
        }
        self.refuse_duplicates();
    }

    fn operation(&mut self, path: &str, item: &'a PathItem, verb: Verb, source: &'a Source, pointer: String) {
        let root = Root::Operation(self.api.operations.len());
        let tag_name = source.tags.first().cloned().unwrap_or_else(|| first_segment(path));
        let tag = self.tag(&tag_name, None, format!("{pointer}/tags/0"));
        let parameters = self.parameters(source, path, &root, &pointer);
        let sent = self.styled_path(source, path, &pointer);
        if source.extensions.contains_key("x-codegen-callbacks") {
            self.warning(
                "callbacks",
                "calls that the server makes become no code".to_owned(),
                &format!("{pointer}/callbacks"),
                "remove them with an action in the overlay, or move those of interest to `webhooks`",
            );
        }
        let success = self.success(source, &root, &pointer);
        let page = self.page(&success, &parameters);
        let operation = Operation {
            id: source.operation_id.clone().unwrap_or_else(|| made_id(verb, path)),
            id_given: source.operation_id.is_some(),
            verb,
            path: sent,
            tag,
            server: self.server(item, source),
            summary: source.summary.clone().or_else(|| item.summary.clone()),
            description: source.description.clone().or_else(|| item.description.clone()),
            deprecated: source.deprecated,
            security: self.security(source),
            unauthenticated: self.unauthenticated(source),
            body: self.body(source, &root, &pointer),
            success,
            status: super::response::status(source),
            errors: self.errors(source, &root, &pointer),
            page,
            parameters,
            pointer,
        };
        self.api.operations.push(operation);
    }

    fn server(&self, item: &PathItem, source: &Source) -> usize {
        let own = source.servers.first().or_else(|| item.servers.first());
        let url = own.map(super::address);
        url.and_then(|url| self.api.servers.iter().position(|other| *other == url)).unwrap_or_default()
    }

    /// The alternatives of a call's security, each as text: schemes with their scopes.
    fn security(&self, source: &Source) -> Option<Vec<String>> {
        let alternatives = source.security.as_ref().or(self.document.security.as_ref())?;
        let texts = alternatives.iter().map(|requirement| {
            let schemes = requirement.iter().map(|(scheme, scopes)| match scopes.as_slice() {
                [] => format!("`{scheme}`"),
                scopes => format!("`{scheme}` ({})", scopes.join(", ")),
            });
            schemes.collect::<Vec<_>>().join(" and ")
        });
        Some(texts.filter(|text| !text.is_empty()).collect())
    }

    /// Whether the document says that a call needs no credential: by an empty requirement, `security: [{}]`. An empty list says
    /// nothing, since documents that are written by programs have one wherever nothing was declared.
    fn unauthenticated(&self, source: &Source) -> bool {
        source.security.as_ref().is_some_and(|all| !all.is_empty() && all.iter().all(IndexMap::is_empty))
            && self.document.components.as_ref().is_some_and(|all| !all.security_schemes.is_empty())
    }

    fn refuse_duplicates(&mut self) {
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        let mut again = Vec::new();
        for (index, operation) in self.api.operations.iter().enumerate() {
            if seen.insert(&operation.id, index).is_some() && operation.id_given {
                again.push((operation.id.clone(), operation.pointer.clone()));
            }
        }
        for (id, pointer) in again {
            self.error(
                "duplicate-operation-id",
                format!("the operationId `{id}` stands twice"),
                &pointer,
                "give one of the two another operationId with an action in the overlay",
            );
        }
    }
}

fn verbs(item: &PathItem) -> impl Iterator<Item = (Verb, &Source)> {
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

/// An operation without tag belongs to the first fixed segment of its path.
fn first_segment(path: &str) -> String {
    let mut segments = path.split('/').filter(|segment| !segment.is_empty() && !segment.starts_with('{'));
    segments.next().unwrap_or("root").to_owned()
}

/// An operation without id is named by what it does to which path.
fn made_id(verb: Verb, path: &str) -> String {
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let one = segments.last().is_some_and(|last| last.starts_with('{'));
    let action = match verb {
        Verb::Get if one => "retrieve",
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
            // The last parameter is what "retrieve" means; the ones before tell siblings apart.
            Some(_) if index == last => None,
            Some(name) => Some(format!("by {name}")),
            None => Some((*segment).to_owned()),
        }
    });
    std::iter::once(action.to_owned()).chain(words).collect::<Vec<_>>().join(" ")
}

/// The fixed segment before `{name}` in a path.
pub(super) fn segment_before<'p>(path: &'p str, name: &str) -> Option<&'p str> {
    let segments: Vec<&str> = path.split('/').collect();
    let at = segments.iter().position(|segment| *segment == format!("{{{name}}}"))?;
    segments.get(at.checked_sub(1)?).copied().filter(|segment| !segment.starts_with('{'))
}

/// Whether a parameter belongs to the path.
pub(super) fn in_path(location: Location) -> bool {
    location == Location::Path
}
