//! Decides every Rust name once; emitters only look names up.

mod environments;
mod files;
pub mod generics;

mod index;
mod markers;
mod members;
mod operations;
mod package;
mod requests;
mod scope;
mod tags;
mod types;

use std::collections::BTreeMap;

use crate::analyze::Facts;
use crate::config::Config;
use crate::diagnostic::Diagnostics;
use crate::ir::{Api, TypeId};

pub use environments::EnvironmentNames;
pub use files::{ModelFile, Placement};
pub use index::index;
pub use operations::{OperationNames, VariantNames};
pub use requests::RequestMemberNames;
pub(crate) use requests::WHOLE_BODY;
pub use tags::TagNames;
pub(crate) use tags::event_member;

/// All names, by the index of what they name in the model.
#[derive(Debug)]
pub struct Names {
    /// The Cargo package.
    pub package: String,
    /// The crate in Rust paths.
    pub library: String,
    /// Types, by [`TypeId`]; empty for those that are not emitted.
    pub types: Vec<String>,
    /// Builders of types, by [`TypeId`]; empty for types that no request uses.
    pub builders: Vec<String>,
    /// Fields of objects, variants of enums and unions, by [`TypeId`] and index.
    pub members: Vec<Vec<String>>,
    /// Tags.
    pub tags: Vec<TagNames>,
    /// Operations.
    pub operations: Vec<OperationNames>,
    /// The variant of each webhook in the event enum.
    pub webhooks: Vec<String>,
    /// The methods of the event enum that read the configured members.
    pub event_methods: Vec<String>,
    /// Environments.
    pub environments: Vec<EnvironmentNames>,
    /// Markers of required fields, by the field's name in the document.
    pub markers: BTreeMap<String, String>,
    /// The files of the models.
    pub files: Vec<ModelFile>,
}

impl Names {
    /// The name of a type.
    #[must_use]
    pub fn ty(&self, id: TypeId) -> &str {
        self.types.get(id.0).map_or("", String::as_str)
    }

    /// The name of the builder of a type.
    #[must_use]
    pub fn builder(&self, id: TypeId) -> &str {
        self.builders.get(id.0).map_or("", String::as_str)
    }

    /// The names of the fields or variants of a type.
    #[must_use]
    pub fn members_of(&self, id: TypeId) -> &[String] {
        self.members.get(id.0).map_or(&[], Vec::as_slice)
    }

    /// The marker of a required field.
    #[must_use]
    pub fn marker(&self, wire: &str) -> &str {
        self.markers.get(wire).map_or("", String::as_str)
    }
}

/// Decides all names.
pub fn name(api: &Api, facts: &Facts, config: &Config, diagnostics: &mut Diagnostics) -> Names {
    let package = package::package_name(api, config);
    let types::TypeNames { types, builders } = types::types(api, facts, config, diagnostics);
    let members = members::members(api, facts, &types, config, diagnostics);
    let tags = tags::tags(api, config, diagnostics);
    Names {
        library: package.replace('-', "_"),
        package,
        builders,
        members,
        operations: operations::operations(api, facts, &tags, config, diagnostics),
        webhooks: tags::webhooks(api, config, diagnostics),
        event_methods: tags::event_methods(config, diagnostics),
        environments: environments::environments(config, diagnostics),
        markers: markers::markers(api, facts),
        files: files::files(api, facts, &types),
        types,
        tags,
    }
}
