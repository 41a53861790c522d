//! Reports what environments and settings of the client do not have of the document's servers.

use openapiv3::{Server, ServerVariable};

use super::Resolver;
use super::configured_environments::{configure_address, find_entry};
use super::environments::{shared_values, shares_values};
use super::server_slot::Slot;
use super::server_url::{
    Address, MAX_VALUES, combinations, default_url, is_absolute, is_same_server, placeholders, variables,
};
use crate::diagnostic::Code;
use crate::document::pointer;
use crate::ir;

impl Resolver<'_> {
    pub(super) fn report_servers(&mut self, slots: &[Slot]) {
        let Some(first) = slots.first() else { return };
        for (index, server) in first.servers.iter().enumerate() {
            let at = format!("{}/{index}", first.pointer);
            self.report_variables(server, first, &at, None);
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
                && several.any(|(name, _)| !self.has_setter(first, name))
            {
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
                let at = format!("{}/{index}", slot.pointer);
                self.report_variables(server, slot, &at, Some(&first.servers));
            }
            self.report_number_of_servers(slot, first);
        }
    }

    /// Reports servers of a path or an operation that are not as many as those of the document, unless they are one other server.
    fn report_number_of_servers(&mut self, slot: &Slot, first: &Slot) {
        if !has_other_number(slot, first) {
            return;
        }
        let effect = if slot.is_among(&first.servers) {
            "requests follow the environment all the same"
        } else if slot.has_only(&first.servers) {
            "an environment whose server is not one of them has the first"
        } else {
            "all environments have the first"
        };
        self.warn(
            Code::SERVER,
            format!("the servers are not as many as those of the document: {effect}"),
            &slot.pointer,
            "name environments in the configuration (`[[environments]]`), or declare one server for each of the document",
        );
    }

    /// Whether callers can set this variable of a server.
    fn has_setter(&self, slot: &Slot, name: &str) -> bool {
        let mut templates = self.api.environments.iter().filter_map(|own| own.template(slot.index));
        templates.any(|template| template.has_variable(name))
    }

    /// Reports names in the URL of a server that it has no variable for: clients refuse such a URL.
    pub(super) fn report_unknown_variables(&mut self, server: &Server, at: &str) {
        let is_known = |name: &&str| server.variables.as_ref().is_some_and(|own| own.contains_key(*name));
        let unknown = placeholders(&server.url).find(|name| !is_known(name));
        let message = match unknown {
            Some(name) => format!("the server has no variable `{name}`, which its URL contains"),
            None if default_url(server).contains(['{', '}']) => {
                format!("the URL `{}` of the server has a brace that belongs to no variable", server.url)
            }
            None => return,
        };
        self.warn(
            Code::SERVER,
            message,
            &format!("{at}/url"),
            "correct the URL or declare the variable with an action in the overlay; clients refuse the URL as it is",
        );
    }

    /// Reports the variables of a server that no environment has a value for and callers cannot set. Those of the document's
    /// servers, `shared`, give their values to variables of paths and operations.
    fn report_variables(&mut self, server: &Server, slot: &Slot, at: &str, shared: Option<&[Server]>) {
        self.report_unknown_variables(server, at);
        for name in placeholders(&server.url) {
            let Some(variable) = find_variable(server, name) else { continue };
            let is_given = match (variable.enumeration.len(), shared) {
                (1, _) => true,
                // They are environments, or too many for that.
                (2.., None) => true,
                (_, None) => false,
                (_, Some(shared)) => shared.iter().any(|server| gives_values(server, name, variable)),
            };
            if is_given || self.has_setter(slot, name) {
                continue;
            }
            let values = match variable.enumeration.len() {
                0 => "has no list of values",
                _ => "no environment has its other values",
            };
            let message = format!(
                "the server variable `{name}` {}, and {values}: the client has its default, `{}`",
                self.describe_place(server, slot, name),
                variable.default
            );
            let help = match shared {
                None => {
                    "set `base_url` of the client for another value, or list the values as `enum` with an action in the overlay"
                }
                Some(_) => {
                    "set `server_url` of the client for another value, or give the variable and its `enum` to the servers of the \
                     document with an action in the overlay"
                }
            };
            self.warn(Code::SERVER, message, &locate_variable(at, name), help);
        }
    }

    /// Where a variable is that callers cannot set.
    fn describe_place(&self, server: &Server, slot: &Slot, name: &str) -> &'static str {
        let before = server.url.split(&format!("{{{name}}}")).next().unwrap_or_default();
        let urls = self.api.environments.iter().filter_map(|environment| environment.servers.get(slot.index));
        if before.contains(['?', '#']) || before.is_empty() {
            "is not part of a host or a path"
        } else if !urls.into_iter().any(|url| is_absolute(url)) {
            "is part of a URL that is not complete"
        } else if !before.contains("//") && is_absolute(&default_url(server)) {
            "follows a variable with the host in it"
        } else {
            "is not part of a host or a path"
        }
    }

    /// Reports servers of a path that an environment has although they are those of another: a request in a test may reach
    /// production. What the configuration states is meant so.
    pub(super) fn report_other_environments(&mut self, slots: &[Slot]) {
        let Some(first) = slots.first().filter(|_| self.api.environments.len() > 1) else { return };
        let document: Vec<String> = first.servers.iter().map(default_url).collect();
        let is_configured = !self.config.environments.is_empty();
        // `report_number_of_servers` has reported some of the document's own.
        let is_reported =
            |slot: &Slot| !is_configured && has_other_number(slot, first) && slot.has_only(&first.servers);
        for slot in slots.iter().skip(1).filter(|slot| !is_reported(slot)) {
            let environments = &self.api.environments;
            let mut found = environments.iter().enumerate().filter_map(|(place, environment)| {
                let stated = self.config.environments.get(place).and_then(|own| find_entry(own, slot));
                let url = environment.servers.get(slot.index).filter(|_| stated.is_none())?;
                let other = environments.iter().find(|other| other.servers.first() == Some(url));
                let is_other = environment.servers.first() != Some(url);
                (is_other && (other.is_some() || document.contains(url))).then_some((environment, url, other))
            });
            let Some((environment, url, other)) = found.next() else { continue };
            let further = match found.count() {
                0 => String::new(),
                1 => " and one other".to_owned(),
                number => format!(" and {number} others"),
            };
            let whose = other.map_or_else(
                || "a server of the document".to_owned(),
                |other| format!("the server of the environment `{}`", other.name),
            );
            let message = format!(
                "requests in the environment `{}`{further} reach `{url}`, {whose}: a test may reach production",
                environment.name
            );
            let help = if is_configured {
                format!("state the URL of the server `{}` in each environment of the configuration", slot.url)
            } else {
                "declare the servers of the document here with an action in the overlay, or name environments in the configuration \
                 (`[[environments]]`) and state the URL of this server in each"
                    .to_owned()
            };
            self.warn(Code::SERVER, message, &slot.pointer, &help);
        }
    }

    /// Reports variables that one call of the client sets, or does not set, because others have the same name.
    pub(super) fn report_variables_of_paths(&mut self, slots: &[Slot]) {
        for slot in slots.iter().skip(1) {
            for (index, server) in slot.servers.iter().enumerate() {
                self.report_joint_variables(server, slot, &format!("{}/{index}", slot.pointer));
            }
            self.report_clashes(slot, slots);
        }
    }

    /// Reports variables of a path that have the name of another in the host above it.
    fn report_clashes(&mut self, slot: &Slot, slots: &[Slot]) {
        let mut reported = Vec::new();
        for (index, own, base) in self.pair_addresses(slot, slots) {
            let Some(server) = slot.servers.get(index) else { continue };
            for other in own.find_clashes(&base) {
                let Some(variable) = find_variable(server, &other.name) else { continue };
                let at = locate_variable(&format!("{}/{index}", slot.pointer), &other.name);
                if reported.contains(&at) {
                    continue;
                }
                let message = format!(
                    "the server variable `{}` has the default `{}` here and {} in the server above this path: `server_variable` of \
                     the client sets only that one, and the path has the default",
                    other.name,
                    variable.default,
                    describe_other(other, variable)
                );
                let help = "rename one of them and its place in the URL with an action in the overlay, so that clients can set both";
                self.warn(Code::SERVER, message, &at, help);
                reported.push(at);
            }
        }
    }

    /// The servers of a path that environments have, by their index, and what they are below.
    fn pair_addresses(&self, slot: &Slot, slots: &[Slot]) -> Vec<(usize, Address, Address)> {
        let Some(first) = slots.first() else { return Vec::new() };
        if !self.config.environments.is_empty() {
            let without = self.config.environments.iter().filter(|own| find_entry(own, slot).is_none());
            let address = |own, slot| configure_address(own, slot, slots);
            return without.map(|own| (0, address(own, slot), address(own, first))).collect();
        }
        let pairs = first.servers.iter().enumerate().filter_map(|(index, server)| {
            let own = slot.choose_server(index, &first.servers)?;
            let other = slot.servers.get(own)?;
            let chosen = combinations(server, MAX_VALUES).and_then(|all| all.into_iter().next());
            let values = chosen.unwrap_or_default();
            let address = Address::new(other, &shared_values(server, other, &values));
            Some((own, address, Address::new(server, &values)))
        });
        pairs.collect()
    }

    /// Reports variables that one call of the client sets, although they differ in their default or values.
    fn report_joint_variables(&mut self, server: &Server, slot: &Slot, at: &str) {
        for (name, variable) in variables(server) {
            let is_this = |own: &ir::ServerVariable| {
                own.name == *name && (&own.default, &own.values) == (&variable.default, &variable.enumeration)
            };
            let other = self.api.environments.iter().find_map(|environment| {
                environment.template(slot.index)?.variables.iter().find(|own| is_this(own))?;
                let others = environment.templates.iter().filter(|(index, _)| *index < slot.index);
                let mut others = others.flat_map(|(_, template)| &template.variables);
                others.find(|own| own.name == *name && !is_this(own))
            });
            let Some(other) = other else { continue };
            let what = describe_other(other, variable);
            self.warn(
                Code::SERVER,
                format!(
                    "the server variable `{name}` has the default `{}` here and {what} in another server: `server_variable` of the \
                     client sets both",
                    variable.default
                ),
                &locate_variable(at, name),
                "if they are different things, rename one of them and its place in the URL with an action in the overlay",
            );
        }
    }
}

fn find_variable<'a>(server: &'a Server, name: &str) -> Option<&'a ServerVariable> {
    server.variables.as_ref()?.get(name)
}

/// Whether the servers of a path are not as many as those of the document, unless they are one other server.
fn has_other_number(slot: &Slot, first: &Slot) -> bool {
    let is_own = |server: &Server| first.servers.iter().any(|other| is_same_server(server, other));
    slot.servers.len() != first.servers.len() && (slot.servers.len() != 1 || slot.servers.iter().any(is_own))
}

/// What another variable of the same name has.
fn describe_other(other: &ir::ServerVariable, variable: &ServerVariable) -> String {
    if other.default == variable.default {
        "other values".to_owned()
    } else {
        format!("the default `{}`", other.default)
    }
}

/// The pointer to the variable of the server at this pointer.
fn locate_variable(server: &str, name: &str) -> String {
    pointer::join(&pointer::join(server, "variables"), name)
}

/// Whether the environments of a server have values for this variable of another.
fn gives_values(server: &Server, name: &str, variable: &ServerVariable) -> bool {
    combinations(server, MAX_VALUES).is_some()
        && find_variable(server, name)
            .is_some_and(|own| own.enumeration.len() > 1 && shares_values(own, variable))
}
