//! Converts an untyped OpenAPI 3.0 or 3.1 tree into the typed document of 3.0.
//!
//! `openapiv3` models 3.0 and ignores unknown keys. So lowering first rewrites the tree into the form of 3.0: one walk
//! applies small rewrites, one file each. Extensions named `x-codegen-*` carry what 3.0 cannot express; what cannot be
//! represented at all is reported. Lowering does not know Rust or the model that later stages build.
//!
//! # The lowered document
//!
//! - Null is always `nullable: true`. `x-codegen-null: true` marks a schema whose only valid value is null. A union is
//!   nullable if
//!   any branch written in it was; a branch that is a reference is nullable if its component is.
//! - A `$ref` has no siblings and refers to a component schema: the text after `#/components/schemas/` is its key,
//!   unescaped. With
//!   siblings it became `allOf: [{$ref}]` beside them. A target elsewhere became a component schema marked
//!   `x-codegen-hoisted: true`. The values of a discriminator's `mapping` are references of the same form, and so is
//!   `x-codegen-default-mapping`. The data of events has the `contentSchema` of its text.
//! - Parameters, request bodies, responses, headers, examples and path items are never references. If they were references
//!   to
//!   components, `x-codegen-component: NAME` has the name. Links are in
//!   `x-codegen-links` of their response.
//! - The parameters of a path item are in each of its operations, behind the operation's own. Path parameters are required.
//! - A schema with `oneOf`, `anyOf` or `allOf` has no `type`. If it has only one of them, it is `SchemaKind::OneOf`, `AnyOf`
//!   or
//!   `AllOf`; with `properties`, `required` and so on beside it, or with several of them, it is `SchemaKind::Any` with all of them.
//!   A schema without any constraint is an empty `AnySchema`. A branch that only has `required` is an object type.
//! - A union of one branch is replaced by the branch, unless it has a discriminator, which means that more branches may
//!   follow. A
//!   union of `const` and `enum` branches of one type is one `enum`, with `x-codegen-enum-names: {VALUE: TEXT}` and
//!   `x-codegen-enum-descriptions: {VALUE: TEXT}`; of several types, or beside other branches, it has one `enum` for each type.
//! - `contentMediaType` of a file or of encoded bytes is `x-codegen-content-media-type`. An `explode` that an Encoding Object states
//!   is also `x-codegen-explode`.
//! - `const` is an `enum` of one value marked `x-codegen-const: true`; `prefixItems` is `x-codegen-prefix-items`;
//!   `x-codegen-unsigned: true` marks an integer that is not negative and may exceed 63 bits;
//!   `x-codegen-never: true` marks a schema for which no value is valid. An `enum` is never empty and has no duplicates. Its values
//!   are not null, and have the schema's type.
//! - A webhook is a path item under `/x-codegen-webhooks/` marked `x-codegen-webhook: NAME`. Callbacks are not lowered; they
//!   are in
//!   `x-codegen-callbacks` of their operation.
//!
//! - An operation whose method has no key in 3.1 is the `post` of a path item of its own, `/x-codegen-verbs/COPY:/path`, and has
//!   `x-codegen-verb: COPY`. The `name` of a server is `x-codegen-name`. `itemSchema` of a media type becomes its `schema`, and `x-codegen-querystring: true` marks a
//!   parameter that is the whole query.
//!
//! Component schemas may refer to each other in a cycle through properties, lists and maps, and a base may list in `oneOf`
//! the children that include it by `allOf`. A cycle of references and `allOf` alone, or of references, `oneOf` and `anyOf`
//! alone, is rejected.

mod anchors;
mod checks;
mod children;
mod content;
mod context;
mod event_data;
mod keywords;
mod loops;
mod objects;
mod options;
mod paths;
mod references;
mod reserved;
mod resources;
mod schema;
mod scheme_names;
mod targets;
mod templates;
mod typed;
mod value_kind;
mod verbs;
mod version;
mod walk;
mod webhooks;

// The rewrites of one schema, in the order in which `schema` calls them.
mod bounds;
mod constants;
mod enum_branches;
mod formats;
mod nullable;
mod shape;
mod types;

#[cfg(test)]
pub(crate) use keywords::represented_keywords;
#[cfg(test)]
pub(crate) use objects::represented_members;
pub use options::{KeywordRule, LowerOptions, UnknownKeys};
pub use typed::convert_schema;

use crate::diagnostic::Diagnostics;
use crate::document::{Document, Origins};
use crate::stack::run_with_large_stack;
use context::LowerContext;
use serde_json::Value;
use std::collections::BTreeSet;
use targets::Targets;

/// The typed document, and the origins of its nodes.
#[derive(Debug)]
pub struct Lowered {
    /// The document in the form that the module docs describe.
    pub api: openapiv3::OpenAPI,
    /// The former pointer of each node that lowering moved.
    pub origins: Origins,
    /// The options that applied to a schema: `/formats/NAME` and `/keywords/NAME`.
    pub applied: BTreeSet<String>,
}

/// Lowers a document. Returns `None`, and reports why, if it has errors.
pub fn lower_document(
    document: Document,
    options: &LowerOptions,
    diagnostics: &mut Diagnostics,
) -> Option<Lowered> {
    run_with_large_stack(|| lower_tree(document.root, options, diagnostics))
}

fn lower_tree(mut root: Value, options: &LowerOptions, diagnostics: &mut Diagnostics) -> Option<Lowered> {
    let errors = diagnostics.errors();
    version::check_version(&root, diagnostics)?;
    reserved::remove_reserved_names(&mut root, diagnostics);
    anchors::resolve_anchors(&mut root);
    scheme_names::name_security_schemes(&mut root);
    let moves = event_data::apply_content_schemas(&mut root);
    let targets = Targets::collect(&mut root);
    let mut context = LowerContext::new(options, targets, diagnostics);
    moves.iter().for_each(|(to, from)| context.record_move(to, from));
    if context.targets.is_incomplete {
        context.report_reference_limit();
    }
    walk::lower_root(&mut root, &mut context);
    let (origins, applied) = (context.origins, context.applied);
    if diagnostics.errors() > errors {
        return None;
    }
    let api = typed::convert_document(root, &origins, diagnostics)?;
    Some(Lowered { api, origins, applied })
}

#[cfg(test)]
mod tests;
