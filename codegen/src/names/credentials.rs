//! Names the constants and environment variables of the credentials, and the constants of the variables of servers.

use std::collections::BTreeSet;

use crate::config::Config;
use crate::ident::constant_case;
use crate::ir::Api;

/// The constant of each credential in the module `credentials`.
pub(super) fn name_credentials(api: &Api) -> Vec<String> {
    number_constants(api.credentials.iter().map(|credential| credential.name.as_str()))
}

/// The environment variable of each credential: a configured one, or the name of the crate and that of the credential.
pub(super) fn name_credential_variables(
    config: &Config,
    package: &str,
    constants: &[String],
    api: &Api,
) -> Vec<String> {
    let variables = &config.variables;
    let main = variables.api_key.as_deref().unwrap_or("API_KEY");
    let others = [&variables.base_url, &variables.environment, &variables.version, &variables.log];
    let mut taken: BTreeSet<String> = others.into_iter().flatten().cloned().collect();
    taken.extend(variables.credentials.values().cloned().chain([main.to_owned()]));
    let prefix = constant_case(package.strip_suffix("-client").unwrap_or(package));
    let names = api.credentials.iter().zip(constants).enumerate();
    let names =
        names.map(|(index, (credential, constant))| match variables.credentials.get(&credential.name) {
            _ if index == 0 => main.to_owned(),
            Some(name) => name.clone(),
            None => claim_name(format!("{prefix}_{constant}"), &mut taken),
        });
    names.collect()
}

/// The constant of each variable in the module `server_variables`.
pub(super) fn name_server_variables(api: &Api) -> Vec<String> {
    number_constants(api.server_variables().map(|variable| variable.name.as_str()))
}

/// A constant for each name. Names that are the same in Rust are numbered.
fn number_constants<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut taken = BTreeSet::new();
    names.map(|name| claim_name(constant_case(name), &mut taken)).collect()
}

/// The name, with a number if it is taken.
fn claim_name(name: String, taken: &mut BTreeSet<String>) -> String {
    let numbered = (2..).map(|number| format!("{name}_{number}"));
    let found = std::iter::once(name.clone()).chain(numbered).find(|name| !taken.contains(name));
    let found = found.unwrap_or_default();
    taken.insert(found.clone());
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::{Authentication, Credential};

    #[test]
    fn variables_of_credentials_are_not_shared() {
        let credential = |name: &str| Credential {
            name: name.to_owned(),
            authentication: Authentication::Bearer,
            description: None,
        };
        let names = ["bearerAuth", "apiKey", "API-KEY", "baseUrl", "staff"];
        let api = Api { credentials: names.iter().map(|name| credential(name)).collect(), ..Api::default() };
        let config: Config = toml::from_str(
            "[variables]\napi-key = \"ACME_API_KEY\"\nbase-url = \"ACME_BASE_URL\"\ncredentials = { staff = \"STAFF\" }",
        )
        .unwrap_or_default();
        let variables = name_credential_variables(&config, "acme-client", &name_credentials(&api), &api);
        let expected = ["ACME_API_KEY", "ACME_API_KEY_2", "ACME_API_KEY_2_2", "ACME_BASE_URL_2", "STAFF"];
        assert_eq!(variables, expected);
    }
}
