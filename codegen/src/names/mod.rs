//! Decides every Rust name once; emitters only look names up.

mod aliases;
mod credentials;
mod decisions;
mod entries;
mod environments;
mod events;
mod files;
pub mod generics;
mod index;
mod markers;
mod media_types;
mod members;
mod operations;
mod package;
mod request_members;
mod scope;
mod settle;
mod shared;
mod table;
mod tags;
mod types;

use crate::analyze::Facts;
use crate::config::{Config, Renames};
use crate::diagnostic::Diagnostics;
use crate::ir::Api;

pub use aliases::{Alias, Aliases, MethodAlias};
pub(crate) use aliases::{USER_TOKEN_TYPES, WEBHOOK_TYPES};
pub use decisions::format_decisions;
pub use environments::EnvironmentNames;
pub use files::{ModelFile, Placement};
pub use index::format_index;
pub use operations::{OperationNames, VariantNames};
pub use request_members::RequestMemberNames;
pub(crate) use request_members::WHOLE_BODY;
pub use table::Names;
pub use tags::TagNames;

/// Decides all names. Names that collide are errors.
pub fn assign_names(api: &Api, facts: &Facts, config: &Config, diagnostics: &mut Diagnostics) -> Names {
    let package = package::package_name(api, config);
    let types::TypeNames { types, builders } = types::name_types(api, facts, config, diagnostics);
    let members = members::name_members(api, facts, &types, config, diagnostics);
    let tags = tags::name_tags(api, config, diagnostics);
    let credentials = credentials::name_credentials(api);
    let names = Names {
        credential_variables: credentials::name_credential_variables(config, &package, &credentials, api),
        library: package.replace('-', "_"),
        package,
        builders,
        members,
        operations: operations::name_operations(api, facts, &tags, config, diagnostics),
        webhooks: events::name_events(api, diagnostics),
        event_methods: events::name_event_methods(api, config, diagnostics),
        credentials,
        server_variables: credentials::name_server_variables(api),
        environments: environments::name_environments(api, diagnostics),
        markers: markers::name_markers(api, facts),
        files: files::assign_files(api, facts, &types),
        types,
        tags,
        aliases: Aliases::default(),
    };
    entries::report_dead_entries(api, &names, config, diagnostics);
    names
}

impl Names {
    /// Adds the old names of renamed items, which change no other name.
    pub fn add_aliases(
        &mut self,
        api: &Api,
        facts: &Facts,
        (config, renames): (&Config, &Renames),
        diagnostics: &mut Diagnostics,
    ) {
        if !renames.entries.is_empty() {
            let paths = aliases::Paths::collect(api, facts, config, self);
            self.aliases = aliases::resolve_renames(&paths, renames, diagnostics);
        }
    }
}
