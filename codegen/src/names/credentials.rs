//! Names the constants of the credentials.

use std::collections::BTreeSet;

use crate::ident::constant_case;
use crate::ir::Api;

/// The constant of each credential in the module `credentials`. Names that are the same in Rust are numbered.
pub(super) fn name_credentials(api: &Api) -> Vec<String> {
    let mut taken = BTreeSet::new();
    let names = api.credentials.iter().map(|credential| {
        let name = constant_case(&credential.name);
        let numbered = (2..).map(|number| format!("{name}_{number}"));
        let name = std::iter::once(name.clone()).chain(numbered).find(|name| !taken.contains(name));
        let name = name.unwrap_or_default();
        taken.insert(name.clone());
        name
    });
    names.collect()
}
