//! Makes environments of the document's servers, and names them.

use openapiv3::{Server, ServerVariable};
use serde_json::Value;

use super::server_slot::Slot;
use super::server_url::{Address, MAX_VALUES, Values, combinations, default_url, is_absolute, variables};
use crate::ident::constant_case;
use crate::ir::{Environment, ServerTemplate};

/// An environment for each server of the document and each combination of its variables' values.
pub(super) fn make_environments(slots: &[Slot]) -> Vec<Environment> {
    let Some(first) = slots.first() else { return Vec::new() };
    let none = Server::default();
    let servers =
        if first.servers.is_empty() { std::slice::from_ref(&none) } else { first.servers.as_slice() };
    let mut found = Vec::new();
    for (index, server) in servers.iter().enumerate() {
        for values in combinations(server, MAX_VALUES).unwrap_or_else(|| vec![Values::new()]) {
            let base = Address::new(server, &values);
            let addresses = slots.iter().enumerate().map(|(number, slot)| {
                match slot.choose_server(index, servers).and_then(|own| slot.servers.get(own)) {
                    Some(other) if number > 0 => {
                        Address::new(other, &shared_values(server, other, &values)).below(&base)
                    }
                    _ => base.clone(),
                }
            });
            let (servers, templates) = split_addresses(addresses.collect());
            let own = templates.first().filter(|(number, _)| *number == 0).map(|(_, template)| template);
            let description = describe(server, own);
            found.push((
                server,
                values,
                Environment { name: String::new(), description, servers, templates },
            ));
        }
    }
    name_environments(found)
}

/// The values of an environment's variables that another of its servers has as well.
pub(super) fn shared_values(server: &Server, other: &Server, values: &Values) -> Values {
    let find =
        |name: &String| Some((server.variables.as_ref()?.get(name)?, other.variables.as_ref()?.get(name)?));
    let is_shared = |name: &String| find(name).is_some_and(|(own, other)| shares_values(own, other));
    values
        .iter()
        .filter(|(name, _)| is_shared(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// Whether a variable of the environment's first server gives its values to one of the same name: any that its `enum` has, or
/// all if its default is one of them. Another default means something else.
pub(super) fn shares_values(own: &ServerVariable, other: &ServerVariable) -> bool {
    match other.enumeration.as_slice() {
        [] => own.enumeration.contains(&other.default),
        values => own.enumeration.iter().any(|value| values.contains(value)),
    }
}

/// The URLs of addresses, and the templates of those that have variables, by their index.
pub(super) fn split_addresses(addresses: Vec<Address>) -> (Vec<String>, Vec<(usize, ServerTemplate)>) {
    let templates = addresses.iter().enumerate();
    let templates = templates.filter_map(|(index, address)| Some((index, address.template()?))).collect();
    (addresses.into_iter().map(|address| address.url).collect(), templates)
}

/// What the documentation of an environment says: the description of the server, and its variables that have only a default.
fn describe(server: &Server, template: Option<&ServerTemplate>) -> Option<String> {
    let own = server.description.clone().filter(|text| !text.trim().is_empty());
    let is_set = |name: &str| template.is_some_and(|template| template.has_variable(name));
    let open = variables(server).filter(|(name, variable)| variable.enumeration.is_empty() || is_set(name));
    let notes = open.map(|(name, variable)| {
        let description =
            variable.description.as_deref().map(|text| format!(" ({})", text.trim().trim_end_matches('.')));
        let setter = if is_set(name) {
            "`server_variable` of the client builder sets"
        } else {
            "set the base URL for"
        };
        format!(
            "The server variable `{name}`{} is `{}`; {setter} another value.",
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

/// Names environments by the values of their variables, else by the name of the server, else by its description if that is short,
/// else by its host.
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

/// The name of a server (3.2), else its description if that is a name, else its host.
fn server_name(server: &Server) -> String {
    let own = server.extensions.get("x-codegen-name").and_then(Value::as_str);
    if let Some(name) = own.filter(|name| name.contains(char::is_alphanumeric)) {
        return name.to_owned();
    }
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

#[cfg(test)]
#[allow(clippy::panic)]
mod tests {
    use super::*;
    use crate::resolve::server_slot::slot_of;
    use serde_json::json;

    fn found(lists: &[serde_json::Value]) -> Vec<(String, Vec<String>)> {
        let slots: Vec<Slot> = lists.iter().cloned().map(slot_of).collect();
        make_environments(&slots).into_iter().map(|found| (found.name, found.servers)).collect()
    }

    fn slot(url: &str, variables: serde_json::Value) -> Slot {
        slot_of(json!([{"url": url, "variables": variables}]))
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
        let named = json!([
            {"url": "https://a.test", "description": "Main", "x-codegen-name": "prod"},
            {"url": "https://b.test", "x-codegen-name": "—"},
        ]);
        assert_eq!(names(&named), ["prod", "b.test"]);
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

    fn templates(environment: &Environment) -> Vec<(usize, &str)> {
        environment.templates.iter().map(|(index, template)| (*index, template.url.as_str())).collect()
    }

    #[test]
    fn a_default_that_no_environment_has_is_no_shared_value() {
        let regions = json!({"default": "eu", "enum": ["eu", "us"]});
        let own = json!([{"url": "https://{region}.test", "variables": {"region": regions}}]);
        let open = |default: &str| json!([{"url": "https://{region}.b.test", "variables": {"region": {"default": default}}}]);
        let urls = |list| {
            found(&[own.clone(), list]).into_iter().map(|(_, servers)| servers.into_iter().next_back())
        };
        let expected = |urls: [&str; 2]| urls.map(|url| Some(url.to_owned())).to_vec();
        assert_eq!(
            urls(open("us")).collect::<Vec<_>>(),
            expected(["https://eu.b.test", "https://us.b.test"])
        );
        assert_eq!(
            urls(open("global")).collect::<Vec<_>>(),
            expected(["https://global.b.test", "https://global.b.test"])
        );
    }

    #[test]
    fn the_servers_of_the_document_are_found_in_any_order() {
        let server = |host: &str| json!({"url": format!("https://{host}.test")});
        let lists = [
            json!([server("live"), server("sandbox"), server("old")]),
            json!([server("sandbox"), server("old"), server("live")]),
            json!([server("old"), server("sandbox")]),
            json!([server("live")]),
            // One of them is another server, so the positions count.
            json!([server("sandbox"), server("live"), server("other")]),
        ];
        let expected = [
            ("live.test", ["live", "live", "old", "live", "sandbox"]),
            ("sandbox.test", ["sandbox", "sandbox", "sandbox", "sandbox", "live"]),
            ("old.test", ["old", "old", "old", "old", "other"]),
        ];
        let expected = expected.map(|(name, hosts)| {
            (name.to_owned(), hosts.map(|host| format!("https://{host}.test")).to_vec())
        });
        assert_eq!(found(&lists), expected);
    }

    #[test]
    fn a_path_does_not_change_the_host_above_it() {
        let slots = [
            slot(
                "{scheme}://{tenant}.test/{base}",
                json!({"scheme": {"default": "https"}, "tenant": {"default": "demo"}, "base": {"default": "v1"}}),
            ),
            slot("/{tenant}/files", json!({"tenant": {"default": "all"}})),
            slot("/{tenant}/known", json!({"tenant": {"default": "demo", "enum": ["demo", "acme"]}})),
            slot("{tenant}/{kind}", json!({"tenant": {"default": "/all"}, "kind": {"default": "x"}})),
            // The same variable, one that the path does not have, and hosts of their own.
            slot("/{tenant}/same", json!({"tenant": {"default": "demo"}})),
            slot("/{base}", json!({"base": {"default": "v2"}})),
            slot("//{tenant}.b.test", json!({"tenant": {"default": "all"}})),
            slot("https://{tenant}.c.test", json!({"tenant": {"default": "all"}})),
            slot("//{scheme}.d.test", json!({"scheme": {"default": "x"}})),
        ];
        let environments = make_environments(&slots);
        let [only] = environments.as_slice() else { panic!("{environments:?}") };
        let expected = [
            (0, "{scheme}://{tenant}.test/{base}"),
            (1, "{scheme}://{tenant}.test/all/files"),
            (2, "{scheme}://{tenant}.test/demo/known"),
            (3, "{scheme}://{tenant}.test/all/{kind}"),
            (4, "{scheme}://{tenant}.test/{tenant}/same"),
            (5, "{scheme}://{tenant}.test/{base}"),
            (6, "{scheme}://{tenant}.b.test"),
            (7, "https://{tenant}.c.test"),
            (8, "{scheme}://x.d.test"),
        ];
        assert_eq!(templates(only), expected);
        let default = |index: usize, name: &str| {
            let variables = only.template(index).into_iter().flat_map(|template| &template.variables);
            let mut named = variables.filter(|variable| variable.name == name);
            (named.next().map(|variable| variable.default.clone()), named.next().is_none())
        };
        let tenants = (0..8).map(|index| default(index, "tenant"));
        let expected = ["demo", "demo", "demo", "demo", "demo"].map(|text| (Some(text.to_owned()), true));
        assert_eq!(tenants.clone().take(5).collect::<Vec<_>>(), expected);
        let expected = ["all", "all"].map(|text| (Some(text.to_owned()), true));
        assert_eq!(tenants.skip(6).collect::<Vec<_>>(), expected);
        assert_eq!(default(5, "base"), (Some("v2".to_owned()), true));
    }

    #[test]
    fn paths_below_a_host_keep_its_variables() {
        let slots = [
            slot("https://{host}.test{path}", json!({"host": {"default": "a"}, "path": {"default": "/v1"}})),
            slot("/files", json!({})),
            slot("{files}/{kind}", json!({"files": {"default": "/files"}, "kind": {"default": "x"}})),
            slot("//{host}.b.test", json!({"host": {"default": "b"}})),
        ];
        let environments = make_environments(&slots);
        let [only] = environments.as_slice() else { panic!("{environments:?}") };
        let expected = [
            (0, "https://{host}.test{path}"),
            (1, "https://{host}.test/files"),
            (2, "https://{host}.test/files/{kind}"),
            (3, "https://{host}.b.test"),
        ];
        assert_eq!(templates(only), expected);
        let slots = [slot("{all}/v1", json!({"all": {"default": "https://b.test"}})), slot("/x", json!({}))];
        let environments = make_environments(&slots);
        let urls: Vec<_> =
            environments.iter().map(|own| (own.servers.clone(), templates(own).len())).collect();
        assert_eq!(urls, [(vec!["https://b.test/v1".to_owned(), "https://b.test/x".to_owned()], 0)]);
    }

    #[test]
    fn open_variables_stay_in_the_url() {
        let many: Vec<String> = (0..=MAX_VALUES).map(|number| format!("v{number}")).collect();
        let slots = [
            slot_of(json!([{
                "url": "https://{tenant}.{zone}.a.test:{port}/{base}/",
                "variables": {"tenant": {"default": "demo"}, "zone": {"default": "eu", "enum": ["eu"]}, "port": {"default": "443"}, "base": {"default": ""}},
            }])),
            slot_of(json!([{"url": "/files/{base}", "variables": {"base": {"default": "v1"}}}])),
            slot_of(
                json!([{"url": "https://{x}.test/{y}", "variables": {"x": {"default": "v1", "enum": many}, "y": {"default": "1", "enum": ["1", "2"]}}}]),
            ),
            // None of these is one part of a base URL.
            slot_of(json!([{"url": "{all}/v1", "variables": {"all": {"default": "https://b.test"}}}])),
            slot_of(json!([{"url": "https://{user}@b.test", "variables": {"user": {"default": "u"}}}])),
            slot_of(json!([{"url": "https://{host}", "variables": {"host": {"default": "b.test"}}}])),
        ];
        let environments = make_environments(&slots);
        let [only] = environments.as_slice() else { panic!("{environments:?}") };
        let expected = [
            (0, "https://{tenant}.eu.a.test:{port}/{base}"),
            (1, "https://{tenant}.eu.a.test:{port}/files/{base}"),
            (2, "https://{x}.test/{y}"),
            (5, "https://{host}"),
        ];
        assert_eq!(templates(only), expected);
        assert_eq!(
            only.servers.get(..2),
            Some(
                &["https://demo.eu.a.test:443".to_owned(), "https://demo.eu.a.test:443/files/v1".to_owned()]
                    [..]
            )
        );
    }
}
