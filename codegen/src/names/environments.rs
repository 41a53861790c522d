//! Names the environments of the client.

use super::scope::Scope;
use crate::config::Config;
use crate::diagnostic::Diagnostics;
use crate::ident::{constant_case, snake_case};

/// The names of an environment.
#[derive(Debug)]
pub struct EnvironmentNames {
    /// The constant in the module `environments`.
    pub constant: String,
    /// The name by which the environment variable selects it.
    pub value: String,
}

/// The names of the configured environments, in their order; without any, the document's servers are the environment
/// `default`.
pub(super) fn name_environments(config: &Config, diagnostics: &mut Diagnostics) -> Vec<EnvironmentNames> {
    let mut scope = Scope::default();
    let configured = config.environments.iter().map(|environment| environment.name.as_str());
    let default = config.environments.is_empty().then_some("default");
    let help = "give one of them another name under `[[environments]]` in the configuration";
    configured
        .chain(default)
        .map(|name| EnvironmentNames {
            constant: scope.claim(constant_case(name), name, "", help, diagnostics),
            value: snake_case(name).trim_start_matches("r#").to_owned(),
        })
        .collect()
}
