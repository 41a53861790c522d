//! Collects the servers of the document, and the environments that they are.
//!
//! | member | effect |
//! |---|---|
//! | several `servers` of the document | an environment each, unless the configuration has environments |
//! | `enum` of variables | an environment per value, up to [`MAX_VALUES`] combinations; otherwise a warning, and the defaults |
//! | a variable without `enum` | its default, with a warning: `base_url` of the client takes other values |
//! | `default` | the value in the first environment of the server |
//! | `description` of a server | names and documents its environment |
//! | `description` of a variable | documents the environment |
//! | `servers` of a path or an operation | another server of each environment: that of the same position, or the first; variables of the same name have the same values |
//! | a relative `url` | for a path or an operation, below the host of the document's server; for the document, a warning, and `build` of the client asks for `base_url` |
//! | a slash at the end of `url` | removed, since paths begin with one |

use std::collections::BTreeMap;

use openapiv3::{Operation, PathItem, Server, ServerVariable};

use super::Resolver;
use super::webhook::WEBHOOK_PREFIX;
use crate::diagnostic::Code;
use crate::document::pointer;
use crate::ident::constant_case;
use crate::ir::Environment;

/// The most environments that the values of one server's variables make.
const MAX_VALUES: usize = 16;

/// Values of variables by their names.
type Values = BTreeMap<String, String>;

/// The servers of the document, or those of a path or an operation, of which each request uses one.
struct Slot {
    servers: Vec<Server>,
    /// The URL of the first server, with the default values of its variables.
    url: String,
    pointer: String,
}

impl Slot {
    fn new(servers: &[Server], pointer: String) -> Self {
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
            self.report_servers(&slots);
            self.api.environments = environments(&slots);
        }
    }

    fn report_servers(&mut self, slots: &[Slot]) {
        let Some(first) = slots.first() else { return };
        for (index, server) in first.servers.iter().enumerate() {
            let at = format!("{}/{index}", first.pointer);
            self.report_variables(server, &at, &[]);
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
            if combinations(server).is_none() {
                self.warn(
                    Code::SERVER,
                    format!("the variables have more than {MAX_VALUES} combinations of values: only the defaults are an environment"),
                    &format!("{at}/variables"),
                    "name environments in the configuration (`[[environments]]`), or set `base_url` of the client",
                );
            }
        }
        for slot in slots.iter().skip(1) {
            for (index, server) in slot.servers.iter().enumerate() {
                self.report_variables(server, &format!("{}/{index}", slot.pointer), &first.servers);
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

    /// Reports the variables of a server that have no list of values, besides those that have one in `shared`.
    fn report_variables(&mut self, server: &Server, at: &str, shared: &[Server]) {
        for name in placeholders(&server.url) {
            let variable = server.variables.as_ref().and_then(|variables| variables.get(name));
            let is_shared = shared.iter().flat_map(variables).any(|(other, _)| other == name);
            let (message, at) = match variable {
                None => (
                    format!("the server has no variable `{name}`, which its URL contains"),
                    format!("{at}/url"),
                ),
                Some(variable) if variable.enumeration.is_empty() && !is_shared => (
                    format!(
                        "the server variable `{name}` has no list of values: the client has its default, `{}`",
                        variable.default
                    ),
                    format!("{at}/variables/{}", pointer::join("", name).trim_start_matches('/')),
                ),
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

/// An environment for each server of the document and each combination of its variables' values.
fn environments(slots: &[Slot]) -> Vec<Environment> {
    let Some(first) = slots.first() else { return Vec::new() };
    let none = Server::default();
    let servers =
        if first.servers.is_empty() { std::slice::from_ref(&none) } else { first.servers.as_slice() };
    let mut found = Vec::new();
    for (index, server) in servers.iter().enumerate() {
        for values in combinations(server).unwrap_or_else(|| vec![Values::new()]) {
            let base = fill(server, &values);
            let urls = slots.iter().enumerate().map(|(number, slot)| {
                let same = slot.servers.get(index).filter(|_| slot.servers.len() == servers.len());
                match same.or_else(|| slot.servers.first()) {
                    Some(other) if number > 0 => absolute_url(&base, &fill(other, &values)),
                    _ => base.clone(),
                }
            });
            let urls = urls.collect();
            found.push((
                server,
                values,
                Environment { name: String::new(), description: describe(server), servers: urls },
            ));
        }
    }
    name_environments(found)
}

/// What the documentation of an environment says: the description of the server, and which variables have only their default.
fn describe(server: &Server) -> Option<String> {
    let own = server.description.clone().filter(|text| !text.trim().is_empty());
    let open = variables(server).filter(|(_, variable)| variable.enumeration.is_empty());
    let notes = open.map(|(name, variable)| {
        let description =
            variable.description.as_deref().map(|text| format!(" ({})", text.trim().trim_end_matches('.')));
        format!(
            "The server variable `{name}`{} is `{}`; set the base URL for another value.",
            description.unwrap_or_default(),
            variable.default
        )
    });
    let own =
        own.map(|text| if text.trim_end().ends_with(['.', '!', '?']) { text } else { format!("{text}.") });
    let is_relative = !server.url.is_empty() && !is_absolute(&default_url(server));
    let relative = is_relative.then(|| "The document does not state its host: set the base URL.".to_owned());
    let parts: Vec<String> = own.into_iter().chain(notes).chain(relative).collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// Names environments by the values of their variables, else by the description of the server if it is short, else by its host.
fn name_environments(found: Vec<(&Server, Values, Environment)>) -> Vec<Environment> {
    if found.len() == 1 {
        let only = found.into_iter().map(|(.., environment)| environment);
        return only.map(|environment| Environment { name: "default".to_owned(), ..environment }).collect();
    }
    let short = |server: &Server, values: &Values| {
        let texts: Vec<String> = values.iter().map(|(name, value)| value_name(name, value)).collect();
        if texts.is_empty() { server_name(server) } else { texts.join(" ") }
    };
    let long = |server: &Server, values: &Values, environment: &Environment| match values.is_empty() {
        true => environment.servers.first().cloned().unwrap_or_default().replace("://", " "),
        false => format!("{} {}", server_name(server), short(server, values)),
    };
    let all: Vec<String> =
        found.iter().map(|(server, values, _)| constant_case(&short(server, values))).collect();
    let mut taken: Vec<String> = Vec::new();
    let named = found.into_iter().map(|(server, values, environment)| {
        let name = short(server, &values);
        let is_unique = all.iter().filter(|other| **other == constant_case(&name)).count() == 1;
        let name = if is_unique { name } else { long(server, &values, &environment) };
        let numbered = (2..).map(|number| format!("{name} {number}"));
        let mut names = std::iter::once(name.clone()).chain(numbered);
        let name = names.find(|name| !taken.contains(&constant_case(name))).unwrap_or_default();
        taken.push(constant_case(&name));
        Environment { name, ..environment }
    });
    named.collect()
}

fn value_name(variable: &str, value: &str) -> String {
    if value.starts_with(|c: char| c.is_alphabetic()) {
        value.to_owned()
    } else {
        format!("{variable} {value}")
    }
}

/// The description of a server if it is a name, else its host.
fn server_name(server: &Server) -> String {
    let description = server.description.as_deref().unwrap_or_default().trim().trim_end_matches('.');
    let is_name = description.split_whitespace().count() <= 4
        && description.chars().count() <= 40
        && description.starts_with(|c: char| c.is_ascii_alphabetic());
    if is_name {
        return description.to_owned();
    }
    let url = default_url(server);
    let host = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
    let host = host.split(['/', ':']).next().filter(|host| !host.is_empty());
    host.unwrap_or("server").to_owned()
}

fn variables(server: &Server) -> impl Iterator<Item = (&String, &ServerVariable)> {
    server.variables.iter().flatten()
}

/// The combinations of the values of a server's variables, that of the defaults first; `None` if there are too many.
fn combinations(server: &Server) -> Option<Vec<Values>> {
    let mut found = vec![Values::new()];
    for (name, variable) in variables(server).filter(|(_, variable)| variable.enumeration.len() > 1) {
        let others = variable.enumeration.iter().filter(|value| **value != variable.default);
        let values: Vec<&String> = std::iter::once(&variable.default).chain(others).collect();
        let longer = found.iter().flat_map(|chosen| {
            values.iter().map(|value| {
                let mut chosen = chosen.clone();
                chosen.insert(name.clone(), (*value).clone());
                chosen
            })
        });
        found = longer.collect();
        if found.len() > MAX_VALUES {
            return None;
        }
    }
    Some(found)
}

/// The URL of a server, with the default values of its variables.
fn default_url(server: &Server) -> String {
    fill(server, &Values::new())
}

/// The URL of a server with these values, if its variables can have them, and otherwise the defaults.
fn fill(server: &Server, values: &Values) -> String {
    let mut url = server.url.clone();
    for (name, variable) in variables(server) {
        let can_be =
            |value: &&String| variable.enumeration.is_empty() || variable.enumeration.contains(value);
        let value = values.get(name).filter(can_be).unwrap_or(&variable.default);
        url = url.replace(&format!("{{{name}}}"), value);
    }
    url.trim().trim_end_matches('/').to_owned()
}

/// The names in braces of a URL.
fn placeholders(url: &str) -> impl Iterator<Item = &str> {
    url.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0))
}

fn is_absolute(url: &str) -> bool {
    let scheme = url.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
    scheme.is_some_and(|scheme| matches!(scheme.as_str(), "http" | "https"))
}

/// A URL relative to another: it is complete, begins with a host, or is a path below the host (RFC 3986, section 5.2).
fn absolute_url(base: &str, url: &str) -> String {
    let Some((scheme, rest)) = base.split_once("://").filter(|_| !url.contains("://")) else {
        return url.to_owned();
    };
    match url.strip_prefix("//") {
        Some(rest) => format!("{scheme}://{rest}"),
        None => {
            let host = rest.split('/').next().unwrap_or_default();
            format!("{scheme}://{host}/{}", url.trim_start_matches('/')).trim_end_matches('/').to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn found(lists: &[serde_json::Value]) -> Vec<(String, Vec<String>)> {
        let slot = |list: &serde_json::Value| {
            let servers: Vec<Server> = serde_json::from_value(list.clone()).unwrap_or_default();
            Slot::new(&servers, String::new())
        };
        let slots: Vec<Slot> = lists.iter().map(slot).collect();
        environments(&slots).into_iter().map(|found| (found.name, found.servers)).collect()
    }

    fn names(list: &serde_json::Value) -> Vec<String> {
        found(std::slice::from_ref(list)).into_iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn environments_are_named_by_values_descriptions_or_hosts() {
        let server = |url: &str, description: &str| json!({"url": url, "description": description});
        assert_eq!(names(&json!([])), ["default"]);
        assert_eq!(names(&json!([server("https://a.test", "Production")])), ["default"]);
        let (long, other) = ("The server for all who have a contract", "Tests");
        let list =
            json!([server("https://a.test/v1", long), server("https://b.test", other), {"url": "/v2"}]);
        assert_eq!(names(&list), ["a.test", "Tests", "server"]);
        let same = json!([
            server("https://a.test/1", "Main"),
            server("https://a.test/2", "main"),
            server("https://a.test/2", "MAIN")
        ]);
        assert_eq!(names(&same), ["https a.test/1", "https a.test/2", "https a.test/2 2"]);
        let ports = json!({"port": {"default": "443", "enum": ["8443", "443"]}, "tier": {"default": "live", "enum": ["live", "test"]}});
        let ports =
            |host: &str| json!({"url": format!("https://{{tier}}.{host}:{{port}}"), "variables": ports});
        assert_eq!(
            names(&json!([ports("a.test")])),
            ["port 443 live", "port 443 test", "port 8443 live", "port 8443 test"]
        );
        assert_eq!(
            names(&json!([ports("a.test"), ports("b.test")])).first().map(String::as_str),
            Some("live.a.test port 443 live")
        );
        let many: Vec<String> = (0..=MAX_VALUES).map(|number| format!("v{number}")).collect();
        let many = json!([{"url": "https://{x}.test", "variables": {"x": {"default": "v3", "enum": many}}}]);
        assert_eq!(found(&[many]), [("default".to_owned(), vec!["https://v3.test".to_owned()])]);
    }

    #[test]
    fn servers_of_operations_follow_the_environment() {
        let regions = json!({"default": "eu", "enum": ["eu", "us"]});
        let own = json!([{"url": "https://{region}.test/v1", "variables": {"region": regions}}]);
        let relative = json!([{"url": "/files/"}]);
        let host = json!([{"url": "//cdn.test"}]);
        let other = json!([{"url": "https://{region}.cdn.test", "variables": {"region": {"default": "all", "enum": ["all", "us"]}}}]);
        let expected = |region: &str, cdn: &str| {
            let urls = [
                format!("https://{region}.test/v1"),
                format!("https://{region}.test/files"),
                "https://cdn.test".to_owned(),
                format!("https://{cdn}.cdn.test"),
            ];
            (region.to_owned(), urls.to_vec())
        };
        assert_eq!(found(&[own, relative, host, other]), [expected("eu", "all"), expected("us", "us")]);
    }
}
