//! Collects the hosts of the document.

use openapiv3::{OpenAPI, Operation, PathItem, ReferenceOr, Server};

/// The document's first server, then those of single paths and operations.
pub(super) fn collect_servers(document: &OpenAPI) -> Vec<String> {
    let mut urls = vec![document.servers.first().map(server_url).unwrap_or_default()];
    let items = document.paths.paths.values().filter_map(ReferenceOr::as_item);
    for item in items {
        let operations = item.iter().flat_map(|(_, operation)| operation.servers.first());
        for server in item.servers.first().into_iter().chain(operations) {
            let url = server_url(server);
            if !urls.contains(&url) {
                urls.push(url);
            }
        }
    }
    urls
}

/// The index of an operation's server among the collected ones.
pub(super) fn server_index(servers: &[String], item: &PathItem, operation: &Operation) -> usize {
    let server = operation.servers.first().or_else(|| item.servers.first());
    let url = server.map(server_url);
    url.and_then(|url| servers.iter().position(|other| *other == url)).unwrap_or_default()
}

/// The URL of a server, with the default values of its variables.
fn server_url(server: &Server) -> String {
    let mut url = server.url.clone();
    for (name, variable) in server.variables.iter().flatten() {
        url = url.replace(&format!("{{{name}}}"), &variable.default);
    }
    url.trim_end_matches('/').to_owned()
}
