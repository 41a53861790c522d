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

    /// Whether these are some of the document's servers, its first before the others. A request to such a path follows the
    /// environment: a request in a test must not reach production, although the path lists only that server.
    pub(super) fn is_among(&self, document: &[Server]) -> bool {
        let is_first = |own: &Server| document.first().is_some_and(|first| is_same_server(own, first));
        self.servers.len() < document.len()
            && self.servers.first().is_some_and(is_first)
            && self.has_only(document)
    }

    /// Whether each of these servers is one of the document's.
    pub(super) fn has_only(&self, document: &[Server]) -> bool {
        self.servers.iter().all(|own| document.iter().any(|server| is_same_server(own, server)))
    }

    /// Whether these are the servers of the document, in any order.
    pub(super) fn has_all(&self, document: &[Server]) -> bool {
        self.has_only(document) && document.iter().all(|server| self.has_server(server))
    }

    fn has_server(&self, server: &Server) -> bool {
        self.servers.iter().any(|own| is_same_server(own, server))
    }

    /// The index of the server that an environment has if its own is the document's at this index; `None` if it is the same one.
    pub(super) fn choose_server(&self, index: usize, document: &[Server]) -> Option<usize> {
        if self.has_only(document) {
            // In another order, a position says nothing.
            let is_listed = document.get(index).is_some_and(|server| self.has_server(server));
            return (!is_listed && !self.is_among(document)).then_some(0);
        }
        Some(if self.servers.len() == document.len() { index } else { 0 })
    }
}

/// The slot of these servers, for tests.
#[cfg(test)]
pub(super) fn slot_of(servers: serde_json::Value) -> Slot {
    let servers: Vec<Server> = serde_json::from_value(servers).unwrap_or_default();
    Slot::new(&servers, String::new())
}
