//! Names the generated package.

use crate::config::Config;
use crate::ident;
use crate::ir::Api;

/// The name of the Cargo package: the configured one, or the document's title followed by `-client`.
pub(super) fn package_name(api: &Api, config: &Config) -> String {
    if let Some(name) = &config.package.name {
        return name.clone();
    }
    let title = ident::kebab_case(&api.title);
    match title.trim_start_matches(|c: char| !c.is_ascii_alphabetic()) {
        "" => "client".to_owned(),
        title => format!("{title}-client"),
    }
}
