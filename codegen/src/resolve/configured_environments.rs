//! Makes the environments of the configuration, and reports what does not fit the servers of the document.

use std::collections::BTreeSet;

use openapiv3::Server;

use super::Resolver;
use super::environments::split_addresses;
use super::server_slot::Slot;
use super::server_url::{Address, Values, is_absolute, placeholders, server_with_url, trim_url, variables};
use crate::config;
use crate::config::dead_entry;
use crate::document::pointer;
use crate::ir::Environment;

impl Resolver<'_> {
    /// The environments of the configuration.
    pub(super) fn configure_environments(&mut self, slots: &[Slot]) -> Vec<Environment> {
        let mut environments = Vec::new();
        for (index, own) in self.config.environments.iter().enumerate() {
            let at = |key: &str| pointer::from_segments(["environments", &index.to_string(), "servers", key]);
            let keys: BTreeSet<&String> = slots.iter().filter_map(|slot| find_entry(own, slot)).collect();
            for (key, url) in &own.servers {
                if !keys.contains(key) {
                    let message = format!("no operation uses the server `{key}`");
                    self.diagnostics.push_misfit(dead_entry(at(key), message));
                } else if let Some((message, help)) = find_mistake(url, slots) {
                    self.diagnostics.push_misfit(dead_entry(at(key), message).help(help));
                }
            }
            environments.push(configure_environment(own, slots));
        }
        for slot in slots {
            let mut all = self.config.environments.iter();
            if let Some(server) =
                slot.servers.first().filter(|_| all.any(|own| find_entry(own, slot).is_none()))
            {
                self.report_unknown_variables(server, &format!("{}/0", slot.pointer));
            }
        }
        environments
    }
}

/// An environment of the configuration: its own URLs, which may contain variables of the document, and the document's.
pub(super) fn configure_environment(own: &config::Environment, slots: &[Slot]) -> Environment {
    let mut addresses: Vec<Address> = Vec::new();
    for slot in slots {
        let address = configure_address(own, slot, slots);
        addresses.push(match addresses.first() {
            Some(base) => address.below(base),
            None => address,
        });
    }
    let (servers, templates) = split_addresses(addresses);
    Environment { name: own.name.clone(), description: own.description.clone(), servers, templates }
}

/// The address of a server in an environment, which may be relative: the environment's own URL, or the document's. Servers of a path
/// that are those of the document in another order have the address of these.
pub(super) fn configure_address(own: &config::Environment, slot: &Slot, slots: &[Slot]) -> Address {
    let key = find_entry(own, slot);
    let document = slots.first().filter(|first| key.is_none() && slot.has_all(&first.servers));
    let (slot, key) = document.map_or((slot, key), |first| (first, find_entry(own, first)));
    let stated = slot.servers.first().cloned().unwrap_or_default();
    // The server's own variables come first: others of the same name may have other defaults.
    let known = slot.servers.iter().chain(all_servers(slots));
    let url = key.and_then(|key| own.servers.get(key));
    Address::new(&url.map_or(stated, |url| server_with_url(url, known)), &Values::new())
}

fn all_servers(slots: &[Slot]) -> impl Iterator<Item = &Server> + Clone {
    slots.iter().flat_map(|slot| &slot.servers)
}

/// The key under which an environment states the URL of a server: the URL in the document, with or without the names of its
/// variables.
pub(super) fn find_entry<'a>(own: &'a config::Environment, slot: &Slot) -> Option<&'a String> {
    let url = slot.servers.first().map(|server| trim_url(&server.url)).unwrap_or_default();
    let find = |wanted: &str| own.servers.keys().find(|key| trim_url(key) == wanted);
    find(&url).or_else(|| find(&slot.url))
}

/// Why a URL of the configuration is no server that a client can use, and what to do.
fn find_mistake(url: &str, slots: &[Slot]) -> Option<(String, String)> {
    let server = server_with_url(url, all_servers(slots));
    let known: BTreeSet<&String> = all_servers(slots).flat_map(variables).map(|(name, _)| name).collect();
    let is_unknown = |name: &&str| known.iter().all(|known| known != name);
    let filled = Address::new(&server, &Values::new()).url;
    if let Some(name) = placeholders(url).find(is_unknown) {
        let known: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
        let known = if known.is_empty() {
            "the document has no variables of servers".to_owned()
        } else {
            format!("use a variable of the document ({})", known.join(", "))
        };
        let message = format!("no server of the document has the variable `{name}`, which this URL contains");
        Some((message, format!("{known}, or write the value in its place")))
    } else if filled.contains(['{', '}']) {
        let message = format!("`{url}` has a brace that belongs to no variable");
        Some((message, "write the name of each variable as `{name}`".to_owned()))
    } else if !is_absolute(&filled) {
        let message = format!("`{url}` is not a complete URL");
        Some((message, "give it a scheme and a host, such as `https://api.example.com`".to_owned()))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resolve::server_slot::slot_of;
    use serde_json::json;

    fn slots() -> [Slot; 4] {
        [
            slot_of(json!([
                {"url": "https://{tenant}.a.test", "variables": {"tenant": {"default": "demo"}}},
                {"url": "https://b.test/{version}", "variables": {"version": {"default": "v2", "enum": ["v2"]}, "zone": {"default": "eu"}}},
            ])),
            slot_of(
                json!([{"url": "https://{tenant}.files.test", "variables": {"tenant": {"default": "all"}}}]),
            ),
            slot_of(json!([{"url": "https://demo.a.test"}])),
            slot_of(json!([{"url": "/exports"}])),
        ]
    }

    fn configured(servers: &[(&str, &str)]) -> Environment {
        let servers = servers.iter().map(|(key, url)| ((*key).to_owned(), (*url).to_owned())).collect();
        configure_environment(
            &config::Environment { name: "sandbox".to_owned(), description: None, servers },
            &slots(),
        )
    }

    #[test]
    fn urls_have_variables_of_all_servers() {
        let found = configured(&[
            ("https://{tenant}.a.test/", "https://{tenant}.{zone}.sandbox.test/{version}/"),
            ("https://all.files.test", "https://{tenant}.files.sandbox.test"),
        ]);
        let expected = [
            "https://demo.eu.sandbox.test/v2",
            "https://all.files.sandbox.test",
            "https://demo.a.test",
            "https://demo.eu.sandbox.test/exports",
        ];
        assert_eq!(found.servers, expected);
        let templates = found.templates.iter().map(|(index, template)| (*index, template.url.as_str()));
        let expected = [
            (0, "https://{tenant}.{zone}.sandbox.test/v2"),
            (1, "https://{tenant}.files.sandbox.test"),
            (3, "https://{tenant}.{zone}.sandbox.test/exports"),
        ];
        assert_eq!(templates.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn urls_with_and_without_variables_are_keys_of_their_own() {
        let found = configured(&[
            ("https://{tenant}.a.test", "https://{tenant}.sandbox.test"),
            ("https://demo.a.test", "https://fixed.sandbox.test"),
        ]);
        let expected = ["https://demo.sandbox.test", "https://all.files.test", "https://fixed.sandbox.test"];
        assert_eq!(found.servers.get(..3), Some(&expected.map(str::to_owned)[..]));
        // The default URL alone is of both.
        let found = configured(&[("https://demo.a.test", "https://both.sandbox.test")]);
        assert_eq!(found.servers.iter().filter(|url| *url == "https://both.sandbox.test").count(), 2);
    }

    #[test]
    fn the_servers_of_the_document_in_another_order_have_its_entry() {
        let [document, ..] = slots();
        let other = Slot::new(&document.servers.iter().rev().cloned().collect::<Vec<_>>(), String::new());
        let configured = |servers: &[(&str, &str)]| {
            let servers = servers.iter().map(|(key, url)| ((*key).to_owned(), (*url).to_owned())).collect();
            let own = config::Environment { name: "sandbox".to_owned(), description: None, servers };
            let document = Slot::new(&document.servers, String::new());
            let other = Slot::new(&other.servers, String::new());
            configure_environment(&own, &[document, other]).servers
        };
        let own = ("https://{tenant}.a.test", "https://sandbox.test");
        assert_eq!(configured(&[own]), ["https://sandbox.test", "https://sandbox.test"]);
        assert_eq!(configured(&[]), ["https://demo.a.test", "https://demo.a.test"]);
        let both = configured(&[own, ("https://b.test/{version}", "https://b.sandbox.test")]);
        assert_eq!(both, ["https://sandbox.test", "https://b.sandbox.test"]);
    }

    #[test]
    fn mistakes_are_found() {
        let found = |url: &str| find_mistake(url, &slots()).map(|(message, _)| message);
        for url in ["https://x.test", "https://{tenant}.test/{version}/{zone}", "https://{tenant}.test/"] {
            assert_eq!(found(url), None, "{url}");
        }
        for (url, expected) in [
            ("https://x.test/{none}", "no server of the document has the variable `none`"),
            ("https://x.test/{tenant", "a brace that belongs to no variable"),
            ("https://x.test/tenant}", "a brace that belongs to no variable"),
            ("x.test/v1", "is not a complete URL"),
        ] {
            assert!(found(url).is_some_and(|text| text.contains(expected)), "{url}: {:?}", found(url));
        }
    }
}
