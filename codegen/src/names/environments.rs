//! Names the environments of the client.

use super::scope::Scope;
use super::settle::{Advice, Claim};
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

/// The names of the environments, in their order.
pub(super) fn name_environments(api: &Api, diagnostics: &mut Diagnostics) -> Vec<EnvironmentNames> {
    let mut scope = Scope::default();
    let help =
        |_: &str| "give one of them another name under `[[environments]]` in the configuration".to_owned();
    let advice = Advice { code: Code::NAMES_COLLIDE, help: &help };
    let names = api.environments.iter().map(|environment| environment.name.as_str());
    names
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
