//! The servers of the document, and of each path or operation that has its own.

use openapiv3::Server;

use super::server_url::{default_url, is_same_server};

/// The servers of the document, or those of a path or an operation, of which each request uses one.
pub(super) struct Slot {
    pub(super) servers: Vec<Server>,
    /// The URL of the first server, with the default values of its variables.
    pub(super) url: String,
    /// Where the document declares the servers.
    pub(super) pointer: String,
    /// The index of the server in every environment. Slots with the same addresses share one.
    pub(super) index: usize,
}

impl Slot {
    pub(super) fn new(servers: &[Server], pointer: String) -> Self {
        let url = servers.first().map(default_url).unwrap_or_default();
        Self { servers: servers.to_vec(), url, pointer, index: 0 }
    }

    /// Whether these servers have the same URLs and variables. No servers are one without a URL.
    pub(super) fn has_servers(&self, servers: &[Server]) -> bool {
        let none = [Server::default()];
        let own = if self.servers.is_empty() { &none[..] } else { &self.servers };
        let other = if servers.is_empty() { &none[..] } else { servers };
        own.len() == other.len() && own.iter().zip(other).all(|(own, other)| is_same_server(own, other))
    }

    /// Whether these servers of the document begin with the same one and contain the others. A request to such a path follows the
    /// environment: in tests it must not reach the production that alone is listed.
    pub(super) fn is_among(&self, document: &[Server]) -> bool {
        let is_first = |own: &Server| document.first().is_some_and(|first| is_same_server(own, first));
        let is_known = |own: &Server| document.iter().any(|server| is_same_server(own, server));
        self.servers.len() < document.len()
            && self.servers.first().is_some_and(is_first)
            && self.servers.iter().all(is_known)
    }
}
