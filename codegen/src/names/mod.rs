//! Every Rust name, decided once: the emitter only looks them up.

mod files;
pub mod ident;
mod index;
mod members;
mod operations;
mod requests;
mod scope;
mod tags;
mod types;

use crate::analyze::Facts;
use crate::config::Config;
use crate::diagnostic::Diagnostics;
use crate::ir::{Api, TypeId};

pub use files::{ModelFile, Placement};
pub use operations::{OperationNames, VariantNames};
pub use requests::{RequestMember, Source, members as request_members};
pub use tags::TagNames;
pub(crate) use tags::event_member;

/// All names, by the place of what they name in the model.
#[derive(Debug)]
pub struct Names {
    /// Types, by [`TypeId`]; empty for those that are not written.
    pub types: Vec<String>,
    /// Fields of objects, variants of enums and unions, by [`TypeId`] and place.
    pub members: Vec<Vec<String>>,
    /// Tags.
    pub tags: Vec<TagNames>,
    /// Operations.
    pub operations: Vec<OperationNames>,
    /// The variant of each webhook in the event enum.
    pub webhooks: Vec<String>,
    /// The files of the models.
    pub files: Vec<ModelFile>,
}

impl Names {
    /// The name of a type.
    #[must_use]
    pub fn ty(&self, id: TypeId) -> &str {
        self.types.get(id.0).map_or("", String::as_str)
    }
}

/// Names everything.
pub fn name(api: &Api, facts: &Facts, config: &Config, diagnostics: &mut Diagnostics) -> Names {
    let types = types::types(api, facts, config, diagnostics);
    let members = members::members(api, facts, &types, config, diagnostics);
    let tags = tags::tags(api, config, diagnostics);
    let operations = operations::operations(api, &tags, config, diagnostics);
    let webhooks = tags::webhooks(api, config, diagnostics);
    let files = files::files(api, facts, &types, &tags);
    Names { types, members, tags, operations, webhooks, files }
}

pub use index::index;
