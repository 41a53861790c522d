//! From an untyped OpenAPI 3.0 or 3.1 tree to the typed 3.0 model, with nothing lost in silence.
//!
//! `openapiv3` models 3.0 and drops what it does not know. So the tree is brought into the shape of 3.0 first, by small
//! rewrites, one file each, driven by one walk. What 3.0 has no word for rides in `x-codegen-*` members; what cannot be
//! represented is a message. Nothing here knows Rust or the model that is built later.
//!
//! # What arrives
//!
//! - `nullable: true` is the only form of null. `x-codegen-null: true` marks a schema whose only value is null.
//! - A `$ref` has no siblings and names a component schema: the text after `#/components/schemas/` is its key, unescaped.
//!   With siblings it became `allOf: [{$ref}]` beside them. A target elsewhere became a component schema marked
//!   `x-codegen-hoisted: true`.
//! - Parameters, request bodies, responses, headers, examples, links and path items are never references. One that was
//!   carries `x-codegen-component: NAME`.
//! - Parameters of a path item stand in each of its operations.
//! - A schema with `oneOf`, `anyOf` or `allOf` has no `type`. With nothing but one of them it is `SchemaKind::OneOf`,
//!   `AnyOf` or `AllOf`; with `properties`, `required` and so on beside it, or with several of them, it is
//!   `SchemaKind::Any` and holds them all. So is a schema without any statement about its shape.
//! - `const` is an `enum` of one value marked `x-codegen-const: true`; `prefixItems` is `x-codegen-prefix-items`;
//!   `x-codegen-never: true` marks a schema that no value satisfies.
//! - A webhook is a path item under `/x-codegen-webhooks/` marked `x-codegen-webhook: NAME`; callbacks stay as they were
//!   written, in `x-codegen-callbacks` of their operation.

mod context;
mod keywords;
mod kinds;
mod loops;
mod objects;
mod options;
mod paths;
mod references;
mod schema;
mod sources;
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

pub use crate::document::Origins;
pub use options::{KeywordRule, LowerOptions, UnknownKeys};
pub use sources::Sources;

use crate::diagnostic::Diagnostics;
use crate::document::Document;
use context::Context;
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
    let errors = diagnostics.errors();
    let mut root = document.root;
    version::check(&root, diagnostics)?;
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
