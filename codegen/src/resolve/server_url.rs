//! The URLs of servers, and their variables.

use std::collections::BTreeMap;

use openapiv3::{Server, ServerVariable};

use crate::ir::{self, ServerTemplate};

/// The most environments that the values of one server's variables make.
pub(super) const MAX_VALUES: usize = 16;

/// Values of variables by their names.
pub(super) type Values = BTreeMap<String, String>;

/// The address of a server, some of whose variables have a value.
#[derive(Clone)]
pub(super) struct Address {
    /// The URL, in which other variables have their default.
    pub(super) url: String,
    /// The URL with the names of other variables in braces.
    text: String,
    variables: Vec<ir::ServerVariable>,
}

impl Address {
    pub(super) fn new(server: &Server, values: &Values) -> Self {
        let mut text = server.url.clone();
        let mut open = Vec::new();
        for (name, variable) in variables(server) {
            match find_value(variable, values.get(name)) {
                Some(value) => text = text.replace(&format!("{{{name}}}"), value),
                None => open.push(ir::ServerVariable {
                    name: name.clone(),
                    description: variable.description.clone(),
                    default: variable.default.clone(),
                    values: variable.enumeration.clone(),
                }),
            }
        }
        Self { url: fill(server, values), text: trim_url(&text), variables: open }
    }

    /// The address, if it is relative to this base. Where both have a variable of one name that differs, that of the base stays, and
    /// the other has its default.
    pub(super) fn below(mut self, base: &Self) -> Self {
        let clashes: Vec<_> = self.find_clashes(base).into_iter().map(|variable| &variable.name).collect();
        let text = fill_some(&self.fill_start(), &self.variables, |_, own| clashes.contains(&&own.name));
        self.variables.retain(|own| !clashes.contains(&&own.name));
        let known: Vec<_> = self.variables.iter().map(|variable| variable.name.clone()).collect();
        let further = base.variables.iter().filter(|variable| !known.contains(&variable.name)).cloned();
        Self {
            url: absolute_url(&base.url, &self.url),
            text: absolute_url(&base.fill_end_of_host(), &text),
            variables: self.variables.into_iter().chain(further).collect(),
        }
    }

    /// The variables in the part of the base that this address is below, if it has others of the same names in it.
    pub(super) fn find_clashes<'a>(&self, base: &'a Self) -> Vec<&'a ir::ServerVariable> {
        let text = self.fill_start();
        let part = match text.as_str() {
            text if text.contains("://") => String::new(),
            text => absolute_url(&base.fill_end_of_host(), if text.starts_with("//") { "//" } else { "" }),
        };
        let differs = |variable: &ir::ServerVariable| {
            let mut all = self.variables.iter().filter(|own| own.name == variable.name);
            all.any(|own| (&own.default, &own.values) != (&variable.default, &variable.values))
        };
        let is_in_both = |placeholder: &str| part.contains(placeholder) && self.text.contains(placeholder);
        base.variables.iter().filter(|own| is_in_both(&own.placeholder()) && differs(own)).collect()
    }

    /// The text with the default of a variable that ends the host, as one with a slash may do.
    fn fill_end_of_host(&self) -> String {
        fill_some(&self.text, &self.variables, |_, variable| variable.default.contains('/'))
    }

    /// The text with the default of a variable that begins it, and has a slash.
    fn fill_start(&self) -> String {
        fill_some(&self.text, &self.variables, |at, variable| at == 0 && variable.default.contains('/'))
    }

    /// The URL with the variables that callers can set: those within the scheme, the host, the port or the path.
    pub(super) fn template(&self) -> Option<ServerTemplate> {
        let mut url = self.text.clone();
        let mut settable = Vec::new();
        for variable in &self.variables {
            let placeholder = variable.placeholder();
            let mut places = self.text.match_indices(&placeholder).map(|(at, _)| at).peekable();
            let is_used = places.peek().is_some();
            if is_used && places.all(|at| is_settable(&self.text, at, placeholder.len(), &variable.default)) {
                settable.push(variable.clone());
            } else {
                url = url.replace(&placeholder, &variable.default);
            }
        }
        let mut filled = url.clone();
        for variable in &settable {
            filled = filled.replace(&variable.placeholder(), &variable.default);
        }
        // They differ if a default has parts of the URL that the text does not show.
        let is_same = trim_url(&filled) == trim_url(&self.url) && is_absolute(&self.url);
        (is_same && !settable.is_empty()).then_some(ServerTemplate { url, variables: settable })
    }
}

/// Whether the value of a variable at this place is one part of a base URL, as its default is. The whole URL, a user name or a
/// query are not, and neither is a text behind the end of a host name.
fn is_settable(url: &str, at: usize, length: usize, default: &str) -> bool {
    let (before, after) = (url.get(..at).unwrap_or_default(), url.get(at + length..).unwrap_or_default());
    let Some((_, rest)) = before.split_once("://") else {
        return before.is_empty() && after.starts_with("://") && matches!(default, "https" | "http");
    };
    let authority = after.split('/').next().unwrap_or_default();
    if rest.contains(['?', '#', '@']) || (!rest.contains('/') && authority.contains('@')) {
        return false;
    }
    let is_last = |delimiters: &[char]| after.is_empty() || after.starts_with(delimiters);
    if rest.contains('/') || (!rest.is_empty() && default.starts_with('/') && is_last(&['/'])) {
        !default.contains('\\')
    } else if rest.contains(':') {
        default.parse::<u16>().is_ok()
    } else {
        let is_behind = is_last(&['/', ':']) && !rest.is_empty() && !rest.ends_with('.');
        !is_behind && default.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.'))
    }
}

/// The value of a variable if it may have this one, or the only value that it has.
fn find_value<'a>(variable: &'a ServerVariable, value: Option<&'a String>) -> Option<&'a String> {
    let values = &variable.enumeration;
    match value {
        Some(value) if values.is_empty() || values.contains(value) => Some(value),
        Some(_) => Some(&variable.default),
        None => (values.len() == 1).then_some(&variable.default),
    }
}

/// The variables of a server.
pub(super) fn variables(server: &Server) -> impl Iterator<Item = (&String, &ServerVariable)> {
    server.variables.iter().flatten()
}

/// The combinations of the values of a server's variables, that of the defaults first; `None` if there are more than `max`.
pub(super) fn combinations(server: &Server, max: usize) -> Option<Vec<Values>> {
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
        if found.len() > max {
            return None;
        }
    }
    Some(found)
}

/// A server with this URL, and those of the variables in it that one of these servers has.
pub(super) fn server_with_url<'a>(url: &str, servers: impl Iterator<Item = &'a Server> + Clone) -> Server {
    let find = |name: &str| {
        let mut all = servers.clone().flat_map(variables);
        all.find(|(other, _)| *other == name).map(|(name, variable)| (name.clone(), variable.clone()))
    };
    let variables = placeholders(url).filter_map(find).collect();
    Server { url: url.to_owned(), variables: Some(variables), ..Server::default() }
}

/// Whether two servers have the same URL and the same variables in it.
pub(super) fn is_same_server(one: &Server, other: &Server) -> bool {
    let declared = |server: &Server, name: &str| {
        let variable = server.variables.as_ref().and_then(|variables| variables.get(name));
        variable.map(|variable| (variable.default.clone(), variable.enumeration.clone()))
    };
    let is_same = |name: &str| declared(one, name) == declared(other, name);
    trim_url(&one.url) == trim_url(&other.url) && placeholders(&one.url).all(is_same)
}

/// The URL of a server, with the default values of its variables.
pub(super) fn default_url(server: &Server) -> String {
    fill(server, &Values::new())
}

/// The URL of a server with these values, if its variables can have them, and otherwise the defaults.
fn fill(server: &Server, values: &Values) -> String {
    let mut url = server.url.clone();
    for (name, variable) in variables(server) {
        let value = find_value(variable, values.get(name)).unwrap_or(&variable.default);
        url = url.replace(&format!("{{{name}}}"), value);
    }
    trim_url(&url)
}

/// A URL without spaces around it and slashes at its end.
pub(super) fn trim_url(url: &str) -> String {
    url.trim().trim_end_matches('/').to_owned()
}

/// A URL with the default values of the variables for which this holds, by their position in it.
fn fill_some(
    url: &str,
    variables: &[ir::ServerVariable],
    is_filled: impl Fn(usize, &ir::ServerVariable) -> bool,
) -> String {
    let mut filled = url.to_owned();
    for variable in variables {
        let placeholder = variable.placeholder();
        if filled.find(&placeholder).is_some_and(|at| is_filled(at, variable)) {
            filled = filled.replace(&placeholder, &variable.default);
        }
    }
    filled
}

/// The names in braces of a URL.
pub(super) fn placeholders(url: &str) -> impl Iterator<Item = &str> {
    url.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0))
}

/// Whether a URL has a scheme that clients can use.
pub(super) fn is_absolute(url: &str) -> bool {
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
