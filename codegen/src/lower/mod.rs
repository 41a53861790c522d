//! From an untyped OpenAPI 3.0 or 3.1 tree to the typed 3.0 model, with nothing lost in silence.
//!
//! `openapiv3` models 3.0 and drops what it does not know. So the tree is brought into the shape of 3.0 first, by small
//! rewrites, one file each, driven by one walk. What 3.0 has no word for rides in `x-codegen-*` members; what cannot be
//! represented is a message. Nothing here knows Rust or the model that is built later.
//!
//! # What arrives
//!
//! - `nullable: true` is the only form of null. `x-codegen-null: true` marks a schema whose only value is null. A union
//!   is nullable where any branch written in it was; a branch that is a reference keeps what its component says.
//! - A `$ref` has no siblings and names a component schema: the text after `#/components/schemas/` is its key, unescaped.
//!   With siblings it became `allOf: [{$ref}]` beside them. A target elsewhere became a component schema marked
//!   `x-codegen-hoisted: true`. The values of a discriminator's `mapping` are references of the same form.
//! - Parameters, request bodies, responses, headers, examples and path items are never references. One that was carries
//!   `x-codegen-component: NAME` if it stood in `components`. Links are left out.
//! - Parameters of a path item stand in each of its operations, behind the operation's own. Path parameters are required.
//! - A schema with `oneOf`, `anyOf` or `allOf` has no `type`. With nothing but one of them it is `SchemaKind::OneOf`,
//!   `AnyOf` or `AllOf`; with `properties`, `required` and so on beside it, or with several of them, it is
//!   `SchemaKind::Any` and holds them all. So is a schema without any statement about its shape: an empty `AnySchema`.
//!   A branch that only has `required` is an object type with nothing else.
//! - A union of one branch is that branch, unless a discriminator says that more may follow. A union of `const` and
//!   `enum` branches of one type is one `enum`, with `x-codegen-enum-descriptions: {VALUE: TEXT}`.
//! - `const` is an `enum` of one value marked `x-codegen-const: true`; `prefixItems` is `x-codegen-prefix-items`;
//!   `x-codegen-never: true` marks a schema that no value satisfies. An `enum` is never empty, holds each value once,
//!   and none that is null or of another type than the schema's.
//! - A webhook is a path item under `/x-codegen-webhooks/` marked `x-codegen-webhook: NAME`; callbacks stay as they were
//!   written, in `x-codegen-callbacks` of their operation.
//!
//! Component schemas may still refer to each other in a circle through members, lists and maps, and a base may list in
//! `oneOf` the children that take it in by `allOf`. Circles of references and `allOf` alone, or of references, `oneOf`
//! and `anyOf` alone, do not arrive.

mod checks;
mod content;
mod context;
mod keywords;
mod kinds;
mod loops;
mod objects;
mod options;
mod paths;
mod references;
mod reserved;
mod schema;
mod stack;
mod targets;
mod typed;
mod version;
mod walk;
mod webhooks;

// The rewrites of one schema, in the order in which `schema` calls them.
mod bounds;
mod constants;
mod formats;
mod nullable;
mod shape;
mod types;

#[cfg(test)]
pub(crate) use keywords::represented as represented_keywords;
pub use options::{KeywordRule, LowerOptions, UnknownKeys};
pub(crate) use stack::deep;
pub use typed::schema as typed_schema;

use crate::diagnostic::Diagnostics;
use crate::document::{Document, Origins};
use context::Context;
use serde_json::Value;
use targets::Targets;

/// The typed document, and the way back from its pointers to those of the document.
#[derive(Debug)]
pub struct Lowered {
    /// The document in the shape described at the top of this module.
    pub api: openapiv3::OpenAPI,
    /// For each node that lowering moved: where it stood.
    pub origins: Origins,
}

/// Lowers a document. `None`, with messages, if anything in it is wrong.
pub fn lower(document: Document, options: &LowerOptions, diagnostics: &mut Diagnostics) -> Option<Lowered> {
    stack::deep(|| lower_tree(document.root, options, diagnostics))
}

fn lower_tree(mut root: Value, options: &LowerOptions, diagnostics: &mut Diagnostics) -> Option<Lowered> {
    let errors = diagnostics.errors();
    version::check(&root, diagnostics)?;
    reserved::clear(&mut root, diagnostics);
    let targets = Targets::collect(&mut root);
    let mut context = Context::new(options, targets, diagnostics);
    if context.targets.too_many {
        context.too_many_references();
    }
    walk::document(&mut root, &mut context);
    let origins = context.origins;
    if diagnostics.errors() > errors {
        return None;
    }
    let api = typed::document(root, &origins, diagnostics)?;
    Some(Lowered { api, origins })
}

#[cfg(test)]
mod tests;
