//! Names the constants of the credentials and of the variables of servers.

use std::collections::BTreeSet;

use crate::ident::constant_case;
use crate::ir::Api;

/// The constant of each credential in the module `credentials`.
pub(super) fn name_credentials(api: &Api) -> Vec<String> {
    number_constants(api.credentials.iter().map(|credential| credential.name.as_str()))
}

/// The constant of each variable in the module `server_variables`.
pub(super) fn name_server_variables(api: &Api) -> Vec<String> {
    number_constants(api.server_variables().map(|variable| variable.name.as_str()))
}

/// A constant for each name. Names that are the same in Rust are numbered.
fn number_constants<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut taken = BTreeSet::new();
    let constants = names.map(|name| {
        let name = constant_case(name);
        let numbered = (2..).map(|number| format!("{name}_{number}"));
        let name = std::iter::once(name.clone()).chain(numbered).find(|name| !taken.contains(name));
        let name = name.unwrap_or_default();
        taken.insert(name.clone());
        name
    });
    constants.collect()
}
