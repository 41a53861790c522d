//! All names of a generated crate.

use std::collections::BTreeMap;

use super::aliases::Aliases;
use super::environments::EnvironmentNames;
use super::files::ModelFile;
use super::operations::OperationNames;
use super::tags::TagNames;
use crate::ir::TypeId;

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
    /// The constants of the credentials.
    pub credentials: Vec<String>,
    /// The environment variables of the credentials.
    pub credential_variables: Vec<String>,
    /// The constants of the variables of servers.
    pub server_variables: Vec<String>,
    /// Environments.
    pub environments: Vec<EnvironmentNames>,
    /// Markers of required fields, by the field's name in the document.
    pub markers: BTreeMap<String, String>,
    /// The files of the models.
    pub files: Vec<ModelFile>,
    /// Old names, which the crate keeps as deprecated aliases.
    pub aliases: Aliases,
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
