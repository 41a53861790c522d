//! The servers that a transport has connections to.

use std::sync::{Arc, Mutex, PoisonError};

use http::Uri;

use super::{connect::Connector, failure::Failure, server::Server};

/// How many servers are remembered before those without connections are forgotten.
const MAX_SERVERS: usize = 32;

/// The servers of one pool. Nearly all clients have one, so they are a list.
#[derive(Default)]
pub(super) struct Connections(Mutex<Vec<Arc<Server>>>);

impl Connections {
    /// The server of this URI.
    pub(super) fn server(&self, uri: &Uri, connector: &Connector) -> Result<Arc<Server>, Failure> {
        let mut servers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(server) = servers.iter().find(|server| server.has_origin(uri)) {
            return Ok(Arc::clone(server));
        }
        let server = Arc::new(Server::new(uri, connector).map_err(Failure::NotSent)?);
        if servers.len() >= MAX_SERVERS {
            servers.retain(|server| Arc::strong_count(server) > 1 || server.has_connections());
        }
        servers.push(Arc::clone(&server));
        Ok(server)
    }
}
