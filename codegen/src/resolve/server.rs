//! Collects the servers of the document, and the environments that they are.
//!
//! | member | effect |
//! |---|---|
//! | several `servers` of the document | an environment each, unless the configuration has environments |
//! | `enum` of variables | an environment per value, up to [`MAX_VALUES`] combinations; otherwise as without `enum` |
//! | a variable without `enum` | `server_variable` of the client builder sets it; a warning if it is not part of the host, the port or the path |
//! | `default` | the value in the first environment of the server |
//! | `name` (3.2), `description` of a server | the name of its environment, unless its variables have several values; its documentation |
//! | `description` of a variable | documents the environment and the constant of the variable |
//! | `servers` of a path or an operation | another server of each environment: that of the same position, or the first; variables of the same name have the same values |
//! | a relative `url` | for a path or an operation, below the host of the document's server; for the document, a warning, and `build` of the client asks for `base_url` |
//! | a slash at the end of `url` | removed, since paths begin with one |

use openapiv3::{Operation, PathItem, Server};

use super::Resolver;
use super::environments::{configure_environment, make_environments};
use super::server_url::{combinations, default_url, is_absolute, placeholders, variables};
use super::webhook::WEBHOOK_PREFIX;
use crate::diagnostic::Code;
use crate::document::pointer;

/// The most environments that the values of one server's variables make.
pub(super) const MAX_VALUES: usize = 16;

/// The servers of the document, or those of a path or an operation, of which each request uses one.
pub(super) struct Slot {
    pub(super) servers: Vec<Server>,
    /// The URL of the first server, with the default values of its variables.
    pub(super) url: String,
    pointer: String,
}

impl Slot {
    pub(super) fn new(servers: &[Server], pointer: String) -> Self {
        let url = servers.first().map(default_url).unwrap_or_default();
        Self { servers: servers.to_vec(), url, pointer }
    }
}

impl Resolver<'_> {
    /// Collects the document's server, then those of single paths and operations, and makes environments of them.
    pub(super) fn collect_servers(&mut self) {
        let mut slots = vec![Slot::new(&self.document.servers, "/servers".to_owned())];
        let mut is_first_used = false;
        for (path, item) in &self.document.paths.paths {
            let Some(item) = item.as_item().filter(|_| !path.starts_with(WEBHOOK_PREFIX)) else { continue };
            for (verb, operation) in item.iter() {
                let (servers, segments) = match operation.servers.as_slice() {
                    [] => (&item.servers, vec!["paths", path, "servers"]),
                    _ => (&operation.servers, vec!["paths", path, verb, "servers"]),
                };
                if servers.is_empty() {
                    is_first_used = true;
                    continue;
                }
                let slot = Slot::new(servers, pointer::from_segments(segments));
                match slots.iter().position(|other| other.url == slot.url) {
                    Some(0) => is_first_used = true,
                    Some(_) => {}
                    None => slots.push(slot),
                }
            }
        }
        let has_url = slots.first().is_some_and(|slot| is_absolute(&slot.url));
        if !is_first_used && !has_url && slots.len() > 1 {
            slots.remove(0);
        }
        self.api.servers = slots.iter().map(|slot| slot.url.clone()).collect();
        if self.config.environments.is_empty() {
            self.api.environments = make_environments(&slots);
            self.report_servers(&slots);
        } else {
            let configured = self.config.environments.iter();
            self.api.environments = configured.map(|own| configure_environment(own, &slots)).collect();
        }
    }

    fn report_servers(&mut self, slots: &[Slot]) {
        let Some(first) = slots.first() else { return };
        for (index, server) in first.servers.iter().enumerate() {
            let at = format!("{}/{index}", first.pointer);
            self.report_variables(server, 0, &at, &[]);
            if !is_absolute(&server.url) && !server.url.starts_with('{') {
                self.warn(
                    Code::SERVER,
                    format!(
                        "the server `{}` is not a complete URL: users of the client have to set `base_url`",
                        server.url
                    ),
                    &format!("{at}/url"),
                    "give it a scheme and a host with an action in the overlay",
                );
            }
            let mut several = variables(server).filter(|(_, variable)| variable.enumeration.len() > 1);
            if combinations(server, MAX_VALUES).is_none()
                && several.any(|(name, _)| !self.has_setter(0, name))
            {
                self.warn(
                    Code::SERVER,
                    format!("the variables have more than {MAX_VALUES} combinations of values: only the defaults are an environment"),
                    &format!("{at}/variables"),
                    "name environments in the configuration (`[[environments]]`), or set `base_url` of the client",
                );
            }
        }
        for (number, slot) in slots.iter().enumerate().skip(1) {
            for (index, server) in slot.servers.iter().enumerate() {
                self.report_variables(server, number, &format!("{}/{index}", slot.pointer), &first.servers);
            }
            if slot.servers.len() > 1 && slot.servers.len() != first.servers.len() {
                self.warn(
                    Code::SERVER,
                    "the servers are not as many as those of the document: all environments have the first",
                    &slot.pointer,
                    "name environments in the configuration (`[[environments]]`), or declare one server for each of the document",
                );
            }
        }
    }

    /// Whether callers can set this variable of the server at this index.
    fn has_setter(&self, number: usize, name: &str) -> bool {
        let mut templates = self.api.environments.iter().flat_map(|environment| &environment.templates);
        templates.any(|(index, template)| *index == number && template.has_variable(name))
    }

    /// Reports the variables of a server that have no list of values and cannot be set, besides those that have one in `shared`.
    fn report_variables(&mut self, server: &Server, number: usize, at: &str, shared: &[Server]) {
        for name in placeholders(&server.url) {
            let variable = server.variables.as_ref().and_then(|variables| variables.get(name));
            let is_shared = shared.iter().flat_map(variables).any(|(other, _)| other == name);
            let (message, at) = match variable {
                None => (
                    format!("the server has no variable `{name}`, which its URL contains"),
                    format!("{at}/url"),
                ),
                Some(variable)
                    if variable.enumeration.is_empty() && !is_shared && !self.has_setter(number, name) =>
                {
                    (
                        format!(
                            "the server variable `{name}` is not part of a host or a path, and has no list of values: the client has its \
                         default, `{}`",
                            variable.default
                        ),
                        format!("{at}/variables/{}", pointer::join("", name).trim_start_matches('/')),
                    )
                }
                Some(_) => continue,
            };
            self.warn(
                Code::SERVER,
                message,
                &at,
                "set `base_url` of the client for another value, or list the values as `enum` with an action in the overlay",
            );
        }
    }
}

/// The index of an operation's server among the collected ones.
pub(super) fn server_index(servers: &[String], item: &PathItem, operation: &Operation) -> usize {
    let server = operation.servers.first().or_else(|| item.servers.first());
    let url = server.map(default_url);
    url.and_then(|url| servers.iter().position(|other| *other == url)).unwrap_or_default()
}
