//! Reports what environments and settings of the client do not have of the document's servers.

use openapiv3::{Server, ServerVariable};

use super::Resolver;
use super::environments::shares_values;
use super::server_slot::Slot;
use super::server_url::{
    MAX_VALUES, combinations, default_url, is_absolute, is_same_server, placeholders, variables,
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
        let is_own = |server: &Server| first.servers.iter().any(|other| is_same_server(server, other));
        if slot.servers.len() == first.servers.len()
            || (slot.servers.len() == 1 && !slot.servers.iter().any(is_own))
        {
            return;
        }
        let effect = if slot.is_among(&first.servers) {
            "requests follow the environment all the same"
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
                "the server variable `{name}` is not part of a host or a path, and {values}: the client has its default, `{}`",
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
            self.warn(Code::SERVER, message, &variable_place(at, name), help);
        }
    }

    /// Reports variables that one call of the client sets, although they differ in their default or values.
    pub(super) fn report_joint_variables(&mut self, slots: &[Slot]) {
        for slot in slots.iter().skip(1) {
            for (index, server) in slot.servers.iter().enumerate() {
                self.report_joint_variables_of(server, slot, &format!("{}/{index}", slot.pointer));
            }
        }
    }

    fn report_joint_variables_of(&mut self, server: &Server, slot: &Slot, at: &str) {
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
            let what = if other.default == variable.default {
                "other values".to_owned()
            } else {
                format!("the default `{}`", other.default)
            };
            self.warn(
                Code::SERVER,
                format!(
                    "the server variable `{name}` has the default `{}` here and {what} in another server: `server_variable` of the \
                     client sets both",
                    variable.default
                ),
                &variable_place(at, name),
                "if they are different things, rename one of them and its place in the URL with an action in the overlay",
            );
        }
    }
}

fn find_variable<'a>(server: &'a Server, name: &str) -> Option<&'a ServerVariable> {
    server.variables.as_ref()?.get(name)
}

/// Where the variable of the server at this place is.
fn variable_place(server: &str, name: &str) -> String {
    pointer::join(&pointer::join(server, "variables"), name)
}

/// Whether the environments of a server have values for this variable of another.
fn gives_values(server: &Server, name: &str, variable: &ServerVariable) -> bool {
    combinations(server, MAX_VALUES).is_some()
        && find_variable(server, name)
            .is_some_and(|own| own.enumeration.len() > 1 && shares_values(own, variable))
}
