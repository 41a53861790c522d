//! Names the environments of the client.

use super::scope::Scope;
use super::settle::{Advice, Claim};
use crate::config::Config;
use crate::diagnostic::{Code, Diagnostics};
use crate::ident::{constant_case, snake_case};
use crate::ir::Api;

/// The names of an environment.
#[derive(Debug)]
pub struct EnvironmentNames {
    /// The constant in the module `environments`.
    pub constant: String,
    /// The name by which the environment variable selects it.
    pub value: String,
}

/// The names of the configured environments, in their order; without any, those of the document.
pub(super) fn name_environments(
    api: &Api,
    config: &Config,
    diagnostics: &mut Diagnostics,
) -> Vec<EnvironmentNames> {
    let mut scope = Scope::default();
    let configured = config.environments.iter().map(|environment| environment.name.as_str());
    let stated = api.environments.iter().map(|environment| environment.name.as_str());
    let stated = stated.filter(|_| config.environments.is_empty());
    let help =
        |_: &str| "give one of them another name under `[[environments]]` in the configuration".to_owned();
    let advice = Advice { code: Code::NAMES_COLLIDE, help: &help };
    configured
        .chain(stated)
        .map(|name| EnvironmentNames {
            constant: scope.claim(
                &Claim { wire: name, pointer: "", names: vec![constant_case(name)] },
                &advice,
                diagnostics,
            ),
            value: snake_case(name).trim_start_matches("r#").to_owned(),
        })
        .collect()
}
