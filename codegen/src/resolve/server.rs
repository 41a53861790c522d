//! Collects the servers of the document, and the environments that they are.
//!
//! | member | effect |
//! |---|---|
//! | several `servers` of the document | an environment each, unless the configuration has environments |
//! | `enum` of variables | an environment per value, up to [`MAX_VALUES`](super::server_url::MAX_VALUES) combinations; otherwise as without `enum` |
//! | a variable without `enum` | `server_variable` of the client builder sets it; a warning if it is not part of the host, the port or the path |
//! | `default` | the value in the first environment of the server |
//! | `name` (3.2), `description` of a server | the name of its environment, unless its variables have several values; its documentation |
//! | `description` of a variable | documents the environment and the constant of the variable |
//! | `servers` of a path or an operation | another server of each environment: that of the same position, or the first; the environment's own if it is one of them and all are the document's, or if they are only some of these, the first among them; a warning if one environment has the server of another |
//! | a variable of the same name in them | has the value of the environment if that is in its `enum`; without `enum`, if its `default` is one of the values of the environments; a warning if one call of `server_variable` sets several that differ, or only that of the host above a path |
//! | a relative `url` | for a path or an operation, below the host of the document's server; for the document, a warning, and `build` of the client asks for `base_url` |
//! | a slash at the end of `url` | removed, since paths begin with one |

use openapiv3::{Operation, PathItem, Server};

use super::Resolver;
use super::environments::make_environments;
use super::server_slot::Slot;
use super::server_url::is_absolute;
use super::webhook::WEBHOOK_PREFIX;
use crate::document::pointer;
use crate::ir::Environment;

impl Resolver<'_> {
    /// Collects the document's server, then those of single paths and operations, and makes environments of them.
    pub(super) fn collect_servers(&mut self) {
        let mut slots = vec![Slot::new(&self.document.servers, "/servers".to_owned())];
        let mut is_first_used = false;
        for (path, item) in &self.document.paths.paths {
            let Some(item) = item.as_item().filter(|_| !path.starts_with(WEBHOOK_PREFIX)) else { continue };
            for (verb, operation) in item.iter() {
                let servers = own_servers(item, operation);
                if servers.is_empty() {
                    is_first_used = true;
                    continue;
                }
                match slots.iter().position(|slot| slot.has_servers(servers)) {
                    Some(0) => is_first_used = true,
                    Some(_) => {}
                    None => {
                        let verb = (!operation.servers.is_empty()).then_some(verb);
                        let segments = ["paths", path].into_iter().chain(verb).chain(["servers"]);
                        slots.push(Slot::new(servers, pointer::from_segments(segments)));
                    }
                }
            }
        }
        let has_url = slots.first().is_some_and(|slot| is_absolute(&slot.url));
        if !is_first_used && !has_url && slots.len() > 1 {
            slots.remove(0);
        }
        let is_configured = !self.config.environments.is_empty();
        let mut environments =
            if is_configured { self.configure_environments(&slots) } else { make_environments(&slots) };
        self.api.servers = share_indexes(&mut slots, &mut environments);
        self.api.environments = environments;
        if !is_configured {
            self.report_servers(&slots);
        }
        self.report_variables_of_paths(&slots);
        self.report_other_environments(&slots);
        self.servers = slots;
    }

    /// The index of an operation's server in every environment.
    pub(super) fn server_index(&self, item: &PathItem, operation: &Operation) -> usize {
        let servers = own_servers(item, operation);
        let own = self.servers.iter().find(|slot| !servers.is_empty() && slot.has_servers(servers));
        own.map_or(0, |slot| slot.index)
    }
}

/// The servers that an operation or its path declares.
fn own_servers<'a>(item: &'a PathItem, operation: &'a Operation) -> &'a [Server] {
    if operation.servers.is_empty() { &item.servers } else { &operation.servers }
}

/// Gives slots whose addresses are the same in every environment one index, and returns the URL of each index.
fn share_indexes(slots: &mut [Slot], environments: &mut [Environment]) -> Vec<String> {
    let mut kept: Vec<(usize, String)> = Vec::new();
    for (place, slot) in slots.iter_mut().enumerate() {
        let same = kept.iter().position(|(other, _)| {
            environments.iter().all(|environment| environment.has_same_server(*other, place))
        });
        slot.index = same.unwrap_or(kept.len());
        if same.is_none() {
            kept.push((place, slot.url.clone()));
        }
    }
    for environment in environments {
        let servers = kept.iter().filter_map(|(place, _)| environment.servers.get(*place).cloned());
        let templates = kept.iter().enumerate();
        let templates =
            templates.filter_map(|(index, (place, _))| Some((index, environment.template(*place)?.clone())));
        (environment.servers, environment.templates) = (servers.collect(), templates.collect());
    }
    kept.into_iter().map(|(_, url)| url).collect()
}
